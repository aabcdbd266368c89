"""A file of another kind than agreed is told by the name that its sender knows it by."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from connectors.readers import Member
from connectors.readers.magic import require_kind
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from pathlib import Path


def test_a_text_sent_for_a_workbook_is_called_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no,at\n1,2\n")
    with pytest.raises(RejectBatch) as caught:
        require_kind(Member(path, "b/a.xlsx"), "zip", expected="xlsx")
    wrong = Finding("WRONG_FORMAT", file="b/a.xlsx", value="text", expected="xlsx")
    assert caught.value.findings == (wrong,)


@pytest.mark.parametrize(
    ("inside", "told"),
    [("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("word/document.xml", "docx"), ("a.csv", "zip")],
)
def test_a_workbook_sent_for_a_csv_is_called_a_workbook(inside: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(inside, b"x")
    with pytest.raises(RejectBatch) as caught:
        require_kind(Member(path), None, expected="csv")
    assert [(each.code, each.value, each.expected) for each in caught.value.findings] == [("WRONG_FORMAT", told, "csv")]
