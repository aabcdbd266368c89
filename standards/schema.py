"""The record types as the schemas state them, flattened to the tables that the hub carries.

A schema is read once and becomes plain values: a `RecordType` has a `Table` for the record itself and one per list of
objects in it; a `Table` has a `Field` per column.  Keywords beyond JSON Schema 2020-12 are explained in `README.md`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hub.errors import FixTheHub
from hub.messages import error_of
from standards.event_mart import EventMart, parsed_mart
from standards.keywords import refuse_unknown
from standards.rules import Rule, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).resolve().with_name("schemas")
VERSION = Path(__file__).with_name("VERSION").read_text("utf-8").strip()
BASE = "urn:riskhub:standard"
INHERITED = ("sensitivity", "share")  # a field has those of its block, else those of its record type
OWN = "own sensitivity"  # what a field, its list or its block states, not the record type
PLAIN = "code"  # the only column of a child whose items are plain codes

# What a record is about, and the column that says when: something happens at a moment, or holds for a period.
KINDS = {
    "event": "event_at",
    "notice": "event_at",
    "interval": "valid_from",
    "register": "valid_from",
    "plan": "valid_from",
}

Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One column.  `path` is what a mapping writes (`product.name`, in a child `name`), `name` the column.

    `minimum` and `maximum` are inclusive; a value is greater than `above`.  `own_sensitivity` is None where the
    sensitivity is that of the record type as a whole.
    """

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
    own_sensitivity: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    pattern: str | None = None
    max_length: int | None = None
    identifier: str | None = None
    source: str | None = None
    moment: str | None = None  # the column of which this one is the local day
    future: bool = False  # the day may lie in the future
    examples: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Table:
    """The columns of a record, or of one kind of its children, in the schema's order.

    `max_items` is how many such children a record has at most; `plain` where a child is a code, not an object: its only
    column is `code`.
    """

    name: str
    label: dict[str, str]
    description: dict[str, str]
    fields: dict[str, Field]
    rules: tuple[Rule, ...] = ()
    max_items: int | None = None
    plain: bool = False

    @property
    def arrow(self) -> pa.Schema:
        """The columns as an Arrow schema; every one of them may be null there."""
        return pa.schema([pa.field(each.name, each.arrow) for each in self.fields.values()])

    def local_time(self, moment: str) -> dict[str, str]:
        """Return the columns that keep the local time of the moment in a column.

        Args:
            moment: The name of any column.

        Returns:
            The column by its part: `precision` where there is one, `day` and `zone` where a field is the local day of
            the moment (the keyword `moment`); empty for most columns.
        """
        precision, zone = f"{moment}_precision", f"{moment.removesuffix('_at')}_tz"
        found = {"precision": precision} if precision in self.fields else {}
        days = [each.name for each in self.fields.values() if each.moment == moment]
        return {**found, "day": days[0], "zone": zone} if days else found


@dataclass(frozen=True, eq=False)
class RecordType:
    """One kind of record: table "" is the record itself, the others are its children by property name.

    There is one of each per process, so two are equal only where they are the same.  `kind` is one of `KINDS`.
    `mart` says what the records mean for risk; every type whose records happen at a moment has it.
    """

    name: str
    label: dict[str, str]
    description: dict[str, str]
    tables: dict[str, Table]
    schema: Json = field(repr=False)
    kind: str
    across: tuple[Rule, ...] = ()
    mart: EventMart | None = None

    @property
    def begins(self) -> str:
        """The column that says when: the moment of the event, or the day from which it holds; it dates the codes."""
        return KINDS.get(self.kind, "event_at")

    def field(self, path: str) -> Field:
        """Return the field that a full path names: `event_at`, `product.name`, `goods.0.hs_code`.

        Raises KeyError when there is none.
        """
        first, _, rest = path.partition(".")
        position, _, inner = rest.partition(".")
        if first in self.tables and position.isdigit():
            return self.tables[first].fields[inner.replace(".", "_")]
        return self.tables[""].fields[path.replace(".", "_")]


def documents(folder: Path = SCHEMAS) -> dict[str, Json]:
    """Return every schema file by its `$id`, for a validator that resolves references itself.

    The files name each other by relative paths and bear no `$id`; here both are given by `document_id`.
    """
    paths = sorted(folder.rglob("*.schema.json"))
    return {document_id(path, folder): _absolute(_read(path), path, folder) for path in paths}


def document_id(path: Path, folder: Path = SCHEMAS) -> str:
    """Return the identity of a schema file in this version of the standard.

    >>> document_id(SCHEMAS / "blocks" / "person.schema.json").rpartition(":")[2]
    'blocks/person'
    """
    return f"{BASE}:{VERSION}:{path.relative_to(folder).as_posix().removesuffix('.schema.json')}"


def record_types(folder: Path = SCHEMAS) -> dict[str, RecordType]:
    """Read the schemas of all record types of a folder; a type is called as its file."""
    paths = sorted(folder.glob("*.schema.json"))
    return {name: _record_type(name, path) for path in paths for name in [path.name.removesuffix(".schema.json")]}


def _absolute(part: Any, path: Path, folder: Path) -> Any:
    """Return a schema with its `$id`, and with the `$id` of what it refers to in place of relative paths."""
    return {"$id": document_id(path, folder), **_with_absolute_references(part, path, folder)}


