"""Invented records of a type from which a sample is made: some that are right, and some that break a rule.

Values are drawn at random from what each field may have, and the checks of the standard judge the records.  What breaks
rules only is stored with its findings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import FixTheHub
from hub.messages import error_of
from standards import standard
from standards.exports.flat_columns import invented_fields
from standards.exports.valid_values import DAYS, valid_values
from validation.records.check import check_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards import Field, RecordType, Rule, Table

ROUNDS, SIZE = 30, 1000  # at most so many times so many records are drawn
RIGHT, BROKEN = 200, 60  # records that are enough
FILLED = (0.15, 0.4, 0.8)  # the share of fields that a record has
MOST_ITEMS = 2
POOL = 400  # different values of a field
RECEIVED = datetime(DAYS[1].year, DAYS[1].month, DAYS[1].day, tzinfo=UTC) + timedelta(days=1)
Pools = dict[tuple[str, str], pa.Array]
OF_RULES = ("BROKEN_RULE", "UNLIKELY_VALUES")


@dataclass(frozen=True)
class Bank:
    """Tables as `check_records` takes them; the rows from `right` on break rules, as `findings` says.

    `pools` has the values that each field may have.
    """

    tables: dict[str, pa.Table]
    right: int
    findings: pa.Table
    pools: Pools


@dataclass(frozen=True)
class Draw:
    """Random choices that are the same for the same seed and name."""

    seed: int

    def indices(self, name: str, count: int, among: int) -> pa.Array:
        """Return `count` numbers from 0 to less than `among`."""
        return pc.cast(pc.floor(pc.multiply(self.shares(name, count), among)), pa.int64())

    def shares(self, name: str, count: int) -> pa.Array:
        """Return `count` numbers from 0 to less than 1."""
        return pc.random(count, initializer=self.number(name))

    def number(self, name: str) -> int:
        """Return a number for a name."""
        return crc32(f"{self.seed}/{name}".encode())


@dataclass
class Needs:
    """What the rules that always apply want of a record, by the name of the list ("" for the record)."""

    filled: set[tuple[str, str]] = field(default_factory=set)
    values: dict[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)
    first: dict[tuple[str, str], tuple[object, ...]] = field(default_factory=dict)  # of the first item of a list


def _pool(each: Field, table: Table, draw: Draw) -> pa.Array:
    """Return different values that a field may have; the same ones for the same seed."""
    random = Random(draw.number(f"{table.name}.{each.name}"))  # noqa: S311 - the same sample for the same seed
    values = valid_values(each, standard().codelists, random, POOL)
    made = pa.array(values, pa.string() if values and isinstance(values[0], str) else each.arrow)
    return made.cast(each.arrow)


def bank(record_type: RecordType, draw: Draw, pools: Pools | None = None) -> Bank:
    """Return records of a type, right and broken ones.

    Args:
        record_type: A record type.
        draw: Decides what is drawn.
        pools: The values that each field may have; any valid ones by default.

    Raises:
        FixTheHub: No record that was drawn is right.
    """
    needs, pools = _needs(record_type), pools or _pools(record_type, draw)
    right: list[dict[str, pa.Table]] = []
    broken: list[dict[str, pa.Table]] = []
    findings: list[pa.Table] = []
    met = missed = 0
    for number in range(ROUNDS):
        tables = _drawn(record_type, needs, pools, Draw(draw.number(f"round {number}")))
        found = check_records(tables, record_type, received_at=RECEIVED)
        wrong = pc.is_in(tables[""]["row"], value_set=_one(found["row"]))
        right.append(_some(tables, tables[""].filter(pc.invert(wrong))["row"][: RIGHT - met]))
        by_field = found.filter(pc.invert(pc.is_in(found["code"], value_set=pa.array(OF_RULES))))
        of_rules = pc.and_not(wrong, pc.is_in(tables[""]["row"], value_set=_one(by_field["row"])))
        chosen = tables[""].filter(of_rules)["row"][: BROKEN - missed]
        broken.append(_some(tables, chosen))
        findings.append(_renumbered(found.filter(pc.is_in(found["row"], value_set=_one(chosen))), _one(chosen), missed))
        met, missed = met + right[-1][""].num_rows, missed + len(chosen)
        if met >= RIGHT:
            break
    if not met:
        raise error_of(FixTheHub, "sample.none", type=record_type.name)
    faults = pa.concat_tables(findings)
    faults = faults.set_column(faults.column_names.index("row"), "row", pc.add(faults["row"], met))
    return Bank(_together([*right, *broken]), met, faults, pools)


def _needs(record_type: RecordType) -> Needs:
    needs = Needs()
    for child, table in record_type.tables.items():
        needs.filled |= {(child, each.name) for each in table.fields.values() if each.required}
        for rule in table.rules:
            _note(needs, child, rule)
    for rule in record_type.across:
        _note(needs, rule.child, rule)
    return needs


def _note(needs: Needs, child: str, rule: Rule) -> None:
    if rule.when:
        return
    if rule.kind in {"require", "every"}:
        needs.filled |= {(child, name) for name in rule.fields}
    elif rule.kind == "any_of":
        needs.filled.add((child, rule.fields[0]))
    if rule.kind in {"in", "every"} and rule.values:
        needs.values[child, rule.fields[0]] = rule.values
    if rule.kind == "some":
        needs.items.add(child)
        needs.filled.add((child, rule.fields[0]))
        if rule.values:
            needs.first[child, rule.fields[0]] = rule.values


def _pools(record_type: RecordType, draw: Draw) -> Pools:
    return {
        (child, each.name): _pool(each, table, draw)
        for child, table in record_type.tables.items()
        for each in invented_fields(table)
    }


def _drawn(record_type: RecordType, needs: Needs, pools: Pools, draw: Draw) -> dict[str, pa.Table]:
    """Return `SIZE` records with their items; how much of a record is filled differs."""
    rows = pa.array(range(SIZE), pa.int64())
    density = pa.array([FILLED[row % len(FILLED)] for row in range(SIZE)])
    tables = {"": _filled("", record_type.tables[""], {"row": rows}, density, needs, pools, draw)}
    for child, table in record_type.tables.items():
        if child:
            most = MOST_ITEMS if table.max_items is None else min(MOST_ITEMS, table.max_items)
            least = int(child in needs.items)
            counts = pc.add(draw.indices(f"items of {child}", SIZE, most + 1 - least), least).to_pylist()
            places = [(row, position) for row, count in enumerate(counts) for position in range(count)]
            keys = {
                "row": pa.array([row for row, _ in places], pa.int64()),
                "position": pa.array([position for _, position in places], pa.int32()),
            }
            tables[child] = _filled(child, table, keys, density.take(keys["row"]), needs, pools, draw)
    return tables


def _filled(  # noqa: PLR0913, PLR0917 - what the values of a table depend on
    child: str, table: Table, keys: dict[str, pa.Array], density: pa.Array, needs: Needs, pools: Pools, draw: Draw
) -> pa.Table:
    count = len(keys["row"])
    columns = dict(keys)
    for each in table.fields.values():
        place = (child, each.name)
        values = pools.get(place, pa.nulls(0, each.arrow))
        if place in needs.values:
            values = pa.array(needs.values[place], each.arrow)
        columns[each.name] = pa.nulls(count, each.arrow)
        if len(values):
            name = f"{table.name}.{each.name}"
            chosen = values.take(draw.indices(name, count, len(values)))
            given = pc.less(draw.shares(f"{name} given", count), density)
            columns[each.name] = chosen if place in needs.filled else pc.if_else(given, chosen, None)
        if place in needs.first:
            wanted = pa.array(needs.first[place], each.arrow)
            first = wanted.take(draw.indices(f"{table.name}.{each.name} first", count, len(wanted)))
            columns[each.name] = pc.if_else(pc.equal(keys["position"], 0), first, columns[each.name])
    return pa.table(columns)


def _some(tables: dict[str, pa.Table], rows: pa.ChunkedArray) -> dict[str, pa.Table]:
    """Return some records with their items, the rows numbered from 0."""
    chosen = _one(rows)
    chosen_tables = {child: table.filter(pc.is_in(table["row"], value_set=chosen)) for child, table in tables.items()}
    return {child: _renumbered(table, chosen, 0) for child, table in chosen_tables.items()}


def _renumbered(table: pa.Table, rows: pa.Array, first: int) -> pa.Table:
    numbers = pc.add(pc.cast(pc.index_in(table["row"], value_set=rows), pa.int64()), first)
    return table.set_column(table.column_names.index("row"), "row", numbers)


def _together(parts: list[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    found: dict[str, list[pa.Table]] = {child: [] for child in parts[0]}
    first = 0
    for part in parts:
        for child, table in part.items():
            number = table.column_names.index("row")
            found[child].append(table.set_column(number, "row", pc.add(table["row"], first)))
        first += part[""].num_rows
    return {child: pa.concat_tables(tables).combine_chunks() for child, tables in found.items()}


def _one(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def fields_of_rules(record_type: RecordType) -> set[tuple[str, str]]:
    """Return the fields, with the list that they are of, on which any rule of a type depends."""
    found: set[tuple[str, str]] = set()
    for child, table in record_type.tables.items():
        for rule in (*table.rules, *(() if child else record_type.across)):
            found |= set(_depends(rule, child))
    return found


def _depends(rule: Rule, child: str) -> Iterator[tuple[str, str]]:
    for name in rule.fields:  # a rule over a list names fields of its items, of the record, or of both
        yield from ((child, name), (rule.child, name))
    if rule.other:
        yield rule.other, rule.target
    for condition in rule.when:
        yield condition.child or child, condition.name
    if rule.where is not None:
        yield rule.child, rule.where.name
