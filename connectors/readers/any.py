"""A table of any readable format as text: the format is found out and noted, and the rows are read."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from connectors.labels import shown
from connectors.readers import MAX_UNPACKED_BYTES, Member, reader
from connectors.readers.any_columns import MAX_NAME_SHOWN, ColumnDamage
from connectors.readers.format import Format
from connectors.readers.header import DUPLICATE_SEPARATOR
from connectors.readers.magic import WORKBOOKS, require_kind
from connectors.readers.sniff import SniffedFormat, header_line, records_path, sniff_file
from connectors.readers.spreadsheet.table import SheetLayout
from connectors.readers.text.encoding import read_text
from connectors.readers.tree.strict_json import BadJsonError, parse_json
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.named import header_to_keep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Note
    from connectors.readers.rows import Chunk
    from connectors.readers.text.encoding_guess import Guess
    from hub.source_options import FormatOptions, HeaderPlace

TEXT_KINDS = ("csv", "hl7", "json", "ndjson")
MAX_COLUMNS_SHOWN = 30
# Formats that are read without a declaration.
READABLE = ("csv", "sql", "hl7", *WORKBOOKS, "json", "ndjson", "xml", "parquet", "sqlite", "gpkg")


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of a table of any readable format, with all columns as text.

    Notes the format that was found, an uncertain encoding, and damage that spreadsheets did to columns.  The content of
    rows is not checked here.

    Raises:
        RejectBatch: What the reader of the format raises; WRONG_FORMAT when no reader reads the file.
    """
    found = _resolve(members, fmt.archive)
    file, declared, guess = found.members[0], found.format(), found.guess
    if guess and not guess.certain:
        note(Finding("ENCODING_GUESSED", file=file.name, value=guess.encoding, expected=guess.shown()))
    described, damage = False, ColumnDamage(members[0].name)
    for chunk in reader(declared.kind).read(found.members, declared, limits, note):
        if not described:
            note(_format_finding(declared, chunk, file))
            for finding in _duplicate_findings(chunk, file):
                note(finding)
            described = True
        columns = _nested_as_json(chunk.columns)
        damage.add(columns, chunk.lines)
        yield replace(chunk, columns=columns)
    for finding in damage.findings():
        note(finding)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    found = _resolve(members, fmt.archive)
    declared = found.format()
    return reader(declared.kind).header(found.members, declared, limits)


def detect_format(path: Path) -> SniffedFormat:
    """Find out the format of a file.

    Args:
        path: The file; an archive is unpacked into the current folder.

    Raises:
        RejectBatch: WRONG_FORMAT (no reader reads it), WRONG_ENCODING, and what opening an archive, a workbook or an
            XML document raises.
    """
    found = _resolve([Member(path)], ())
    return SniffedFormat(found.form, found.guess)


class _Resolved(NamedTuple):
    """The files to read, out of their archive; their `format:` as a mapping writes it; the guess of the encoding."""

    members: Sequence[Member]
    form: FormatOptions
    guess: Guess | None

    def format(self) -> Format:
        return Format.of({**self.form, "allow_duplicates": True})


def _resolve(members: Sequence[Member], unpacked: tuple[str, ...]) -> _Resolved:
    """Find out the format of the first file; `unpacked` are the archives that the files were taken out of already."""
    first = members[0]
    form, guess = sniff_file(first.path)
    if guess and guess.unreadable:
        value = f"7-bit text ({guess.unreadable})"
        raise RejectBatch(Finding("WRONG_ENCODING", file=first.name, line=1, value=value, expected="utf-8"))
    if form["kind"] == "any" and not unpacked:
        from connectors.readers.archive.zip import unpack  # noqa: PLC0415 - only archives need it

        archive = tuple(form["archive"])
        packed = Format(kind="any", archive=archive)
        return _resolve(unpack(first.path, Path.cwd(), packed, MAX_UNPACKED_BYTES), archive)
    if form["kind"] not in READABLE:
        readable = ", ".join(READABLE)
        require_kind(first, "zip", expected=readable)
        raise RejectBatch(Finding("WRONG_FORMAT", file=first.name, value=form["kind"], expected=readable))
    _add_records(form, first)
    if form["kind"] in WORKBOOKS and (place := _workbook_header(first, form["kind"])):
        form["header"] = place
    if unpacked:
        form["archive"] = list(unpacked)
    return _Resolved(members, form, guess)


