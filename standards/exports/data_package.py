"""The standard as a Data Package (version 2): a resource with a Table Schema for every table and every code list.

The data of a table is a csv with its header only: the columns of the warehouse that the standard states, with the key
of the hub in front.  Closed lists of few codes are an `enum`; each coded column has a foreign key to its list.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from standards.exports.json_schema import is_enum
from standards.schema import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from standards import CodeList, Field, Standard, Table
    from standards.schema import Json

PROFILE = "https://datapackage.org/profiles/2.0"
KEY = ("agency", "record_uid")  # of a record in the warehouse; an item has its position beside it
POSITION = "position"
OF_HUB: dict[str, Json] = {
    "agency": {"type": "string", "title": "Agency 报送机构", "constraints": {"required": True}},
    "record_uid": {"type": "string", "format": "uuid", "title": "Record 记录标识", "constraints": {"required": True}},
    POSITION: {"type": "integer", "title": "Position 序号", "constraints": {"required": True, "minimum": 0}},
}
TYPES = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_timestamp, "datetime"),
    (pa.types.is_date, "date"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_decimal, "number"),
    (pa.types.is_floating, "number"),
)
LIMITS = {
    "maxLength": "max_length",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "above",
    "pattern": "pattern",
}


def data_package_files(standard: Standard) -> dict[str, bytes]:
    """Return the files of the package by their names: `datapackage.json`, and a csv for each of its resources."""
    lists = code_list_part(standard, standard.codelists)
    files, resources = dict(lists.files), list(lists.resources)
    for record_type in standard.types.values():
        for child, table in record_type.tables.items():
            path = f"data/{table.name}.csv"
            schema = _table_schema(table, record_type.tables[""].name if child else "", standard)
            files[path] = _csv([each["name"] for each in schema["fields"]], [])
            resources.append(_resource(table.name, path, _both(table.label), _both(table.description), schema))
    package = {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": "unified-risk-data-standard",
        "id": f"{BASE}:{standard.version}",
        "title": "Unified risk-data standard 统一风险数据标准",
        "version": standard.version,
        "resources": resources,
    }
    files["datapackage.json"] = (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()
    return files


class PackagePart(NamedTuple):
    """Files of a package by their paths, and the resources that describe them."""

    files: dict[str, bytes]
    resources: list[Json]


def code_list_part(standard: Standard, names: Iterable[str]) -> PackagePart:
    """Return the code lists of these names, each as a csv and its resource `codelist_<name>`."""
    part = PackagePart({}, [])
    for name in sorted(names):
        codes = standard.codelists[name]
        path = f"codelists/{name}.csv"
        part.files[path] = _csv(codes.table.column_names, [tuple(row.values()) for row in codes.table.to_pylist()])
        part.resources.append(_resource(f"codelist_{name}", path, _both(codes.title), "", _codes_schema(codes)))
    return part


def _resource(name: str, path: str, title: str, description: str, schema: Json) -> Json:
    about = {"name": name, "type": "table", "path": path, "title": title}
    form = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}
    return about | ({"description": description} if description else {}) | form


def _codes_schema(codes: CodeList) -> Json:
    fields = [{"name": each.name, "type": type_name(each.type)} for each in codes.table.schema]
    fields[0]["constraints"] = {"required": True}
    return {"$schema": f"{PROFILE}/tableschema.json", "fields": fields, "missingValues": [""]}


def _table_schema(table: Table, parent: str, standard: Standard) -> Json:
    key = [*KEY, *([POSITION] if parent else [])]
    fields = [{"name": name, **OF_HUB[name]} for name in key]
    fields += [field_descriptor(each, standard) for each in table.fields.values()]
    links = [foreign_key(list(KEY), parent, list(KEY))] if parent else []
    coded = (each for each in table.fields.values() if each.codelist is not None and not each.open)
    links += [foreign_key([each.name], f"codelist_{each.codelist}", ["code"]) for each in coded]
    schema: Json = {"$schema": f"{PROFILE}/tableschema.json", "fields": fields, "missingValues": [""]}
    return schema | {"primaryKey": key} | ({"foreignKeys": links} if links else {})


def foreign_key(fields: list[str], resource: str, others: list[str]) -> Json:
    """Return the foreign key from columns to those of another resource."""
    return {"fields": fields, "reference": {"resource": resource, "fields": others}}


def field_descriptor(field: Field, standard: Standard) -> Json:
    """Return a field of the standard as a Table Schema has it."""
    about: Json = {"name": field.name, "type": type_name(field.arrow)}
    about |= {"title": _both(field.label), "description": _both(field.description)}
    if field.pattern is None and field.identifier is None and field.examples:
        about["example"] = field.examples[0]
    limits = {name: getattr(field, ours) for name, ours in LIMITS.items() if getattr(field, ours) is not None}
    if field.required:
        limits["required"] = True
    if field.codelist is not None and not field.open and is_enum(standard.codelists[field.codelist]):
        limits["enum"] = standard.codelists[field.codelist].codes.to_pylist()
    return about | ({"constraints": limits} if limits else {})


def type_name(kind: pa.DataType) -> str:
    """Return what a Table Schema calls a type of Arrow.

    >>> type_name(pa.decimal128(18, 2)), type_name(pa.string())
    ('number', 'string')
    """
    return next((name for fits, name in TYPES if fits(kind)), "string")


def _both(text: dict[str, str]) -> str:
    return f"{text['en']} {text['zh']}"


def _csv(header: Sequence[str], rows: Sequence[tuple[object, ...]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()
