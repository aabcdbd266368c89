"""What rebuilding a list takes: its rows as they stand, and the tables of workbooks, documents and SQL dumps."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from standards.codelist import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

Row = dict[str, str]  # of a list: text by column
UNDATED = {"parent": "", "valid_from": "", "valid_to": "", "replaced_by": ""}
ROW, CELL, TEXT = (
    re.compile(each, re.DOTALL) for each in (r"<w:tr[ >].*?</w:tr>", r"<w:tc>.*?</w:tc>", r"<w:t[ >][^<]*")
)
INSERTED = re.compile(r"VALUES \(\d+, '([^']*)', '([^']*)'")


class Rebuilder(NamedTuple):
    """How a list is made anew.

    needs: The files and folders that it reads, as paths below the folder of public files.
    rows: Given that folder, returns the rows of the list in the order of its file.
    """

    needs: tuple[str, ...]
    rows: Callable[[Path], Iterable[Row]]


def standing(name: str) -> list[Row]:
    """Return the rows of a list as its file has them: what is ours in it (Chinese labels, parents) stays."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sheet(path: Path, title: str) -> Iterator[list[str]]:
    """Yield the rows of a sheet below its header, as texts without blanks around them; whole numbers have no point."""
    for row in CalamineWorkbook.from_path(path).get_sheet_by_name(title).to_python()[1:]:
        yield [_text(cell) for cell in row]


def document_rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of the tables of a Word document below the first one, as texts."""
    body = ZipFile(path).read("word/document.xml").decode()
    for row in ROW.findall(body)[1:]:
        yield ["".join(text.partition(">")[2] for text in TEXT.findall(cell)) for cell in CELL.findall(row)]


def inserted(path: Path) -> dict[str, str]:
    """Return code and name of the rows that an SQL dump inserts; it is read, not run."""
    return dict(INSERTED.findall(path.read_text("utf-8")))


def refuse_lost(name: str, codes: Iterable[str], reference: Iterable[str]) -> None:
    """Raise ValueError where the reference has codes that the list does not have: they want a label of ours first."""
    lost = sorted(set(reference) - set(codes))
    if lost:
        raise ValueError(f"{name} lacks {', '.join(lost)}: add a row with a Chinese label for each")


def _text(cell: object) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell) if whole and isinstance(cell, float) else cell).strip()


def named_by(name: str, names: Mapping[str, str]) -> Iterable[Row]:
    """Yield the rows of a list with the Chinese names of a table; rows that have ended stay as they are.

    Raises:
        ValueError: The table has a code that the list lacks, or lacks one that is in force.
    """
    held = standing(name)
    refuse_lost(name, (row["code"] for row in held), names)
    refuse_lost("the table", names, (row["code"] for row in held if not row["valid_to"]))
    for row in held:
        yield row if row["valid_to"] else row | {"label_zh": names[row["code"]]}
