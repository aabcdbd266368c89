"""Repairs before any verb: blanks around a value, full-width signs, control characters.

Clean columns are the rule, so a whole column is asked by one search over its bytes first.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct, only_where, text_bytes

CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\r") + b"\x7f"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]"
BLANKS = " \t\n\r\x0b\x0c"
# Every blank of Unicode, and the zero-width ones that web pages and spreadsheets leave behind.
WIDE_BLANKS = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
WIDE_SIGNS = (b"\xef\xbc", b"\xef\xbd", b"\xe3\x80\x80")  # how U+FF00 to U+FF7F and U+3000 begin in UTF-8
HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


@dataclass(frozen=True)
class Repaired:
    """A column after its repairs; each mask is None when nothing of the kind was met."""

    text: pa.Array
    blanks: pa.Array | None = None
    width: pa.Array | None = None
    control: pa.Array | None = None


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs as ordinary ones."""
    return text.translate(HALF)


def repaired(column: pa.Array, *, halve: bool) -> Repaired:
    """Trim a column, halve its full-width signs when asked to, and take out values with control characters."""
    written = text_bytes(column)
    text, blanks = _trimmed(column, written)
    control = _controlled(text, written)
    if control is not None:
        text = only_where(pc.invert(control), text)
    text, width = _halved(text) if halve and _has_wide_signs(written) else (text, None)
    return Repaired(text, blanks, width, control)


def _trimmed(column: pa.Array, written: bytes) -> tuple[pa.Array, pa.Array | None]:
    if not written.isascii():
        text = pc.utf8_trim(column, BLANKS + WIDE_BLANKS)
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


def _has_wide_signs(written: bytes) -> bool:
    # The search for one byte is fifty times as fast as that for two, and mostly the answer is no.
    return any(each[:1] in written and each in written for each in WIDE_SIGNS)


def _halved(text: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    half = by_distinct(text, lambda words: [None if word is None else half_width(word) for word in words], pa.string())
    changed = _changed(text, half)
    return (half, changed) if changed is not None else (text, None)


def _changed(before: pa.Array, after: pa.Array) -> pa.Array | None:
    changed = pc.fill_null(pc.not_equal(before, after), fill_value=False)
    return changed if any_true(changed) else None


def without_controls(text: pa.Array) -> pa.Array:
    """Return the text with control characters shown as a question mark in a box, fit for a database or a page."""
    return pc.replace_substring_regex(text, CONTROL, "\ufffd")
