"""What a file is, by its content and never by its name: the form that its reader would have to be told.

For drafts and for files that nobody has agreed on.  A guess that reads a file wrongly is worse than none, so only
what the first bytes show is taken, in the order: kind by magic bytes, encoding by what the bytes can be, delimiter and
header by what the first lines have in common.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from connectors.readers.encoding import MARKS, is_big5, is_gb
from connectors.readers.kinds import kind_of
from connectors.readers.strict_json import BadJsonError, Unfit, loads
from connectors.readers.zipped import package_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEAD = 1 << 16
LINES = 30
DEEPEST = 4  # members within members in which records are looked for
MARKUP = re.compile(r"\s*<(?:!DOCTYPE|!--|\?xml|[A-Za-z_][\w:.-]*[\s/>])")
DELIMITERS = ",\t;|"
GEOPACKAGE, GEOPACKAGE_AT = (b"GPKG", b"GP10", b"GP11"), 68
NEARLY = 0.8  # of the cells of most rows, which a header has


def sniff(path: Path) -> dict[str, Any]:
    """Return the `format:` of a file: kind, and where it matters encoding, delimiter, header, records or archive.

    A kind that no reader has (pdf, docx, rar ...) is returned as it is called.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = kind_of(head)
    if kind == "zip":
        found = package_of(path)
        return {"kind": "any", "archive": ["zip"]} if found == "zip" else {"kind": found}
    if kind in {"gz", "bz2"}:
        return {"kind": "any", "archive": [kind]}
    if kind == "sqlite":
        return {"kind": "gpkg" if head[GEOPACKAGE_AT : GEOPACKAGE_AT + 4] in GEOPACKAGE else "sqlite"}
    if kind is not None:
        return {"kind": kind}
    return text_form(head)


def text_form(head: bytes) -> dict[str, Any]:
    """Return the form of a text by its beginning."""
    encoding = encoding_of(head)
    text = head.decode("utf-16" if encoding == "utf-16" else encoding, "ignore").removeprefix("\ufeff")
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


def encoding_of(head: bytes) -> str:
    """Return the first encoding that can hold the bytes; a character that the end cuts in two is no fault."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if head.count(0) > len(head) // 4:  # every other byte of Latin text in two bytes
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    if _holds(head, "utf-8"):
        return "utf-8"
    western = "cp1252" if _holds(head, "cp1252") else "iso8859-1"
    if not _holds(head, "gb18030"):
        return western
    return "big5" if is_big5(head) else "gb18030" if is_gb(head) else western


def _holds(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return True


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
