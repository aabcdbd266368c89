"""Rules over several fields of one table, as the standard's `rules` state them; cross_table.py has those over children.

BROKEN_RULE or UNLIKELY_VALUES by the rule's level; `expected` is the rule's id, which a receipt shows as its message.
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from standards import standard
from standards.ancestry import lineage, outside
from validation.records.conditions import applies, is_one_of
from validation.records.table_check import as_one

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from standards import Field, Rule
    from validation.records.kernels import Bounds
    from validation.records.table_check import TableCheck

CODES = {"error": "BROKEN_RULE", "warning": "UNLIKELY_VALUES"}
COMPARE = {
    "<=": pc.less_equal,
    "<": pc.less,
    ">=": pc.greater_equal,
    ">": pc.greater,
    "==": pc.equal,
    "!=": pc.not_equal,
}
BY_DAY = {"parent", "part", "grade"}
HOUR = 3_600_000_000  # microseconds


def holds(rule: Rule, fields: dict[str, Field]) -> Callable[[TableCheck, Bounds], None]:
    """Return the check of one rule over the columns of one table.

    Args:
        rule: The rule; none of its lists.
        fields: The fields of the table by column.
    """
    return lambda judged, _: judge(rule, fields, judged)


def judge(
    rule: Rule, fields: dict[str, Field], judged: TableCheck, lists: Mapping[str, TableCheck] | None = None
) -> None:
    """Add the findings of a rule over the columns of one table where it applies and does not hold."""
    if rule.kind == "parent" and _all_under(rule, fields, judged):
        return
    day = judged.day if rule.kind in BY_DAY else None
    wrong = broken(rule, [judged.column(name) for name in rule.fields], fields, day)
    if not pc.any(wrong, min_count=0).as_py():
        return
    where = applies(rule, judged, lists)
    if where is not None:
        wrong = pc.and_(wrong, where)
    judged.blame(CODES[rule.level], wrong, fields[accused(rule)], rule.id)


def _all_under(rule: Rule, fields: dict[str, Field], judged: TableCheck) -> bool:
    """Whether the distinct pairs of codes show that each code is under its ancestor; not asked where days matter."""
    name = fields[rule.fields[0]].codelist or ""
    lists = standard().codelists
    if any(each.dated for each in lineage(lists, name)):
        return False
    pairs = pa.table([judged.column(each) for each in rule.fields], ["code", "above"]).drop_null()
    few = pairs.group_by(["code", "above"], use_threads=False).aggregate([]).combine_chunks()
    wrong = outside(lists, name, as_one(few["code"]), as_one(few["above"]))
    return not pc.any(wrong, min_count=0).as_py()


def accused(rule: Rule) -> str:
    """Return the column that a finding is about: what is given, where the rule misses something else beside it."""
    own = [each.name for each in rule.when if each.wants_given]
    return own[0] if rule.kind == "require" and own else rule.fields[0]


def needed(rule: Rule) -> tuple[str, ...]:
    """Return the columns of which one must be filled for the rule to find something; none: it may find it always."""
    if rule.kind not in {"require", "any_of"}:
        return rule.fields
    return tuple(each.name for each in rule.when if each.wants_given)[:1]


def broken(
    rule: Rule, columns: list[pa.Array], fields: dict[str, Field] | None = None, day: pa.Array | None = None
) -> pa.Array:
    """Return where a rule does not hold, never null.

    Args:
        rule: The rule; its conditions are left to `applies`.
        columns: The columns that it names, in its order.
        fields: The fields of the table, for the code lists of `parent`.
        day: The day of each event (date32), for `parent`, `part` and `grade`.
    """
    days = pa.nulls(len(columns[0]), pa.date32()) if day is None else day
    match rule.kind:
        case "parent":
            codes = (fields or {})[rule.fields[0]].codelist or ""
            wrong = outside(standard().codelists, codes, columns[0], columns[1], days)
        case "grade":
            declared, *figures, on = (each.filter(pc.is_valid(columns[0])) for each in (*columns, days))
            found = standard().thresholds[rule.thresholds].contradicts(declared, figures, on)
            wrong = pc.replace_with_mask(pa.nulls(len(days), pa.bool_()), pc.is_valid(columns[0]), found)
        case "part" if len(columns) > 1:
            wrong = pc.not_equal(_part(rule, columns[0]), columns[1])
        case "part":
            held = standard().codelists[rule.codelist]
            wrong = pc.invert(held.in_force(_part(rule, columns[0]), days if rule.on_day else None))
        case kind:
            wrong = BREAKS[kind](rule, columns)
    return pc.fill_null(wrong, fill_value=False)


def wide(values: pa.Array) -> pa.Array:
    """Return numbers as decimals with room for what is computed of them."""
    return pc.cast(values, pa.decimal256(20, values.type.scale if pa.types.is_decimal(values.type) else 0))


def missed(found: pa.Array, op: str, declared: pa.Array, tolerance: float) -> pa.Array:
    """Return where `found` is not what is `declared`, by more than the share `tolerance` of it; null where one is."""
    slack = pc.multiply(pc.abs(declared), pa.scalar(Decimal(str(tolerance)), pa.decimal256(6, 4)))
    below, above = pc.subtract(declared, slack), pc.add(declared, slack)
    if op == "==":
        return pc.or_(pc.less(found, below), pc.greater(found, above))
    return pc.invert(COMPARE[op](found, above if op.startswith("<") else below))


def _part(rule: Rule, values: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(values, int(rule.low or 1) - 1, int(rule.high or 1))


def _outside(values: pa.Array, rule: Rule) -> pa.Array:
    sides = [(pc.less, rule.low), (pc.greater, rule.high)]
    found = [beyond(values, pa.scalar(Decimal(str(bound)))) for beyond, bound in sides if bound is not None]
    return _any(found)


def _slack(rule: Rule, left: pa.Array) -> pa.Array:
    """Return the left side moved in its own favour by the rule's slack."""
    if not rule.slack_hours:
        return left
    sign = 1 if rule.op.startswith(">") else -1
    return pc.add(left, pa.scalar(sign * rule.slack_hours * HOUR, pa.duration("us")))


def _all(masks: list[pa.Array]) -> pa.Array:
    return reduce(pc.and_, masks)


def _any(masks: list[pa.Array]) -> pa.Array:
    return reduce(pc.or_, masks)


def _given(columns: list[pa.Array]) -> list[pa.Array]:
    return [pc.is_valid(column) for column in columns]


BREAKS: dict[str, Callable[[Rule, list[pa.Array]], pa.Array]] = {
    "compare": lambda rule, of: pc.invert(COMPARE[rule.op](_slack(rule, of[0]), of[1])),
    "together": lambda _, of: pc.and_(_any(_given(of)), pc.invert(_all(_given(of)))),
    "require": lambda _, of: pc.invert(_all(_given(of))),
    "forbid": lambda _, of: _any(_given(of)),
    "any_of": lambda _, of: pc.invert(_any(_given(of))),
    "in": lambda rule, of: pc.and_(pc.is_valid(of[0]), pc.invert(is_one_of(of[0], rule.values))),
    "not_in": lambda rule, of: is_one_of(of[0], rule.values),
    "bounds": lambda rule, of: _outside(wide(of[0]), rule),
    "times": lambda rule, of: missed(pc.multiply(wide(of[0]), wide(of[1])), "==", wide(of[2]), rule.tolerance),
}
