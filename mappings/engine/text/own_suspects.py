"""In which rows a value of the row's own may stand, and in which column: found by kernels, so that few are read.

It may name too many rows: `own_values` searches each of them.  A column of few distinct values is searched value by
value; all other free texts of a row are joined and searched as one; of other columns only whole cells are compared.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from duckdb import ColumnExpression, FunctionExpression

from mappings.engine.arrays import any_true, one_array
from mappings.engine.byte_scan import SHORTEST, ByteScan
from mappings.engine.cells import Cells
from mappings.engine.duck import connection
from mappings.engine.text.own_patterns import SEVERAL, SHORTEST_LATIN, closed, sought

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

APART = "\x1f"  # between the texts of one row: no value reaches from one into the next
CHINESE_SIGN = r"[\x{3400}-\x{9fff}\x{20000}-\x{3ffff}]"  # RE2
CHINESE_LEADS = (0xE4, 0xE9)  # first bytes of the signs from U+4000 to U+9FFF
COUNTRY_CODE = r"^(?:\+|00)?86[ -]?(1[3-9][0-9]{9})$"  # RE2
WITH_COUNTRY_CODE = 13  # bytes of the shortest such number
NO_ROWS = pa.array([], pa.int64())
NO_TEXT = pa.scalar(None, pa.string())


class Texts(NamedTuple):
    """The texts of rows, sorted by what can be found in them, so that little is searched."""

    chinese: pa.Array | None  # what has Chinese signs, and is different in most rows; joined
    free: pa.Array | None  # free text in which a number or a Latin name has room; joined
    joined: frozenset[str]  # the columns that are in either
    coded: dict[str, list[str]]  # the distinct values of a column with Chinese signs and few distinct values
    signs: pa.Array  # every sign of these values
    closed: dict[str, Cells]  # the columns that are no free text


class Piece(NamedTuple):
    """What both must stand in the joined text of a row: the ends of its own value, null where it has none."""

    there: str  # "joined", "free", or "small": the free text in small letters
    first: pa.Array
    last: pa.Array


def texts_of(cells: Mapping[str, Cells], free: Container[str], size: int) -> Texts:
    """Return the texts of `size` rows; `free` are the columns of free text."""
    chinese, roomy, coded = list[str](), list[str](), dict[str, list[str]]()
    for name, each in cells.items():
        few = None if each.scan.ascii else each.scan.few
        if few is not None:
            coded[name] = [value for value in few.dictionary.to_pylist() if value]
        elif not each.scan.ascii:
            chinese.append(name)
        if name in free and (any(map(_has_room, coded[name])) if few is not None else _any_room(each.scan)):
            roomy.append(name)
    rows = {name: _per_row(cells[name], size) for name in {*chinese, *roomy}}
    return Texts(
        _joined([rows[name] for name in chinese]),
        _joined([rows[name] for name in roomy]),
        frozenset(rows),
        coded,
        pa.array(sorted(set("".join(map("".join, coded.values())))), pa.string()),
        {name: each for name, each in cells.items() if name not in free and each.rows is None},
    )


def _has_room(text: str) -> bool:
    """Whether a value has as many letters and digits, Chinese signs left out, as the shortest Latin name."""
    return len(re.findall(r"[^\W_\u3400-\u9fff]", text)) >= SHORTEST_LATIN


def _any_room(scan: ByteScan) -> bool:
    return scan.has_digit or scan.may_match(r"[A-Za-z\x{C0}-\x{24F}]")


def _per_row(cells: Cells, size: int) -> pa.Array:
    """Return the texts of each row as one."""
    if cells.rows is None:
        return cells.text
    counts = pc.value_counts(cells.rows)
    at = pc.index_in(pa.arange(0, size), value_set=pc.cast(counts.field("values"), pa.int64()))
    sizes = pc.fill_null(counts.field("counts").take(at), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cast(pc.cumulative_sum(sizes), pa.int32())])
    return pc.binary_join(pa.ListArray.from_arrays(offsets, pc.fill_null(cells.text, "")), APART)


def _joined(texts: list[pa.Array]) -> pa.Array | None:
    if len(texts) < 2:  # noqa: PLR2004 - nothing to join
        return texts[0] if texts else None
    return pc.binary_join_element_wise("", *texts, APART, null_handling="skip")


def suspects(texts: Texts, own: Mapping[str, Cells]) -> dict[str, pa.Array]:
    """Return by column the positions of the rows in which an own value may stand; columns without any are absent."""
    found: dict[str, list[pa.Array]] = {}
    aligned: list[Piece] = []
    for cells in (part for each in own.values() for part in _parts(each)):
        names, others = _sorted(cells)
        pieces = []
        if names is not None:
            first, last = pc.utf8_slice_codeunits(names, 0, 1), pc.utf8_slice_codeunits(names, -1)
            pieces = [] if texts.chinese is None else [Piece("joined", first, last)]
            for name, rows in _in_codes(texts, Cells(names, cells.rows), first, last):
                _add(found, [name], rows)
        if others is not None:
            pieces += [] if texts.free is None else [_ends(others)]
            for name, rows in _in_cells(texts, Cells(others, cells.rows)):
                _add(found, [name], rows)
        if cells.rows is None:
            aligned += pieces
        else:
            _add(found, texts.joined, _both(texts, pieces, cells.rows))
    _add(found, texts.joined, _both(texts, aligned, None))
    return {name: pc.unique(pa.concat_arrays(rows)) for name, rows in found.items()}


def _add(found: dict[str, list[pa.Array]], names: Iterable[str], rows: pa.Array) -> None:
    if len(rows):
        for name in names:
            found.setdefault(name, []).append(rows)


def _parts(own: Cells) -> Iterator[Cells]:
    """Yield the values of a personal column, one for each row; of cells with several, each with its row."""
    text, rows = own.text, own.rows
    if not own.scan.digits_only:
        text = pc.utf8_trim_whitespace(text)
        if own.scan.may_match(SEVERAL):
            several = pc.match_substring_regex(text, SEVERAL)
            lists = pc.split_pattern_regex(text.filter(several), SEVERAL)
            at = _rows(own).filter(several).take(pc.list_parent_indices(lists))
            yield _given(pc.utf8_trim_whitespace(lists.flatten()), at)
            text = pc.if_else(several, NO_TEXT, text)
    yield Cells(_longer(text)) if rows is None else _given(text, rows)


def _longer(text: pa.Array) -> pa.Array:
    """Return the texts without those of one sign: they are no values."""
    if (ByteScan(text).lengths >= SHORTEST).all():
        return text
    return pc.if_else(pc.greater(pc.utf8_length(text), 1), text, NO_TEXT)


def _given(text: pa.Array, rows: pa.Array) -> Cells:
    text = _longer(text)
    given = pc.is_valid(text)
    return Cells(text.filter(given), pc.cast(rows.filter(given), pa.int64()))


def _sorted(own: Cells) -> tuple[pa.Array | None, pa.Array | None]:
    """Return the values with a Chinese sign, and the others in small letters; None for all where there are none.

    Both are as long as the values, null at the place of the others.
    """
    if own.scan.ascii:
        return None, _small(own.text)
    signs = np.frombuffer(own.scan.written, np.uint8)
    leads = signs[own.scan.places[:-1][own.scan.lengths > 0]]
    if ((leads >= CHINESE_LEADS[0]) & (leads <= CHINESE_LEADS[1])).all():
        return own.text, None
    chinese = pc.match_substring_regex(own.text, CHINESE_SIGN)
    return pc.if_else(chinese, own.text, NO_TEXT), _small(pc.if_else(chinese, NO_TEXT, own.text))


def _small(others: pa.Array) -> pa.Array:
    """Return numbers without the code of the country, and Latin names in small letters."""
    scan = ByteScan(others)
    if scan.longest >= WITH_COUNTRY_CODE:
        others = pc.replace_substring_regex(others, COUNTRY_CODE, r"\1")
    return others if scan.digits_only else pc.utf8_lower(others)


def _ends(others: pa.Array) -> Piece:
    """Return the first and last three signs of each number, two of each Latin name."""
    long = [pc.utf8_slice_codeunits(others, *place) for place in ((0, 3), (-3,))]
    if ByteScan(others).digits_only:
        return Piece("free", *long)
    number = pc.match_substring_regex(others, "^[a-z]?[0-9].*[0-9]$")
    short = [pc.utf8_slice_codeunits(others, *place) for place in ((0, 2), (-2,))]
    return Piece("small", *(pc.if_else(number, *pair) for pair in zip(long, short, strict=True)))


def _both(texts: Texts, pieces: list[Piece], rows: pa.Array | None) -> pa.Array:
    """Return the rows in whose joined text both pieces of a value stand; `rows`: whose pieces, None for each row."""
    if not pieces:
        return NO_ROWS
    there = {"joined": texts.chinese, "free": texts.free}
    there["small"] = pc.utf8_lower(texts.free) if any(each.there == "small" for each in pieces) else None
    columns = {name: text for name, text in there.items() if text is not None}
    if rows is not None:
        columns = {name: text.take(rows) for name, text in columns.items()}
    wanted = []
    for at, each in enumerate(pieces):
        columns |= {f"first{at}": each.first, f"last{at}": each.last}
        begins, ends = (
            FunctionExpression("contains", *map(ColumnExpression, (each.there, f"{end}{at}")))
            for end in ("first", "last")
        )
        wanted.append(begins & ends)
    columns["row"] = pa.arange(0, len(pieces[0].first)) if rows is None else rows
    hit = connection().from_arrow(pa.table(columns)).filter(reduce(or_, wanted)).select("row")
    return one_array(hit.to_arrow_table()["row"])


def _in_codes(texts: Texts, names: Cells, first: pa.Array, last: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """Yield columns of few values, and the rows whose name stands in one of them; `first`, `last`: its ends."""
    if not len(texts.signs):
        return
    near = pc.is_in(first, value_set=texts.signs)
    if not any_true(near):
        return
    near = pc.and_(near, pc.is_in(last, value_set=texts.signs))
    close = {name: "|".join(map(closed, values)) for name, values in texts.coded.items()}
    for name, text in close.items():
        written = pc.unique(names.text.filter(near)).to_pylist()
        here = [name for name in written if any(each.plain in text for each in sought(name))]
        if here:
            hit = pc.fill_null(pc.is_in(names.text, value_set=pa.array(here)), fill_value=False)
            yield name, _rows(names).filter(hit)


def _in_cells(texts: Texts, others: Cells) -> Iterator[tuple[str, pa.Array]]:
    """Yield columns that are no free text, and the rows of which a whole cell is an own number or Latin name."""
    for name, cells in texts.closed.items():
        if others.scan.sizes.isdisjoint(cells.scan.sizes):  # no cell is as long as a number of a person
            continue
        there = cells.text if others.scan.digits_only else pc.utf8_lower(cells.text)
        there = there if others.rows is None else there.take(others.rows)
        yield name, _rows(others).filter(pc.fill_null(pc.equal(there, others.text), fill_value=False))


def _rows(cells: Cells) -> pa.Array:
    return pa.arange(0, len(cells.text)) if cells.rows is None else pc.cast(cells.rows, pa.int64())
