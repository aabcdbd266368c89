"""Statements whose tables, columns or conditions are known only at run time: the one module that builds SQL text.

Names are quoted identifiers and values are literals of `psycopg.sql`; text from outside never becomes SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


def compose(name: str, **parts: sql.Composable) -> sql.Composed:
    """Return the named statement with each of its `{places}` filled by the part of that name.

    Raises KeyError for a place that no part fills.
    """
    return sql.SQL(statement(name)).format(**parts)


def columns(names: Iterable[str], table: str | None = None) -> sql.Composed:
    """Return the names as a comma-separated list, each with `table.` in front when that is given.

    >>> columns(["row", "of"], "t").as_string()
    '"t"."row", "t"."of"'
    """
    return comma_list(sql.Identifier(table, name) if table else sql.Identifier(name) for name in names)


def comma_list(parts: Iterable[sql.Composable]) -> sql.Composed:
    """Return the parts with commas between them."""
    return sql.SQL(", ").join(parts)


def all_of(conditions: Iterable[sql.Composable]) -> sql.Composed:
    """Return the condition that holds where each of them does."""
    return sql.SQL(" and ").join(conditions)


def equal(left: sql.Composable, right: sql.Composable) -> sql.Composed:
    """Return `left = right`."""
    return sql.SQL("{} = {}").format(left, right)


def only_where_equal(condition: sql.Composable, left: sql.Composable, right: sql.Composable) -> sql.Composed:
    """Return the condition, for rows where `left` and `right` are equal."""
    return sql.SQL("({}) and {} = {}").format(condition, left, right)


def differs(left: sql.Composable, right: sql.Composable) -> sql.Composed:
    """Return whether two values differ."""
    return sql.SQL("{} <> {}").format(left, right)


def exceeds(left: sql.Composable, right: sql.Composable, tolerance: Decimal | int) -> sql.Composed:
    """Return whether `right` is greater than `left` by more than `tolerance`, a share of `left`.

    >>> exceeds(sql.Identifier("l", "n"), sql.Identifier("r", "n"), 0).as_string()
    '"r"."n" > "l"."n" * (1 + 0)'
    """
    return sql.SQL("{} > {} * (1 + {})").format(right, left, sql.Literal(tolerance))


def differs_by_share(left: sql.Composable, right: sql.Composable, tolerance: Decimal | int) -> sql.Composed:
    """Return whether two numbers differ by more than `tolerance`, a share of the greater one."""
    text = sql.SQL("abs({left} - {right}) > {tolerance} * greatest(abs({left}), abs({right}))")
    return text.format(left=left, right=right, tolerance=sql.Literal(tolerance))


def differs_by_days(left: sql.Composable, right: sql.Composable, days: int) -> sql.Composed:
    """Return whether two dates lie more than `days` apart."""
    return sql.SQL("abs({} - {}) > {}").format(left, right, sql.Literal(days))


def differs_in_digits(left: sql.Composable, right: sql.Composable, digits: int) -> sql.Composed:
    """Return whether two codes differ in their first `digits`, or in as many as the shorter one has."""
    text = sql.SQL(
        "left({left}, least({digits}, length({left}), length({right})))"
        " <> left({right}, least({digits}, length({left}), length({right})))"
    )
    return text.format(left=left, right=right, digits=sql.Literal(digits))


def value_as_text(column: sql.Composable, *, number: bool) -> sql.Composed:
    """Return a column as text; a number without zeros at its end."""
    return sql.SQL("trim_scale({}::numeric)::text" if number else "{}::text").format(column)


def no_text() -> sql.SQL:
    """Return null, as text."""
    return sql.SQL("null::text")


def row(*values: sql.Composable) -> sql.Composed:
    """Return one row of a list of values."""
    return sql.SQL("({})").format(comma_list(values))


def records(table: sql.Identifier, alias: str) -> sql.Composed:
    """Return a table of records under an alias, to select from."""
    return sql.SQL("{} {}").format(table, sql.Identifier(alias))


def records_with_items(table: sql.Identifier, alias: str, items: sql.Identifier, item_alias: str) -> sql.Composed:
    """Return a table of records joined to a table of their items, each under an alias, to select from."""
    text = sql.SQL("({} {} join {} {} using (agency, record_uid))")
    return text.format(table, sql.Identifier(alias), items, sql.Identifier(item_alias))


def same_record(left: str, right: str) -> sql.Composed:
    """Return whether the rows of two aliases are the same record.

    >>> same_record("l", "t").as_string()
    '"l"."agency" = "t"."agency" and "l"."record_uid" = "t"."record_uid"'
    """
    keys = ("agency", "record_uid")
    return all_of(equal(sql.Identifier(left, key), sql.Identifier(right, key)) for key in keys)


def in_order(left: str, right: str, *, once: bool) -> sql.Composed:
    """Return whether the records of two aliases come from two feeds; `once`: and the left one's sorts first.

    Two sides of one record type give each pair in both orders, of which `once` keeps one.

    >>> in_order("l", "r", once=True).as_string()
    '("l"."agency", "l"."feed") < ("r"."agency", "r"."feed")'
    """
    one, two = (row(sql.Identifier(alias, "agency"), sql.Identifier(alias, "feed")) for alias in (left, right))
    return sql.SQL("{} < {}" if once else "{} <> {}").format(one, two)