def _with_absolute_references(part: Any, path: Path, folder: Path) -> Any:
    if isinstance(part, list):
        return [_with_absolute_references(each, path, folder) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: document_id(_referred(path.parent, each), folder)
        if key == "$ref"
        else _with_absolute_references(each, path, folder)
        for key, each in part.items()
    }


@cache
def _referred(folder: Path, reference: str) -> Path:
    """Return the file that a schema in a folder refers to; asked thousands of times about some fifty."""
    return (folder / reference).resolve()


@cache
def _read(path: Path) -> Json:
    schema: Json = json.loads(path.read_text("utf-8"))
    refuse_unknown(schema, path)
    return schema


def _record_type(name: str, path: Path) -> RecordType:
    schema = _read(path)
    tables = {"": _table(name, schema, path, schema, lists=True)}
    for key, child, origin, block in _properties(schema, path):
        if child.get("type") == "array":
            item = _item(child)
            plain = child["items"].get("type") == "string"
            table = _table(
                f"{name}_{key}", item, origin, {**schema, **_inherited(block), **_inherited(child), **_own(child)}
            )
            tables[key] = replace(table, max_items=child.get("maxItems"), plain=plain)
    across = tuple(rule for rule in _rules(schema, path, "") if rule.lists)
    return RecordType(
        name,
        schema["label"],
        _description(schema),
        tables,
        _absolute(schema, path, path.parent),
        schema.get("kind", ""),
        across,
        parsed_mart(schema["mart"]) if "mart" in schema else None,
    )


def _item(child: Json) -> Json:
    """Return what the items of a list are, as an object: that of plain codes has the one property `code`."""
    about = {key: child[key] for key in ("label", "description", "description_zh")}
    items = child["items"]
    if items.get("type") != "string":
        return {**items, **about}
    return {**about, "type": "object", "properties": {PLAIN: {**about, **items}}, "required": [PLAIN]}


def _table(name: str, schema: Json, path: Path, top: Json, *, lists: bool = False) -> Table:
    fields = {each.name: each for each in _fields(schema, path, top, "", lists=lists)}
    found = tuple(_rules(schema, path, ""))
    rules = tuple(rule for rule in found if not rule.lists)
    if not lists and rules != found:
        misplaced = next(rule for rule in found if rule.lists)
        raise error_of(FixTheHub, "standard.rule_in_item", where=f"{path.name}: {name}", rule=misplaced.id)
    return Table(name, schema["label"], _description(schema), fields, rules)


def _parts(schema: Json, path: Path) -> Iterator[tuple[Json, Path]]:
    """Yield the schema objects that make up `schema`, those it refers to first, each with its file."""
    for each in [schema] if "$ref" in schema else schema.get("allOf", []):
        target = _referred(path.parent, each["$ref"])
        yield from _parts(_read(target), target)
    yield schema, path


def _properties(schema: Json, path: Path) -> Iterator[tuple[str, Json, Path, Json]]:
    """Yield the properties of a schema: name, what it is, the file and the schema object that states it.

    Raises:
        FixTheHub: Two of its parts state the same property; a type may add to a block, and changes nothing of it.
    """
    declared: dict[str, Path] = {}
    for part, origin in _parts(schema, path):
        for key, each in part.get("properties", {}).items():
            if key in declared:
                raise error_of(
                    FixTheHub, "standard.stated_twice", where=origin.name, name=key, block=declared[key].name
                )
            declared[key] = origin
            yield key, each, origin, part


def _fields(schema: Json, path: Path, top: Json, prefix: str, *, lists: bool) -> Iterator[Field]:
    required = {key for part, _ in _parts(schema, path) for key in part.get("required", [])}
    for key, each, origin, block in _properties(schema, path):
        if "$ref" in each:
            inner = {**top, **_inherited(block), **_inherited(each), **_own(each)}
            yield from _fields(each, origin, inner, f"{prefix}{key}.", lists=False)
        elif each["type"] != "array":
            yield _field(f"{prefix}{key}", each, {**top, **_inherited(block)}, required=key in required)
        elif not lists:
            place = f"{origin.name}: {prefix}{key}"
            raise error_of(FixTheHub, "standard.nested_list", where=place, list=key)


def _inherited(schema: Json) -> Json:
    return {key: schema[key] for key in INHERITED if key in schema} | ({} if "kind" in schema else _own(schema))


def _own(schema: Json) -> Json:
    return {OWN: schema["sensitivity"]} if "sensitivity" in schema else {}


def _field(path: str, each: Json, top: Json, *, required: bool) -> Field:
    codelist: str | None = each.get("codelist")
    moment = f"{path.rpartition('.')[0]}.{each['moment']}".lstrip(".").replace(".", "_") if "moment" in each else None
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
        own_sensitivity=each.get("sensitivity", top.get(OWN)),
        minimum=each.get("minimum"),
        maximum=each.get("maximum"),
        above=each.get("exclusiveMinimum"),
        pattern=each.get("pattern"),
        max_length=each.get("maxLength"),
        identifier=each.get("identifier"),
        source=each.get("source"),
        moment=moment,
        future=each.get("future", False),
        examples=tuple(each.get("examples", ())),
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
            yield parsed(each, prefix)
    for key, each, origin, _ in _properties(schema, path):
        if "$ref" in each:
            yield from _rules(each, origin, f"{prefix}{key}_")


def _description(schema: Json) -> dict[str, str]:
    return {"en": schema["description"], "zh": schema["description_zh"]}
