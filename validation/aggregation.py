"""Gathering: many findings about rows become few lines with true counts and the first places.

Aggregated by code and column: a cell that two fields are made of is one thing to mend.  Samples are capped, counts
never.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Required, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS
from hub.receipt import SAMPLES
from validation.catalogue import level_of, levels

if TYPE_CHECKING:
    from hub.finding import Finding, FindingLine, FindingPlace

GROUP = ("code", "column")
PLACED = pa.schema(
    [*FINDINGS, pa.field("file", pa.string()), pa.field("sheet", pa.string()), pa.field("line", pa.int64())]
)
LEVELS = ("error", "warning", "repair")


def placed(findings: pa.Table, places: pa.Table) -> pa.Table:
    """Return the findings with the file, sheet and line of their rows."""
    at = pc.index_in(findings["row"], places["row"].combine_chunks())
    return pa.table([*findings.columns, *(places[name].take(at) for name in ("file", "sheet", "line"))], schema=PLACED)


def bad_rows(findings: pa.Table) -> pa.Array:
    """Return the distinct rows (int64) that an error keeps out."""
    errors = pc.equal(levels(findings["code"]), "error")
    return pc.unique(findings["row"].filter(errors))


class FindingGroup(TypedDict, total=False):
    """Findings of one code and column; a finding about a file has a place of its own."""

    code: Required[str]
    column: Required[str | None]
    count: Required[int]
    samples: Required[list[FindingPlace]]
    file: str | None
    sheet: str | None
    line: int | None
    field: str | None
    value: str | None
    expected: str | None
    read: str | None


@dataclass
class Gathered:
    """Findings of one batch so far, by code and column."""

    groups: dict[tuple[str | None, ...], FindingGroup] = field(default_factory=dict)

    def add(self, findings: pa.Table) -> None:
        """Take in the placed findings of one part."""
        if not findings.num_rows:
            return
        findings = _once_per_cell(findings)
        counted = findings.group_by(list(GROUP), use_threads=False).aggregate([([], "count_all")])
        for line in counted.to_pylist():  # one line per group, not per row
            key = (line["code"], line["column"])
            empty: FindingGroup = {"code": line["code"], "column": line["column"], "count": 0, "samples": []}
            group = self.groups.setdefault(key, empty)
            group["count"] += line["count_all"]
            if len(group["samples"]) < SAMPLES:
                group["samples"] += _first(findings, key, SAMPLES - len(group["samples"]))

    def add_file(self, finding: Finding) -> None:
        """Take in one finding about the whole file."""
        key = (finding.code, finding.column, str(len(self.groups)))
        self.groups[key] = _group_of(finding)

    def lines(self) -> list[FindingLine]:
        """Return the findings as receipts show them: errors first, then the most frequent.

        Their places still have their `row`, by which `quarantined_rows` finds the cells as they were sent.
        """
        lines = [_line(group) for group in self.groups.values()]
        return sorted(
            lines,
            key=lambda line: (
                LEVELS.index(line["level"]),
                -line["count"],
                line["code"],
                line["column"] or "",
                line["field"] or "",
                line["line"] or 0,
            ),
        )


def _once_per_cell(findings: pa.Table) -> pa.Table:
    """Keep one finding per row, code and column; where no column is told, the field takes its place."""
    keyed = findings.append_column("cell", pc.coalesce(findings["column"], findings["field"]))
    first = keyed.append_column("at", pa.arange(0, keyed.num_rows)).group_by(["row", "code", "cell"], use_threads=False)
    return findings.take(first.aggregate([("at", "min")])["at_min"])


def _first(findings: pa.Table, key: tuple[str | None, ...], wanted: int) -> list[FindingPlace]:
    mask = None
    for name, value in zip(GROUP, key, strict=True):
        hit = pc.is_null(findings[name]) if value is None else pc.equal(findings[name], value)
        mask = hit if mask is None else pc.and_kleene(mask, hit)
    some = findings.filter(mask)
    order = pc.select_k_unstable(some, k=min(wanted, some.num_rows), sort_keys=[("row", "ascending")])
    places: list[FindingPlace] = (
        some.take(order).select(["row", "file", "sheet", "line", "field", "value", "expected", "read"]).to_pylist()
    )
    return places


def _line(group: FindingGroup) -> FindingLine:
    first: FindingPlace = group["samples"][0] if group["samples"] else {}
    return {
        "code": group["code"],
        "level": level_of(group["code"]),
        "file": group.get("file", first.get("file")),
        "sheet": group.get("sheet", first.get("sheet")),
        "line": group.get("line", first.get("line")),
        "field": group.get("field", first.get("field")),
        "value": group.get("value", first.get("value")),
        "expected": group.get("expected", first.get("expected")),
        "read": group.get("read", first.get("read")),
        "column": group["column"],
        "count": group["count"],
        "samples": group["samples"],
    }


def finding_to_dict(finding: Finding) -> FindingLine:
    """Return a finding about a file in the shape that receipts and the ledger share."""
    return _line(_group_of(finding))


def finding_in_rows(finding: Finding, places: pa.Table) -> FindingLine:
    """Return a finding about a file with the first of the rows that it counts (row, file, sheet, line), if any."""
    group = _group_of(finding)
    order = pc.select_k_unstable(places, k=min(SAMPLES, places.num_rows), sort_keys=[("row", "ascending")])
    first = places.take(order).select(["file", "sheet", "line"]).to_pylist()
    empty: FindingPlace = {"field": None, "value": None, "expected": None, "read": None}
    group["samples"] = [{**empty, **place} for place in first]
    return _line({**group, **first[0]} if first else group)


def _group_of(finding: Finding) -> FindingGroup:
    return {
        "code": finding.code,
        "column": finding.column,
        "count": finding.count,
        "samples": [],
        "file": finding.file,
        "sheet": finding.sheet,
        "line": finding.line,
        "field": finding.field,
        "value": finding.value,
        "expected": finding.expected,
    }
