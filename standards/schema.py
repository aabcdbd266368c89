"""The record types as the schemas state them, flattened to the tables that the hub carries.

A schema is read once and becomes plain values: a `RecordType` has a `Table` for the record itself and one per list of
objects in it; a `Table` has a `Field` per column.  Keywords beyond JSON Schema 2020-12 are explained in `README.md`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from standards.keywords import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).with_name("schemas")
RULE_KINDS = ("compare", "together", "requires", "any_of", "parent", "times", "unique", "sum", "count", "denies")
ACROSS = ("unique", "sum", "count", "denies")  # rules over a record and its children

Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One column.  `path` is what a mapping writes (`product.name`, in a child `name`), `name` the column."""

    name: str
    path: str
    arrow: pa.DataType
    required: bool
    label: dict[str, str]
    description: dict[str, str]
    codelist: str | None = None
    open: bool = False
    unit: str | None = None
    sensitivity: str = "internal"
    share: str = "conditional"
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    max_length: int | None = None
    identifier: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Rule:
    """A rule over several columns of one table; where a column it needs is null it holds.

    - compare: `fields` are left and right, of one type, `op` one of <= < >= > ==; times may miss it by `slack_hours`
    - together: all of `fields` are given, or none
    - requires: where the first of `fields` is given, the others are too
    - any_of: at least one of `fields` is given
    - parent: `fields` are a code and the code that is its parent
    - times: the product of the first two of `fields` is the third, which it may miss by the share `tolerance`

    Over a record and its children of the name `child`:

    - unique: no two children have the same values in `fields`
    - sum: `fields` are a field of the child, whose sum is compared by `op`, and one of the record; `tolerance` as above
    - denies: where the record's field, the second of `fields`, is the second of `values`, no child's is the first
    - count: the number of children is compared by `op` with the record's only field in `fields`
    """

    id: str
    level: str
    kind: str
    fields: tuple[str, ...]
    message: dict[str, str]
    op: str = ""
    slack_hours: int = 0
    child: str = ""
    tolerance: float = 0
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The columns of a record, or of one kind of its children, in the schema's order."""

    name: str
    label: dict[str, str]
    description: dict[str, str]
    fields: dict[str, Field]
    rules: tuple[Rule, ...] = ()

    @property
    def arrow(self) -> pa.Schema:
        """The columns as an Arrow schema; every one of them may be null there."""
        return pa.schema([pa.field(each.name, each.arrow) for each in self.fields.values()])


@dataclass(frozen=True)
class RecordType:
    """One kind of record: table "" is the record itself, the others are its children by property name."""

    name: str
    label: dict[str, str]
    description: dict[str, str]
    tables: dict[str, Table]
    schema: Json = field(repr=False)
    across: tuple[Rule, ...] = ()

    def field(self, path: str) -> Field:
        """Return the field that a full path names: `event_at`, `product.name`, `goods.0.hs_code`.

        Raises KeyError when there is none.
        """
        first, _, rest = path.partition(".")
        position, _, inner = rest.partition(".")
        if first in self.tables and position.isdigit():
            return self.tables[first].fields[inner.replace(".", "_")]
        return self.tables[""].fields[path.replace(".", "_")]


def documents() -> dict[str, Json]:
    """Return every schema file by its `$id`, for a validator that resolves references itself."""
    return {schema["$id"]: schema for schema in map(_read, sorted(SCHEMAS.rglob("*.schema.json")))}


def record_types() -> dict[str, RecordType]:
    """Read the schemas of all record types; a type is called as its file."""
    paths = sorted(SCHEMAS.glob("*.schema.json"))
    return {name: _record_type(name, path) for path in paths for name in [path.name.removesuffix(".schema.json")]}


@cache
def _read(path: Path) -> Json:
    schema: Json = json.loads(path.read_text("utf-8"))
    refuse_unknown(schema, path)
    return schema


