"""Repairs before any verb: text read in a wrong encoding, blanks around a value, full-width signs, control characters.

Clean columns are the rule, so one search over the bytes of a whole column comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.glyphs import BEGINNINGS, as_meant
from hub.spreadsheet_text import DATED, EXACT_DIGITS, lost_digits, matches, unguarded, visible
from mappings.engine.arrays import any_true, by_distinct, only_where, text_bytes
from mappings.engine.text.mojibake import SUSPECT, lost, private, read_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\r") + b"\x7f"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]"
BLANKS = " \t\n\r\x0b\x0c"
# Every blank of Unicode, and the zero-width ones that web pages and spreadsheets leave behind.
WIDE_BLANKS = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
ANY_BLANKS = BLANKS + WIDE_BLANKS
WIDE_SIGNS = (b"\xef\xbc", b"\xef\xbd", b"\xe3\x80\x80")  # how U+FF00 to U+FF7F and U+3000 begin in UTF-8
HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Chinese and typographic signs that an input method puts where an ordinary one is meant, and the 〇 of 二〇二六.
SIGNS = str.maketrans("。、《》【】〔〕“”‘’—–―‐‑‒−〇", ".,<>[][]\"\"''-------0")
DIGIT = re.compile("[0-9]")
GUARDS = (b"'", b'"')
DITTO = pa.array(
    ["〃", "″", "〞", "同上", "同前", "''", "Ditto", "ditto"]
)  # one look-up is cheaper than eight searches
EXPONENTS = (b"E", b"e")
MONTH_SIGN = "月".encode()
OTHER_SIGNS = (b"\xe3\x80", b"\xe2\x80", b"\xe2\x88\x92")  # how they begin in UTF-8


@dataclass(frozen=True)
class Repaired:
    """A column after its repairs; each mask is None when nothing of the kind was met."""

    text: pa.Array
    blanks: pa.Array | None = None
    width: pa.Array | None = None
    signs: pa.Array | None = None
    control: pa.Array | None = None
    encoding: pa.Array | None = None
    garbled: pa.Array | None = None
    guard: pa.Array | None = None
    invisible: pa.Array | None = None
    lost: pa.Array | None = None
    dated: pa.Array | None = None
    ditto: pa.Array | None = None
    lost_characters: pa.Array | None = None  # where characters are lost, a part of `garbled`
    glyphs: pa.Array | None = None

    def findings(self) -> Iterator[tuple[str, pa.Array]]:
        """Yield the finding for each kind that was met, and where."""
        found = {
            "REPAIRED_ENCODING": self.encoding,
            "REPAIRED_GLYPHS": self.glyphs,
            "REPAIRED_WIDTH": self.width,
            "REPAIRED_SIGNS": self.signs,
            "REPAIRED_BLANKS": self.blanks,
            "REPAIRED_GUARD": self.guard,
            "REPAIRED_INVISIBLE": self.invisible,
            "GARBLED_TEXT": self.garbled,
            "PRECISION_LOST": self.lost,
            "CODE_MADE_A_DATE": self.dated,
            "DITTO_MARK": self.ditto,
            "CONTROL_CHARACTER": self.control,
        }
        yield from ((code, mask) for code, mask in found.items() if mask is not None)


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs as ordinary ones."""
    return text.translate(HALF)


def ordinary(text: str) -> str:
    """Return the text in half width, and a text with digits with ordinary signs where Chinese ones stand.

    A sentence keeps its own signs: only a number, a date or a code has ordinary ones.
    """
    half = half_width(text)
    return half.translate(SIGNS) if DIGIT.search(half) else half


