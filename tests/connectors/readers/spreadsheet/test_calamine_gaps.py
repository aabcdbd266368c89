"""What cells of a style show, and how large a sheet may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.readers import Member
from connectors.readers.spreadsheet.calamine_gaps import MAX_CELLS, PLAIN_STYLE, NumberFormats, SheetRecords
from connectors.readers.spreadsheet.ooxml import Shows, Style
from hub.errors import RejectBatch


def test_styles_by_their_number() -> None:
    formats = NumberFormats()
    formats.numbers = [0, 14, 164, 165]
    formats.codes = {164: "0000", 165: "General"}
    shown = [formats.style(number) for number in range(6)]
    assert shown[0] == PLAIN_STYLE
    assert shown[1].shows is not Shows.NUMBER, "14 is a date"
    assert shown[2] not in (PLAIN_STYLE, Style(shown[1].shows)), "zeros in front"
    assert shown[3:] == [PLAIN_STYLE, PLAIN_STYLE, PLAIN_STYLE], "a style beyond the last is plain"


def test_a_rectangle_that_is_too_large() -> None:
    member, records = Member(Path("a.xls"), "a.xls"), SheetRecords()
    records.extend(MAX_CELLS // 10 - 1, 9)
    assert records.check_area(member, "S") is records, "just as large as may be"
    records.extend(0, 3)
    assert (records.last_row, records.last_column) == (MAX_CELLS // 10 - 1, 9)
    records.extend(MAX_CELLS // 10, 0)
    with pytest.raises(RejectBatch) as raised:
        records.check_area(member, "S")
    assert [finding.code for finding in raised.value.findings] == ["READER_LIMIT"]
