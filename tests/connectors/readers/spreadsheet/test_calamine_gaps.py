"""What cells of a style show, and how large a sheet may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.readers import Member
from connectors.readers.spreadsheet.calamine_gaps import AREA, PLAIN, Formats, Marks
from connectors.readers.spreadsheet.ooxml import Shows, Style
from hub.errors import RejectBatch


def test_styles_by_their_number() -> None:
    formats = Formats()
    formats.numbers = [0, 14, 164, 165]
    formats.codes = {164: "0000", 165: "General"}
    shown = [formats.style(number) for number in range(6)]
    assert shown[0] == PLAIN
    assert shown[1].shows is not Shows.NUMBER, "14 is a date"
    assert shown[2] not in (PLAIN, Style(shown[1].shows)), "zeros in front"
    assert shown[3:] == [PLAIN, PLAIN, PLAIN], "a style beyond the last is plain"


def test_a_rectangle_that_is_too_large() -> None:
    member, marks = Member(Path("a.xls"), "a.xls"), Marks()
    marks.met(AREA // 10 - 1, 9)
    assert marks.bounded(member, "S") is marks, "just as large as may be"
    marks.met(0, 3)
    assert (marks.last_row, marks.last_column) == (AREA // 10 - 1, 9)
    marks.met(AREA // 10, 0)
    with pytest.raises(RejectBatch) as raised:
        marks.bounded(member, "S")
    assert [finding.code for finding in raised.value.findings] == ["READER_LIMIT"]
