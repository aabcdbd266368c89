"""The real public files, each read whole: every row is accounted for, and the values are those of the file.

The values below were looked up in the files by hand; nothing computed them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import mappings
from connectors.sandbox.reader import read
from mappings.engine import check_header, columns_of, read_source
from pipeline.transform.map_batches import judged, refined_batches
from tests.support import real_values
from validation.catalogue import levels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mappings.engine import Source

SOURCES = Path(mappings.__file__).with_name("sources")

FIRE = "us_pittsburgh/fire_incidents"
CUSTOMS = "kr_customs/declarations"
RASFF = "eu_rasff/notifications"
NEISS = "us_cpsc/neiss"
RECALLS = "us_cpsc/recalls"

RECEIVED = datetime(2025, 1, 1, tzinfo=UTC)  # after all of them
RECALL_FOLDER = "data/market/cpsc_json_by_product_type"
FILES = {
    FIRE: ["data/fire/pittsburgh_wprdc_fire_incidents.csv"],
    CUSTOMS: ["data/customs/kcs_synthetic_import_declarations/df_syn_valid_eng.csv"],
    RASFF: ["data/inspection/rasff_2020_to_30OCT2024.csv"],
    NEISS: [
        "data/injury/neiss_skateboard_men/NEISS_2013.csv",
        "data/injury/neiss_skateboard_men/NEISS_2016.csv",
        "data/injury/neiss_skateboard_men/NEISS_2018.csv",
        "data/injury/neiss_skateboard_men/NEISS_2019.csv",
        "data/injury/neiss_skateboard_women/NEISS_2014.csv",
        "data/injury/neiss_skateboard_women/NEISS_2019.csv",
    ],
}

Findings = dict[tuple[str, str | None], int]
"""How many findings of a code there are for a field of the standard."""


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


def whole(name: str, shared: Callable[[str], Path]) -> Outcome:
    """Return what becomes of all real files of a source together, with the values of the records below."""
    paths = [shared(each) for each in FILES[name]] if name in FILES else sorted(shared(RECALL_FOLDER).glob("*.json"))
    return ingested(name, tuple(paths))


@cache
def ingested(name: str, paths: tuple[Path, ...]) -> Outcome:
    source = read_source(SOURCES / name)
    outcome = Outcome()
    for path in paths:
        ingest(path, source, outcome, frozenset(VALUES[name]))
    return outcome


# read, good, quarantined, skipped; items of children; findings by code and field
RECONCILED: dict[str, tuple[tuple[int, int, int, int], dict[str, int], Findings]] = {
    # 18 incidents have neither type nor time
    FIRE: ((8945, 8927, 18, 0), {}, {("MISSING_VALUE", "event_at"): 18}),
    CUSTOMS: ((8134, 8134, 0, 0), {"party": 24905, "goods": 8134}, {}),
    RASFF: ((21871, 21871, 0, 0), {"hazard": 22847}, {("REPAIRED_BLANKS", "product.name"): 1}),
    NEISS: ((9510, 9510, 0, 0), {"product": 10032}, {}),
    # 3,511 recalls of the agency and 116 of the FDA; 78 have no date, two name a hazard and one a maker as a product
    # type, one a hazard as a country
    RECALLS: (
        (3627, 3545, 82, 0),
        {"product": 20571, "hazard": 3790},
        {
            ("MISSING_VALUE", "event_at"): 78,
            ("UNKNOWN_CODE", "product.1.category_code"): 3,
            ("UNKNOWN_CODE", "product.3.origin_country_code"): 1,
            ("REPAIRED_BLANKS", "source_record_no"): 4,
        },
    ),
}
VALUES = {
    FIRE: real_values.FIRE,
    CUSTOMS: real_values.CUSTOMS,
    RASFF: real_values.RASFF,
    NEISS: real_values.NEISS,
    RECALLS: real_values.RECALLS,
}


each_source = pytest.mark.parametrize(
    "name",
    [FIRE, CUSTOMS, RASFF, NEISS, pytest.param(RECALLS, marks=[pytest.mark.slow, pytest.mark.xdist_group(RECALLS)])],
)


@each_source
def test_every_row_of_the_real_file_is_accounted_for(name: str, shared: Callable[[str], Path]) -> None:
    counts, children, findings = RECONCILED[name]
    outcome = whole(name, shared)
    assert outcome.counts() == counts
    assert outcome.read == outcome.good + outcome.quarantined + outcome.skipped
    assert outcome.children == children
    assert outcome.findings == findings
    assert outcome.told == []


@each_source
def test_values_are_those_of_the_real_file(name: str, shared: Callable[[str], Path]) -> None:
    expected = {
        number: {column(path): value for path, value in values.items()} for number, values in VALUES[name].items()
    }
    assert sum(map(len, expected.values())) >= 12
    found = whole(name, shared).values
    told = {number: {path: record.get(path) for path in expected[number]} for number, record in found.items()}
    assert told == expected


def column(path: str) -> str:
    """Return `product_name` for `product.name`; `product.0.name` is an item of a child and stays."""
    head, _, rest = path.partition(".")
    return path if rest[:1].isdigit() else path.replace(".", "_") if rest else head
