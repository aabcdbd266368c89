"""Cells that a spreadsheet takes for formulas when it opens delimited text: an apostrophe in front keeps each a text.

The rule is OWASP's, "CSV Injection".  A plain number begins like a formula and is harmless.  What is written guarded is
read back as it was: a text that begins with an apostrophe of its own gets another one.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

FORMULA = r"[=+\-@\t\r\n'＝＋－＠]"  # how a formula begins, also in full width; the apostrophe is for the way back
NUMBER = r"^[+-]?[0-9][0-9.,]*$"
_FORMULA, _NUMBER = re.compile(FORMULA), re.compile(NUMBER.removesuffix("$"))


def guard_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> guard_cell("=HYPERLINK(1)"), guard_cell("-3.5"), guard_cell("'x"), guard_cell("fire")
    ("'=HYPERLINK(1)", '-3.5', "''x", 'fire')
    """
    return f"'{text}" if begins_like_formula(text) and not _NUMBER.fullmatch(text) else text


def unguard_cell(text: str) -> str:
    """Return a text without the apostrophe that `guard_cell` has put in front.

    >>> unguard_cell("'=HYPERLINK(1)"), unguard_cell("'fire"), unguard_cell("-3.5")
    ('=HYPERLINK(1)', "'fire", '-3.5')
    """
    return text[1:] if text.startswith("'") and begins_like_formula(text[1:]) else text


def begins_like_formula(text: str) -> bool:
    """Whether a text begins as formulas do."""
    return _FORMULA.match(text) is not None


def guard_column(text: pa.Array) -> pa.Array:
    """Return what `guard_cell` makes of each text of an array."""
    harmful = pc.and_not(pc.match_substring_regex(text, f"^{FORMULA}"), pc.match_substring_regex(text, NUMBER))
    return pc.if_else(harmful, pc.binary_join_element_wise("'", text, ""), text)


def unguard_column(text: pa.Array) -> pa.Array:
    """Return what `unguard_cell` makes of each text of an array."""
    return pc.replace_substring_regex(text, f"^(?s)'({FORMULA}.*)$", r"\1")
