"""The standard as a Data Package (version 2): a resource with a Table Schema for every table and every code list.

The data of a table is a csv with its header only: the columns of the warehouse that the standard states, with the key
of the hub in front.  Closed lists of few codes are an `enum`; each coded column has a foreign key to its list.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pyarrow as pa

from standards.exports.json_schema import is_enum
from standards.schema import BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    files: dict[str, bytes] = {}
    resources = []
    for name, codes in sorted(standard.codelists.items()):
        path = f"codelists/{name}.csv"
        files[path] = _csv(codes.table.column_names, [tuple(row.values()) for row in codes.table.to_pylist()])
        resources.append(_resource(f"codelist_{name}", path, _both(codes.title), "", _codes_schema(codes)))
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


def _resource(name: str, path: str, title: str, description: str, schema: Json) -> Json:
    about = {"name": name, "type": "table", "path": path, "title": title}
    form = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}
    return about | ({"description": description} if description else {}) | form


def _codes_schema(codes: CodeList) -> Json:
    fields = [{"name": each.name, "type": _type(each.type)} for each in codes.table.schema]
    fields[0]["constraints"] = {"required": True}
    return {"$schema": f"{PROFILE}/tableschema.json", "fields": fields, "missingValues": [""]}


def _table_schema(table: Table, parent: str, standard: Standard) -> Json:
    key = [*KEY, *([POSITION] if parent else [])]
    fields = [{"name": name, **OF_HUB[name]} for name in key]
    fields += [_field(each, standard) for each in table.fields.values()]
    links = [_link(list(KEY), parent, list(KEY))] if parent else []
    coded = (each for each in table.fields.values() if each.codelist is not None and not each.open)
    links += [_link([each.name], f"codelist_{each.codelist}", ["code"]) for each in coded]
    schema: Json = {"$schema": f"{PROFILE}/tableschema.json", "fields": fields, "missingValues": [""]}
    return schema | {"primaryKey": key} | ({"foreignKeys": links} if links else {})


def _link(fields: list[str], resource: str, others: list[str]) -> Json:
    return {"fields": fields, "reference": {"resource": resource, "fields": others}}


def _field(field: Field, standard: Standard) -> Json:
    about: Json = {"name": field.name, "type": _type(field.arrow)}
    about |= {"title": _both(field.label), "description": _both(field.description)}
    if field.pattern is None and field.identifier is None and field.examples:
        about["example"] = field.examples[0]
    limits = {name: getattr(field, ours) for name, ours in LIMITS.items() if getattr(field, ours) is not None}
    if field.required:
        limits["required"] = True
    if field.codelist is not None and not field.open and is_enum(standard.codelists[field.codelist]):
        limits["enum"] = standard.codelists[field.codelist].codes.to_pylist()
    return about | ({"constraints": limits} if limits else {})


def _type(kind: pa.DataType) -> str:
    return next((name for fits, name in TYPES if fits(kind)), "string")


def _both(text: dict[str, str]) -> str:
    return f"{text['en']} {text['zh']}"


def _csv(header: Sequence[str], rows: Sequence[tuple[object, ...]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()
