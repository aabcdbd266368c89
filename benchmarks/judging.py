"""Record rules: ours over Arrow, against `jsonschema`, `fastjsonschema` and `jsonschema-rs` over the same records.

The peers get one plain schema per record type, without references or house keywords: types, bounds, lengths, patterns,
required fields, and every closed code list as an enumeration.  They get their records as Python objects that are made
outside of the clock, dates as text.  Ours checks the same and more: codes by the day of the event, check digits, rules
over several fields; and it names every finding's field and value.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastjsonschema
import jsonschema_rs
import pyarrow as pa
from jsonschema import Draft202012Validator

from benchmarks.one_refine import SOURCES
from benchmarks.refining import in_memory, rows_in_memory
from benchmarks.report import Figure, compared
from mappings.engine import read_source, refine
from pipeline.authoring.sample import sample_of
from pipeline.sources import folder_of
from standards import standard
from tests.support.reference import records_of
from validation.records.check import check_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from standards import RecordType, Table

MOST = 200_000  # records: as Python objects, which the peers need, more would not fit beside each other
SLOW = 20_000  # records given to jsonschema, whose speed does not change with their number
WIDE = ("alert", "customs_declaration", "recall", "traffic_accident", "vehicle_emission_test")  # with many lists
SAMPLED = 20_000  # invented records of each of these
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def figures(rows: int, runs: int) -> list[Figure]:
    """Return records per second of `check` against each peer, for fire reports, injury cases and wide types."""
    found = []
    for shape, name in SOURCES.items():
        source = read_source(folder_of(name))
        (route,) = source.routes
        with tempfile.TemporaryDirectory(prefix="riskhub-judge-", dir=in_memory()) as folder:
            path = rows_in_memory(shape, min(rows, MOST), Path(folder))
            with pa.memory_map(str(path)) as file:
                batches = pa.ipc.open_file(file).read_all().to_batches()
            made = [refine(batch, source).tables[route.name] for batch in batches]
        tables = {child: pa.concat_tables([each[child] for each in made]) for child in made[0]}
        found += _beside(tables, route.record_type, shape, runs)
    for name in WIDE:
        record_type = standard().types[name]
        found += _beside(sample_of(record_type, min(rows, SAMPLED)).tables, record_type, f"sample {name}", runs)
    return found


def _beside(tables: dict[str, pa.Table], record_type: RecordType, label: str, runs: int) -> list[Figure]:
    size = tables[""].num_rows
    received = datetime.now(UTC)
    ours = size / min(_seconds(lambda: check_records(tables, record_type, received_at=received)) for _ in range(runs))
    records = [_plain(record) for record in records_of(tables, record_type).values()]
    schema = plain_schema(record_type)
    rust, slow = jsonschema_rs.validator_for(schema, validate_formats=True), Draft202012Validator(schema)
    quick = fastjsonschema.compile({**schema, "$schema": "http://json-schema.org/draft-07/schema#"})
    some = records[:SLOW]
    peers: dict[str, tuple[str, Callable[[], Any], int]] = {
        "jsonschema-rs iter_errors": (">= 10", lambda: [list(rust.iter_errors(each)) for each in records], size),
        "jsonschema-rs is_valid": ("", lambda: [rust.is_valid(each) for each in records], size),
        "fastjsonschema": ("", lambda: [_tried(quick, each) for each in records], size),
        "jsonschema iter_errors": ("", lambda: [list(slow.iter_errors(each)) for each in some], len(some)),
    }
    return [
        compared(f"judging {label}", ours, "records/s", peer, count / _seconds(work), aim)
        for peer, (aim, work, count) in peers.items()
    ]


def plain_schema(record_type: RecordType) -> dict[str, Any]:
    """Return the record type as one JSON Schema without references, nested as its records are."""
    schema = _object(record_type.tables[""])
    for name, table in record_type.tables.items():
        if name:
            schema["properties"][name] = {"type": "array", "items": _object(table)}
    return {"$schema": DIALECT, **schema}


def _object(table: Table) -> dict[str, Any]:
    top: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for each in table.fields.values():
        place = top
        *above, name = each.path.split(".")
        for part in above:
            place = place["properties"].setdefault(part, {"type": "object", "properties": {}, "required": []})
        place["properties"][name] = _field(each)
        if each.required and not above:
            place["required"].append(name)
    return top


def _field(each: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string"}
    if pa.types.is_integer(each.arrow):
        found = {"type": "integer"}
    elif pa.types.is_decimal(each.arrow):
        found = {"type": "number"}
    elif pa.types.is_boolean(each.arrow):
        found = {"type": "boolean"}
    elif pa.types.is_timestamp(each.arrow):
        found["format"] = "date-time"
    elif pa.types.is_date(each.arrow):
        found["format"] = "date"
    bounds = {"minimum": each.minimum, "maximum": each.maximum, "maxLength": each.max_length, "pattern": each.pattern}
    found |= {name: value for name, value in bounds.items() if value is not None}
    if each.codelist and not each.open:
        found["enum"] = sorted(set(standard().codelists[each.codelist].codes.to_pylist()))
    return found


def _plain(value: Any) -> Any:
    """Return a record with floats for decimals: no peer takes a Decimal."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def _tried(valid: Callable[[Any], Any], record: Any) -> bool:
    try:
        valid(record)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
