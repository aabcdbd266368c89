"""The answer to delimited text: the same encoding, delimiter, quotes, line ends and header, the bad rows only.

What begins like a formula gets an apostrophe, which is taken off again when the file comes back.  Unicode carries its
mark, so that a spreadsheet does not take it for something else.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from hub.formula_guard import guard_column
from pipeline.corrections import references

if TYPE_CHECKING:
    from pathlib import Path

    from connectors import Format
    from pipeline.corrections.select_rows import Chosen

HEAD = 1 << 16
BREAKS = re.compile(r"[\r\n]+")


class Habits(NamedTuple):
    """How the sender's program writes."""

    quotes_all: bool
    line_end: str


def habits_of(path: Path, fmt: Format) -> Habits:
    """Return how a file is written, from its beginning."""
    with path.open("rb") as file:
        head = file.read(HEAD).decode(fmt.encoding, "ignore").lstrip("\ufeff")
    return Habits(bool(fmt.quote) and head[:1] == fmt.quote, "\r\n" if "\r\n" in head else "\n")


def csv_correction_file(chosen: Chosen, fmt: Format, habits: Habits, language: str, title: str) -> bytes:
    """Return the bytes of the correction file in the csv dialect of the file that it is about.

    Args:
        chosen: The rows and their columns.
        fmt: The format of the source.
        habits: How its sender writes csv: delimiter, quotes, line ends, encoding.
        language: The language of the notes, "en" or "zh".
        title: Fills the lines above a header that is not in the first line.
    """
    own = _own(language, fmt.encoding)
    stream = io.StringIO()
    plain = not fmt.quote
    quoting: dict[str, Any] = (
        {"quoting": csv.QUOTE_NONE, "quotechar": None}
        if plain
        else {"quoting": csv.QUOTE_ALL if habits.quotes_all else csv.QUOTE_MINIMAL, "quotechar": fmt.quote}
    )
    writer = csv.writer(stream, delimiter=fmt.delimiter, lineterminator=habits.line_end, **quoting)
    above = [[title if not at else "."] for at in range(fmt.header - 1 if isinstance(fmt.header, int) else 0)]
    header = [*_safe(["" if re.fullmatch(r"#\d+", name) else name for name in chosen.columns]), *own]
    columns = [
        *([bad.cells[name] for bad in chosen.rows] for name in chosen.columns),
        [bad.note for bad in chosen.rows],
    ]
    *cells, notes = map(_safe, columns)
    rows = [*above, header, *zip(*cells, (bad.reference for bad in chosen.rows), notes, strict=True)]
    writer.writerows([[_bare(cell, fmt) for cell in row] for row in rows] if plain else rows)
    theirs = "".join([*chosen.columns, *(text for bad in chosen.rows for text in bad.cells.values())])
    return _encoded(stream.getvalue(), theirs, fmt.encoding)


def _own(language: str, encoding: str) -> list[str]:
    names = [references.REFERENCE[language], references.NOTE[language]]
    try:
        "".join(names).encode(encoding)
    except UnicodeEncodeError:
        return [references.REFERENCE["en"], references.NOTE["en"]]
    return names


def _safe(texts: list[str]) -> list[str]:
    found: list[str] = guard_column(pa.array(texts, pa.string())).to_pylist()
    return found


def _bare(cell: str, fmt: Format) -> str:
    """Return a cell for a file that knows no quotes: nothing in it may be taken for the end of the cell."""
    return BREAKS.sub(" ", cell).replace(fmt.delimiter, " ")


def _encoded(text: str, theirs: str, encoding: str) -> bytes:
    """Return the text in its encoding.  What that does not know becomes a question mark in our words only.

    A file that was marked as another encoding than the agreed one has signs that this one lacks; then it is UTF-8.
    """
    name = codecs.lookup(encoding).name
    try:
        theirs.encode(name)
    except UnicodeEncodeError:
        name = "utf-8"
    if name in {"utf-8", "utf-8-sig"}:
        return codecs.BOM_UTF8 + text.encode()
    return text.encode(name, "replace")
