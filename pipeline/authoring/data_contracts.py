"""A data contract for every source, in the Open Data Contract Standard 3.1: what the feed promises, field by field.

A contract has the tables that the feed fills, of each the fields that its mapping fills and those that a record must
have; the codes that are allowed, rules over fields, the times of delivery, and who may read what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import yaml

from mappings.catalogue import source_headers
from mappings.coverage import coverage
from standards import standard
from standards.exports.json_schema import is_enum
from standards.schema import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mappings.catalogue import Head
    from mappings.coverage import Coverage
    from standards import Field, RecordType, Rule, Table
    from standards.schema import Json

VERSION = "v3.1.0"
TYPES = (
    (pa.types.is_boolean, ("boolean", "boolean")),
    (pa.types.is_timestamp, ("timestamp", "timestamp with time zone")),
    (pa.types.is_date, ("date", "date")),
    (pa.types.is_integer, ("integer", "bigint")),
    (pa.types.is_decimal, ("number", "numeric")),
)
LIMITS = {"minimum": "minimum", "maximum": "maximum", "exclusiveMinimum": "above"}
TEXT_LIMITS = {"maxLength": "max_length", "pattern": "pattern"}


def data_contract_files() -> dict[str, bytes]:
    """Return a contract for every source of the settings by its name, `<agency>.<feed>.odcs.yaml`."""
    filled = coverage()
    return {
        f"{head.agency}.{head.feed}.odcs.yaml": yaml.safe_dump(
            _contract(head, filled), allow_unicode=True, sort_keys=False, width=120
        ).encode()
        for head in source_headers()
        if head.error is None and set(head.record_types) & standard().types.keys()
    }


class ContractTable(NamedTuple):
    """A table of a contract about data that are handed over: its name there, the table of the standard, its fields."""

    name: str
    table: Table
    fields: list[Field]


def handover_contract(identity: str, tables: Iterable[ContractTable]) -> bytes:
    """Return the contract about tables that are handed over as files, as YAML.

    Args:
        identity: What tells this contract from others.
        tables: The tables of the standard with those of their fields that are handed over.
    """
    contract = {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": identity,
        "name": identity,
        "version": standard().version,
        "status": "active",
        "domain": "product-safety risk data",
        "schema": [
            _object(each.table, each.fields, []) | {"physicalName": each.name, "physicalType": "file"}
            for each in tables
        ],
    }
    return yaml.safe_dump(contract, allow_unicode=True, sort_keys=False, width=120).encode()


def _contract(head: Head, filled: Coverage) -> Json:
    title = head.title
    types = [standard().types[name] for name in head.record_types if name in standard().types]
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": f"riskhub-{head.agency}-{head.feed}",
        "name": head.name,
        "version": standard().version,
        "status": "active",
        "domain": "product-safety risk data",
        "description": {"purpose": f"{title.get('en', '')} {title.get('zh', '')}".strip()},
        "schema": [each for record_type in types for each in _tables(record_type, head.name, filled)],
        "slaProperties": [
            {"property": key, "value": str(head.expect[key])} for key in ("every", "by", "grace") if key in head.expect
        ],
        "roles": [
            {"role": "riskhub_analyst", "access": "read"},
            {"role": "riskhub_loader", "access": "write"},
        ],
        "authoritativeDefinitions": [
            {"type": "businessDefinition", "url": f"{BASE}:{standard().version}:{each.name}"} for each in types
        ],
    }


def _tables(record_type: RecordType, source: str, filled: Coverage) -> Iterator[Json]:
    for child, table in record_type.tables.items():
        fields = [
            field
            for field in table.fields.values()
            if source in filled.get((record_type.name, f"{child}.*.{field.path}" if child else field.path), ())
            or (field.required and not child)
        ]
        if fields:
            rules = [*table.rules, *(() if child else record_type.across)]
            yield _object(table, fields, rules)


def _object(table: Table, fields: list[Field], rules: list[Rule]) -> Json:
    made: Json = {
        "name": table.name,
        "physicalName": f"core.{table.name}",
        "logicalType": "object",
        "physicalType": "table",
        "businessName": _both(table.label),
        "description": _both(table.description),
        "properties": [_property(field) for field in fields],
    }
    quality = [{"type": "text", "name": rule.id, "description": _both(rule.message)} for rule in rules]
    return made | ({"quality": quality} if quality else {})


def _property(field: Field) -> Json:
    logical, physical = next((names for fits, names in TYPES if fits(field.arrow)), ("string", "text"))
    made: Json = {
        "name": field.name,
        "logicalType": logical,
        "physicalType": physical,
        "businessName": _both(field.label),
        "description": _both(field.description),
        "required": field.required,
        "classification": field.sensitivity,
    }
    limits = TEXT_LIMITS if logical == "string" else LIMITS if logical in {"number", "integer"} else {}
    options = {name: getattr(field, ours) for name, ours in limits.items() if getattr(field, ours) is not None}
    if options:
        made["logicalTypeOptions"] = options
    if field.examples:
        made["examples"] = list(field.examples)
    if field.codelist is not None:
        url = f"{BASE}:{standard().version}:codelists/{field.codelist}"
        made["authoritativeDefinitions"] = [{"type": "codelist", "url": url}]
        codes = standard().codelists[field.codelist]
        if not field.open and is_enum(codes):
            allowed = {"validValues": codes.codes.to_pylist()}
            made["quality"] = [{"type": "library", "metric": "invalidValues", "arguments": allowed, "mustBe": 0}]
    return made


def _both(text: dict[str, str]) -> str:
    return f"{text['en']} {text['zh']}"
