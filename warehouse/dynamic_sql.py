"""Statements whose tables, columns or conditions are known only at run time: the one module that builds SQL text.

Names are quoted identifiers and values are literals of `psycopg.sql`; text from outside never becomes SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal


def compose(name: str, **parts: sql.Composable) -> sql.Composed:
    """Return the named statement with each of its `{places}` filled by the part of that name.

    Raises KeyError for a place that no part fills.
    """
    return sql.SQL(statement(name)).format(**parts)


def query_text(query: sql.Composed | bytes) -> sql.Composable:
    """Return a query as a part of a statement.

    Bytes are a query that somebody has written: it runs with the rights of that person's login, after the server has
    taken it for one statement.

    >>> query_text(b"select 1;").as_string()
    'select 1'
    """
    if isinstance(query, bytes):
        return sql.SQL(query.decode().strip().removesuffix(";"))
    return query


def columns(names: Iterable[str], table: str | None = None) -> sql.Composed:
    """Return the names as a comma-separated list, each with `table.` in front when that is given.

    >>> columns(["row", "of"], "t").as_string()
    '"t"."row", "t"."of"'
    """
    return comma_list(sql.Identifier(table, name) if table else sql.Identifier(name) for name in names)


def comma_list(parts: Iterable[sql.Composable]) -> sql.Composed:
    """Return the parts with commas between them."""
    return sql.SQL(", ").join(parts)


def lines(parts: Iterable[sql.Composable]) -> sql.Composed:
    """Return the parts, each on a line of its own."""
    return sql.SQL("\n").join(parts)


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
    text = sql.SQL("left({left}, least({digits}, length({right}))) <> left({right}, least({digits}, length({left})))")
    return text.format(left=left, right=right, digits=sql.Literal(digits))


def value_as_text(column: sql.Composable, *, number: bool) -> sql.Composed:
    """Return a column as text; a number without zeros at its end."""
    return sql.SQL("trim_scale({}::numeric)::text" if number else "{}::text").format(column)


def no_text() -> sql.SQL:
    """Return null, as text."""
    return sql.SQL("null::text")


def day_of(day: sql.Composable | None, instant: sql.Composable | None) -> sql.Composable:
    r"""Return a day, the day of an instant (in UTC) where there is none, or null.

    >>> day_of(sql.Identifier("event_date"), sql.Identifier("event_at")).as_string()
    'coalesce("event_date", ("event_at" at time zone \'UTC\')::date)'
    >>> day_of(None, None).as_string()
    'null::date'
    """
    days = [day] if day else []
    days += [sql.SQL("({} at time zone 'UTC')::date").format(instant)] if instant else []
    return sql.SQL("coalesce({})").format(comma_list(days)) if days else sql.SQL("null::date")


def as_of_function(function: sql.Identifier, at: datetime) -> sql.Composed:
    """Return the rows that a function has for a moment, to select from."""
    return sql.SQL("{}({})").format(function, sql.Literal(at))


def in_byte_order(column: sql.Composable) -> sql.Composed:
    """Return a text to sort by, in an order that is the same on every server."""
    return sql.SQL('{} collate "C"').format(column)


def begins_with(column: sql.Composable, text: str) -> sql.Composed:
    """Return whether a column begins with a text, in which no sign stands for another."""
    return sql.SQL("starts_with({}, {})").format(column, sql.Literal(text))


def from_day(column: sql.Composable, day: date) -> sql.Composed:
    """Return whether a day is this one or later."""
    return sql.SQL("{} >= {}").format(column, sql.Literal(day))


def before_day(column: sql.Composable, day: date) -> sql.Composed:
    """Return whether a day comes before this one."""
    return sql.SQL("{} < {}").format(column, sql.Literal(day))


def all_rows() -> sql.SQL:
    """Return the condition that holds for every row."""
    return sql.SQL("true")


def page_of(most: int | None, after: int) -> sql.Composed:
    """Return the end of a query that gives at most `most` rows after the first `after`; None: no end."""
    if most is None:
        return sql.Composed([])
    return sql.SQL("limit {} offset {}").format(sql.Literal(most), sql.Literal(after))


def union_all(queries: Iterable[sql.Composable]) -> sql.Composed:
    """Return the rows of all these queries, one query after the other."""
    return sql.SQL("\nunion all\n").join(queries)


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


# What follows is about a record under the alias `t` and the items of one of its lists under `i`.


def case(branches: Iterable[tuple[sql.Composable, sql.Composable]], otherwise: sql.Composable) -> sql.Composed:
    """Return the value of the first branch `(condition, value)` whose condition holds, else `otherwise`.

    >>> case([(sql.SQL("a"), sql.Literal(1))], sql.Literal(2)).as_string()
    'case when a then 1 else 2 end'
    """
    whens = [sql.SQL("when {} then {}").format(condition, value) for condition, value in branches]
    return (
        sql.SQL("case {} else {} end").format(sql.SQL(" ").join(whens), otherwise) if whens else _as_composed(otherwise)
    )


def one_of(column: sql.Composable, values: Iterable[str | bool | int], *, negated: bool = False) -> sql.Composed:
    """Return whether a column has one of the values; `negated`: whether another one.  Of no value it is null.

    >>> one_of(sql.Identifier("t", "n"), [0], negated=True).as_string()
    '"t"."n" not in (0)'
    """
    listed = comma_list(sql.Literal(each) for each in values)
    return sql.SQL("{} not in ({})" if negated else "{} in ({})").format(column, listed)


def among(values: list[str]) -> sql.Composed:
    """Return what follows a column to ask whether it has one of the values."""
    return sql.SQL("= any ({})").format(sql.Literal(values))


def other_than(value: str) -> sql.Composed:
    """Return what follows a column to ask whether it has another value."""
    return sql.SQL("<> {}").format(sql.Literal(value))


def begins_with_one_of(column: sql.Composable, beginnings: Iterable[str]) -> sql.Composed:
    """Return whether a text begins with one of these."""
    parts = [sql.SQL("starts_with({}, {})").format(column, sql.Literal(each)) for each in beginnings]
    return sql.SQL("({})").format(sql.SQL(" or ").join(parts))


def is_given(column: sql.Composable, *, given: bool = True) -> sql.Composed:
    """Return whether a column has a value; `given` false: whether it has none."""
    return sql.SQL("{} is not null" if given else "{} is null").format(column)


def always() -> sql.SQL:
    """Return the condition that always holds."""
    return sql.SQL("true")


def some_item(items: sql.Composable, condition: sql.Composable) -> sql.Composed:
    """Return whether an item of the record fulfils a condition."""
    return sql.SQL("exists (select from {} i where {} and {})").format(items, same_record("i", "t"), condition)


def count_items(items: sql.Composable, condition: sql.Composable) -> sql.Composed:
    """Return how many items of the record fulfil a condition; null where it has no items."""
    text = sql.SQL("(select case when count(*) > 0 then count(*) filter (where {}) end from {} i where {})")
    return text.format(condition, items, same_record("i", "t"))


def sum_items(items: sql.Composable, column: str) -> sql.Composed:
    """Return the sum of a column over the items of the record; null where no item has a value."""
    text = sql.SQL("(select sum({}) from {} i where {})")
    return text.format(sql.Identifier("i", column), items, same_record("i", "t"))


def first_item(items: sql.Composable, column: str) -> sql.Composed:
    """Return a column of the first item of the record."""
    text = sql.SQL("(select {} from {} i where {} and i.position = 0)")
    return text.format(sql.Identifier("i", column), items, same_record("i", "t"))


def first_given(values: Iterable[sql.Composable]) -> sql.Composed:
    """Return the first of the values that is not null."""
    return sql.SQL("coalesce({})").format(comma_list(values))


def joined_texts(texts: Iterable[sql.Composable]) -> sql.Composed:
    """Return those of the texts that are not null, with blanks between them; null where none is left."""
    return sql.SQL("nullif(concat_ws(' ', {}), '')").format(comma_list(texts))


def shortened(text: sql.Composable, length: int) -> sql.Composed:
    """Return the first `length` characters of a text."""
    return sql.SQL("left({}, {})").format(text, sql.Literal(length))


def nothing() -> sql.SQL:
    """Return null, of no type yet."""
    return sql.SQL("null")


def touched_records(record_type: str, table: sql.Identifier) -> sql.Composed:
    """Return those records of a table that `touched_record` names, to select from."""
    text = sql.SQL(
        "(select r.* from touched_record k join {} r using (agency, record_uid) where k.record_type = {} offset 0)"
    )
    return text.format(table, sql.Literal(record_type))


def at_moment(function: sql.Identifier) -> sql.Composed:
    """Return what a table held at the moment `at`, the parameter of the function that this stands in."""
    return sql.SQL("{}({})").format(function, sql.Identifier("at"))


def united(selects: Iterable[sql.Composable]) -> sql.Composed:
    """Return the rows of all of the selects."""
    return sql.SQL("\nunion all\n").join(selects)


def in_brackets(query: sql.Composable) -> sql.Composed:
    """Return a query as a table to select from."""
    return sql.SQL("({})").format(query)


def drop_index(table: str, index: str, constraint: str | None) -> sql.Composed:
    """Return the statement that drops an index, or the constraint that it is of.

    Args:
        table: The table as `regclass` writes it.
        index: The index, likewise.
        constraint: Its constraint; None where it has none.
    """
    if constraint:
        return sql.SQL("alter table {} drop constraint {}").format(_written(table), sql.Identifier(constraint))
    return sql.SQL("drop index {}").format(_written(index))


def make_index(table: str, definition: str, constraint: str | None, key: str | None) -> sql.Composed:
    """Return the statement that makes an index as the catalogue describes it, or the constraint that it is of."""
    if constraint and key:
        name = sql.Identifier(constraint)
        return sql.SQL("alter table {} add constraint {} {}").format(_written(table), name, _written(key))
    return sql.SQL("{}").format(_written(definition))


def _written(text: str) -> sql.SQL:
    """Return what the catalogue of the database has written as a part of a statement."""
    return sql.SQL(text)  # by regclass and pg_get_..., which quote


def _as_composed(part: sql.Composable) -> sql.Composed:
    return sql.SQL("{}").format(part)
