"""Rules over a record and the items of its lists: unique, summed, counted, present, given, referred to, compared.

Columnar like the others: items are grouped by the row of their record, never looped over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from validation.records.conditions import applies, fulfils, has_one_of
from validation.records.rules import CODES, COMPARE, judge, missed, wide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standards import RecordType, Rule, Table
    from validation.records.table_check import TableCheck

AT = "@at"  # where an item stands in its table


def judge_across(rule: Rule, record_type: RecordType, records: TableCheck, lists: Mapping[str, TableCheck]) -> None:
    """Add the findings of a broken rule: about the record, or about the item that is wrong.

    Args:
        rule: The rule; one of the record type's `across`.
        record_type: Whose fields it names.
        records: The records.
        lists: The items of their lists; a list that the delivery does not bring is missing or empty.
    """
    if rule.kind == "some":
        records.blame_list(CODES[rule.level], _without(rule, records, lists), rule.child, rule.id)
        return
    if not rule.child:
        judge(rule, record_type.tables[""].fields, records, lists)
        return
    items = lists.get(rule.child)
    if items is None or not items.table.num_rows:
        return
    if rule.kind in {"sum", "count"}:
        declared = rule.fields[-1]
        found = _counts(rule, records, items) if rule.kind == "count" else _sums(rule, records, items)
        wrong = pc.fill_null(missed(found, rule.op, wide(records.column(declared)), rule.tolerance), fill_value=False)
        where = applies(rule, records, lists)
        wrong = wrong if where is None else pc.and_(wrong, where)
        records.blame(CODES[rule.level], wrong, record_type.tables[""].fields[declared], rule.id)
        return
    about = record_type.tables[rule.child].fields[rule.fields[1 if rule.kind == "rising" else 0]]
    wrong = _beyond(rule, records, items) if rule.kind == "against" else _wrong_items(rule, items, lists)
    where = applies(rule, records, lists)
    if where is not None:
        wrong = pc.and_(wrong, pc.is_in(items.column("row"), value_set=records.column("row").filter(where)))
    items.blame(CODES[rule.level], wrong, about, rule.id)


def judge_length(table: Table, records: TableCheck, child: str, items: TableCheck) -> None:
    """Add OUT_OF_RANGE for each record with more items in a list than its schema's `maxItems`.

    Args:
        table: What the schema says of the list.
        records: The records.
        child: The name of the list.
        items: Its items.
    """
    counted = pc.value_counts(items.column("row"))
    size = counted.field(1).take(pc.index_in(records.column("row"), value_set=counted.field(0)))
    wrong = pc.fill_null(pc.greater(size, table.max_items), fill_value=False)
    records.blame_list("OUT_OF_RANGE", wrong, child, f"0 ... {table.max_items}", size)


def _wrong_items(rule: Rule, items: TableCheck, lists: Mapping[str, TableCheck]) -> pa.Array:
    match rule.kind:
        case "unique":
            return repeats(rule, items)
        case "every":
            return pc.invert(_has(rule, items))
        case "refers":
            return _astray(rule, items, lists)
        case "rising":
            return _falls(rule, items)
        case other:
            raise ValueError(f"no such kind of rule: {other}")


def _has(rule: Rule, items: TableCheck) -> pa.Array:
    name = rule.fields[0]
    return has_one_of(items, name, rule.values) if rule.values else pc.is_valid(items.column(name))


def _without(rule: Rule, records: TableCheck, lists: Mapping[str, TableCheck]) -> pa.Array:
    """Return which records have no item that the rule asks for."""
    items = lists.get(rule.child)
    none = pa.array([], pa.int64())
    rows = none if items is None else items.column("row").filter(_has(rule, items))
    wrong = pc.invert(pc.is_in(records.column("row"), value_set=rows))
    where = applies(rule, records, lists)
    return wrong if where is None else pc.and_(wrong, where)


def repeats(rule: Rule, items: TableCheck) -> pa.Array:
    """Return which items equal, in all fields of the rule, one before them under the same record."""
    at = pa.arange(0, items.table.num_rows)
    keys = ["row", *rule.fields]
    filled = pa.table([at, *map(items.column, keys)], [AT, *keys]).drop_null()
    firsts = filled.group_by(keys, use_threads=False).aggregate([(AT, "min")])[f"{AT}_min"]
    if len(firsts) == filled.num_rows:  # as in nearly every file: the lookup takes twice as long as the grouping
        return pa.nulls(len(at), pa.bool_())
    return pc.and_not(pc.is_in(at, value_set=filled[AT]), pc.is_in(at, value_set=firsts))


def _astray(rule: Rule, items: TableCheck, lists: Mapping[str, TableCheck]) -> pa.Array:
    """Return which items refer to what no item of the other list of the same record is."""
    at = pa.arange(0, items.table.num_rows)
    ours = pa.table({AT: at, "row": items.column("row"), "key": items.column(rule.fields[0])}).drop_null()
    other = lists.get(rule.other)
    if other is None or not ours.num_rows:
        return pc.is_in(at, value_set=ours[AT])
    theirs = pa.table({"row": other.column("row"), "key": other.column(rule.target)})
    met = ours.join(theirs, ["row", "key"], join_type="left semi", use_threads=False)
    return pc.and_not(pc.is_in(at, value_set=ours[AT]), pc.is_in(at, value_set=met[AT]))


def _beyond(rule: Rule, records: TableCheck, items: TableCheck) -> pa.Array:
    """Return which items are not to the record's field as the rule says; never null."""
    at = pc.index_in(items.column("row"), value_set=records.column("row"))
    holds = COMPARE[rule.op](items.column(rule.fields[0]), records.column(rule.fields[1]).take(at))
    return pc.fill_null(pc.invert(holds), fill_value=False)


