"""Golden pairs: what the sample of a source folder must give, kept beside it in `expected.json`.

`expected.json` holds what would be loaded and why the rest would not, and nothing that is null:

    received     the day on which the sample came in, for what depends on it (a date must not lie in the future);
                 2026-12-01 where it is not told
    rows         how many rows the sample has, bad ones too
    tables       the good records by table ("" is the record itself, else the name of the child), with their row;
                 where a source has several routes, `<route>` and `<route>.<child>`
    quarantined  the rows with an error, with their place and the codes of those errors
    repeated     the good rows whose key came before: `same` tells whether the content did, too
    skipped      the rows that are no records, with the reason
    findings     everything said about a row, in order
    file         everything said about the file

Moments are UTC, decimals are text.  A new file is received on the day on which it is written.  That day stays when
it is written again, so that the pair gives the same on any day; it is changed by hand for rows of later days.

After a change that is meant, write the file again with `riskhub source test --update` (or `pytest --update`), and read
the difference.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from connectors.sandbox.reader import read
from hub import clock
from hub.errors import FixTheHub, WrongUsage
from hub.messages import error_of, sentence
from hub.pseudonyms import fixed_key
from mappings.engine import check_header, columns_of, quoted
from pipeline.sources import format_of
from pipeline.transform.map_batches import judged, refined_batches
from validation.catalogue import levels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.finding import Finding
    from hub.json_types import JsonObject
    from mappings.engine import Route, Source

EXPECTED = "expected.json"
RECEIVED = "received"
RECEIVED_AT = datetime(2026, 12, 1, tzinfo=UTC)  # of a sample whose `expected.json` tells no day
KEY = "the key of the golden pairs, kept by nobody"
IDENTITY = ("record_uid", "row_hash")
PLACE = ("row", "file", "line")


class RepeatedRow(TypedDict):
    """A good row whose key came before, in row `of`; `same`: with the same content."""

    row: int
    of: int
    same: bool


class GoldenContent(TypedDict):
    """What `expected.json` holds (see the docstring of this module); a record has the fields of its type."""

    received: NotRequired[str]
    rows: int
    tables: dict[str, list[JsonObject]]
    quarantined: list[JsonObject]
    repeated: list[RepeatedRow]
    skipped: list[JsonObject]
    findings: list[JsonObject]
    file: list[JsonObject]


@dataclass(frozen=True)
class Outcome:
    """What became of a sample: its content as `expected.json` holds it, and the tables that it was made from."""

    content: GoldenContent
    batches: list[pa.RecordBatch] = field(default_factory=list, repr=False)
    tables: list[pa.Table] = field(default_factory=list, repr=False)  # records, children and findings

    def written(self) -> str:
        """Return the content as the text of `expected.json`."""
        return json.dumps(self.content, ensure_ascii=False, indent=1) + "\n"


def sample_of(folder: Path) -> Path:
    """Return the one sample of a source folder.

    Raises:
        WrongUsage: There is none, or more than one.
    """
    found = sorted(folder.glob("sample.*"))
    if len(found) != 1:
        raise error_of(WrongUsage, "source.one_sample", where=str(folder), count=len(found))
    return found[0]


def outcome_of(source: Source) -> Outcome:
    """Read, map and judge the sample of a source by the functions that the hub runs.

    Tokens are made under a key that everybody knows, and the clock is held at the day of the sample, so that the
    outcome is the same on every machine and every day.
    """
    received_at = received(source.folder)
    with fixed_key(KEY), clock.fixed(received_at), read(sample_of(source.folder), format_of(source)) as reading:
        batches = list(reading) or [pa.RecordBatch.from_pylist([], reading.schema)]
        tables: dict[str, list[pa.Table]] = {}
        findings, skipped = [], []
        for rows, refined in refined_batches(iter(batches), source):
            findings.append(refined.findings[""])
            skipped.append(refined.skipped)
            for route in source.routes:
                made = refined.tables[route.name]
                judged_rows = judged(made, refined.findings[route.name], route, received_at)
                findings.append(quoted(judged_rows, rows, source))
                for child, table in made.items():
                    tables.setdefault(_name(source, route, child), []).append(table)
        rows = pa.Table.from_batches(batches, reading.schema)
        file = [*check_header(columns_of(rows.schema), source), *reading.findings]
    whole = {name: pa.concat_tables(parts) for name, parts in tables.items()}
    records = [_name(source, route, "") for route in source.routes]
    content = _content(rows, whole, records, pa.concat_tables(findings), pa.concat_tables(skipped), file)
    if received_at != RECEIVED_AT:
        content = {"received": received_at.date().isoformat(), **content}
    return Outcome(content, batches, [*whole.values(), *findings])


def received(folder: Path) -> datetime:
    """Return when the sample of a folder came in: as `expected.json` says, today when there is none yet.

    Raises:
        FixTheHub: `received` in `expected.json` is no day.
    """
    path = folder / EXPECTED
    if not path.exists():
        return clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    received_text = json.loads(path.read_text("utf-8")).get(RECEIVED)
    try:
        return (
            datetime.combine(date.fromisoformat(received_text), time(), UTC)
            if received_text is not None
            else RECEIVED_AT
        )
    except (TypeError, ValueError):
        raise error_of(
            FixTheHub,
            "source.bad_received",
            where=str(path),
            member=RECEIVED,
            value=json.dumps(received_text, ensure_ascii=False)[:40],
        ) from None


def differences(outcome: Outcome, folder: Path) -> list[str]:
    """Return in which parts the outcome differs from `expected.json`, in words; [] when it does not."""
    path = folder / EXPECTED
    if not path.exists():
        return [sentence("source.no_expected", file=EXPECTED)]
    before, now = json.loads(path.read_text("utf-8")), json.loads(outcome.written())
    return list(_differing("", before, now))


def _differing(place: str, before: Any, now: Any) -> Iterator[str]:
    if before == now:
        return
    if isinstance(before, dict) and isinstance(now, dict):
        for name in sorted(before.keys() | now.keys()):
            yield from _differing(f"{place} {name}".strip(), before.get(name), now.get(name))
    elif isinstance(before, list) and isinstance(now, list):
        yield from _differing_lists(place, before, now)
    else:
        texts = (
            sentence("source.nothing") if each is None else json.dumps(each, ensure_ascii=False)
            for each in (before, now)
        )
        yield f"{place}: {' -> '.join(texts)}"


def _differing_lists(place: str, before: list[Any], now: list[Any]) -> Iterator[str]:
    """Yield what differs: by row and position where these tell the items apart, else the items that come and go."""
    old, new = _by_place(before), _by_place(now)
    if old is not None and new is not None:
        yield from _differing(place, old, new)
        return
    for sign, lines, others in (("-", before, now), ("+", now, before)):
        for each in lines:
            if each not in others:
                yield f"{place}: {sign} {json.dumps(each, ensure_ascii=False)}"


def _by_place(items: list[Any]) -> JsonObject | None:
    if not all(isinstance(each, dict) and "row" in each for each in items):
        return None
    found = {f"row {each['row']}" + (f".{each['position']}" if "position" in each else ""): each for each in items}
    return found if len(found) == len(items) else None


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
) -> GoldenContent:
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


def _places(rows: pa.Table) -> Iterator[JsonObject]:
    for place in rows.select([f"@{name}" for name in PLACE]).to_pylist():
        yield {name: place[f"@{name}"] for name in PLACE if place[f"@{name}"] is not None}


def _sorted(table: pa.Table) -> list[JsonObject]:
    keys = [(name, "ascending") for name in ("row", "position") if name in table.schema.names]
    records: list[JsonObject] = table.sort_by(keys).to_pylist()
    return records


def _order(finding: JsonObject) -> tuple[Any, ...]:
    return finding["row"], *(str(finding.get(name, "")) for name in ("code", "column", "field", "value"))


def _repeated(records: pa.Table) -> Iterator[RepeatedRow]:
    seen: dict[str, JsonObject] = {}
    for record in _sorted(records):
        before = seen.get(record["record_uid"])
        if before:
            yield {"row": record["row"], "of": before["row"], "same": record["row_hash"] == before["row_hash"]}
        seen[record["record_uid"]] = record


def _plain(record: JsonObject) -> JsonObject:
    return {name: _value(value) for name, value in record.items() if value is not None and name not in IDENTITY}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value
