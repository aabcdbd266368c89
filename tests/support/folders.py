"""Source folders and rows made by hand, for tests of the mapping engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mappings import engine
from mappings.engine import Source, read_source

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
agency: hn_test
feed: things
title: {zh: 测试, en: Test}
connector: {kind: folder}
format: {kind: csv, missing: ["/"]}
mode: upsert
"""
ONE = """\
record_type: {record_type}
key: [no]
"""
FIRE = """\
fields:
  source_record_no: no
  incident_no: no
  event_at: {column: at, datetime: ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m"], tz: Asia/Shanghai}
"""


def write_source(
    root: Path, body: str = FIRE, *, record_type: str | None = "fire_incident", crosswalks: dict[str, str] | None = None
) -> Path:
    """Write a source folder and return it; `body` is what follows the head, `crosswalks` are CSV rows by name.

    Without a `record_type` the body brings its routes along.
    """
    folder = root / "hn_test" / "things"
    (folder / "crosswalks").mkdir(parents=True, exist_ok=True)
    head = HEAD + (ONE.format(record_type=record_type) if record_type else "")
    (folder / "mapping.yml").write_text(head + body, "utf-8")
    (folder.parent / "agency.yml").write_text("name: {zh: 测试局, en: Test office}\nlanguage: en\n", "utf-8")
    for name, lines in (crosswalks or {}).items():
        (folder / "crosswalks" / f"{name}.csv").write_text("source_value,code,note\n" + lines, "utf-8")
    return folder


def source_of(root: Path, body: str = FIRE, **more: Any) -> Source:
    """Write a source folder and read it."""
    return read_source(write_source(root, body, **more))


def rows_of(columns: dict[str, list[Any]], faults: dict[int, tuple[str, str]] | None = None) -> pa.RecordBatch:
    """Return rows as a reader yields them; `faults` gives (fault, raw) by position."""
    size = len(next(iter(columns.values())))
    given = {
        name: pa.array(values) if _nested(values) else pa.array(values, pa.string()) for name, values in columns.items()
    }
    faulty = faults or {}
    given |= {
        "@row": pa.array(range(size), pa.int64()),
        "@file": pa.nulls(size, pa.string()),
        "@sheet": pa.nulls(size, pa.string()),
        "@line": pa.array(range(2, size + 2), pa.int64()),
        "@fault": pa.array([faulty.get(at, (None, None))[0] for at in range(size)], pa.string()),
        "@raw": pa.array([faulty.get(at, (None, None))[1] for at in range(size)], pa.string()),
    }
    return pa.record_batch(list(given.values()), names=list(given))


def _nested(values: list[Any]) -> bool:
    return any(isinstance(value, list) for value in values)


@dataclass(frozen=True)
class Made:
    """What became of a batch of a source with one route."""

    tables: dict[str, pa.Table]
    findings: pa.Table
    skipped: pa.Table


def refine(rows: pa.RecordBatch, source: Source) -> Made:
    """Map a batch of a source with one route."""
    (route,) = source.routes
    refined = engine.refine(rows, source)
    assert len(refined.unrouted) == refined.findings[""].num_rows == 0
    return Made(refined.tables[route.name], refined.findings[route.name], refined.skipped)


def told(findings: pa.Table) -> list[tuple[Any, ...]]:
    """Return (row, code, column, field) of each finding, in order of row."""
    names = ("row", "code", "column", "field")
    return sorted(tuple(line[name] for name in names) for line in findings.to_pylist())


class Never:
    """A moment without days."""

    def __init__(self, size: int, day: Any = None) -> None:
        """Remember how many rows there are, and their common day."""
        self.size, self.day = size, day

    def event_day(self) -> pa.Array:
        """Return the day of each row."""
        return pa.array([self.day] * self.size, pa.date32())