def _falls(rule: Rule, items: TableCheck) -> pa.Array:
    """Return which items have less than the one before them in the order of the rule, under the same record."""
    at = pa.arange(0, items.table.num_rows)
    table = pa.table([at, items.column("row"), *map(items.column, rule.fields)], [AT, "row", "by", "value"]).drop_null()
    ordered = table.sort_by([(name, "ascending") for name in ("row", "by", "value")]).combine_chunks()
    before, after = ordered.slice(0, max(len(ordered) - 1, 0)), ordered.slice(1)
    fell = pc.and_(pc.equal(before["row"], after["row"]), pc.less(after["value"], before["value"]))
    return pc.is_in(at, value_set=after[AT].filter(fell))


def _counted(rule: Rule, items: TableCheck, columns: dict[str, pa.Array]) -> pa.Table:
    """Return the rows of the items that the rule counts, beside `columns`."""
    table = pa.table({"row": items.column("row"), **columns})
    if rule.where is None:
        return table
    return table.filter(fulfils(rule.where, items))


def _counts(rule: Rule, records: TableCheck, items: TableCheck) -> pa.Array:
    """Return how many items of each record the rule counts, null where it has none: not every feed brings them."""
    counted = pc.value_counts(_counted(rule, items, {})["row"].combine_chunks())
    number = pc.fill_null(counted.field(1).take(pc.index_in(records.column("row"), value_set=counted.field(0))), 0)
    has = pc.is_in(records.column("row"), value_set=items.column("row"))
    return wide(pc.if_else(has, number, pa.scalar(None, pa.int64())))


def _sums(rule: Rule, records: TableCheck, items: TableCheck) -> pa.Array:
    """Return the sum over the items of each record that the rule counts, null where there are none or one is null."""
    table = _counted(rule, items, {"value": wide(items.column(rule.fields[0]))})
    every = pc.ScalarAggregateOptions(skip_nulls=False)
    summed = table.group_by("row", use_threads=False).aggregate([("value", "sum", every)])
    total = pc.cast(summed["value_sum"].combine_chunks(), pa.decimal256(38, summed["value_sum"].type.scale))
    return total.take(pc.index_in(records.column("row"), value_set=summed["row"].combine_chunks()))
