"""What an export says of itself: `export.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from pipeline.exports.selection import ExportTable

FILE = "export.json"
VERSION = 1


class FileJson(TypedDict):
    """A file in `export.json`; `path` is below the folder, `bytes` its size."""

    path: str
    rows: int
    bytes: int
    sha256: str


class TableJson(TypedDict):
    """A table in `export.json`; `items` is the list of the record whose items it has, `as_of` is ISO 8601."""

    name: str
    kind: str
    record_type: str | None
    items: str | None
    as_of: str | None
    rows: int
    columns: list[str]
    withheld: list[str]
    query: str
    files: list[FileJson]


class ManifestJson(TypedDict):
    """What `export.json` holds; `riskhub_export` is the version of its form, `as_of` is ISO 8601."""

    riskhub_export: int
    as_of: str
    login: str
    format: str
    labels: str | None
    standard: str
    withheld: list[str]
    tables: list[TableJson]


@dataclass(frozen=True)
class ExportedFile:
    """A file of an export: its path within the folder, its rows, its size in bytes, and the SHA-256 of these."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ExportedTable:
    """A table that was written: the columns of its files, these, and the text of the query."""

    table: ExportTable
    schema: pa.Schema
    files: tuple[ExportedFile, ...]
    query: str

    @property
    def rows(self) -> int:
        """How many rows all its files have."""
        return sum(each.rows for each in self.files)


@dataclass(frozen=True)
class Manifest:
    """An export.

    Args:
        as_of: The moment of which its records are.
        login: Who asked, with whose rights.
        form: parquet, csv or xlsx.
        labels: The language of the labels, or nothing.
        standard: The edition of the standard.
        tables: What was written.
        withheld: Tables of these record types that the login may not read.
    """

    as_of: datetime
    login: str
    form: str
    labels: str
    standard: str
    tables: list[ExportedTable]
    withheld: tuple[str, ...] = ()

    def to_json(self) -> ManifestJson:
        """Return it as `export.json` has it.  It tells no time of its own, so that it is the same each time."""
        return {
            "riskhub_export": VERSION,
            "as_of": self.as_of.isoformat(),
            "login": self.login,
            "format": self.form,
            "labels": self.labels or None,
            "standard": self.standard,
            "withheld": list(self.withheld),
            "tables": [_table_json(each) for each in self.tables],
        }

    def to_bytes(self) -> bytes:
        """Return the bytes of `export.json`."""
        return (json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n").encode()


def _table_json(written: ExportedTable) -> TableJson:
    table = written.table
    return {
        "name": table.name,
        "kind": table.kind,
        "record_type": table.record_type or None,
        "items": table.child or None,
        "as_of": table.as_of.isoformat() if table.as_of else None,
        "rows": written.rows,
        "columns": written.schema.names,
        "withheld": list(table.withheld),
        "query": written.query,
        "files": [
            FileJson(path=each.path, rows=each.rows, bytes=each.bytes, sha256=each.sha256) for each in written.files
        ],
    }
