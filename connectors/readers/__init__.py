"""One format per file.  A reader cuts the files of one delivery into chunks of rows and judges nothing else.

Every reader module has the same two functions:

- `read(members, fmt, limits, note) -> Iterator[Chunk]` yields at least one chunk, so that the columns are known even
  when there are no rows; all chunks of a delivery have the same columns.  What is wrong with the file as a whole raises
  RejectBatch; what is merely worth knowing goes to `note`.
- `header(members, fmt, limits) -> list[str]` returns the column names, reading no further than it must.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk
    from hub.finding import Finding

    Note = Callable[[Finding], None]

MODULES = {
    "any": "any",
    "csv": "text.csv",
    "fixed": "text.fixed_width",
    "tagged": "text.tagged",
    "xlsx": "spreadsheet.xlsx",
    "xls": "spreadsheet.xls",
    "xlsb": "spreadsheet.xlsb",
    "ods": "spreadsheet.ods",
    "json": "tree.json",
    "ndjson": "tree.ndjson",
    "xml": "tree.xml",
    "parquet": "binary.parquet",
    "sqlite": "binary.sqlite",
    "gpkg": "binary.gpkg",
}


@dataclass(frozen=True)
class Member:
    """One file to read; `name` is its path within the archive, None when the file is the delivery."""

    path: Path
    name: str | None = None


@dataclass(frozen=True)
class Limits:
    """What one delivery may cost."""

    cell_bytes: int = 1 << 20  # longest cell; a longer one makes its row faulty
    memory: int = 2 << 30  # bytes of address space of the process that reads
    seconds: int = 3600  # wall clock, and processor time


class Reader(Protocol):
    """What every module of this package offers."""

    def read(self, members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
        """Yield the rows of all members in order."""

    def header(self, members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
        """Return the column names."""


def reader(kind: str) -> Reader:
    """Return the reader of a kind; only that one is imported, so that a child process starts quickly."""
    return cast("Reader", import_module(f"connectors.readers.{MODULES[kind]}"))
