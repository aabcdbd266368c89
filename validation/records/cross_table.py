"""Rules over a record and its children: unique among siblings, sums and counts, codes that deny each other.

Columnar like the others: children are grouped by the row of their record, never looped over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from validation.records.rules import CODES, missed, wide

if TYPE_CHECKING:
    from standards import RecordType, Rule
    from validation.records.table_check import TableCheck

AT = "@at"  # where a child stands in its table


def judge_across(rule: Rule, record_type: RecordType, records: TableCheck, children: TableCheck) -> None:
    """Add the findings of a broken rule: about the record that declares it wrong, or the child that repeats another."""
    if rule.kind == "unique":
        about = record_type.tables[rule.child].fields[rule.fields[0]]
        children.blame(CODES[rule.level], repeats(rule, children), about, rule.id)
        return
    declared = rule.fields[-1]
    about = record_type.tables[""].fields[declared]
    if rule.kind == "denies":
        records.blame(CODES[rule.level], _denied(rule, records, children), about, rule.id)
        return
    found = _counts(records, children) if rule.kind == "count" else _sums(rule.fields[0], records, children)
    wrong = missed(found, rule.op, wide(records.column(declared)), rule.tolerance)
    records.blame(CODES[rule.level], pc.fill_null(wrong, fill_value=False), about, rule.id)


def repeats(rule: Rule, children: TableCheck) -> pa.Array:
    """Return which children equal, in all fields of the rule, one before them under the same record."""
    at = pa.arange(0, children.table.num_rows)
    keys = ["row", *rule.fields]
    filled = pa.table([at, *map(children.column, keys)], [AT, *keys]).drop_null()
    firsts = filled.group_by(keys, use_threads=False).aggregate([(AT, "min")])[f"{AT}_min"]
    if len(firsts) == filled.num_rows:  # as in nearly every file: the lookup takes twice as long as the grouping
        return pa.nulls(len(at), pa.bool_())
    return pc.and_not(pc.is_in(at, value_set=filled[AT]), pc.is_in(at, value_set=firsts))


def _denied(rule: Rule, records: TableCheck, children: TableCheck) -> pa.Array:
    """Return which records have the one code and a child with the other."""
    (child_field, record_field), (inner, outer) = rule.fields, rule.values
    rows = children.column("row").filter(pc.equal(children.column(child_field), inner))
    return pc.and_(pc.is_in(records.column("row"), value_set=rows), pc.equal(records.column(record_field), outer))


def _counts(records: TableCheck, children: TableCheck) -> pa.Array:
    """Return how many children each record has, null where it has none: not every feed brings them."""
    counted = pc.value_counts(children.column("row"))
    at = pc.index_in(records.column("row"), value_set=counted.field(0))
    return wide(counted.field(1).take(at))


def _sums(name: str, records: TableCheck, children: TableCheck) -> pa.Array:
    """Return the sum over each record's children, null where it has none or one of them is null."""
    table = pa.table({"row": children.column("row"), "value": wide(children.column(name))})
    every = pc.ScalarAggregateOptions(skip_nulls=False)
    summed = table.group_by("row", use_threads=False).aggregate([("value", "sum", every)])
    at = pc.index_in(records.column("row"), value_set=summed["row"].combine_chunks())
    scale = summed["value_sum"].type.scale
    return pc.cast(summed["value_sum"].combine_chunks().take(at), pa.decimal256(38, scale))
