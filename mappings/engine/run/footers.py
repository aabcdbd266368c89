"""Rows that are no records: signature and date lines below a table, notes, page numbers, the header once more.

The labels stand in `footers.csv`.  A row is taken for a footer only when its shape leaves no doubt: its first filled
cell is such a label, every other filled cell is one too or the value of the one before it.  A record whose narrative
begins with such a label has a number, a date or a place beside it, so it stays a record.  The row is passed over and
named.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import findings_of
from mappings.engine.arrays import any_true, as_text, false, one_array

FOOTER_ROW, REPEATED_HEADER = "FOOTER_ROW", "REPEATED_HEADER"
FOOTERS = Path(__file__).with_name("footers.csv")
NARROW = 3  # columns below which a row has too little shape to be certain of
BLANKS = r"[\s\x{a0}\x{3000}]*"
PAGE = r"第[0-9]+页(?:[，,/]?共[0-9]+页)?|共[0-9]+页(?:[，,/]?第[0-9]+页)?|page[0-9]+(?:of|/)?[0-9]*|-[0-9]+-"
SEVERAL = 2  # names that a row must repeat to be the header once more


@cache
def _by_kind() -> dict[str, list[str]]:
    """Return the labels of each kind as patterns; Chinese ones may be spaced out."""
    found: dict[str, list[str]] = {"label": [], "colon": [], "note": [], "phrase": []}
    with FOOTERS.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            text = line["word"]
            spaced = text.isascii()
            found[line["kind"]].append(re.escape(text) if spaced else BLANKS.join(map(re.escape, text)))
    return found


@cache
def _patterns() -> tuple[str, str, str]:
    """Return the patterns of a bare label, of a cell with label and value, and of a note that fills its row alone."""
    labels, colons, notes, phrases = ("|".join(_by_kind()[kind]) for kind in ("label", "colon", "note", "phrase"))
    begin = rf"(?i)^{BLANKS}[（(*※]?{BLANKS}"
    aside = rf"{BLANKS}(?:[（(][^（()）]{{0,20}}[)）])?{BLANKS}"  # such as （签字）
    end = rf"{BLANKS}[)）。.]?{BLANKS}$"
    bare = rf"{begin}(?:(?:{labels}){aside}[:：]?|(?:{colons}){aside}[:：]){end}"
    with_label = rf"{begin}(?:(?:{labels}|{colons}){aside}[:：]|(?:{phrases}){end})"
    note = rf"{begin}(?:{notes}){BLANKS}[0-9]{{0,2}}{BLANKS}[:：]"
    return bare, with_label, note


def footers_apart(rows: pa.RecordBatch) -> tuple[pa.Array, pa.Table]:
    """Return where rows are no records, and a finding (FOOTER_ROW, REPEATED_HEADER) about each of them.

    The finding names the label, never what stands beside it: names and telephone numbers stand there.
    """
    names = [name for name in rows.schema.names if not name.startswith("@")]
    if len(names) < NARROW or not len(rows):
        return false(len(rows)), _found(rows, false(len(rows)), false(len(rows)), None)
    again = _again(rows, names)
    first = _first(rows, names)
    begins = pc.and_(_may_begin(first), _sound(rows))
    footer = false(len(rows))
    if any_true(begins):
        few = rows.filter(begins)
        footer = pc.replace_with_mask(footer, begins, _only_labels(few, names))
    return pc.or_(footer, again), _found(rows, footer, again, first)


@cache
def _beginnings() -> tuple[pa.Array, pa.Array]:
    """Return the signs that a footer may begin with, and the first two signs of the labels in small letters."""
    with FOOTERS.open(encoding="utf-8", newline="") as file:
        texts = [line["word"].lower() for line in csv.DictReader(file)]
    spaced = {f"{text[0]}{blank}" for text in texts for blank in (" ", "\u00a0", "\u3000", ":", "：")}
    numbered = {f"{text}{digit}"[:2] for text in texts for digit in "0123456789"}
    pairs = {text[:2] for text in texts} | spaced | numbered | {"pa"}
    return pa.array(list("（(*※第共-"), pa.string()), pa.array(sorted(pairs), pa.string())


def _may_begin(first: pa.Array) -> pa.Array:
    """Return which first cells may begin a footer: the patterns cost more than every other check of a row."""
    signs, pairs = _beginnings()
    head = pc.utf8_lower(pc.utf8_slice_codeunits(first, 0, 2))
    found = pc.or_(pc.is_in(head, value_set=pairs), pc.is_in(pc.utf8_slice_codeunits(head, 0, 1), value_set=signs))
    if not any_true(found):
        return found
    few = first.filter(found)
    begins = pc.match_substring_regex(few, "|".join(f"(?:{each})" for each in _patterns()))
    return pc.replace_with_mask(found, found, pc.or_(begins, _page(few)))


def _sound(rows: pa.RecordBatch) -> pa.Array:
    if "@fault" in rows.schema.names:
        return pc.is_null(rows.column("@fault"))
    return pc.invert(false(len(rows)))


def _text(rows: pa.RecordBatch, name: str) -> pa.Array:
    column = rows.column(name)
    if pa.types.is_nested(column.type):
        return pc.if_else(pc.is_valid(column), "[]", "")
    return pc.utf8_trim(pc.fill_null(one_array(as_text(column)), ""), " \t\r\n\u00a0\u3000")


def _first(rows: pa.RecordBatch, names: list[str]) -> pa.Array:
    """Return the first filled cell of each row; further columns are read only for rows whose first one is blank."""
    found = _text(rows, names[0])
    for name in names[1:]:
        blank = pc.equal(found, "")
        if not any_true(blank):
            break
        found = pc.if_else(blank, _text(rows, name), found)
    return found


def _only_labels(rows: pa.RecordBatch, names: list[str]) -> pa.Array:
    """Return which rows hold nothing but labels and their values."""
    bare, with_label, note_pattern = _patterns()
    good, waits = pc.invert(false(len(rows))), false(len(rows))  # whether a bare label waits for its value
    cells = pa.array([0] * len(rows), pa.int32())
    lone = false(len(rows))
    for name in names:
        text = _text(rows, name)
        filled = pc.not_equal(text, "")
        label = pc.and_(filled, pc.match_substring_regex(text, bare))
        whole = pc.and_(filled, pc.or_(pc.match_substring_regex(text, with_label), _page(text)))
        whole = pc.and_(whole, pc.invert(label))
        note = pc.and_(filled, pc.and_(pc.match_substring_regex(text, note_pattern), pc.equal(cells, 0)))
        value = pc.and_(filled, pc.and_(waits, pc.invert(pc.or_(label, whole))))
        good = pc.and_(good, pc.or_(pc.invert(filled), pc.or_(pc.or_(label, whole), pc.or_(value, note))))
        waits = pc.if_else(filled, label, waits)
        lone = pc.or_(lone, note)
        cells = pc.add(cells, pc.cast(filled, pa.int32()))
    return pc.and_(good, pc.or_(pc.invert(lone), pc.equal(cells, 1)))


def _page(text: pa.Array) -> pa.Array:
    plain = pc.replace_substring_regex(text, BLANKS, "")
    return pc.match_substring_regex(plain, rf"(?i)^(?:{PAGE})$")


def _again(rows: pa.RecordBatch, names: list[str]) -> pa.Array:
    """Return which rows are the header once more: whatever is filled is the name of its column."""
    same = pc.and_(_sound(rows), pc.equal(_text(rows, names[0]), names[0]))
    if not any_true(same):
        return false(len(rows))
    few = rows.filter(same)
    good, count = pc.invert(false(len(few))), pa.array([0] * len(few), pa.int32())
    for name in names:
        text = _text(few, name)
        named = pc.equal(text, name)
        good = pc.and_(good, pc.or_(named, pc.equal(text, "")))
        count = pc.add(count, pc.cast(named, pa.int32()))
    return pc.replace_with_mask(false(len(rows)), same, pc.and_(good, pc.greater_equal(count, SEVERAL)))


def _found(rows: pa.RecordBatch, footer: pa.Array, again: pa.Array, first: pa.Array | None) -> pa.Table:
    row = one_array(rows.column("@row"))
    found = []
    for code, where in ((FOOTER_ROW, footer), (REPEATED_HEADER, again)):
        if first is not None and any_true(where):
            label = pc.replace_substring_regex(first.filter(where), r"[:：].*", "")
            found.append(findings_of(row.filter(where), code, values=label))
    return pa.concat_tables(found) if found else findings_of(row.slice(0, 0), FOOTER_ROW)
