"""Any readable table of any format as text: the form is found out, the rows are read, and what was found is said."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from connectors.labels import shown
from connectors.readers import Member, reader
from connectors.readers.any_columns import Columns
from connectors.readers.format import Format
from connectors.readers.header import TWIN
from connectors.readers.magic import require
from connectors.readers.sniff import header_line, records_path, sniffed
from connectors.readers.spreadsheet.table import Seen
from connectors.readers.text.encoding import whole_text
from connectors.readers.tree.strict_json import BadJsonError, loads
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.named import header_to_keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Note
    from connectors.readers.rows import Chunk
    from connectors.readers.text.encoding_guess import Guess

UNPACKED = 10 << 30
BOOKS = ("xlsx", "xls", "xlsb", "ods")
TEXTS = ("csv", "json", "ndjson")
COLUMNS_SHOWN, NAME_SHOWN = 30, 40
KNOWN = "csv, xlsx, xls, xlsb, ods, json, ndjson, xml, parquet, sqlite, gpkg"


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of whatever table there is, all columns as text; say its form.

    What is odd about the rows is said by those who judge them.
    Raises what the reader of the form raises, and WRONG_FORMAT when there is none.
    """
    found, form, guess = _form(members, fmt)
    if guess and not guess.sure:
        note(Finding("ENCODING_GUESSED", file=found[0].name, value=guess.encoding, expected=guess.shown()))
    told, columns = False, Columns(members[0].name)
    for chunk in reader(form.kind).read(found, form, limits, note):
        if not told:
            note(_what_it_is(form, chunk, found[0]))
            for finding in _twins(chunk, found[0]):
                note(finding)
            told = True
        plain = _as_text(chunk.columns)
        columns.look(plain, chunk.lines)
        yield replace(chunk, columns=plain)
    for finding in columns.findings():
        note(finding)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    found, form, _ = _form(members, fmt)
    return reader(form.kind).header(found, form, limits)


def form_of(path: Path) -> tuple[dict[str, Any], Guess | None]:
    """Return the `format:` of a file as a mapping writes it, and how certain the encoding of a text is.

    Raises RejectBatch: WRONG_FORMAT (no reader reads it), WRONG_ENCODING, and what opening an archive, a workbook or an
    XML document raises.
    """
    _, form, guess = _found([Member(path)], ())
    return form, guess


def _form(members: Sequence[Member], fmt: Format) -> tuple[Sequence[Member], Format, Guess | None]:
    """Return the files to read, out of archives when they are in one, the form that they have, and its certainty."""
    found, form, guess = _found(members, fmt.archive)
    return found, Format.of(form | {"twins": True}), guess  # the rows are counted all the same


def _found(members: Sequence[Member], opened: tuple[str, ...]) -> tuple[Sequence[Member], dict[str, Any], Guess | None]:
    """Return the same as `_form`, the form as a mapping writes it; `opened` are the wrappings that are off already."""
    form, guess = sniffed(members[0].path)
    if guess and guess.unreadable:
        told = f"7-bit text ({guess.unreadable})"
        raise RejectBatch(Finding("WRONG_ENCODING", file=members[0].name, line=1, value=told, expected="utf-8"))
    if form["kind"] == "any" and not opened:
        from connectors.readers.archive.zip import unpack  # noqa: PLC0415 - only archives need it

        wrapped = tuple(form["archive"])
        agreed = Format(kind="any", archive=wrapped)
        return _found(unpack(members[0].path, Path.cwd(), agreed, UNPACKED), wrapped)
    if form["kind"] not in KNOWN.split(", "):
        require(members[0], "zip", expected=KNOWN)
        raise RejectBatch(Finding("WRONG_FORMAT", file=members[0].name, value=form["kind"], expected=KNOWN))
    if form["kind"] == "json" and (path := _records_of(members[0], form)):
        form["records"] = path
    if form["kind"] == "xml":
        require(members[0], "xml", None, expected="xlsx")  # a workbook that is saved as XML is no table of XML
        from connectors.readers.tree.xml_shape import shape_of  # noqa: PLC0415

        form["records"], repeated = shape_of(members[0])
        form |= {"repeat": list(repeated)} if repeated else {}
    if form["kind"] in BOOKS:
        form |= _header_of_book(members[0], form["kind"])
    return members, form | ({"archive": list(opened)} if opened else {}), guess


def _records_of(member: Member, form: dict[str, Any]) -> str | None:
    try:
        return records_path(loads(whole_text(member, Format.of(form), lambda _: None), lenient=True))
    except BadJsonError:
        return None  # the reader will say so


def _header_of_book(member: Member, kind: str) -> dict[str, Any]:
    """Return where the header of a workbook stands: below titles, which are narrower than the table."""
    module: Any = reader(kind)
    book = module.opened(member)
    for sheet in sorted(book.sheets, key=lambda sheet: sheet.hidden):
        top = list(islice(book.rows(sheet, Seen()), 30))
        if top:
            line = header_line([(row.line, [str(cell) for cell in row.cells.values()]) for row in top])
            return {"header": {"row": line}} if line > top[0].line else {}
    return {}


def _what_it_is(form: Format, chunk: Chunk, member: Member) -> Finding:
    names = [shown(name)[:NAME_SHOWN] for name in chunk.columns.schema.names]
    parts = [form.kind]
    if form.archive:
        parts.insert(0, " / ".join(form.archive))
    if form.kind in TEXTS:
        parts.append(form.encoding)
    if form.kind == "csv":
        parts.append({"\t": "TAB"}.get(form.delimiter, form.delimiter))
    if isinstance(form.header, int):
        parts.append(f"header {form.header}")
    if form.records:
        parts.append(shown(form.records))
    listed = ", ".join(header_to_keep(names)[:COLUMNS_SHOWN]) + (", …" if len(names) > COLUMNS_SHOWN else "")
    value = " · ".join(parts)
    return Finding("FORMAT_FOUND", file=member.name, sheet=chunk.sheet, value=value, expected=f"{len(names)}: {listed}")


def _twins(chunk: Chunk, member: Member) -> list[Finding]:
    """Return what is to be said of columns of one name, which a mapped feed is refused for."""
    names = chunk.columns.schema.names
    counts = Counter(name.rpartition(TWIN)[0] for name in names if TWIN in name)
    kept = dict(zip(names, header_to_keep(names), strict=True))
    return [
        Finding("DUPLICATE_COLUMN", file=member.name, sheet=chunk.sheet, column=kept[name], expected=str(count + 1))
        for name, count in counts.items()
        if name in names
    ]


def _as_text(columns: pa.RecordBatch) -> pa.RecordBatch:
    """Return the columns with lists and structs as JSON."""
    made = []
    for column in columns.columns:
        if pa.types.is_nested(column.type):
            texts = [
                None if value is None else json.dumps(value, ensure_ascii=False, default=str)
                for value in column.to_pylist()
            ]
            made.append(pa.array(texts, pa.string()))
        else:
            made.append(column)
    return pa.RecordBatch.from_arrays(made, names=columns.schema.names)
