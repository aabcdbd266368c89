"""A row's own personal values, looked for in every other text of that row.

A name in a narrative is not to be recognised by itself; but the row says in another column whose name it is.  Rows in
which a value may stand are found by kernels; only these few are looked at one by one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from duckdb import ColumnExpression, FunctionExpression

from hub import personal
from hub.placeholders import words
from mappings.engine.arrays import any_true, one_array, text_bytes
from mappings.engine.cells import Cells
from mappings.engine.duck import connection
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

APART = "\x1f"  # between the texts of one row: no value reaches from one into the next
SEVERAL = r"[、,，;；/／|()（）\[\]【】:：\n\t]+|和|及"  # two persons, or a person and a number, in one cell
SHORTEST_NUMBER, SHORTEST_WORD, SHORTEST_NAME = 7, 4, 2  # digits; Latin letters; Chinese signs
LONGEST_NAME = 40
FEW = 300  # different words of a column that holds codes
CHINESE_SIGN = r"[\x{3400}-\x{9fff}\x{20000}-\x{3ffff}]"  # RE2
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
BETWEEN = rf"(?:[\s·•・.\-_]|{personal.UNSEEN})"
LOOSE = f"{BETWEEN}*"  # what may stand between the signs of a value
SIGNS_BETWEEN = re.compile(f"{BETWEEN}+")
LATIN = re.compile(r"[a-z0-9]")
COUNTRY_CODE = r"^(?:\+|00)?86[ -]?(1[3-9][0-9]{9})$"  # RE2
COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
ORGANISATION = re.compile(
    r"(?:公司|医院|卫生院|诊所|学校|大学|中学|小学|幼儿园|中心|支队|大队|中队|站|局|所|厂|店|部|处|科|室|队|院|会)$"
)


class Sought(NamedTuple):
    """A value as it is looked for: the plain signs, and what it is replaced by."""

    plain: str
    mark: str

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where the value stands in a text of small letters and half width, and its mark.

        The pattern is made only here: of most values nothing is found, and making one costs more than looking.
        """
        before = "(?<![a-z0-9])" if LATIN.match(self.plain[0]) else ""
        after = "(?![a-z0-9])" if LATIN.match(self.plain[-1]) else ""
        if self.plain.isdigit():
            before, after = rf"(?<![0-9])(?:\+?(?:00)?86{LOOSE})?", "(?![0-9])"
        body = LOOSE.join(re.escape(char) for char in self.plain)
        yield from ((hit.start(), hit.end(), self.mark) for hit in re.finditer(f"{before}{body}{after}", text))


@cache
def sought(written: str) -> tuple[Sought, ...]:
    """Return what to look for where `written` stands in a personal column: nothing for what is nobody's own.

    A cell may name several; a short number, one Chinese sign or a few Latin letters are too common to be looked for.
    """
    parts = dict.fromkeys(re.split(SEVERAL, personal.half(written)))
    return tuple(each for part in parts for each in [_sought(part.strip())] if each is not None)


def _sought(part: str) -> Sought | None:
    plain = COUNTRY.sub("", SIGNS_BETWEEN.sub("", part).lower())
    if not plain or plain in ordinary_words() or len(plain) > LONGEST_NAME or personal.MASK in plain:
        return None
    kind = personal.PERSON
    if CHINESE.search(plain):
        if len(plain) < SHORTEST_NAME or ORGANISATION.search(plain):
            return None
    elif any(char.isdigit() for char in plain):
        if len(plain) < SHORTEST_NUMBER or len(set(plain)) < 3:  # noqa: PLR2004 - 0000000 is nobody's
            return None
        kind = next((found for _, _, found in personal.found(part)), "number")
    elif len(plain) < SHORTEST_WORD:
        return None
    return Sought(plain, personal.mark(kind))


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words that stand in personal columns and are nobody's: `hub/placeholders.csv`, places."""
    places = standard().codelists["region"].table["label_zh"].to_pylist()
    return words() | frozenset(place for place in places if place)


