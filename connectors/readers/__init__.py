"""Readers of files: one format per module, found through the table `READERS`.

A reader splits the files of one delivery into chunks of rows.  It checks the form of a file, never its content.
Every reader module has the two functions of `Reader`.  A fault of the file as a whole raises RejectBatch; a fault of
one row is a `Fault` in its chunk; a remark about the file is a Finding given to `note`.
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

# The module of each kind of format.  It is imported on first use: a child process then loads one reader, not all.
READERS = {
    "any": "connectors.readers.any",
    "csv": "connectors.readers.text.csv",
    "fixed": "connectors.readers.text.fixed_width",
    "tagged": "connectors.readers.text.tagged",
    "sql": "connectors.readers.text.sql",
    "hl7": "connectors.readers.tree.hl7",
    "xlsx": "connectors.readers.spreadsheet.xlsx",
    "xls": "connectors.readers.spreadsheet.xls",
    "xlsb": "connectors.readers.spreadsheet.xlsb",
    "ods": "connectors.readers.spreadsheet.ods",
    "json": "connectors.readers.tree.json",
    "ndjson": "connectors.readers.tree.ndjson",
    "xml": "connectors.readers.tree.xml",
    "parquet": "connectors.readers.binary.parquet",
    "sqlite": "connectors.readers.binary.sqlite",
    "gpkg": "connectors.readers.binary.gpkg",
}
MAX_UNPACKED_BYTES = 10 << 30  # of all members of an archive together


@dataclass(frozen=True)
class Member:
    """One file to read.

    Attributes:
        path: Where the bytes are on disk.
        name: The path within the archive; None when the file itself is the delivery.
    """

    path: Path
    name: str | None = None


@dataclass(frozen=True)
class Limits:
    """What the reading of one delivery may cost.

    Attributes:
        cell_bytes: Bytes (UTF-8) of the longest cell; a longer one makes its row faulty (CELL_TOO_LONG).
        memory: Bytes of address space of the process that reads.
        seconds: Wall-clock time, and processor time.
    """

    cell_bytes: int = 1 << 20
    memory: int = 2 << 30
    seconds: int = 3600


class Reader(Protocol):
    """The interface of every reader module."""

    def read(self, members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
        """Yield the rows of all members in order.

        Args:
            members: The delivery, or the members of the archive, in the order in which they are read.
            fmt: The declared format.
            limits: What the reading may cost; most readers leave the limit of a cell to `rows.with_places`.
            note: Called with each Finding about a file that can be read all the same.

        Yields:
            At least one chunk, so that the columns are known even without rows.  All chunks have the same columns.

        Raises:
            RejectBatch: A file cannot be read; its findings say why.
        """

    def header(self, members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
        """Return the column names, reading no further than necessary.

        Args:
            members: As for `read`; most readers open the first one only.
            fmt: The declared format.
            limits: What the reading may cost.

        Returns:
            The cleaned names in the order of the file.

        Raises:
            RejectBatch: The file has no usable header, or cannot be opened.
        """


def reader(kind: str) -> Reader:
    """Return the reader of a kind of format.

    Args:
        kind: A key of `READERS`, which `Format` has checked.

    Returns:
        The module, imported if it was not yet.
    """
    return cast("Reader", import_module(READERS[kind]))
