"""What the files of the standard must agree on: fields, rules, code lists and thresholds, seen together.

The standard is refused where it is read, not where a record meets it: a rule over a field that does not exist, or with
a code that no list holds, would admit every record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from hub.errors import FixTheHub
from hub.messages import error_of
from standards.ancestry import lineage
from standards.event_mart import OUTCOMES
from standards.schema import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from standards.codelist import CodeList
    from standards.event_mart import EventMart
    from standards.rules import Condition, Rule, Value
    from standards.schema import Field, RecordType, Table
    from standards.thresholds import Thresholds

LONGEST = 63  # bytes of a name in PostgreSQL
UNKNOWN_START = "is_start_unknown"  # the field that says why a period has no first day


def refuse_unsound(
    types: Mapping[str, RecordType], codelists: Mapping[str, CodeList], thresholds: Mapping[str, Thresholds]
) -> None:
    """Raise FixTheHub, with every place, when the files of the standard contradict each other."""
    wrong = [
        f"{name}: {slip}"
        for name, record_type in types.items()
        for slip in (
            *_time(record_type),
            *_names(record_type),
            *_lists(record_type, codelists),
            *_rules(record_type, codelists, thresholds),
            *_mart(record_type, codelists),
        )
    ]
    if wrong:
        raise error_of(FixTheHub, "standard.unsound", where="standards/", why="\n".join(wrong))


def _time(record_type: RecordType) -> Iterator[str]:
    fields = record_type.tables[""].fields
    if record_type.kind not in KINDS:
        yield f"kind is one of {', '.join(KINDS)}"
    if record_type.begins not in fields or not (fields[record_type.begins].required or UNKNOWN_START in fields):
        yield f"a record of the kind {record_type.kind} needs a {record_type.begins}"
    if len(set(KINDS.values()) & fields.keys()) > 1:
        yield f"a record has one of {', '.join(sorted(set(KINDS.values())))}, not both"


def _names(record_type: RecordType) -> Iterator[str]:
    for table in record_type.tables.values():
        for name in (table.name, *table.fields):
            if len(name.encode()) > LONGEST:
                yield f"{name} is longer than the {LONGEST} bytes that a name has in PostgreSQL"


def _lists(record_type: RecordType, codelists: Mapping[str, CodeList]) -> Iterator[str]:
    for table in record_type.tables.values():
        for field in table.fields.values():
            if field.codelist is not None and field.codelist not in codelists:
                yield f"{table.name}.{field.path}: there is no code list {field.codelist}"


def _rules(
    record_type: RecordType, codelists: Mapping[str, CodeList], thresholds: Mapping[str, Thresholds]
) -> Iterator[str]:
    for key, table in record_type.tables.items():
        own = [*table.rules, *(record_type.across if not key else ())]
        ids = [rule.id for rule in own]
        yield from (f"two rules are called {each}" for each in sorted({each for each in ids if ids.count(each) > 1}))
        for rule in own:
            places = list(_places(rule, table, record_type))
            unknown = [f"{rule.id}: there is no field or list {place}" for place, field in places if field is None]
            yield from unknown
            if not unknown:
                fields = [field for _, field in places if field is not None]
                found = list(_conditions(rule, table, record_type))
                found += _types(rule, fields, codelists, thresholds)
                found += [] if found else _codes(rule, table, record_type, codelists)
                yield from (f"{rule.id}: {slip}" for slip in found)


def _places(rule: Rule, table: Table, record_type: RecordType) -> Iterator[tuple[str, Field | None]]:
    """Yield the fields that a rule names, with what stands there; None where nothing does."""
    items = record_type.tables.get(rule.child) if rule.child else table
    last = len(rule.fields) - 1
    for at, name in enumerate(rule.fields):
        of_record = rule.kind == "count" or (rule.kind in {"sum", "against"} and at == last)
        where = table if of_record else items
        yield (
            f"{rule.child}.{name}" if rule.child and not of_record else name,
            where.fields.get(name) if where else None,
        )
    if rule.kind == "count" and items is None:
        yield rule.child, None
    if rule.kind == "refers":
        other = record_type.tables.get(rule.other)
        yield f"{rule.other}.{rule.target}", other.fields.get(rule.target) if other else None


def _types(
    rule: Rule, fields: list[Field], codelists: Mapping[str, CodeList], thresholds: Mapping[str, Thresholds]
) -> Iterator[str]:
    kinds = [field.arrow for field in fields]
    numeric = [pa.types.is_decimal(kind) or pa.types.is_integer(kind) for kind in kinds]
    if rule.kind in {"compare", "refers", "against"} and len(set(kinds)) != 1:
        yield f"{fields[0].path} and {fields[1].path} are of different types"
    if rule.slack_hours and not pa.types.is_timestamp(kinds[0]):
        yield "only times have slack_hours"
    if rule.kind in {"times", "sum", "count", "bounds"} and not all(numeric):
        yield "it is about numbers only"
    if not 0 <= rule.tolerance < 1:
        yield "a tolerance is a share from 0 to less than 1"
    if rule.kind == "parent":
        child, parent = (field.codelist for field in fields)
        if child is None or parent not in {each.name for each in lineage(codelists, child)}:
            yield f"the parents of {child} are not in {parent}"
    if rule.kind == "part":
        yield from _part(rule, fields, codelists)
    if rule.kind == "grade":
        yield from _grade(rule, numeric[1:], thresholds)


def _part(rule: Rule, fields: list[Field], codelists: Mapping[str, CodeList]) -> Iterator[str]:
    if not 1 <= (rule.low or 0) <= (rule.high or 0):
        yield "the part goes from one character to the same or a later one, counted from 1"
    if rule.codelist and rule.codelist not in codelists:
        yield f"there is no code list {rule.codelist}"
    if not all(pa.types.is_string(field.arrow) for field in fields):
        yield "it is about text only"


def _grade(rule: Rule, numeric: list[bool], thresholds: Mapping[str, Thresholds]) -> Iterator[str]:
    table = thresholds.get(rule.thresholds)
    if table is None:
        yield f"there are no thresholds {rule.thresholds}"
    elif len(table.figures) != len(numeric) or not all(numeric):
        yield f"{rule.thresholds} is about {', '.join(table.figures)}, all of them numbers"


def _conditions(rule: Rule, table: Table, record_type: RecordType) -> Iterator[str]:
    for condition in rule.when:
        where = record_type.tables.get(condition.child) if condition.child else table
        if where is None or condition.name not in where.fields:
            yield f"when: there is no field {condition.child and condition.child + '.'}{condition.name}"
    if rule.where is not None and rule.where.name not in record_type.tables[rule.child].fields:
        yield f"where: there is no field {rule.child}.{rule.where.name}"


def _codes(rule: Rule, table: Table, record_type: RecordType, codelists: Mapping[str, CodeList]) -> Iterator[str]:
    items = record_type.tables[rule.child] if rule.child else table
    if rule.values:
        yield from _unknown(items.fields[rule.fields[0]], rule.values, codelists)
    pairs = [(each, record_type.tables[each.child] if each.child else table) for each in rule.when]
    if rule.where is not None:
        pairs.append((rule.where, items))
    for condition, where in pairs:
        if condition.test == "starts":
            yield from _beginnings(where.fields[condition.name], condition.values)
        elif condition.test != "given":
            yield from _unknown(where.fields[condition.name], condition.values, codelists)


def _mart(record_type: RecordType, codelists: Mapping[str, CodeList]) -> Iterator[str]:
    """Yield what the keyword `mart` says that the type, or the list of outcomes, does not bear out."""
    mart = record_type.mart
    if (mart is None) == (KINDS.get(record_type.kind) == "event_at"):
        yield "mart: a type whose records happen at a moment says what they mean for risk, and no other does"
    if mart is None:
        return
    known = {*codelists[OUTCOMES].codes.to_pylist()} if OUTCOMES in codelists else set()
    yield from (f"mart: {OUTCOMES} has no code {each.code}" for each in mart.outcomes if each.code not in known)
    if mart.has_events and mart.products not in record_type.tables:
        yield f"mart: there is no list {mart.products}"
    for child, name in _mart_places(mart):
        if child not in record_type.tables or (name and name not in record_type.tables[child].fields):
            yield f"mart: there is no field or list {'.'.join(filter(None, (child, name)))}"
    for condition in mart.conditions:
        yield from (f"mart: {slip}" for slip in _values_of(condition, record_type, codelists))


def _mart_places(mart: EventMart) -> Iterator[tuple[str, str]]:
    """Yield list and field of everything that the keyword names; "" for the record, or for a list as a whole."""
    yield from (("", name) for name in (mart.weight, mart.stratum) if name)
    yield from ((each.child, each.name) for each in mart.conditions)
    yield from ((each.child, each.name) for each in (*mart.deaths, *mart.injured) if each.name)
    for alternatives in mart.instead.values():
        yield from ((place.child, place.name) for places in alternatives for place in places)


def _values_of(condition: Condition, record_type: RecordType, codelists: Mapping[str, CodeList]) -> Iterator[str]:
    table = record_type.tables.get(condition.child)
    field = table.fields.get(condition.name) if table else None
    if field is None or condition.test == "given":
        return
    if condition.test == "starts":
        yield from _beginnings(field, condition.values)
    else:
        yield from _unknown(field, condition.values, codelists)


def _beginnings(field: Field, values: tuple[Value, ...]) -> Iterator[str]:
    if not pa.types.is_string(field.arrow) or not all(isinstance(each, str) and each for each in values):
        yield f"{field.path} does not begin with {', '.join(map(repr, values))}: starts is about text only"


def _unknown(field: Field, values: tuple[Value, ...], codelists: Mapping[str, CodeList]) -> Iterator[str]:
    if field.codelist is not None and not field.open:
        known = set(codelists[field.codelist].codes.to_pylist())
        yield from (f"{field.codelist} has no code {value}" for value in values if value not in known)
        return
    kind = pa.types.is_boolean(field.arrow), pa.types.is_integer(field.arrow), pa.types.is_string(field.arrow)
    fits = bool if kind[0] else int if kind[1] else str
    if not any(kind) or not all(type(value) is fits for value in values):
        yield f"{field.path} does not have values such as {', '.join(map(str, values))}"