def without_own(
    cells: Mapping[str, Cells],
    own: Mapping[str, Cells],
    free: Container[str],
    size: int,
    wide: pa.Array | None = None,
) -> dict[str, pa.Array]:
    """Return the texts in which a value of the same row's `own` columns stood, with a mark in its place.

    `free` are the columns of free text; `wide` are the positions of rows whose texts have full-width digits or
    letters, or signs that nobody sees: these are looked at one by one.
    """
    if not cells or not own:
        return {}
    pairs = [_parts(each) for each in own.values()]
    where = _suspects(haystack(cells, free, size), pairs, wide)
    if not len(where):
        return {}
    values: dict[int, dict[Sought, None]] = {}
    for pair in pairs:
        near = pc.is_in(pair.rows, value_set=where)
        for at, written in zip(pc.filter(pair.rows, near).to_pylist(), pair.text.filter(near).to_pylist(), strict=True):
            values.setdefault(at, {}).update(dict.fromkeys(sought(written or "")))
    return {name: made for name, each in cells.items() for made in [_masked(each, where, values)] if made is not None}


def _masked(cells: Cells, where: pa.Array, values: Mapping[int, Iterable[Sought]]) -> pa.Array | None:
    """Return the texts of a column without the values of the rows at `where`; None when nothing changes."""
    rows = pa.arange(0, len(cells.text)) if cells.rows is None else pc.cast(cells.rows, pa.int64())
    near = pc.and_(pc.is_in(rows, value_set=where), pc.is_valid(cells.text))
    texts = cells.text.filter(near).to_pylist()
    made = [_replaced(text, values.get(at, ())) for at, text in zip(rows.filter(near).to_pylist(), texts, strict=True)]
    if made == texts:
        return None
    return pc.replace_with_mask(cells.text, near, pa.array(made, pa.string()))


def _replaced(text: str, values: Iterable[Sought]) -> str:
    plain = personal.half(text).lower()
    if len(plain) != len(text):  # a sign whose small letter is two: rare enough to be looked at as it is
        plain = personal.half(text)
    close = SIGNS_BETWEEN.sub("", plain)
    spans = [span for value in values if value.plain in close for span in value.spans(plain)]
    for begin, end, shown in reversed(_apart(spans)):
        text = f"{text[:begin]}{shown}{text[end:]}"
    return text


