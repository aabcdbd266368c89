"""What spreadsheets and web pages do to the text of codes: guards left in place, lost digits, codes made into dates.

Only forms that no sender writes by hand are recognised, so each is either put right for certain or kept out.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from hub.glyphs import INVISIBLE

# `="0012"` and `=T("0012")` keep a spreadsheet from taking the zeros; exported as csv they stay in the cell.
FORMULA = r'^=\s*(?:[Tt]\s*[(]\s*)?"(?P<value>[^"]*)"\s*[)]?$'
APOSTROPHE = r"^'(?P<value>[^']*)$"  # the mark of a text cell
MARKED_CODE = r"^'(?P<value>[^'\s]*[0-9][^'\s]*)$"  # where a text could begin with an apostrophe of its own
QUOTED = r'^"(?P<value>[^"]*)"$'
# 460100000017 that a narrow column showed as 4.601E+11: the other digits are gone.
SCIENTIFIC = r"^[+-]?[0-9](?:[.,][0-9]+)?[eE][+-][0-9]{1,3}$|^[+-]?[0-9][.,][0-9]+[eE][0-9]{1,3}$"
LARGE = r"^[+-]?[0-9](?:[.,][0-9]+)?[eE][+](?:1[1-9]|[2-9][0-9]|[0-9]{3})$"  # which nobody writes for a measurement
LONG, ROUNDED, EXACT_DIGITS = r"^[1-9][0-9]{15,}$", r"^[1-9][0-9]{14}0+$", 15
MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATED = rf"^(?:[0-9]{{1,2}}-{MONTHS}|{MONTHS}-[0-9]{{2}}|[0-9]{{1,2}}月[0-9]{{1,2}}日)$"
WIDE_SPACES = r"[\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"


def unguarded(text: pa.Array, *, code: bool) -> pa.Array:
    """Return texts without the guard around them; in a `code` also without lone quotation marks."""
    for pattern in (FORMULA, APOSTROPHE, QUOTED) if code else (FORMULA, MARKED_CODE):
        inside = pc.struct_field(pc.extract_regex(text, pattern), "value")
        text = pc.coalesce(pc.utf8_trim_whitespace(inside), text)
    return text


def visible(text: pa.Array) -> pa.Array:
    """Return texts without the characters that cannot be seen, and with ordinary blanks for others."""
    return pc.replace_substring_regex(pc.replace_substring_regex(text, INVISIBLE, ""), WIDE_SPACES, " ")


def matches(text: pa.Array, pattern: str) -> pa.Array:
    """Return where a pattern fits; false where there is no text."""
    return pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)


def lost_digits(text: pa.Array, *, code: bool) -> pa.Array:
    """Return where a number has lost digits: shown in scientific form, or rounded to 15 of them.

    Where `code` is false the column may hold measurements, and only numbers are meant that are too large for one.
    One long number in a thousand ends on zeros by itself.  So zeros count only where most long numbers of the column
    end on them.
    """
    lost = matches(text, SCIENTIFIC if code else LARGE)
    longest = pc.max(pc.binary_length(text)).as_py() or 0
    if longest > EXACT_DIGITS:
        long, rounded = matches(text, LONG), matches(text, ROUNDED)
        if 2 * pc.sum(rounded).as_py() > pc.sum(long).as_py():
            lost = pc.or_(lost, rounded)
    return lost
