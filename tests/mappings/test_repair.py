"""Repairs: what was changed is said, what is clean is not touched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.glyphs import MEANT
from mappings.engine.text.mojibake import SUSPECT
from mappings.engine.text.repair import half_width, repaired

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u3000", "\u200b", "\ufeff", " \u3000\t"])
def test_blanks_around_a_value(blank: str) -> None:
    done = repaired(pa.array([f"{blank}a b{blank}", "c", None, ""]), halve=False)
    assert done.text.to_pylist() == ["a b", "c", None, ""]
    assert done.blanks is not None
    assert done.blanks.to_pylist() == [True, False, False, False]


def test_full_width_signs() -> None:
    column = pa.array(["１２．５", "ＡＢ　Ｃ", "电气（一）"])
    assert repaired(column, halve=False).width is None
    done = repaired(column, halve=True)
    assert done.text.to_pylist() == ["12.5", "AB C", "电气(一)"]
    assert done.width is not None


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1f", "\x7f", "\u0085", "\u009f"])
def test_control_characters_take_the_value_out(sign: str) -> None:
    done = repaired(pa.array([f"a{sign}b", "line\nbreak", "tab\tstop"]), halve=True)
    assert done.text.to_pylist() == [None, "line\nbreak", "tab\tstop"]
    assert done.control is not None


def as_1252(text: str) -> str:
    """Read UTF-8 as Windows-1252, as programs do that take its five holes for control characters."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


def as_gbk(text: str) -> str:
    return text.encode().decode("gb18030")


@pytest.mark.parametrize("scrambled", [as_1252, as_gbk, lambda text: text.encode().decode("iso8859-1")])
@pytest.mark.parametrize("text", ["海南省海口市", "ABC中国12", "商品名称：充电宝（黑色）", "北京"])
def test_text_read_in_the_wrong_encoding_is_put_right(text: str, scrambled: Callable[[str], str]) -> None:
    done = repaired(pa.array([text, scrambled(text), None, f" {scrambled(text)}"]).slice(1), halve=False)
    assert done.text.to_pylist() == [text, None, text]
    assert done.encoding is not None
    assert done.encoding.to_pylist() == [True, False, True]
    assert [code for code, _ in done.findings()] == ["REPAIRED_ENCODING", "REPAIRED_BLANKS"]


@pytest.mark.parametrize("text", ["café à la crème", "“quoted” – dash", "Grüße aus Köln"])
def test_latin_text_read_in_the_wrong_encoding_is_put_right(text: str) -> None:
    assert repaired(pa.array([as_1252(text)]), halve=False).text.to_pylist() == [text]


@pytest.mark.parametrize("text", ["IRMÃ®", as_1252("café"), "张\ufffd家", as_gbk("中国") + "\ufffd", as_gbk("朱镕")])
def test_text_that_may_be_scrambled_stays_and_is_said(text: str) -> None:
    done = repaired(pa.array(["x", text]), halve=False)
    assert done.text.to_pylist() == ["x", text]
    assert [(code, mask.to_pylist()) for code, mask in done.findings()] == [("GARBLED_TEXT", [False, True])]


@pytest.mark.slow
def test_honest_text_is_never_taken_for_scrambled() -> None:
    """Every pair of signs of GB2312 that begins as scrambled text does, and words that look as if."""
    signs = [bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    words = [first + second for first in signs if re.match(SUSPECT, first) for second in filter(None, signs)]
    words += ["联通", "naïve café", "Ça va à Köln", "NÃO", "«IRMû", "Ñuñoa", "涓涓细流", "鑫源", "Ω 5 µm ±2°"]
    assert len(words) > 100_000
    done = repaired(pa.array(words), halve=False)
    assert done.encoding is None
    assert done.text.to_pylist() == words


def test_a_clean_column_is_the_same_object() -> None:
    for column in (pa.array(["abc", None, ""]), pa.array(["海口市", "a b"]), pa.array([], pa.string())):
        done = repaired(column, halve=True)
        assert done.text is column
        assert done == type(done)(column)


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=6), st.integers(0, 3), st.booleans())
def test_slices_and_neighbours_change_nothing(values: list[str | None], start: int, halve: bool) -> None:  # noqa: FBT001 - drawn
    column = pa.array([*["x"] * start, *values], pa.string()).slice(start)
    whole = repaired(column, halve=halve).text.to_pylist()
    assert whole == [repaired(pa.array([value], pa.string()), halve=halve).text[0].as_py() for value in values]
    for value in whole:
        assert value is None or not halve or value == half_width(value)


@pytest.mark.parametrize(
    "text",
    [
        "锟斤拷锟斤拷",
        "海口锟斤拷市",
        "烫烫烫烫",
        "屯屯屯",
        "????",
        "???? ??",
        "海口市????",
        "??路",
        "ï¿½ï¿½",
        "a ï¿½ b",
        "\ufffd",
        "?? x",
    ],
)
def test_what_is_lost_is_said_and_never_put_right(text: str) -> None:
    done = repaired(pa.array(["x", None, text]), halve=True)
    assert done.text.to_pylist() == ["x", None, text]
    assert done.lost_characters is not None
    assert done.lost_characters.to_pylist() == [False, False, True]
    assert [code for code, _ in done.findings()] == ["GARBLED_TEXT"]


@pytest.mark.parametrize(
    "text", ["锟", "王锟", "烫伤", "屯昌县", "真的吗??", "really?!", "a?b", "?", "汤烫烫的", "why???"]
)
def test_what_is_not_lost(text: str) -> None:
    assert repaired(pa.array([text]), halve=False).garbled is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("⽕灾", "火灾"),
        ("⻄安", "西安"),
        ("\ue7c7", "ḿ"),
        ("\ue81e", "龴"),
        ("\ue78d", "︐"),
        ("\ue5e5x", "x"),
        ("\ue76c5", "€5"),
    ],
)
def test_look_alikes_become_what_is_meant(written: str, meant: str) -> None:
    done = repaired(pa.array([written, "火灾"]), halve=False)
    assert done.text.to_pylist() == [meant, "火灾"]
    assert done.glyphs is not None
    assert done.glyphs.to_pylist() == [True, False]
    assert done.garbled is None


def test_every_radical_and_old_code_point_is_meant_to_be_one_character() -> None:
    assert len([code for code in MEANT if 0x2F00 <= code <= 0x2FD5]) == 214
    assert len([code for code in MEANT if 0xE000 <= code <= 0xF8FF]) > 100
    assert not any(0xE000 <= code <= 0xF8FF or 0x2F00 <= code <= 0x2FDF for code in MEANT.values())


@pytest.mark.parametrize("sign", ["\ue000", "\uf8ff", "\uf000", "\U000f0001", "\U0010fffd"])
def test_other_private_characters_are_said(sign: str) -> None:
    done = repaired(pa.array([f"张{sign}", "张，（）"]), halve=False)
    assert [(code, mask.to_pylist()) for code, mask in done.findings()] == [("GARBLED_TEXT", [True, False])]
    assert done.lost_characters is None
