"""What a file is, by its content and never by its name: the form that its reader would have to be told.

For drafts and for files that nobody has agreed on.  A guess that reads a file wrongly is worse than none, so only
what the bytes show is taken, in the order: kind by magic bytes, encoding by the whole text (`readers.guessing`),
delimiter and header by what the first lines have in common.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from connectors.readers.magic import kind_of, package_of
from connectors.readers.text.encoding_guess import Guess, as_declared, guess
from connectors.readers.tree.strict_json import BadJsonError, Unfit, loads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEAD = 1 << 16
LINES = 30
DEEPEST = 4  # members within members in which records are looked for
MARKUP = re.compile(r"\s*<(?:!DOCTYPE|!--|\?xml|[A-Za-z_][\w:.-]*[\s/>])")
DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}  # as the reader of XML has it
DELIMITERS = ",\t;|"
GEOPACKAGE, GEOPACKAGE_AT = (b"GPKG", b"GP10", b"GP11"), 68
NEARLY = 0.8  # of the cells of most rows, which a header has


class Sniffed(NamedTuple):
    """What a file is: the `format:` that its reader would have to be told, and how certain its encoding is."""

    form: dict[str, Any]
    guess: Guess | None = None  # of a text


def sniff(path: Path) -> dict[str, Any]:
    """Return the `format:` of a file: kind, and where it matters encoding, delimiter, header, records or archive.

    A kind that no reader has (pdf, docx, rar ...) is returned as it is called.
    """
    return sniffed(path).form


def sniffed(path: Path) -> Sniffed:
    """Return the `format:` of a file, and how certain it is of a text in which encoding it is."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = kind_of(head)
    if kind == "zip":
        found = package_of(path)
        return Sniffed({"kind": "any", "archive": ["zip"]} if found == "zip" else {"kind": found})
    if kind in {"gz", "bz2"}:
        return Sniffed({"kind": "any", "archive": [kind]})
    if kind == "sqlite":
        return Sniffed({"kind": "gpkg" if head[GEOPACKAGE_AT : GEOPACKAGE_AT + 4] in GEOPACKAGE else "sqlite"})
    if kind == "xml":
        return Sniffed({"kind": kind}, _of_xml(path, head))
    if kind is not None:
        return Sniffed({"kind": kind})
    found_out = guess(path)
    form = text_form(head, found_out.encoding)
    return Sniffed(form, _of_xml(path, head) if form["kind"] == "xml" else found_out)


def _of_xml(path: Path, head: bytes) -> Guess | None:
    """Return what a document's own word for its encoding is worth; without a word it is UTF-8, which is strict."""
    told = DECLARED.match(head)
    if not told:
        return None
    name = told[1].decode("ascii").lower()
    try:
        return as_declared(path, WIDER.get(name, name))
    except LookupError:
        return None  # its reader says that it does not know the name


def text_form(head: bytes, encoding: str) -> dict[str, Any]:
    """Return the form of a text by its beginning."""
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    if MARKUP.match(text) and re.search("</|/>", text):
        return {"kind": "xml"}
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and text.lstrip()[:1] in {"{", "["}:
        records = sum(_is_object(line) for line in lines[:2])
        several = records == min(len(lines), 2) and len(lines) > 1
        return {"kind": "ndjson" if several else "json", "encoding": encoding}
    delimiter, header = table_of(text)
    form: dict[str, Any] = {"kind": "csv", "encoding": encoding}
    if delimiter != ",":
        form["delimiter"] = delimiter
    return {**form, "header": {"row": header}} if header > 1 else form


def _is_object(line: str) -> bool:
    try:
        return isinstance(loads(line, lenient=True), dict | Unfit)
    except BadJsonError:
        return False


def records_path(document: Any) -> str | None:
    """Return where the records of a JSON document are: the first list of objects, by the path of members to it."""
    waiting: list[tuple[str, Any]] = [("", document)] if isinstance(document, dict) else []
    while waiting:
        path, members = waiting.pop(0)
        for name, value in members.items():
            if isinstance(value, list) and value and isinstance(value[0], dict) and "/" not in name:
                return f"{path}{name}"
            if isinstance(value, dict) and path.count("/") < DEEPEST:
                waiting.append((f"{path}{name}/", value))
    return None


def table_of(text: str) -> tuple[str, int]:
    """Return the delimiter of a text, and the 1-based line of its header."""
    found = []
    for place, delimiter in enumerate(DELIMITERS):
        rows = _rows(text, delimiter)
        counts = Counter(len(row) for _, row in rows if len(row) > 1)
        if counts:
            width, often = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
            found.append((often, width, -place, delimiter, rows))
    if not found:
        return ",", 1
    _, width, _, delimiter, rows = max(found)
    return delimiter, header_line(rows, width)


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the first rows with the line that each begins on; what csv refuses ends them."""
    reader, rows, line = csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [], 1
    csv.field_size_limit(HEAD)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
            if len(rows) == LINES:
                break
    except csv.Error:
        pass
    return rows


def header_line(rows: Sequence[tuple[int, Sequence[str]]], width: int | None = None) -> int:
    """Return the line of the first row that is as wide as most are: titles above a header are narrower."""
    filled = [(line, sum(bool(cell.strip()) for cell in row)) for line, row in rows]
    if not filled:
        return 1
    most = width or Counter(count for _, count in filled).most_common(1)[0][0]
    return next((line for line, count in filled if count >= NEARLY * most), filled[0][0])
