"""What fits into a cell of a workbook, and onto the tab of a sheet."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine import MASK

LONGEST = 32_000  # units of UTF-16; a cell holds 32,767 (Excel specifications and limits)
SHOWN_UNITS = 200
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PAIR = r"[\x{10000}-\x{10ffff}]"  # characters that are two units
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
RESERVED = ("history", "历史记录", "歷程記錄")  # a spreadsheet keeps these for itself, and mends what uses them
LONGEST_NAME = 31


def in_cell(text: pa.Array) -> pa.Array:
    """Return texts as a workbook shows them: one that no cell holds is cut, and marked as hidden from there on."""
    long = pc.greater(pc.utf8_length(text), LONGEST // 2)
    if pc.any(long).as_py():
        long = pc.greater(pc.add(pc.utf8_length(text), pc.count_substring_regex(text, PAIR)), LONGEST)
    cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(text, 0, SHOWN_UNITS), f"… {MASK}", "")
    return pc.if_else(long, cut, text)


def in_one_cell(text: str) -> str:
    """Return a text as `in_cell` would."""
    if len(text) <= LONGEST // 2:  # nearly all are
        return text
    return f"{text[:SHOWN_UNITS]}… {MASK}" if units(text) > LONGEST else text


def header_in_cell(name: str, place: int) -> str:
    """Return the name of a column; of one that no cell holds the beginning, told from others by its place."""
    return f"{name[:SHOWN_UNITS]}… #{place + 1}" if units(name) > LONGEST else name


def units(text: str) -> int:
    """Return how long a text is for a spreadsheet."""
    return len(text) if len(text) <= LONGEST // 2 else len(text.encode("utf-16-le", "replace")) // 2


def sheet_name(wanted: str) -> str:
    """Return a name that a sheet may have: the wanted one, if it may."""
    name = FORBIDDEN.sub("_", NOT_XML.sub("_", wanted)).strip()
    name = f"{name}_" if name.lower() in RESERVED else name
    while len(name.encode("utf-16-le")) > 2 * LONGEST_NAME:
        name = name[:LONGEST_NAME] if len(name) > LONGEST_NAME else name[:-1]
        name = name.rstrip()
    return name or "Sheet1"
