"""Messages read as a source reads them, and records that are compared."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from connectors.sandbox.reader import read
from hub.pseudonyms import fixed_key
from mappings.engine import read_source
from pipeline.authoring.golden import KEY
from pipeline.sources import format_of
from pipeline.transform.map_batches import refined_batches
from standards import standard
from standards.exports.json_schema import bundle
from tests.support.reference import records_of
from tests.support.source_files import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from mappings.engine import Route, Source

Record = dict[str, Any]


def records_in(path: Path, source_name: str) -> list[Record]:
    """Return the records that a source makes of a file as JSON values, without those that the schema refuses."""
    source = read_source(SOURCES / source_name)
    (route,) = source.routes
    found: dict[int, Record] = {}
    for _, tables in refined_tables(path, source):
        found |= records_of(tables, route.record_type)
    schema = Draft202012Validator(bundle(standard(), route.record_type.name))
    records = [json.loads(json.dumps(each, default=_plain), parse_float=Decimal) for each in found.values()]
    return [each for each in records if schema.is_valid(each)]


def refined_tables(path: Path, source: Source) -> Iterator[tuple[Route, dict[str, pa.Table]]]:
    """Yield the tables that a source makes of a file, for each of its routes; tokens are made under a known key."""
    with fixed_key(KEY), read(path, format_of(source)) as reading:
        for _, refined in refined_batches(iter(reading), source):
            for route in source.routes:
                yield route, refined.tables[route.name]


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def alike(record: Record) -> Record:
    """Return a record in a form in which two are equal that say the same: items in order, numbers without zeros."""
    return {name: _items(value) if isinstance(value, list) else value for name, value in record.items()}


def _items(items: list[Any]) -> list[str]:
    return sorted(json.dumps(each, default=float, sort_keys=True, ensure_ascii=False) for each in items)
