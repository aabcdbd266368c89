"""Working out rules: columns of a scope in, columns of the standard out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.zones import is_zone, local_days
from mappings.engine.arrays import false, only_where
from mappings.engine.model.rule import TIMED, LocalTime
from mappings.engine.run.subjects import subject_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mappings.engine.model.rule import Rule
    from mappings.engine.run.scope import Scope
    from standards import Table

OFFSET = re.compile(r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]")


def evaluate(rules: Iterable[Rule], scope: Scope) -> dict[str, pa.Array]:
    """Return the values of each rule by column name, with the local time of moments where the standard keeps it.

    After a rule that leaves the rest, the next one is asked of the rest only: what it does not know is no fault
    elsewhere.  A rule of its own for a column of the local time comes first; where it gives nothing, the moment's text
    counts.  A zone from a rule of its own says on which day a time of day in UTC was; one that is written for a
    place has its day.
    """
    found: dict[str, pa.Array] = {}
    local: dict[str, pa.Array] = {}
    moments: dict[str, Mapping[str, str]] = {}
    begun: set[str] = set()
    for rule, mine in chosen(rules, scope):
        where = mine
        if rule.name in begun:
            rest = pc.is_null(found[rule.name])
            where = rest if mine is None else pc.and_(mine, rest)
        if rule.leaves_rest:
            begun.add(rule.name)
        values, beside = _values(rule, scope, where)
        _add(found, rule.name, values, where)
        if beside is not None:
            moments[rule.name] = rule.local_columns
            for part, column in rule.local_columns.items():
                _add(local, column, getattr(beside, part), where)
    for name, columns in moments.items():
        if columns["zone"] in found:
            timed = pc.is_in(local[columns["precision"]], value_set=pa.array(TIMED))
            open_day = pc.and_(timed, pc.fill_null(pc.equal(local[columns["zone"]], "UTC"), fill_value=False))
            zones = only_where(open_day, found[columns["zone"]])
            local[columns["day"]] = _days(found[name], zones, local[columns["day"]])
    for name, values in local.items():
        _add(found, name, values, None)
    return found


def _days(moments: pa.Array, zones: pa.Array, days: pa.Array) -> pa.Array:
    """Return the local day of each moment in the zone beside it; where there is no known zone, the day is as it was."""
    for zone in pc.unique(zones).to_pylist():
        if zone is not None and (OFFSET.fullmatch(zone) or is_zone(zone)):
            days = pc.if_else(pc.fill_null(pc.equal(zones, zone), fill_value=False), local_days(moments, zone), days)
    return days


def _add(found: dict[str, pa.Array], name: str, values: pa.Array, where: pa.Array | None) -> None:
    """Add the values of one rule; where the column has a value already, that one stays."""
    mine = values if where is None else only_where(where, values)
    found[name] = pc.coalesce(found[name], mine) if name in found else mine


def chosen(rules: Iterable[Rule], scope: Scope) -> Iterator[tuple[Rule, pa.Array | None]]:
    """Yield each rule with where it fills its field.

    Several rules may fill one field; in each row the first one whose condition holds does.  A rule that leaves the rest
    is followed by the next one in the same rows: the first value stays.

    Args:
        rules: In the order in which the mapping states them.
        scope: The rows or items for which they are worked out.

    Yields:
        Each rule with a boolean array over the scope, None for everywhere.
    """
    left: dict[str, pa.Array] = {}
    for rule in rules:
        if rule.when is None and rule.name not in left:
            yield rule, None
            continue
        mine = left[rule.name] if rule.name in left else pc.invert(false(len(scope)))
        if rule.when is not None:
            mine = pc.and_(mine, scope.holds(rule.when))
        if rule.leaves_rest:
            yield rule, mine
            continue
        left[rule.name] = pc.and_not(left[rule.name], mine) if rule.name in left else pc.invert(mine)
        yield rule, mine


def _values(rule: Rule, scope: Scope, where: pa.Array | None) -> tuple[pa.Array, LocalTime | None]:
    if rule.subject == "constant":
        local = rule.constant_local
        beside = None if local is None else LocalTime(*(pa.repeat(part[0], len(scope)) for part in local))
        return pa.repeat(rule.constant, len(scope)), beside
    text, faults = subject_text(rule, scope, where)
    for fault in faults:
        scope.blame(fault, rule, text)
    if rule.convert is None:
        return text, None
    outcome = rule.convert(text, scope)
    for fault in outcome.faults:
        scope.blame(fault, rule, text)
    return outcome.values, outcome.local


def source_text_table(table: Table, rules: Iterable[Rule], scope: Scope) -> pa.Table:
    """Return the standard's columns with the sender's own text in the place of the values that rules make of it."""
    found: dict[str, pa.Array] = {}
    every = pc.invert(false(len(scope)))
    for rule, where in chosen(rules, scope):
        text = pa.nulls(len(scope), pa.string()) if rule.personal else scope.source_text(rule, every)
        mine = text if where is None else only_where(where, text)
        found[rule.name] = pc.coalesce(found[rule.name], mine) if rule.name in found else mine
    return pa.table({name: found.get(name, pa.nulls(len(scope), pa.string())) for name in table.fields})


def any_filled(rules: Iterable[Rule], values: dict[str, pa.Array], scope: Scope) -> pa.Array:
    """Return where anything but a constant has a value, or had one that could not be taken."""
    filled = scope.in_fault()
    for rule, where in chosen(rules, scope):
        if rule.subject != "constant":
            given = pc.is_valid(values[rule.name])
            filled = pc.or_(filled, given if where is None else pc.and_(given, where))
    return filled


def as_table(table: Table, values: dict[str, pa.Array], size: int) -> pa.Table:
    """Return every column of the standard's table, in its order, null where nothing is mapped."""
    columns = [values.get(name, pa.nulls(size, each.arrow)) for name, each in table.fields.items()]
    return pa.table(columns, schema=table.arrow)
