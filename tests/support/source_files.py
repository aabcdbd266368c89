"""Whole files of a shipped source, read, mapped and judged without a warehouse."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

import mappings
from connectors.sandbox.reader import read
from mappings.engine import check_header, columns_of
from pipeline.transform.map_batches import judged, refined_batches
from validation.catalogue import levels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine import Source

SOURCES = Path(mappings.__file__).with_name("sources")

FIRE = "us_pittsburgh/fire_incidents"
CUSTOMS = "kr_customs/declarations"
RASFF = "eu_rasff/notifications"
NEISS = "us_cpsc/neiss"
RECALLS = "us_cpsc/recalls"

RECEIVED = datetime(2026, 4, 1, tzinfo=UTC)  # after all of them


@dataclass
class Outcome:
    """What became of the rows of one delivery, or of several."""

    read: int = 0
    good: int = 0
    quarantined: int = 0
    skipped: int = 0
    children: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)  # codes of findings about the file
    values: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the agency's number, then by path

    def counts(self) -> tuple[int, int, int, int]:
        """Return read, good, quarantined, skipped."""
        return self.read, self.good, self.quarantined, self.skipped


def ingest(path: Path, source: Source, outcome: Outcome, wanted: frozenset[str], received: datetime = RECEIVED) -> None:
    """Read, map and judge one whole file; keep the values of the `wanted` records."""
    reading = read(path, source.format)
    (route,) = source.routes
    for batch, refined in refined_batches(_told(reading, source, outcome), source):
        tables = refined.tables[route.name]
        findings = judged(tables, refined.findings[route.name], route, received)
        bad = pc.unique(findings.filter(pc.equal(levels(findings["code"]), "error"))["row"])
        main = tables[""]
        good = main.filter(pc.invert(pc.is_in(main["row"], value_set=bad)))
        outcome.read += batch.num_rows
        outcome.good += good.num_rows
        outcome.quarantined += len(bad)
        outcome.skipped += refined.skipped.num_rows
        outcome.children += Counter({name: each.num_rows for name, each in tables.items() if name})
        outcome.findings += Counter(zip(findings["code"].to_pylist(), findings["field"].to_pylist(), strict=True))
        outcome.values |= dict(_records(tables, good, wanted))
    outcome.told += [finding.code for finding in reading.findings]


def _told(reading: Any, source: Source, outcome: Outcome) -> Iterator[pa.RecordBatch]:
    for at, batch in enumerate(reading):
        if at == 0:
            outcome.told += [finding.code for finding in check_header(columns_of(batch.schema), source)]
        yield batch


def _records(
    tables: dict[str, pa.Table], good: pa.Table, wanted: frozenset[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the wanted records as {path: value}, those of children as `party.0.role_code`."""
    chosen = good.filter(pc.is_in(good["source_record_no"], value_set=pa.array(sorted(wanted), pa.string())))
    for record in chosen.to_pylist():
        found = {name: plain(value) for name, value in record.items()}
        for child, table in tables.items():
            items = table.filter(pc.equal(table["row"], record["row"])).to_pylist() if child else []
            found |= {f"{child}.{each['position']}.{name}": plain(each[name]) for each in items for name in each}
        yield record["source_record_no"], found


def plain(value: Any) -> Any:
    """Return a value as it is written below: moments in UTC and days by ISO 8601, decimals without padding."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return value
