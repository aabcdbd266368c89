"""Record rules: a record type of the standard, compiled once to Arrow kernels, checks whole tables.

`tests/support/reference.py` checks the same through `jsonschema`, one record at a time; a property test holds
that both give the same verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import no_findings
from standards import RecordType, standard
from validation.catalogue import levels
from validation.records import kernels
from validation.records.cross_table import judge_across, judge_length
from validation.records.kernels import Bounds
from validation.records.rules import holds, needed
from validation.records.table_check import Days, TableCheck, as_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from standards import Field, Rule, Table

EVENT_AT, EVENT_DATE = "event_at", "event_date"
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Compiled:
    """The checks of one table: those of a field run only where it has values, `always` the others."""

    of_field: dict[str, tuple[Callable[[TableCheck, Bounds], None], ...]]
    always: tuple[Callable[[TableCheck, Bounds], None], ...]
    together: tuple[tuple[tuple[str, ...], Callable[[TableCheck, Bounds], None]], ...]


def check_records(
    tables: dict[str, pa.Table],
    record_type: RecordType,
    *,
    known: pa.Table | None = None,
    received_at: datetime | None = None,
) -> pa.Table:
    """Check records and their children by the rules of the standard.

    Args:
        tables: As `refine` makes them: "" with `row` (int64) and the fields, each child with `row`, `position`
            (int32, from 0) and its fields.
        record_type: The record type whose JSON Schema (2020-12, with the keywords of standards/README.md) holds.  Codes
            are judged by the lists in force on `event_date`, in China's zone where a record has the moment only, and
            on `valid_from` where a record holds for a period.
        known: The mapping's findings; an error of them on a row or a field is not reported again.
        received_at: When the delivery came in, now when None; a day more than one day later is out of range.

    Returns:
        A table of the schema `FINDINGS`, empty when all is right.
    """
    bounds = Bounds.of(received_at)
    days = _days(tables[""], record_type)
    checks = {child: TableCheck(table, child, days) for child, table in tables.items() if table.num_rows}
    found: list[pa.Table] = []
    for child, judged in checks.items():
        for each in _due(compiled_checks(record_type)[child], judged.table):
            each(judged, bounds)
        found += judged.taken()
    found += _across(checks, record_type)
    findings = pa.concat_tables(found) if found else no_findings()
    return not_reported(findings, known) if known is not None and known.num_rows and findings.num_rows else findings


def _days(main: pa.Table, record_type: RecordType) -> Days:
    """Return the day of each record by which codes are judged."""
    rows = as_one(main["row"])
    if record_type.begins != EVENT_AT:
        return Days(rows, as_one(main[record_type.begins]))
    return Days(rows, as_one(main[EVENT_DATE]), as_one(main[EVENT_AT]))


def not_reported(findings: pa.Table, known: pa.Table) -> pa.Table:
    """Return the findings on whose row and field (or item, or list) `known` has no error yet.

    An error of `known` without a field is about the whole row: no other finding of that row is returned.
    """
    errors = known.filter(pc.equal(levels(known["code"]), "error"))
    if errors.num_rows == 0:
        return findings
    whole = errors.filter(pc.is_null(errors["field"]))
    reported = pc.is_in(findings["row"], value_set=as_one(whole["row"]))
    places = as_one(_place(errors["row"], pc.fill_null(errors["field"], SEPARATOR)))
    field = findings["field"]
    for _ in range(3):  # goods.0.hs_code, then the item goods.0, then the list goods
        reported = pc.or_(reported, pc.is_in(_place(findings["row"], field), value_set=places))
        field = pc.replace_substring_regex(field, r"[.]?[^.]*$", "")
    return findings.filter(pc.invert(reported))


def _place(rows: pa.ChunkedArray, fields: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(pc.cast(rows, pa.string()), fields, SEPARATOR)


def _across(checks: dict[str, TableCheck], record_type: RecordType) -> Iterator[pa.Table]:
    """Yield the findings of the rules over records and the items of their lists, and of lists that are too long."""
    records = checks.get("")
    if records is None:
        return
    lists = {child: items for child, items in checks.items() if child}
    for rule in record_type.across:
        if _can_break(rule, records, lists):
            judge_across(rule, record_type, records, lists)
    for child, items in lists.items():
        if record_type.tables[child].max_items is not None:
            judge_length(record_type.tables[child], records, child, items)
    for each in (records, *lists.values()):
        yield from each.findings


def _can_break(rule: Rule, records: TableCheck, lists: dict[str, TableCheck]) -> bool:
    """Whether the fields without which a rule over lists holds are filled anywhere."""
    if rule.kind in {"some", "every"} or (not rule.child and rule.kind in {"require", "any_of"}):
        return True
    if not rule.child:
        return any(_filled(records.table, name) for name in rule.fields)
    of_items = {"count": (), "sum": rule.fields[:-1], "against": rule.fields[:-1]}.get(rule.kind, rule.fields)
    of_record = rule.fields[-1:] if rule.kind in {"sum", "count", "against"} else ()
    return rule.child in lists and (
        all(_filled(lists[rule.child].table, name) for name in of_items)
        and all(_filled(records.table, name) for name in of_record)
    )


def _filled(table: pa.Table, name: str) -> bool:
    return bool(table[name].null_count < table.num_rows)


@cache
def compiled_checks(record_type: RecordType) -> dict[str, Compiled]:
    """Return the checks of each table of a record type; compiled on the first use."""
    return {child: _compile(table) for child, table in record_type.tables.items()}


def _compile(table: Table) -> Compiled:
    fields = table.fields
    rules = tuple((needed(rule), holds(rule, fields)) for rule in table.rules)
    return Compiled(
        {name: tuple(_of_field(each)) for name, each in fields.items()},
        tuple(kernels.required(each) for each in fields.values() if each.required),
        rules,
    )


def _of_field(each: Field) -> Iterator[Callable[[TableCheck, Bounds], None]]:
    if each.codelist is not None and not each.open:
        yield kernels.in_codelist(each, standard().codelists[each.codelist])
    if any(bound is not None for bound in (each.minimum, each.maximum, each.above)):
        yield kernels.in_range(each)
    if each.moment is not None:
        yield kernels.of_moment(each, each.moment)
    elif pa.types.is_date(each.arrow) or pa.types.is_timestamp(each.arrow):
        yield kernels.in_time(each)
    if each.max_length is not None:
        yield kernels.of_length(each)
    if each.pattern is not None:
        yield kernels.of_pattern(each)
    if each.identifier is not None:
        yield kernels.of_identifier(each)


def _due(compiled: Compiled, table: pa.Table) -> Iterator[Callable[[TableCheck, Bounds], None]]:
    """Yield the checks that can find something: most fields of a wide standard are null in any one feed."""
    yield from compiled.always
    filled = {name for name in compiled.of_field if table[name].null_count < table.num_rows}
    for name in compiled.of_field:
        if name in filled:
            yield from compiled.of_field[name]
    yield from (each for names, each in compiled.together if not names or not filled.isdisjoint(names))
