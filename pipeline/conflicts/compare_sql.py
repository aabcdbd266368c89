"""The SQL of a link, made from its declaration: every name is quoted, every value travels beside the text.

`l` and `r` are the records of the two sides, `li` and `ri` their items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from psycopg import sql

from hub.sql import compose, statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standards.links import Column, Comparison, Link, Side


class Aliases(NamedTuple):
    """What one side is called in the statement."""

    record: str
    item: str


LEFT, RIGHT = Aliases("l", "li"), Aliases("r", "ri")


def comparison(link: Link, touched: str) -> sql.Composed:
    """Return the statement that finds what differs between the touched records of a side ("left" or "right") and the
    other side.
    """  # noqa: D205 - one sentence
    sides = [_side(link.left, LEFT), _side(link.right, RIGHT)]
    near, far = sides if touched == "left" else reversed(sides)
    alias = sql.Identifier((LEFT if touched == "left" else RIGHT).record)
    same_thing = [
        compose("conflict/equal", left=_column(left, LEFT), right=_column(right, RIGHT)) for left, right in link.on
    ]
    once = link.left.record_type == link.right.record_type  # each pair has two orders; one of them is kept
    return compose(
        "conflict/compare",
        near=near,
        far=far,
        touched=compose("conflict/touched_here", alias=alias),
        same_thing=_joined(" and ", same_thing),
        thing=_joined(", ", (_column(left, LEFT) for left, _ in link.on)),
        rules=_joined(", ", (_rule(link, each) for each in link.compare)),
        apart=sql.SQL(statement("conflict/apart_once" if once else "conflict/apart")),
    )


def core_of(side: Side) -> sql.Identifier:
    """Return the table that holds the records of a side."""
    return sql.Identifier("core", side.record.name)


def _side(side: Side, alias: Aliases) -> sql.Composed:
    record, name = core_of(side), sql.Identifier(alias.record)
    if side.items is None:
        return compose("conflict/side_record", record=record, alias=name)
    item, item_alias = sql.Identifier("core", side.items.name), sql.Identifier(alias.item)
    return compose("conflict/side_item", record=record, alias=name, item=item, item_alias=item_alias)


def _column(column: Column, alias: Aliases) -> sql.Identifier:
    return sql.Identifier(alias.item if column.of_item else alias.record, column.field.name)


def _rule(link: Link, rule: Comparison) -> sql.Composed:
    left, right = _column(rule.left, LEFT), _column(rule.right, RIGHT)
    differs = _differs(rule, left, right)
    if rule.same is not None:
        one, two = _column(rule.same[0], LEFT), _column(rule.same[1], RIGHT)
        differs = compose("conflict/only_where_same", differs=differs, left=one, right=two)
    return compose(
        "conflict/rule",
        rule=sql.Literal(rule.id),
        left_value=_value(link, rule.left, left),
        right_value=_value(link, rule.right, right),
        differs=differs,
    )


def _differs(rule: Comparison, left: sql.Identifier, right: sql.Identifier) -> sql.Composed:
    if rule.op == ">=":
        return compose("conflict/differs_over", left=left, right=right, tolerance=sql.Literal(rule.tolerance or 0))
    if rule.tolerance is not None:
        return compose("conflict/differs_share", left=left, right=right, tolerance=sql.Literal(rule.tolerance))
    if rule.days:
        return compose("conflict/differs_days", left=left, right=right, days=sql.Literal(rule.days))
    if rule.digits is not None:
        return compose("conflict/differs_digits", left=left, right=right, digits=sql.Literal(rule.digits))
    return compose("conflict/differs_plain", left=left, right=right)


def _value(link: Link, column: Column, name: sql.Identifier) -> sql.Composed:
    """Return what the warehouse keeps of a value: nothing of a sensitive one, whoever asks."""
    if link.is_hidden(column):
        return compose("conflict/value_hidden")
    number = pa.types.is_decimal(column.field.arrow)
    return compose("conflict/value_number" if number else "conflict/value_text", column=name)


def _joined(between: str, parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(between).join(parts)