def _add_records(form: FormatOptions, member: Member) -> None:
    """Add to the format of a document which of its parts are records, and what repeats within them."""
    if form["kind"] == "json" and (path := _json_records_path(member, form)):
        form["records"] = path
    if form["kind"] == "xml":
        require_kind(member, "xml", None, expected="xlsx")  # a workbook that is saved as XML is no table of XML
        from connectors.readers.tree.xml_shape import find_records  # noqa: PLC0415

        form["records"], repeated = find_records(member)
        if repeated:
            form["repeat"] = list(repeated)
    if form["kind"] == "hl7":
        from connectors.readers.tree.hl7 import find_repeats  # noqa: PLC0415 - only HL7 needs it

        if found := find_repeats(member, Format.of(form)):
            form["repeat"] = found


def _json_records_path(member: Member, form: FormatOptions) -> str | None:
    try:
        return records_path(parse_json(read_text(member, Format.of(form), lambda _: None), lenient=True))
    except BadJsonError:
        return None  # the reader reports it


def _workbook_header(member: Member, kind: str) -> HeaderPlace | None:
    """Return the line of the header of a workbook when titles, narrower than the table, are above it; else None."""
    module: Any = reader(kind)
    book = module.open_workbook(member)
    for sheet in sorted(book.sheets, key=lambda sheet: sheet.hidden):
        top = list(islice(book.rows(sheet, SheetLayout()), 30))
        if top:
            line = header_line([(row.line, [str(cell) for cell in row.cells.values()]) for row in top])
            return {"row": line} if line > top[0].line else None
    return None


def _format_finding(form: Format, chunk: Chunk, member: Member) -> Finding:
    names = [shown(name)[:MAX_NAME_SHOWN] for name in chunk.columns.schema.names]
    parts = [form.kind]
    if form.archive:
        parts.insert(0, " / ".join(form.archive))
    if form.kind in TEXT_KINDS:
        parts.append(form.encoding)
    if form.kind == "csv":
        parts.append({"\t": "TAB"}.get(form.delimiter, form.delimiter))
    if isinstance(form.header, int):
        parts.append(f"header {form.header}")
    if form.records:
        parts.append(shown(form.records))
    listed = ", ".join(header_to_keep(names)[:MAX_COLUMNS_SHOWN]) + (", …" if len(names) > MAX_COLUMNS_SHOWN else "")
    value = " · ".join(parts)
    return Finding("FORMAT_FOUND", file=member.name, sheet=chunk.sheet, value=value, expected=f"{len(names)}: {listed}")


def _duplicate_findings(chunk: Chunk, member: Member) -> list[Finding]:
    """Return the findings about columns of one name, for which a mapped feed is rejected."""
    names = chunk.columns.schema.names
    counts = Counter(name.rpartition(DUPLICATE_SEPARATOR)[0] for name in names if DUPLICATE_SEPARATOR in name)
    safe = dict(zip(names, header_to_keep(names), strict=True))
    return [
        Finding("DUPLICATE_COLUMN", file=member.name, sheet=chunk.sheet, column=safe[name], expected=str(count + 1))
        for name, count in counts.items()
        if name in names
    ]


def _nested_as_json(columns: pa.RecordBatch) -> pa.RecordBatch:
    """Return the columns with lists and structs as JSON."""
    texts = []
    for column in columns.columns:
        if pa.types.is_nested(column.type):
            values = [
                None if value is None else json.dumps(value, ensure_ascii=False, default=str)
                for value in column.to_pylist()
            ]
            texts.append(pa.array(values, pa.string()))
        else:
            texts.append(column)
    return pa.RecordBatch.from_arrays(texts, names=columns.schema.names)
