"""The format of a file by its content: what a mapping would have to declare to have it read.

Used for drafts of mappings and for files without one.  A guess that reads a file wrongly is worse than none, so the
bytes alone decide, in this order: the kind by its signature, the encoding by the whole text (`text.encoding_guess`),
delimiter and header by what the first lines have in common.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from connectors.readers.magic import detect_kind, detect_package
from connectors.readers.text.encoding_guess import Guess, guess, guess_declared
from connectors.readers.tree.strict_json import BadJsonError, InvalidValue, parse_json
from connectors.readers.tree.xml import SUPERSETS, declared_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hub.source_options import FormatOptions

HEAD_BYTES = 1 << 16
SAMPLE_LINES = 30
MAX_DEPTH = 4  # levels of members in which records are searched
MARKUP = re.compile(r"\s*<(?:!DOCTYPE|!--|\?xml|[A-Za-z_][\w:.-]*[\s/>])")
INSERTS = re.compile(  # of a dump without a word before its first statement, or with comments and structure
    r"\A\s*(?:(?:--|#|/\*|SET\b|USE\b|DROP\b|CREATE\b|BEGIN\b|START\b|DELETE\b|TRUNCATE\b|GO\b).*?^\s*)?"
    r"(?:INSERT\s|REPLACE\s+INTO\s)[^;]{1,4000}?\bVALUES?\s*\(",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
MESSAGES = re.compile(r"[\s\x0b]*(?:MSH|FHS|BHS)([^\w\s])(?!\1)[^\w\s]{1,5}\1")  # the signs of HL7 name themselves
DELIMITERS = ",\t;|"
GEOPACKAGE, GEOPACKAGE_OFFSET = (b"GPKG", b"GP10", b"GP11"), 68
HEADER_FILL = 0.8  # share of the cells of most rows that a header fills


class SniffedFormat(NamedTuple):
    """The format of a file.

    Attributes:
        form: The `format:` as a mapping writes it.
        guess: Of the encoding; None unless the file is text.
    """

    form: FormatOptions
    guess: Guess | None = None  # of a text


def sniff(path: Path) -> FormatOptions:
    """Return the `format:` of a file as a mapping writes it.

    Returns:
        The kind and, where they matter, encoding, delimiter, header or archive.  A kind that no reader has (pdf, docx,
        rar) has its usual name.
    """
    return sniff_file(path).form


def sniff_file(path: Path) -> SniffedFormat:
    """Return the `format:` of a file, and for text how certain its encoding is."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = detect_kind(head)
    if kind == "zip":
        found = detect_package(path)
        return SniffedFormat({"kind": "any", "archive": ["zip"]} if found == "zip" else {"kind": found})
    if kind in {"gz", "bz2"}:
        return SniffedFormat({"kind": "any", "archive": [kind]})
    if kind == "sqlite":
        return SniffedFormat(
            {"kind": "gpkg" if head[GEOPACKAGE_OFFSET : GEOPACKAGE_OFFSET + 4] in GEOPACKAGE else "sqlite"}
        )
    if kind == "xml":
        return SniffedFormat({"kind": kind}, _xml_encoding(path, head))
    if kind is not None:
        return SniffedFormat({"kind": kind})
    guessed = guess(path)
    form = sniff_text(head, guessed.encoding)
    return SniffedFormat(form, _xml_encoding(path, head) if form["kind"] == "xml" else guessed)


def _xml_encoding(path: Path, head: bytes) -> Guess | None:
    """Return how the declared encoding of an XML document reads it; None without a declaration (strict UTF-8)."""
    name = declared_encoding(head.removeprefix(codecs.BOM_UTF8))
    if not name:
        return None
    try:
        return guess_declared(path, SUPERSETS.get(name, name))
    except LookupError:
        return None  # the reader of XML rejects an unknown name


def sniff_text(head: bytes, encoding: str) -> FormatOptions:
    """Return the `format:` of a text.

    Args:
        head: Its first bytes.
        encoding: In which they are.

    >>> sniff_text(b'{"a": 1}', "utf-8"), sniff_text(b"a;b", "utf-8")["delimiter"]
    ({'kind': 'json', 'encoding': 'utf-8'}, ';')
    """
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    if MARKUP.match(text) and re.search("</|/>", text):
        return {"kind": "xml"}
    if MESSAGES.match(text):
        return {"kind": "hl7", "encoding": encoding}
    if INSERTS.search(text):
        return {"kind": "sql", "encoding": encoding}
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and text.lstrip()[:1] in {"{", "["}:
        records = sum(_is_object(line) for line in lines[:2])
        several = records == min(len(lines), 2) and len(lines) > 1
        return {"kind": "ndjson" if several else "json", "encoding": encoding}
    delimiter, header = sniff_table(text)
    form: FormatOptions = {"kind": "csv", "encoding": encoding}
    if delimiter != ",":
        form["delimiter"] = delimiter
    return {**form, "header": {"row": header}} if header > 1 else form


def _is_object(line: str) -> bool:
    try:
        return isinstance(parse_json(line, lenient=True), dict | InvalidValue)
    except BadJsonError:
        return False


def records_path(document: Any) -> str | None:
    """Return the path of the first list of objects in a JSON document, nearest to the root; None when there is none.

    Args:
        document: The parsed document.

    >>> records_path({"meta": {"n": 1}, "data": {"items": [{"id": 1}]}})
    'data/items'
    """
    pending: list[tuple[str, Any]] = [("", document)] if isinstance(document, dict) else []
    while pending:
        path, members = pending.pop(0)
        for name, value in members.items():
            if isinstance(value, list) and value and isinstance(value[0], dict) and "/" not in name:
                return f"{path}{name}"
            if isinstance(value, dict) and path.count("/") < MAX_DEPTH:
                pending.append((f"{path}{name}/", value))
    return None


def sniff_table(text: str) -> tuple[str, int]:
    r"""Return the delimiter of a text and the 1-based line of its header.

    The delimiter is the one with which most of the first 30 rows have the same number of cells.

    >>> sniff_table("list of fires\nid;town\n1;a\n2;b\n")
    (';', 2)
    """
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
    """Return the first rows with their 1-based lines; a line that the csv module refuses ends them."""
    reader, rows, line = csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [], 1
    csv.field_size_limit(HEAD_BYTES)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
            if len(rows) == SAMPLE_LINES:
                break
    except csv.Error:
        pass
    return rows


def header_line(rows: Sequence[tuple[int, Sequence[str]]], width: int | None = None) -> int:
    """Return the line of the first row that is about as wide as most rows; titles above a header are narrower.

    Args:
        rows: Line number and cells of each row.
        width: Cells of most rows; None to count it here.

    >>> header_line([(1, ["fires"]), (3, ["id", "town"]), (4, ["1", "a"])])
    3
    """
    filled = [(line, sum(bool(cell.strip()) for cell in row)) for line, row in rows]
    if not filled:
        return 1
    most = width or Counter(count for _, count in filled).most_common(1)[0][0]
    return next((line for line, count in filled if count >= HEADER_FILL * most), filled[0][0])