def _record_type(name: str, path: Path) -> RecordType:
    schema = _read(path)
    tables = {"": _table(name, schema, path, schema)}
    for key, child, origin in _properties(schema, path):
        if child.get("type") == "array":
            item = {**child["items"], **{key: child[key] for key in ("label", "description", "description_zh")}}
            tables[key] = _table(f"{name}_{key}", item, origin, schema)
    across = tuple(rule for rule in _rules(schema, path, "") if rule.child)
    return RecordType(name, schema["label"], _description(schema), tables, schema, across)


def _table(name: str, schema: Json, path: Path, top: Json) -> Table:
    fields = {each.name: each for each in _fields(schema, path, top, "")}
    return Table(
        name,
        schema["label"],
        _description(schema),
        fields,
        tuple(rule for rule in _rules(schema, path, "") if not rule.child),
    )


def _parts(schema: Json, path: Path) -> Iterator[tuple[Json, Path]]:
    """Yield the schema objects that make up `schema`, those it refers to first, each with its file."""
    for each in [schema] if "$ref" in schema else schema.get("allOf", []):
        target = (path.parent / each["$ref"]).resolve()
        yield from _parts(_read(target), target)
    yield schema, path


def _properties(schema: Json, path: Path) -> Iterator[tuple[str, Json, Path]]:
    for part, origin in _parts(schema, path):
        for key, each in part.get("properties", {}).items():
            yield key, each, origin


def _fields(schema: Json, path: Path, top: Json, prefix: str) -> Iterator[Field]:
    required = {key for part, _ in _parts(schema, path) for key in part.get("required", [])}
    for key, each, origin in _properties(schema, path):
        if "$ref" in each:
            yield from _fields(each, origin, top, f"{prefix}{key}.")
        elif each["type"] != "array":
            yield _field(f"{prefix}{key}", each, top, required=key in required)


def _field(path: str, each: Json, top: Json, *, required: bool) -> Field:
    codelist: str | None = each.get("codelist")
    governed = {**top, **each}
    return Field(
        name=path.replace(".", "_"),
        path=path,
        arrow=_arrow(each),
        required=required,
        label=each["label"],
        description=_description(each),
        codelist=codelist.removesuffix(".csv") if codelist else None,
        open=each.get("open", False),
        unit=each.get("unit"),
        sensitivity=governed["sensitivity"],
        share=governed["share"],
        minimum=each.get("minimum"),
        maximum=each.get("maximum"),
        pattern=each.get("pattern"),
        max_length=each.get("maxLength"),
        identifier=each.get("identifier"),
        source=each.get("source"),
    )


def _arrow(each: Json) -> pa.DataType:
    match each["type"], each.get("format"):
        case "string", "date":
            return pa.date32()
        case "string", "date-time":
            return pa.timestamp("us", "UTC")
        case "string", _:
            return pa.string()
        case "integer", _:
            return pa.int64()
        case "number", _:
            return pa.decimal128(18, each.get("scale", 4))
        case "boolean", _:
            return pa.bool_()
        case other:
            raise ValueError(f"no Arrow type for {other}")


def _rules(schema: Json, path: Path, prefix: str) -> Iterator[Rule]:
    for part, _ in _parts(schema, path):
        for each in part.get("rules", []):
            yield _rule(each, prefix)
    for key, each, origin in _properties(schema, path):
        if "$ref" in each:
            yield from _rules(each, origin, f"{prefix}{key}_")


def _rule(each: Json, prefix: str) -> Rule:
    kind = next(name for name in RULE_KINDS if name in each)
    parts: list[str] = [*each[kind]]
    op = parts.pop(1) if kind in {"compare", "sum", "count"} else ""
    values = (parts.pop(1), parts.pop(2)) if kind == "denies" else ()
    child = parts[0].partition(".")[0] if kind in ACROSS else ""
    names = tuple(prefix + part.removeprefix(f"{child}.").replace(".", "_") for part in parts if part != child)
    slack, tolerance = each.get("slack_hours", 0), each.get("tolerance", 0)
    return Rule(prefix + each["id"], each["level"], kind, names, each["message"], op, slack, child, tolerance, values)


def _description(schema: Json) -> dict[str, str]:
    return {"en": schema["description"], "zh": schema["description_zh"]}
