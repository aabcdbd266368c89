"""A row's own values are hidden in all of its texts, as a search of each text by itself would do it."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub import personal
from hub.personal import Depth, masked
from mappings.engine.byte_scan import CHUNK, FEW, SAMPLE, ByteScan
from mappings.engine.cells import Cells
from mappings.engine.text.own_patterns import CHINESE, Sought, sought, without
from mappings.engine.text.own_values import without_own

LOOSE = rf"(?:[\s·•・.\-_]|{personal.UNSEEN})*"
NAMES = st.text(alphabet="王李海国文", min_size=1, max_size=4) | st.sampled_from(["欧阳海", "群众", "不详", "海口市"])
NUMBERS = st.sampled_from(["13912345678", "0898-66223344", "+86 13912345678", "H12345678", "139 1234 5678"])
LATIN = st.sampled_from(["Smith", "Jo Ann Lee", "lee"])
OWN = st.lists(NAMES | NUMBERS | LATIN, min_size=1, max_size=2).map("、".join) | st.none()
FORMS = st.sampled_from(["{}", "{}", "x{}", "{} ", "8{}", "{}1"])
FILLING = st.text(alphabet="王海。，a 1·-８Ａ", max_size=6)


def by_pattern(text: str, values: dict[Sought, None]) -> str:
    """Hide values by a pattern for each: the plain way, slow."""
    plain, spans = personal.half(text).lower(), []
    for value in values:
        before = "(?<![a-z0-9])" if re.match("[a-z0-9]", value.plain[0]) else ""
        after = "(?![a-z0-9])" if re.match("[a-z0-9]", value.plain[-1]) else ""
        if value.plain.isdigit():
            before, after = rf"(?<![0-9])(?:\+?(?:00)?86{LOOSE})?", "(?![0-9])"
        body = LOOSE.join(map(re.escape, value.plain))
        spans += [(hit.start(), hit.end(), value.replacement) for hit in re.finditer(f"{before}{body}{after}", plain)]
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda each: (each[0], -each[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    for begin, end, shown in reversed(kept):
        text = f"{text[:begin]}{shown}{text[end:]}"
    return text


def values_of(*written: str | None) -> dict[Sought, None]:
    return dict.fromkeys(each for one in written if one for each in sought(one))


@st.composite
def texts(draw: st.DrawFn, own: list[str | None]) -> str | None:
    """Return a text that may tell an own value, in a form of its own."""
    parts = [part for cell in own if cell for part in cell.split("、")]
    told = draw(st.sampled_from(parts)) if parts and draw(st.booleans()) else draw(NAMES | NUMBERS)
    if CHINESE.search(told) and draw(st.booleans()):
        told = draw(st.sampled_from([" ", "·", "-", ". ", "\u200b", "\u00ad"])).join(told)
    text = draw(FILLING) + draw(FORMS).format(told) + draw(FILLING)
    return draw(st.sampled_from([text, text, told, told.upper(), None]))


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[list[str | None]], list[list[str | None]]]:
    """Return two personal columns and three others of the same rows."""
    size = draw(st.integers(1, 6))
    own = [draw(st.lists(OWN, min_size=size, max_size=size)) for _ in range(2)]
    others = [[draw(texts([each[at] for each in own])) for at in range(size)] for _ in range(3)]
    return own, others


@pytest.mark.slow
@given(rows(), st.sampled_from([0, SAMPLE + FEW]))
def test_what_stands_in_a_text_is_hidden_as_if_each_were_searched(
    given_rows: tuple[list[list[str | None]], list[list[str | None]]], more: int
) -> None:
    own, others = given_rows
    others = [[*each, *(f"国{at}文" for at in range(more))] for each in others]  # all different, or few words
    own = [[*each, *[None] * more] for each in own]
    cells = {name: Cells(pa.array(text, pa.string())) for name, text in zip(("free", "b", "c"), others, strict=True)}
    named = {str(at): Cells(pa.array(text, pa.string())) for at, text in enumerate(own)}
    made = without_own(cells, named, {"free"}, len(own[0]))
    told = {name: made.get(name, each.text).to_pylist() for name, each in cells.items()}
    for at, (text, *written) in enumerate(zip(given_rows[1][0], *given_rows[0], strict=True)):
        tidy = {value: None for value in values_of(*written) if CHINESE.search(value.plain)}
        full = None if text is None else by_pattern(text, values_of(*written))
        assert told["free"][at] in {full, None if text is None else by_pattern(text, tidy)}
        if text is not None and all(value.plain in text for value in values_of(*written)):
            assert told["free"][at] == full
    for name, column in zip(("b", "c"), given_rows[1][1:], strict=True):
        for at, (text, *written) in enumerate(zip(column, *given_rows[0], strict=True)):
            names = {value: None for value in values_of(*written) if CHINESE.search(value.plain)}
            shown = told[name][at]
            assert shown in {None if text is None else by_pattern(text, each) for each in (names, values_of(*written))}


@given(
    st.lists(st.one_of(NAMES, NUMBERS, LATIN), min_size=1, max_size=3).flatmap(
        lambda own: st.tuples(st.just(own), texts(own))
    )
)
@example((["13912345678"], "186 13912345678"))
@example((["13912345678"], "+86-139-1234-5678,0086 13912345678,8613912345678"))
@example((["王海"], "王·海王 海海"))
def test_a_text_is_searched_as_by_a_pattern_for_each_value(case: tuple[list[str], str | None]) -> None:
    own, text = case
    if text is not None:
        assert without(text, values_of(*own)) == by_pattern(text, values_of(*own))


PARTS = st.sampled_from([
    "460105199003071234", "13812345678", "138-1234-5678", "a@b.cn", "琼A12345", "E12345678", "(0898)66223344",
    "１３８１２３４５６７８", "4601 0519 9003 0712 39", "138.1234.5678", "138\u2009\u200b12345678",
    "460105900307123", "4601051990", "0307123X", "2026-03-02 07:05:00", "6222020200112230007",
])  # fmt: skip


@given(st.lists(st.none() | st.lists(PARTS | FILLING, max_size=3).map("".join), min_size=1), st.sampled_from(Depth))
def test_a_glance_never_says_too_little(written: list[str | None], depth: Depth) -> None:
    text = pa.array(["13812345678", *written, "13812345678"], pa.string())[1:-1]
    if any(masked(each, depth) != each for each in written if each):
        assert ByteScan(text).may_hold_number(depth)


@pytest.mark.parametrize(
    "text", ["2026-03-02 07:05:30", "2026/3/2 9:05", "XF46-10000123", "电气火灾", "12.50", "，（住宅）。"]
)
def test_dates_codes_and_words_are_never_searched_text_by_text(text: str) -> None:
    assert not ByteScan(pa.array([text] * 3)).may_hold_number(Depth.VALUE)


@pytest.mark.parametrize("column", ["coded", "different", "list"])
def test_a_name_is_hidden_in_columns_of_every_kind(column: str) -> None:
    other = [f"事由{at}" for at in range(SAMPLE + FEW)] if column == "different" else ["短路", "用电"] * 400
    text = pa.array(["系王海英所报", *other])
    own = pa.array(["王海英", *["张三"] * len(other)])
    cells = {"a": Cells(text, pa.arange(0, len(text)) if column == "list" else None)}
    made = without_own(cells, {"name": Cells(own)}, set(), len(text))
    assert made["a"].to_pylist() == ["系[***person]所报", *other]


def test_a_mobile_number_is_sought_by_the_short_way_as_by_the_long_one() -> None:
    assert sought("13912345678") == sought(" 13912345678 ") == (Sought("13912345678", "[***phone]"),)


@pytest.mark.parametrize("number", ["460105199003071239", "4601 0519 9003 0712 39", "138-1234-5678"])
def test_a_glance_misses_no_number_where_its_pieces_meet(number: str) -> None:
    for before in range(CHUNK - len(number) - 1, CHUNK + 2):
        assert ByteScan(pa.array(["x" * before, number, "y"])).may_hold_number(Depth.VALUE)


def test_a_glance_knows_every_sign_that_looks_like_another_or_like_nothing() -> None:
    odd = re.compile(f"{personal.WIDE}|{personal.ODD}|{personal.UNSEEN}")
    signs = [sign for sign in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x110000))) if odd.match(sign)]
    assert len(signs) > 400
    assert all(ByteScan(pa.array([f"abc{sign}def"])).may_hold_number(Depth.THING) for sign in signs)
