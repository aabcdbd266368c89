"""The SQL of a link, made from its declaration: every name is quoted, every value travels beside the text.

`l` and `r` are the records of the two sides, `li` and `ri` their items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from psycopg import sql

from warehouse import dynamic_sql

if TYPE_CHECKING:
    from standards.links import Column, Comparison, Link, Side


class Aliases(NamedTuple):
    """What one side is called in the statement."""

    record: str
    item: str


LEFT, RIGHT = Aliases("l", "li"), Aliases("r", "ri")


def comparison(link: Link, touched: str) -> sql.Composed:
    """Return the statement that finds the differences between the changed records of a side and those of the other.

    Args:
        link: The two record types, what they are joined by, and what is compared.
        touched: The side that has changed, "left" or "right".
    """
    sides = [_side(link.left, LEFT), _side(link.right, RIGHT)]
    near, far = sides if touched == "left" else reversed(sides)
    on = [(_column(left, LEFT), _column(right, RIGHT)) for left, right in link.on]
    return dynamic_sql.compose(
        "conflicts/compare",
        near=near,
        far=far,
        is_changed=dynamic_sql.same_record((LEFT if touched == "left" else RIGHT).record, "t"),
        same_thing=dynamic_sql.all_of(dynamic_sql.equal(left, right) for left, right in on),
        thing=dynamic_sql.comma_list(left for left, _ in on),
        rules=dynamic_sql.comma_list(_rule(link, each) for each in link.compare),
        apart=dynamic_sql.in_order(LEFT.record, RIGHT.record, once=link.left.record_type == link.right.record_type),
    )


def core_of(side: Side) -> sql.Identifier:
    """Return the table that holds the records of a side."""
    return sql.Identifier("core", side.record.name)


def _side(side: Side, alias: Aliases) -> sql.Composed:
    if side.items is None:
        return dynamic_sql.records(core_of(side), alias.record)
    items = sql.Identifier("core", side.items.name)
    return dynamic_sql.records_with_items(core_of(side), alias.record, items, alias.item)


def _column(column: Column, alias: Aliases) -> sql.Identifier:
    return sql.Identifier(alias.item if column.of_item else alias.record, column.field.name)


def _rule(link: Link, rule: Comparison) -> sql.Composed:
    left, right = _column(rule.left, LEFT), _column(rule.right, RIGHT)
    differs = _differs(rule, left, right)
    if rule.same is not None:
        one, two = _column(rule.same[0], LEFT), _column(rule.same[1], RIGHT)
        differs = dynamic_sql.only_where_equal(differs, one, two)
    values = _value(link, rule.left, left), _value(link, rule.right, right)
    return dynamic_sql.row(sql.Literal(rule.id), *values, differs)


def _differs(rule: Comparison, left: sql.Identifier, right: sql.Identifier) -> sql.Composed:
    if rule.op == ">=":
        return dynamic_sql.exceeds(left, right, rule.tolerance or 0)
    if rule.tolerance is not None:
        return dynamic_sql.differs_by_share(left, right, rule.tolerance)
    if rule.days:
        return dynamic_sql.differs_by_days(left, right, rule.days)
    if rule.digits is not None:
        return dynamic_sql.differs_in_digits(left, right, rule.digits)
    return dynamic_sql.differs(left, right)


def _value(link: Link, column: Column, name: sql.Identifier) -> sql.Composable:
    """Return what the warehouse holds of a value: nothing of a sensitive one."""
    if link.is_sensitive(column):
        return dynamic_sql.no_text()
    return dynamic_sql.value_as_text(name, number=pa.types.is_decimal(column.field.arrow))