def repaired(column: pa.Array, *, halve: bool, code: bool = False) -> Repaired:
    """Trim a column, halve its full-width signs if `halve`, and drop values with control characters.

    In a `code`, what a spreadsheet has destroyed is marked as lost.
    """
    written = text_bytes(column)
    gaps = lost(column, written)
    column, encoding, doubtful = (column, None, None) if written.isascii() else _read_again(column)
    written = written if encoding is None else text_bytes(column)
    column, glyphs = _translated(column, as_meant) if _has(BEGINNINGS, written) else (column, None)
    written = written if glyphs is None else text_bytes(column)
    garbled = _either(doubtful, gaps, private(column, written))
    text, blanks = _trimmed(column, written)
    control = _controlled(text, written)
    if control is not None:
        text = only_where(pc.invert(control), text)
    text, width = _translated(text, half_width) if halve and _has(WIDE_SIGNS, written) else (text, None)
    text, signs = _translated(text, ordinary) if halve and _has(OTHER_SIGNS, written) else (text, None)
    invisible = guard = None
    if halve and not written.isascii():
        text, invisible = _replaced(text, pc.utf8_trim(visible(text), BLANKS))
    if any(each in written for each in GUARDS):
        text, guard = _replaced(text, unguarded(text, code=halve))
    destroyed, dated = _destroyed(text, written) if code else (None, None)
    ditto = _met(pc.is_in(text, value_set=DITTO))
    return Repaired(
        text,
        blanks,
        width,
        signs,
        control,
        encoding,
        garbled,
        guard,
        invisible,
        destroyed,
        dated,
        ditto,
        gaps,
        glyphs,
    )


def _destroyed(text: pa.Array, written: bytes) -> tuple[pa.Array | None, pa.Array | None]:
    """Return where a code has lost digits, and where it was made into a date."""
    digits = dated = None
    if any(sign in written for sign in EXPONENTS) or (pc.max(pc.binary_length(text)).as_py() or 0) > EXACT_DIGITS:
        digits = lost_digits(text, code=True)
    if b"-" in written or MONTH_SIGN in written:
        dated = matches(text, DATED)
    return _met(digits), _met(dated)


def _met(mask: pa.Array | None) -> pa.Array | None:
    return mask if mask is not None and any_true(mask) else None


def _replaced(before: pa.Array, after: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    changed = _changed(before, after)
    return (after, changed) if changed is not None else (before, None)


def _either(*masks: pa.Array | None) -> pa.Array | None:
    met = [mask for mask in masks if mask is not None]
    return reduce(pc.or_, met) if met else None


def _read_again(column: pa.Array) -> tuple[pa.Array, pa.Array | None, pa.Array | None]:
    """Return the column with UTF-8 that was read as something else put right, where so, and where it is not certain."""
    suspect = pc.fill_null(pc.match_substring_regex(column, SUSPECT), fill_value=False)
    if not any_true(suspect):
        return column, None, None
    kind = pa.struct([("text", pa.string()), ("sure", pa.bool_())])
    made = by_distinct(
        only_where(suspect, column), lambda texts: [each if each is None else read_again(each) for each in texts], kind
    )
    sure, text = (pc.fill_null(made.field("sure"), fill_value=True), made.field("text"))
    doubtful = pc.invert(sure)
    text = pc.if_else(pc.and_(suspect, sure), text, column)
    return text, _changed(column, text), doubtful if any_true(doubtful) else None


def _trimmed(column: pa.Array, written: bytes) -> tuple[pa.Array, pa.Array | None]:
    if not written.isascii():
        text = pc.utf8_trim(column, ANY_BLANKS)
    elif len(written.translate(None, BLANKS.encode())) < len(written):
        text = pc.ascii_trim(column, BLANKS)
    else:
        return column, None
    changed = _changed(column, text)
    return (text, changed) if changed is not None else (column, None)


def _controlled(text: pa.Array, written: bytes) -> pa.Array | None:
    if len(written.translate(None, CONTROLS)) == len(written) and b"\xc2" not in written:
        return None
    found = pc.fill_null(pc.match_substring_regex(text, CONTROL), fill_value=False)
    return found if any_true(found) else None


def _has(signs: tuple[bytes, ...], written: bytes) -> bool:
    # The search for one byte is fifty times as fast as that for two, and mostly the answer is no.
    return any(each[:1] in written and each in written for each in signs)


def _translated(text: pa.Array, into: Callable[[str], str]) -> tuple[pa.Array, pa.Array | None]:
    made = by_distinct(text, lambda texts: [None if each is None else into(each) for each in texts], pa.string())
    changed = _changed(text, made)
    return (made, changed) if changed is not None else (text, None)


def _changed(before: pa.Array, after: pa.Array) -> pa.Array | None:
    changed = pc.fill_null(pc.not_equal(before, after), fill_value=False)
    return changed if any_true(changed) else None


def without_controls(text: pa.Array) -> pa.Array:
    """Return the text with control characters shown as a question mark in a box, fit for a database or a page."""
    return pc.replace_substring_regex(text, CONTROL, "\ufffd")
