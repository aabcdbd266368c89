"""Quoting: a finding quotes the cell as its sender wrote it, and what it was read as where that is something else.

The standard checks records, and a record does not hold its cells as they were sent.  So the rows with findings
are mapped once more, this time for the text behind each field; rows without findings cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, one_array
from mappings.engine.run.children import children
from mappings.engine.run.evaluate import source_text_table
from mappings.engine.run.finding_names import unquoted
from mappings.engine.run.map_batch import quoting_scope
from mappings.engine.run.mask import hide, shown_text
from mappings.engine.run.route_rows import sorted_out
from mappings.engine.run.single_values import lists_apart
from mappings.engine.text.repair import ANY_BLANKS

if TYPE_CHECKING:
    from mappings.engine.model.route import Route
    from mappings.engine.model.source import Source

ITEM = r"^(?P<child>[a-z_]+)[.](?P<position>[0-9]+)[.](?P<path>.+)$"
NUMBER = r"^[+-]?[0-9]*[.]?[0-9]+$"
DAY = r"^(?P<year>[0-9]{4})\D{1,2}(?P<month>[0-9]{1,2})\D{1,2}(?P<day>[0-9]{1,2})(?:$|\D)"
COMPACT = r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?:$|\D|[0-9]{4})"
ROW, POSITION = "row", "position"
NOTHING = pa.scalar(None, pa.string())


def quoted(findings: pa.Table, rows: pa.RecordBatch, source: Source) -> pa.Table:
    """Return findings with the cells as they were sent.

    Args:
        findings: The columns of `FINDINGS`, and perhaps more.
        rows: Rows as the reader gives them; findings about other rows stay as they are.
        source: The source, which says what is personal.
    """
    wanted = unquoted(findings)
    if not any_true(wanted):
        return findings
    unquoted_findings = findings.filter(wanted)
    mine = rows.filter(pc.is_in(rows.column("@row"), value_set=one_array(pc.unique(unquoted_findings["row"]))))
    source_text = shown_text(_cells_behind(unquoted_findings, mine, source))
    read = one_array(unquoted_findings["read"])
    differs = pc.and_(pc.is_valid(source_text), pc.invert(_same(source_text, read)))
    value = pc.replace_with_mask(one_array(findings["value"]), wanted, pc.coalesce(source_text, read))
    read_column = pc.replace_with_mask(one_array(findings["read"]), wanted, pc.if_else(differs, read, NOTHING))
    for name, column in (("value", value), ("read", read_column)):
        findings = findings.set_column(findings.schema.get_field_index(name), name, column)
    return findings


def _cells_behind(findings: pa.Table, rows: pa.RecordBatch, source: Source) -> pa.Array:
    """Return the text behind the field of each finding, null where no cell of the rows is."""
    number, field = one_array(findings["row"]), one_array(findings["field"])
    parts = pc.extract_regex(field, ITEM)
    child, position, rest = (pc.struct_field(parts, name) for name in ("child", "position", "path"))
    child, path = pc.fill_null(child, ""), pc.coalesce(rest, field)
    found = pa.nulls(len(field), pa.string())
    for route, tables in _source_texts(rows, source):
        for name, table in tables.items():
            of_table = pc.equal(child, name)
            if not any_true(of_table):
                continue
            here = _places(one_array(table[ROW]), one_array(table[POSITION]) if name else None)
            at = pc.index_in(_places(number, position if name else None), value_set=here)
            fields = {each.path: each.name for each in route.record_type.tables[name].fields.values()}
            for each in pc.unique(path.filter(of_table)).to_pylist():
                if each in fields:
                    texts = one_array(table[fields[each]]).take(at)
                    about = pc.fill_null(pc.and_(of_table, pc.equal(path, each)), fill_value=False)
                    found = pc.if_else(about, pc.coalesce(found, texts), found)
    return found


def _places(rows: pa.Array, position: pa.Array | None) -> pa.Array:
    text = pc.cast(rows, pa.string())
    return text if position is None else pc.binary_join_element_wise(text, pc.cast(position, pa.string()), ".")


def _source_texts(rows: pa.RecordBatch, source: Source) -> list[tuple[Route, dict[str, pa.Table]]]:
    """Return for each route its tables with the sender's own text in every field, and `row` (and `position`)."""
    if not len(rows):
        return []
    taken, _ = sorted_out(hide(lists_apart(rows, source), source).rows, source)
    found = []
    for route in source.routes:
        if not len(taken[route.name]):
            continue
        scope = quoting_scope(taken[route.name], route)
        main = source_text_table(route.record_type.tables[""], route.rules, scope).append_column(ROW, scope.row)
        made = {
            name: children(route.record_type.tables[name], blocks, scope)[0] for name, blocks in route.children.items()
        }
        found.append((route, {"": main, **made}))
    return found


def _same(source_text: pa.Array, read: pa.Array) -> pa.Array:
    """Return where the value read equals the cell: the same text, number or day."""
    plain = pc.utf8_trim(source_text, ANY_BLANKS)
    same = pc.fill_null(pc.equal(plain, read), fill_value=False)
    numbers = pc.and_(_is(plain, NUMBER), _is(read, NUMBER))
    same = pc.or_(same, pc.and_(numbers, pc.fill_null(pc.equal(_number(plain), _number(read)), fill_value=False)))
    day = pc.coalesce(_day(plain, DAY), _day(plain, COMPACT))
    return pc.or_(same, pc.fill_null(pc.equal(day, _day(read, DAY)), fill_value=False))


def _is(text: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)


def _number(text: pa.Array) -> pa.Array:
    """Return numbers in one spelling: no plus, no zeros in front or behind the point."""
    bare = pc.replace_substring_regex(text, "^([+]|(-))?0*", r"\2")
    pointed = pc.match_substring(bare, ".")
    short = pc.replace_substring_regex(bare, "[.]?0*$", "")
    return pc.if_else(pointed, short, bare)


def _day(text: pa.Array, pattern: str) -> pa.Array:
    parts = pc.extract_regex(text, pattern)
    year, month, day = (pc.struct_field(parts, name) for name in ("year", "month", "day"))
    return pc.binary_join_element_wise(year, *(pc.utf8_lpad(each, 2, padding="0") for each in (month, day)), "-")
