"""The rows of the event marts, generated from the keyword `mart` of each record type.

One SELECT per record type serves the full build, the refresh after a batch, and the functions that give a mart as of a
moment: they differ only in where records and items come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from psycopg import sql

from standards import standard
from standards.derived_fields import FAIL, HAZARD, TEST_ITEM
from standards.event_mart import ADVERSE, FILLED, NO_EVENT, NOT_ADVERSE, OUTCOMES
from warehouse import dynamic_sql as to
from warehouse import event_counts
from warehouse.dynamic_sql import compose
from warehouse.index_building import without_indexes
from warehouse.statements import file_text, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from psycopg import Connection

    from standards import Condition, RecordType
    from standards.event_mart import EventMart, Figure, Place

SCHEMA_FILES = ("schema/110_risk_event", "schema/111_event_counts")  # where the tables are made
COUNTS_FILE = "statements/event_counts"
MARTS = ("risk_event", "activity", "event_product", "event_hazard", "event_party")
PARTIES = "party"  # the list of parties
SEVERITIES = "severity"
FATAL = "fatal"


@dataclass(frozen=True)
class Tables:
    """Where rows come from.

    Attributes:
        records: From the record type and the name of its table to what is selected from.
        items: From the name of a table of items to what is selected from.
    """

    records: Callable[[str, str], sql.Composable]
    items: Callable[[str], sql.Composable]


def _core(name: str) -> sql.Identifier:
    return sql.Identifier("core", name)


def _as_of(name: str) -> sql.Composed:
    return to.at_moment(sql.Identifier("history", f"{name}_as_of"))


NOW = Tables(lambda _type, name: _core(name), _core)
TOUCHED = Tables(lambda record_type, name: to.touched_records(record_type, _core(name)), _core)
AS_OF = Tables(lambda _type, name: _as_of(name), _as_of)


def event_types() -> list[RecordType]:
    """Return the record types whose records may be events."""
    return [each for each in standard().types.values() if each.mart is not None and each.mart.has_events]


def selects(mart: str, record_type: RecordType, tables: Tables) -> Iterator[sql.Composed]:
    """Yield the SELECTs whose rows the records of a type give a mart, in the order of the mart's columns.

    Args:
        mart: One of `MARTS`.
        record_type: One of `event_types()`.
        tables: Where its records and items come from: `NOW`, `TOUCHED` or `AS_OF`.
    """
    declared = record_type.mart
    if declared is None or not declared.has_events or (mart == "activity" and not declared.is_activity):
        return
    source = _Source(record_type, declared, tables)
    if mart in {"risk_event", "activity"}:
        yield source.events(adverse_only=mart == "risk_event" and declared.is_activity)
    elif mart == "event_product":
        yield source.of_items("event_marts/event_products", declared.products)
    elif mart == "event_party" and PARTIES in record_type.tables:
        yield source.of_items("event_marts/event_parties", PARTIES)
    elif mart == "event_hazard":
        if HAZARD in record_type.tables:
            yield source.of_items("event_marts/event_hazards", HAZARD)
        if TEST_ITEM in record_type.tables:
            yield source.of_items("event_marts/event_failed_items", TEST_ITEM)


def rows_text(mart: str) -> str:
    """Return the SELECTs of a mart as text, for a reader who asks which fields it is made of."""
    return to.united(_all_selects(mart, NOW)).as_string()


@cache
def definition() -> str:
    """Return the SHA-256 of what the marts are: of their tables, their rows, and the edition of the standard."""
    parts = [*map(file_text, (*SCHEMA_FILES, COUNTS_FILE)), standard().version]
    parts += map(rows_text, MARTS)
    return sha256("\n".join(parts).encode()).hexdigest()


def fill(conn: Connection[Any]) -> None:
    """Fill the marts from all that core holds, in the transaction of the caller, who is their owner.

    The indexes are made when the rows are there: keys in no order would cost a page of each index for each row.
    """
    conn.execute(statement("event_marts/empty"))
    with without_indexes(conn, [f"mart.{name}" for name in (*MARTS, *event_counts.KEYS)]):
        for mart in MARTS:
            for rows in _all_selects(mart, NOW):
                conn.execute(compose("event_marts/insert", mart=_mart(mart), rows=rows))
        for record_type in event_types():
            for mart, rows in event_counts.key_rows(record_type, _core):
                conn.execute(compose("event_marts/insert", mart=_mart(mart), rows=rows))
    conn.execute(statement("event_marts/analyze"))
    event_counts.fill_counts(conn, _activity_types())
    conn.execute(statement("event_counts/analyze"))


def replace_touched(conn: Connection[Any], names: Iterable[str]) -> None:
    """Make the rows of the records that `touched_record` names anew, and bring the counts up to what changes by it.

    Args:
        conn: A connection in the transaction that made the table.
        names: The record types that stand in it.
    """
    types = [each for each in event_types() if each.name in set(names)]
    conn.execute(statement("event_counts/create_changed"))
    for mart in MARTS:
        event_counts.take_touched(conn, mart)
        for record_type in types:
            for rows in selects(mart, record_type, TOUCHED):
                event_counts.add_rows(conn, mart, rows)
    event_counts.count_changes(conn, _activity_types())
    for mart in event_counts.KEYS:
        conn.execute(compose("marts/delete_touched", mart=_mart(mart)))
    for each in types:
        for mart, rows in event_counts.key_rows(each, partial(_touched_items, each.name)):
            conn.execute(compose("event_marts/insert", mart=_mart(mart), rows=rows))


def create_as_of(conn: Connection[Any]) -> None:
    """Make the functions `mart.<mart>_as_of(timestamptz)`, as the owner of the schema."""
    for mart in MARTS:
        function = sql.Identifier("mart", f"{mart}_as_of")
        body = to.united(_all_selects(mart, AS_OF)).as_string(conn)
        conn.execute(compose("event_marts/drop_as_of", function=function))
        conn.execute(compose("event_marts/create_as_of", function=function, mart=_mart(mart), body=sql.Literal(body)))
        about = f"What mart.{mart} would have held at that moment 该时刻的数据状态"
        conn.execute(compose("event_marts/describe_as_of", function=function, text=sql.Literal(about)))


def _touched_items(record_type: str, name: str) -> sql.Composed:
    return to.touched_records(record_type, _core(name))


def _activity_types() -> list[str]:
    return [each.name for each in event_types() if each.mart is not None and each.mart.is_activity]


def _mart(name: str) -> sql.Identifier:
    return sql.Identifier("mart", name)


def _all_selects(mart: str, tables: Tables) -> Iterator[sql.Composed]:
    for record_type in event_types():
        yield from selects(mart, record_type, tables)


@cache
def _outcomes_below(parent: str) -> tuple[str, ...]:
    rows = standard().codelists[OUTCOMES].table.select(["code", "parent"]).to_pylist()
    return tuple(row["code"] for row in rows if row["parent"] == parent)


@cache
def _severities() -> tuple[str, ...]:
    """Return the severities that have a rank, by rank, from 0."""
    rows = standard().codelists[SEVERITIES].table.select(["code", "rank"]).to_pylist()
    ranked = sorted((row["rank"], row["code"]) for row in rows if row["rank"] is not None)
    if [rank for rank, _ in ranked] != list(range(len(ranked))):
        raise ValueError("the ranks of severity are not 0, 1, 2 ...")
    return tuple(code for _, code in ranked)


@dataclass(frozen=True)
class _Source:
    """The records of one type, and how they become rows."""

    record_type: RecordType
    mart: EventMart
    tables: Tables

    def events(self, *, adverse_only: bool) -> sql.Composed:
        adverse = list(_outcomes_below(ADVERSE))
        wanted = to.among(adverse) if adverse_only else to.other_than(NO_EVENT)
        return compose(
            "event_marts/events",
            record_type=sql.Literal(self.record_type.name),
            records=self._records(),
            products=self._items(self.mart.products),
            outcome=self._outcome(),
            adverse=sql.Literal(adverse),
            not_adverse=sql.Literal(list(_outcomes_below(NOT_ADVERSE))),
            severities=sql.Literal(list(_severities())),
            fatal=sql.Literal(FATAL),
            deaths=self._figure(self.mart.deaths),
            injured=self._figure(self.mart.injured),
            weight=self._column(self.mart.weight),
            stratum=self._column(self.mart.stratum),
            wanted=wanted,
            **{name: self._filled(name) for name in FILLED},
        )

    def of_items(self, name: str, child: str) -> sql.Composed:
        none = any(each.code == NO_EVENT for each in self.mart.outcomes)
        return compose(
            name,
            record_type=sql.Literal(self.record_type.name),
            records=self._records(),
            items=self._items(child),
            is_event=to.differs(self._outcome(), sql.Literal(NO_EVENT)) if none else to.always(),
            **({"fail": sql.Literal(FAIL)} if child == TEST_ITEM else {}),
        )

    def _records(self) -> sql.Composable:
        return self.tables.records(self.record_type.name, self.record_type.tables[""].name)

    def _items(self, child: str) -> sql.Composable:
        return self.tables.items(self.record_type.tables[child].name)

    def _column(self, name: str) -> sql.Composable:
        return sql.Identifier("t", name) if name else to.nothing()

    def _outcome(self) -> sql.Composed:
        *rest, last = self.mart.outcomes
        branches = [(self._all(each.when), sql.Literal(each.code)) for each in rest]
        return to.case(branches, sql.Literal(last.code))

    def _all(self, when: Iterable[Condition]) -> sql.Composed:
        return to.all_of(map(self._condition, when))

    def _condition(self, condition: Condition) -> sql.Composable:
        if not condition.child:
            return _tested(condition, sql.Identifier("t", condition.name))
        return to.some_item(self._items(condition.child), _of_item(condition))

    def _figure(self, figures: Iterable[Figure]) -> sql.Composable:
        found = list(map(self._number, figures))
        return to.first_given(found) if found else to.nothing()

    def _number(self, figure: Figure) -> sql.Composable:
        if figure.counted is not None:
            return to.count_items(self._items(figure.counted.child), _of_item(figure.counted))
        if figure.child:
            return to.sum_items(self._items(figure.child), figure.name)
        if figure.name:
            return sql.Identifier("t", figure.name)
        return to.case([(self._all(figure.when), sql.Literal(figure.number))], to.nothing())

    def _filled(self, name: str) -> sql.Composable:
        """Return the column of the first product, or of the record, else what is taken in its place."""
        own = name.removeprefix("product_")
        product = own != name
        column = sql.Identifier("p" if product else "t", own)
        table = self.record_type.tables[self.mart.products if product else ""]
        longest = table.fields[own].max_length
        others = [self._place(places, longest) for places in self.mart.instead.get(name, ())]
        return to.first_given([column, *others]) if others else column

    def _place(self, places: tuple[Place, ...], longest: int | None) -> sql.Composable:
        """Return a text, or several joined by a blank, cut where the column's own values end."""
        texts = [
            to.first_item(self._items(each.child), each.name) if each.child else sql.Identifier("t", each.name)
            for each in places
        ]
        text = to.joined_texts(texts) if len(texts) > 1 else texts[0]
        return to.shortened(text, longest) if longest else text


def _of_item(condition: Condition) -> sql.Composable:
    """Return what an item of the list must fulfil; without a field any item does."""
    return _tested(condition, sql.Identifier("i", condition.name)) if condition.name else to.always()


def _tested(condition: Condition, column: sql.Identifier) -> sql.Composable:
    if condition.test == "given":
        return to.is_given(column, given=condition.values == (True,))
    if condition.test == "starts":
        return to.begins_with_one_of(column, map(str, condition.values))
    return to.one_of(column, condition.values, negated=condition.test == "not_in")
