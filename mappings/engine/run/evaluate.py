"""Working out rules: columns of a scope in, columns of the standard out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import false, only_where
from mappings.engine.run.subjects import subject_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mappings.engine.model.rule import Rule
    from mappings.engine.run.scope import Scope
    from standards import Table


def evaluate(rules: Iterable[Rule], scope: Scope) -> dict[str, pa.Array]:
    """Return the values of each rule by column name, with the precision of dates where the standard keeps it."""
    found: dict[str, pa.Array] = {}
    rules = tuple(rules)
    own = {rule.name for rule in rules}
    for rule, where in chosen(rules, scope):
        values, precision = _values(rule, scope, where)
        made = {rule.name: values}
        if rule.precision and rule.precision not in own and precision is not None:
            made[rule.precision] = precision
        for name, each in made.items():
            mine = each if where is None else only_where(where, each)
            found[name] = pc.coalesce(found[name], mine) if name in found else mine
    return found


def chosen(rules: Iterable[Rule], scope: Scope) -> Iterator[tuple[Rule, pa.Array | None]]:
    """Yield each rule with where it fills its field.

    Several rules may fill one field; in each row the first one whose condition holds does.

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
        left[rule.name] = pc.and_not(left[rule.name], mine) if rule.name in left else pc.invert(mine)
        yield rule, mine


def _values(rule: Rule, scope: Scope, where: pa.Array | None) -> tuple[pa.Array, pa.Array | None]:
    if rule.subject == "constant":
        return pa.repeat(rule.constant, len(scope)), None
    text, faults = subject_text(rule, scope, where)
    for fault in faults:
        scope.blame(fault, rule, text)
    if rule.convert is None:
        return text, None
    outcome = rule.convert(text, scope)
    for fault in outcome.faults:
        scope.blame(fault, rule, text)
    return outcome.values, outcome.precision


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