def _apart(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the spans in order, without those that begin within an earlier or longer one."""
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda each: (each[0], -each[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _parts(own: Cells) -> Cells:
    """Return the values of a personal column, those of a cell with several apart, each with its row."""
    rows = pa.arange(0, len(own.text)) if own.rows is None else pc.cast(own.rows, pa.int64())
    text = pc.utf8_trim_whitespace(own.text)
    if any_true(pc.match_substring_regex(text, SEVERAL)):
        lists = pc.split_pattern_regex(text, SEVERAL)
        rows, text = rows.take(pc.list_parent_indices(lists)), pc.utf8_trim_whitespace(lists.flatten())
    given = pc.fill_null(pc.greater(pc.utf8_length(text), 1), fill_value=False)
    return Cells(text.filter(given), rows.filter(given))


def _per_row(cells: Cells, size: int) -> pa.Array:
    """Return the texts of each row as one."""
    if cells.rows is None:
        return cells.text
    counts = pc.value_counts(cells.rows)
    at = pc.index_in(pa.arange(0, size), value_set=pc.cast(counts.field("values"), pa.int64()))
    sizes = pc.fill_null(counts.field("counts").take(at), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cast(pc.cumulative_sum(sizes), pa.int32())])
    return pc.binary_join(pa.ListArray.from_arrays(offsets, pc.fill_null(cells.text, "")), APART)


class Haystack(NamedTuple):
    """The texts of rows, sorted by what can be found in them, so that little is searched."""

    words: pa.Array  # what has Chinese signs, and is different in most rows; joined
    texts: pa.Array  # what is free text; joined
    signs: pa.Array  # every sign of the columns that have few different words: no name of other signs stands there
    cells: list[Cells]  # the columns that are no free text


def haystack(cells: Mapping[str, Cells], free: Container[str], size: int) -> Haystack:
    """Return the texts of `size` rows; `free` are the columns of free text."""
    words, texts, signs = [], [], set[str]()
    for name, each in cells.items():
        chinese = not text_bytes(each.text).isascii()
        few = pc.dictionary_encode(each.text).dictionary if chinese else None
        if few is not None and len(few) <= FEW:
            signs |= set("".join(few.to_pylist()))
        elif chinese:
            words.append(_per_row(each, size))
        if name in free:
            texts.append(_per_row(each, size))
    return Haystack(
        _joined(words, size),
        _joined(texts, size),
        pa.array(sorted(signs), pa.string()),
        [each for name, each in cells.items() if name not in free and each.rows is None],
    )


def _joined(texts: list[pa.Array], size: int) -> pa.Array:
    if not texts:
        return pa.repeat(pa.scalar(""), size)
    return pc.binary_join_element_wise("", *texts, APART, null_handling="skip")


def _suspects(hay: Haystack, own: list[Cells], wide: pa.Array | None) -> pa.Array:
    """Return the positions of rows in which the first and the last sign of an own value stand in some text."""
    found = [] if wide is None else [pc.cast(wide, pa.int64())]
    for each in own:
        chinese = pc.match_substring_regex(each.text, CHINESE_SIGN)
        for mine, look in ((chinese, _chinese), (pc.invert(chinese), _others)):
            if any_true(mine):
                found.append(look(hay, each.text.filter(mine), pc.filter(each.rows, mine)))
    return pc.unique(pa.concat_arrays([pa.array([], pa.int64()), *map(one_array, found)]))


def _chinese(hay: Haystack, value: pa.Array, rows: pa.Array) -> pa.Array:
    """Return the rows that may hold their Chinese name: its first and its last sign stand there."""
    first, last = pc.utf8_slice_codeunits(value, 0, 1), pc.utf8_slice_codeunits(value, -1)
    coded = pc.and_(pc.is_in(first, value_set=hay.signs), pc.is_in(last, value_set=hay.signs))
    return pa.concat_arrays([rows.filter(coded), _both(hay.words, first, last, rows)])


def _others(hay: Haystack, value: pa.Array, rows: pa.Array) -> pa.Array:
    """Return the rows that may hold their number or Latin name: in a free text its ends, else the whole cell."""
    if any_true(pc.match_substring_regex(value, COUNTRY_CODE)):
        value = pc.replace_substring_regex(value, COUNTRY_CODE, r"\1")
    texts = hay.texts
    if any_true(pc.match_substring_regex(value, "[A-Za-z]")):
        value, texts = pc.utf8_lower(value), pc.utf8_lower(texts)
    number = pc.match_substring_regex(value, "^[A-Za-z]?[0-9].*[0-9]$")
    first, last = (
        pc.if_else(number, pc.utf8_slice_codeunits(value, *long), pc.utf8_slice_codeunits(value, *short))
        for long, short in (((0, 3), (0, 2)), ((-3,), (-2,)))
    )
    found = [_both(texts, first, last, rows)]
    sizes = _sizes(value)
    for each in hay.cells:
        if sizes.isdisjoint(_sizes(each.text)):  # of dates and codes no cell is as long as a number of a person
            continue
        same = pc.fill_null(pc.equal(each.text.take(rows), value), fill_value=False)
        found.append(rows.filter(same))
    return pa.concat_arrays(found)


def _sizes(text: pa.Array) -> set[int | None]:
    return set(pc.unique(pc.binary_length(text)).to_pylist()) - {None}


def _both(texts: pa.Array, first: pa.Array, last: pa.Array, rows: pa.Array) -> pa.Array:
    """Return those of the rows in whose text both pieces stand."""
    there = texts if len(rows) == len(texts) else texts.take(rows)
    table = pa.table([there, first, last, rows], ["text", "first", "last", "row"])
    text, *pieces = (ColumnExpression(name) for name in table.column_names[:3])
    begins, ends = (FunctionExpression("contains", text, each) for each in pieces)
    hit = connection().from_arrow(table).filter(begins & ends).select("row")
    return one_array(hit.to_arrow_table()["row"])
