"""Where a rule applies: its conditions, over the record or over the items of its lists."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standards import Condition, Rule
    from validation.records.table_check import TableCheck

FEW = 100  # distinct values of a column that are compared with those of a condition first


def applies(rule: Rule, judged: TableCheck, lists: Mapping[str, TableCheck] | None = None) -> pa.Array | None:
    """Return where all conditions of a rule hold, never null; None where it has none and applies everywhere.

    Args:
        rule: The rule; its conditions name fields of `judged`, or of the items of a list.
        judged: The records, or the items that the rule is about.
        lists: The items of the records by list, for the conditions that some item fulfils.
    """
    found = [_of_record(each, judged, lists or {}) for each in rule.when]
    return reduce(pc.and_, found) if found else None


def fulfils(condition: Condition, judged: TableCheck) -> pa.Array:
    """Return where the values of a field of a table fulfil a condition, never null."""
    column = judged.column(condition.name)
    given = pc.is_valid(column)
    if condition.test == "given":
        return given if condition.values[0] else pc.invert(given)
    if condition.test == "starts":
        return reduce(
            pc.or_, [pc.fill_null(pc.starts_with(column, each), fill_value=False) for each in condition.values]
        )
    one = has_one_of(judged, condition.name, condition.values)
    return one if condition.test == "in" else pc.and_(given, pc.invert(one))


def has_one_of(judged: TableCheck, name: str, values: tuple[str | bool | int, ...]) -> pa.Array:
    """Return where a column of a table has one of the values, never null.

    Where its distinct values show that it has none of them, or one only, no row is looked up.
    """
    column, few = judged.column(name), judged.distinct(name)
    if len(few) > FEW:
        return is_one_of(column, values)
    sought = pa.array(values, column.type)
    met = sought.filter(pc.is_in(sought, value_set=few))
    if len(met) > 1:
        return is_one_of(column, values)
    if not len(met):
        return pa.repeat(pa.scalar(value=False), len(column))
    return pc.fill_null(pc.equal(column, met[0]), fill_value=False)


def is_one_of(column: pa.Array, values: tuple[str | bool | int, ...]) -> pa.Array:
    """Return where a column has one of the values, never null."""
    return pc.and_(pc.is_valid(column), pc.is_in(column, value_set=pa.array(values, column.type)))


def _of_record(condition: Condition, judged: TableCheck, lists: Mapping[str, TableCheck]) -> pa.Array:
    if not condition.child:
        return fulfils(condition, judged)
    items = lists.get(condition.child)
    if items is None:
        return pa.repeat(pa.scalar(value=False), judged.table.num_rows)
    rows = items.column("row").filter(fulfils(condition, items))
    return pc.is_in(judged.column("row"), value_set=rows)
