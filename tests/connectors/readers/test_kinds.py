"""A file of another kind than agreed is told by the name that its sender knows it by."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from connectors.readers import Member
from connectors.readers.magic import require_kind
from hub.errors import RejectBatch

if TYPE_CHECKING:
    from pathlib import Path


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
