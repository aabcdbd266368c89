"""Golden pairs: what the sample of a source folder must give, kept beside it in `expected.json`.

`expected.json` holds what would be loaded and why the rest would not, and nothing that is null:

    rows         how many rows the sample has, bad ones too
    tables       the good records by table ("" is the record itself, else the name of the child), with their row;
                 where a source has several routes, `<route>` and `<route>.<child>`
    quarantined  the rows with an error, with their place and the codes of those errors
    repeated     the good rows whose key came before: `same` tells whether the content did, too
    skipped      the rows that are no records, with the reason
    findings     everything said about a row, in order
    file         everything said about the file

Moments are UTC, decimals are text.  After a change that is meant, write the files again with `pytest --update`, and
read the difference.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.reading import read
from mappings.engine import check_header, columns_of, mask, read_source
from pipeline.refine import judged, refined_batches
from validation.catalogue import levels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.finding import Finding
    from mappings.engine import Route, Source

EXPECTED = "expected.json"
RECEIVED_AT = datetime(2026, 12, 1, tzinfo=UTC)  # of every sample; a day after it is in the future
LONG_NUMBER = re.compile(r"\b[0-9]{10,17}[0-9X]\b")
IDENTITY = ("record_uid", "row_hash")
PLACE = ("row", "file", "line")


@dataclass(frozen=True)
class Outcome:
    """What became of a sample.  `told` is all text that may leave the engine, `personal` what must not be in it."""

    content: dict[str, Any]
    told: str
    personal: frozenset[str]

    def written(self) -> str:
        """Return the content as the text of `expected.json`."""
        return json.dumps(self.content, ensure_ascii=False, indent=1) + "\n"


def sample_of(folder: Path) -> Path:
    """Return the one sample of a source folder."""
    found = sorted(folder.glob("sample.*"))
    assert len(found) == 1, f"{folder.name} needs exactly one sample.*; it has {len(found)}"
    return found[0]


@cache
def outcome_of(folder: Path) -> Outcome:
    """Read, map and judge the sample of a source folder by the functions that the hub runs."""
    source = read_source(folder)
    reading = read(sample_of(folder), source.format)
    batches = list(reading)
    rows = pa.Table.from_batches(batches)
    tables: dict[str, list[pa.Table]] = {}
    findings, skipped = [], []
    for _, refined in refined_batches(iter(batches), source):
        findings.append(refined.findings[""])
        skipped.append(refined.skipped)
        for route in source.routes:
            made = refined.tables[route.name]
            findings.append(judged(made, refined.findings[route.name], route, RECEIVED_AT))
            for child, table in made.items():
                tables.setdefault(_name(source, route, child), []).append(table)
    header = check_header(columns_of(rows.schema), source)
    whole = {name: pa.concat_tables(parts) for name, parts in tables.items() if parts}
    records = [_name(source, route, "") for route in source.routes]
    content = _content(
        rows, whole, records, pa.concat_tables(findings), pa.concat_tables(skipped), [*header, *reading.findings]
    )
    told = [json.dumps(content, ensure_ascii=False)]
    told += [str(table.to_pylist()) for table in (*whole.values(), *findings)]
    told += [text for batch in batches for text in mask(batch, source).to_pylist()]
    return Outcome(content, "\n".join(told), frozenset(_personal(rows, source)))


def _name(source: Source, route: Route, child: str) -> str:
    """Return the name of a table: the child's, after the route's when there are several."""
    return child if len(source.routes) == 1 else ".".join([route.name, *([child] if child else [])])


def _content(  # noqa: PLR0913, PLR0917 - what the file is made of, one by one
    rows: pa.Table,
    tables: dict[str, pa.Table],
    records: list[str],
    findings: pa.Table,
    skipped: pa.Table,
    file: list[Finding],
) -> dict[str, Any]:
    errors = findings.filter(pc.equal(levels(findings["code"]), "error"))
    bad = pc.unique(errors["row"])
    good = {name: table.filter(pc.invert(pc.is_in(table["row"], value_set=bad))) for name, table in tables.items()}
    places = {place["row"]: place for place in _places(rows)}
    return {
        "rows": rows.num_rows,
        "tables": {name: [_plain(record) for record in _sorted(table)] for name, table in good.items()},
        "quarantined": [
            places[row] | {"codes": sorted({error["code"] for error in errors.to_pylist() if error["row"] == row})}
            for row in sorted(bad.to_pylist())
        ],
        "repeated": [again for name in records for again in _repeated(good[name])],
        "skipped": [places[skip["row"]] | {"reason": skip["reason"]} for skip in _sorted(skipped)],
        "findings": sorted((_plain(finding) for finding in findings.to_pylist()), key=_order),
        "file": [_plain(asdict(finding)) for finding in file],
    }


def _places(rows: pa.Table) -> Iterator[dict[str, Any]]:
    for place in rows.select([f"@{name}" for name in PLACE]).to_pylist():
        yield {name: place[f"@{name}"] for name in PLACE if place[f"@{name}"] is not None}


def _sorted(table: pa.Table) -> list[dict[str, Any]]:
    keys = [(name, "ascending") for name in ("row", "position") if name in table.schema.names]
    records: list[dict[str, Any]] = table.sort_by(keys).to_pylist()
    return records


def _order(finding: dict[str, Any]) -> tuple[Any, ...]:
    return finding["row"], *(str(finding.get(name, "")) for name in ("code", "column", "field", "value"))


def _repeated(records: pa.Table) -> Iterator[dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    for record in _sorted(records):
        before = seen.get(record["record_uid"])
        if before:
            yield {"row": record["row"], "of": before["row"], "same": record["row_hash"] == before["row_hash"]}
        seen[record["record_uid"]] = record


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in record.items() if value is not None and name not in IDENTITY}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def _personal(rows: pa.Table, source: Source) -> Iterator[str]:
    """Yield the sample's values of personal columns, as written and with ordinary letters and digits.

    Nobody can tell the cells of a row that was not cut; its text, and the numbers of telephones and persons in it,
    are as personal as its columns.
    """
    names = [name for name in rows.schema.names if name in source.personal]
    for value in _texts(rows.select(names).to_pylist()):
        yield from {value.strip(), unicodedata.normalize("NFKC", value).strip()} - {""}
    if names:
        for text in _texts(rows.select(["@raw"]).to_pylist()):
            yield from {text, *LONG_NUMBER.findall(text)}


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in nested lists and members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
