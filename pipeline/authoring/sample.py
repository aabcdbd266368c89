"""A sample of a record type: records that are right, and some with exactly one thing wrong that is said.

A right record is one of the bank with other values in the fields on which no rule depends.  A bad one has one fault in
such a field, whose finding follows from the declaration, or is one of the bank that breaks a rule.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from pipeline.authoring.sample_bank import MOST_ITEMS, Bank, Draw, Pools, bank, fields_of_rules
from pipeline.authoring.sample_faults import Fault, faults_of
from standards.exports.flat_columns import invented_fields
from standards.exports.record_files import flat_csv, json_lines
from validation.catalogue import levels

if TYPE_CHECKING:
    from standards import RecordType

NUMBER = "source_record_no"
FINDINGS = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("source_record_no", pa.string()),
        pa.field("field", pa.string()),
        pa.field("code", pa.string()),
        pa.field("level", pa.string()),
    ]
)


@dataclass(frozen=True)
class Sample:
    """Records as `check_records` takes them, and the findings that it has about them, by row."""

    record_type: RecordType
    tables: dict[str, pa.Table]
    findings: pa.Table


def sample_of(record_type: RecordType, count: int, seed: int = 1, bad: float = 0.0) -> Sample:
    """Return invented records of a type; the same ones for the same arguments and standard.

    Args:
        record_type: A record type.
        count: How many.
        seed: Another one gives other records.
        bad: The share of records that have something wrong, from 0 to 1.
    """
    draw = Draw(Draw(seed).number(record_type.name))
    found = bank(record_type, draw)
    random = Random(draw.number("bad"))  # noqa: S311 - the same sample for the same seed
    wrong = sorted(random.sample(range(count), round(count * bad)))
    faults = faults_of(record_type, fields_of_rules(record_type))
    broken = found.tables[""].num_rows - found.right
    of_rules = set(wrong[::3]) if broken and faults else set(wrong) if broken else set()
    origin = _origins(found, count, sorted(of_rules), draw)
    tables = _taken(found, origin)
    tables = _varied(record_type, tables, draw, found.pools)
    with_fault = [row for row in wrong if row not in of_rules]
    done = _spoilt(record_type, tables, with_fault, faults)
    return Sample(record_type, tables, _expected(found, tables, origin, done))


def sample_files(sample: Sample) -> dict[str, bytes]:
    """Return the files of a sample by their names: records as JSON lines and as csv, and the findings expected."""
    name = sample.record_type.name
    stream = io.BytesIO()
    lines = sample.findings.set_column(0, "line", pc.add(sample.findings["row"], 1))
    csv.write_csv(lines, stream, csv.WriteOptions(quoting_style="needed"))
    return {
        f"{name}.jsonl": json_lines(sample.tables, sample.record_type),
        f"{name}.csv": flat_csv(sample.tables, sample.record_type, MOST_ITEMS),
        f"{name}.findings.csv": stream.getvalue(),
    }


def _origins(found: Bank, count: int, of_rules: list[int], draw: Draw) -> pa.Array:
    """Return the row of the bank from which each record is made."""
    origin = draw.indices("origin", count, found.right)
    if not of_rules:
        return origin
    broken = found.tables[""].num_rows - found.right
    chosen = pa.array([found.right + at % broken for at in range(len(of_rules))], pa.int64())
    mask = pc.is_in(pa.array(range(count), pa.int64()), value_set=pa.array(of_rules, pa.int64()))
    return pc.replace_with_mask(origin, mask, chosen)


def _taken(found: Bank, origin: pa.Array) -> dict[str, pa.Table]:
    """Return the records of the bank at `origin`, with their items, the rows numbered from 0."""
    rows = pa.array(range(len(origin)), pa.int64())
    tables = {}
    for child, table in found.tables.items():
        if child:
            ordered = table.sort_by([("row", "ascending"), ("position", "ascending")]).combine_chunks()
            taken, parents = _items(ordered, found.tables[""].num_rows, origin)
        else:
            taken, parents = table.take(origin), rows
        tables[child] = taken.set_column(taken.column_names.index("row"), "row", parents)
    return tables


def _items(ordered: pa.Table, records: int, origin: pa.Array) -> tuple[pa.Table, pa.Array]:
    """Return the items of records of the bank, and the place in `origin` of the record that each belongs to."""
    counts = [0] * records
    for row in ordered["row"].to_pylist():
        counts[row] += 1
    offsets = [0]
    for each in counts:
        offsets.append(offsets[-1] + each)
    places = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(range(offsets[-1]), pa.int64()))
    chosen = places.take(origin)
    parents = pc.list_parent_indices(chosen)
    return ordered.take(chosen.flatten()), parents


def _varied(record_type: RecordType, tables: dict[str, pa.Table], draw: Draw, pools: Pools) -> dict[str, pa.Table]:
    """Return the records with other values where no rule depends on them, and a number for each."""
    bound = fields_of_rules(record_type)
    made = {}
    for child, found in tables.items():
        table = found
        for each in invented_fields(record_type.tables[child]):
            if (child, each.name) in bound or table[each.name].null_count == table.num_rows:
                continue
            values = pools[child, each.name]
            if len(values):
                chosen = values.take(draw.indices(f"{child}.{each.name}", table.num_rows, len(values)))
                column = pc.if_else(pc.is_valid(table[each.name]), chosen, None)
                table = table.set_column(table.column_names.index(each.name), each.name, column)
        made[child] = table
    rows = pc.cast(pc.add(made[""]["row"], 1), pa.string())
    numbers = pc.binary_join_element_wise("S", pc.utf8_lpad(rows, 8, "0"), "")
    made[""] = made[""].set_column(made[""].column_names.index(NUMBER), NUMBER, numbers)
    return made


@dataclass(frozen=True)
class _Place:
    row: int
    path: str
    code: str


def _spoilt(record_type: RecordType, tables: dict[str, pa.Table], rows: list[int], faults: list[Fault]) -> list[_Place]:
    """Put one fault into each of some records, in place, and return what was done."""
    first = {child: _first_items(table) for child, table in tables.items() if child}
    given = {key: _given(tables[key[0]], key[1]) for key in {(each.child, each.field.name) for each in faults}}
    changes: dict[tuple[str, str], dict[int, object]] = {}
    done: list[_Place] = []
    number = 0
    for row in rows:
        for _ in range(len(faults)):
            fault = faults[number % len(faults)]
            number += 1
            at = first[fault.child].get(row) if fault.child else row
            key = (fault.child, fault.field.name)
            if at is not None and (fault.adds or at in given[key]):
                changes.setdefault(key, {})[at] = fault.value
                path = f"{fault.child}.0.{fault.field.path}" if fault.child else fault.field.path
                done.append(_Place(row, path, fault.code))
                break
    for (child, name), values in changes.items():
        table = tables[child]
        kind = record_type.tables[child].fields[name].arrow
        places = sorted(values)
        mask = pc.is_in(pa.array(range(table.num_rows), pa.int64()), value_set=pa.array(places, pa.int64()))
        column = table[name].combine_chunks() if isinstance(table[name], pa.ChunkedArray) else table[name]
        changed = pc.replace_with_mask(column, mask, pa.array([values[at] for at in places], kind))
        tables[child] = table.set_column(table.column_names.index(name), name, changed)
    return done


def _first_items(table: pa.Table) -> dict[int, int]:
    """Return where in a table of items the first item of each record stands."""
    found: dict[int, int] = {}
    for at, (row, position) in enumerate(zip(table["row"].to_pylist(), table["position"].to_pylist(), strict=True)):
        if position == 0:
            found.setdefault(row, at)
    return found


def _given(table: pa.Table, name: str) -> set[int]:
    return set(pc.indices_nonzero(pc.is_valid(table[name])).to_pylist())


def _expected(found: Bank, tables: dict[str, pa.Table], origin: pa.Array, done: list[_Place]) -> pa.Table:
    """Return the findings that the records have, in the order of the rows."""
    by_rule: dict[int, list[tuple[str, str]]] = {}
    for line in found.findings.select(["row", "field", "code"]).to_pylist():
        by_rule.setdefault(line["row"], []).append((line["field"], line["code"]))
    places = [
        _Place(row, path, code)
        for row, place in enumerate(origin.to_pylist())
        if place >= found.right
        for path, code in by_rule[place]
    ]
    places = sorted([*places, *done], key=lambda each: (each.row, each.path, each.code))
    numbers = tables[""][NUMBER].take(pa.array([each.row for each in places], pa.int64()))
    codes = pa.array([each.code for each in places], pa.string())
    return pa.table(
        [
            pa.array([each.row for each in places], pa.int64()),
            numbers,
            pa.array([each.path for each in places], pa.string()),
            codes,
            pc.cast(levels(codes), pa.string()),
        ],
        schema=FINDINGS,
    )
