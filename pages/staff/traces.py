"""From a record to its versions, its delivery, its line and the way of each of its cells; and from a line forward.

What is closed to readers by the standard is masked here too: who looks is a duty officer, and not the sender.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from psycopg import sql
from psycopg.rows import dict_row, kwargs_row

from connectors.raw_store import RawDamaged
from hub.errors import HubError
from hub.i18n import say
from hub.personal import MASK
from pages.site.language import language_of
from pages.site.names import code_name
from pages.site.reading import Reader, reader_of
from pages.site.rendering import moment, render
from pages.staff.batch import batch_named
from pages.staff.feed import mapping_of
from pages.staff.read_again import one_reader
from pipeline.reports.trace import trace_identity, trace_line
from standards import standard
from standards.access import is_open
from validation.catalogue import render as finding_text
from warehouse.dynamic_sql import compose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.reports.trace.line import LineTrace
    from pipeline.reports.trace.record import RecordTrace
    from standards import RecordType
    from standards.schema import Field

router = APIRouter()
MOST = 50  # records of a page
VERSIONS = 20
READABLE = 16 << 20  # bytes of a delivery of which a record or a line is traced while somebody waits
LONGEST_KEY = 200  # characters
LONGEST_NUMBER = 19  # digits of a bigint
LOWEST = UUID(int=0)


class NumberedRecord(TypedDict):
    """A record of a list (`feeds/records_of_batch`)."""

    agency: str
    record_uid: UUID
    source_record_no: str | None
    record_version: int
    source_file: str | None
    source_sheet: str | None
    source_line: int | None


class NamedBatch(TypedDict):
    """A batch by its file (`feeds/batches_named`)."""

    batch: str
    file: str
    received_at: datetime


@dataclass(frozen=True)
class FoundRecord:
    """A record that a search has found."""

    record_type: str
    label: str
    agency: str
    feed: str
    uid: str
    number: str
    batch: str


@dataclass(frozen=True)
class CellOrigin:
    """A column of the sender, what stood in it, and the verbs that made the field of it."""

    column: str
    text: str
    verbs: str


@dataclass(frozen=True)
class TracedField:
    """One field with its value and where that comes from; `is_masked` where it is closed to readers."""

    path: str
    label: str
    value: str
    is_masked: bool
    origins: list[CellOrigin]


@dataclass(frozen=True)
class ChangedField:
    """A field that a version has changed, from what to what."""

    path: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One version of a record; `until` is None while it holds."""

    number: int
    batch: str
    since: datetime
    until: datetime | None
    changes: list[ChangedField]


@router.get("/records")
def records_page(request: Request, key: str = "", type: str = "") -> HTMLResponse:  # noqa: A002 - its name in the address
    """Search for a record by the number that its sender gave it."""
    language = language_of(request)
    wanted = "".join(sign for sign in key if sign.isprintable()).strip()[:LONGEST_KEY]
    types = standard().types
    chosen = type if type in types else ""
    found = list(_found(reader_of(request), types[chosen], wanted, language)) if wanted and chosen else []
    return render(
        request,
        "staff/records.html.j2",
        wanted=wanted,
        chosen=chosen,
        found=found,
        types=sorted(((name, each.label[language]) for name, each in types.items()), key=lambda pair: pair[1]),
    )


@router.get("/records/{record_type}/{agency}/{uid}")
def record_page(request: Request, record_type: str, agency: str, uid: str) -> HTMLResponse:
    """Show a record: its versions, its place in a file, and the way of each cell into a field."""
    reader, language, of_type = reader_of(request), language_of(request), standard().types.get(record_type)
    identity = _uuid(uid)
    if of_type is None or identity is None or "\0" in agency:
        raise HTTPException(404)
    about = {"agency": agency, "record_uid": identity}
    current = _rows(reader, "trace/record_by_uid", "core", of_type, **about)
    earlier = _rows(reader, "feeds/versions_of_record", "history", of_type, **about, limit=VERSIONS)
    if not current and not earlier:
        raise HTTPException(404)
    newest = (current or earlier)[0]
    batch = batch_named(reader, newest["batch_id"])
    trace = None
    if current and batch["bytes"] <= READABLE:
        trace = _traced(of_type, agency, str(identity), language)
    versions = _versions(of_type, current, earlier, language)
    return render(
        request,
        "staff/record.html.j2",
        record_type=of_type,
        type_label=of_type.label[language],
        number=newest["source_record_no"] or "",
        row={"agency": agency, "uid": str(identity)},
        is_current=bool(current),
        place={name: newest[f"source_{name}"] for name in ("file", "sheet", "line")},
        batch=batch,
        trace=trace,
        fields=_fields(of_type, trace, language) if trace else [],
        versions=versions,
        files={each["batch"]: each for each in _named(reader, versions)},
        command=f"riskhub trace {record_type} {shlex.quote(newest['source_record_no'] or '')}",
    )


@router.get("/deliveries/{batch}/records")
def records_of_batch(request: Request, batch: str, type: str = "", line: str = "", uid: str = "") -> HTMLResponse:  # noqa: A002
    """Show the records that hold now as a delivery has brought them, in the order of its file."""
    reader, language = reader_of(request), language_of(request)
    about = batch_named(reader, batch)
    types = {name: standard().types[name] for name in about["record_type"].split(", ") if name in standard().types}
    if not types:
        raise HTTPException(404)
    chosen = types[type] if type in types else next(iter(types.values()))
    query = compose("feeds/records_of_batch", core=sql.Identifier("core", chosen.tables[""].name))
    after = {"line": int(line) if _is_number(line) else -1, "uid": _uuid(uid) or LOWEST}
    with reader.connection() as conn, conn.cursor(row_factory=kwargs_row(NumberedRecord)) as cursor:
        found = cursor.execute(query, {"batch": batch, **after, "limit": MOST + 1}).fetchall()
    return render(
        request,
        "staff/batch_records.html.j2",
        about=about,
        chosen=chosen.name,
        types=[(name, each.label[language]) for name, each in types.items()],
        records=found[:MOST],
        last=found[MOST - 1] if len(found) > MOST else None,
        is_first=not line,
    )


@router.get("/deliveries/{batch}/lines/{line}")
def line_page(request: Request, batch: str, line: str, file: str = "", sheet: str = "") -> HTMLResponse:
    """Show what became of one line of a delivery."""
    reader, language = reader_of(request), language_of(request)
    about = batch_named(reader, batch)
    if not _is_number(line) or "\0" in file + sheet:
        raise HTTPException(404)
    stories: list[LineTrace] | None = None
    if about["bytes"] <= READABLE:
        with one_reader():
            try:
                stories = trace_line(batch, int(line), file or None, sheet or None)
            except (RawDamaged, OSError):
                stories = None
    return render(
        request,
        "staff/line.html.j2",
        about=about,
        line=int(line),
        stories=stories,
        closed=_closed_columns(about["source"]),
        mask=MASK,
        title_of=lambda code: finding_text(code, language).title,
        command=f"riskhub trace --batch {batch} --line {line}",
    )


def _traced(record_type: RecordType, agency: str, uid: str, language: str) -> RecordTrace | None:
    """Return the trace of a record; None where its delivery or its mapping cannot be read now."""
    with one_reader():
        try:
            return trace_identity(record_type.name, agency, uid, language)
        except (HubError, RawDamaged, OSError):
            return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _rows(reader: Reader, name: str, schema: str, record_type: RecordType, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of a statement about the table of a type in core or history."""
    table = sql.Identifier(schema, record_type.tables[""].name)
    with reader.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(compose(name, **{schema: table}), values).fetchall()


def _found(reader: Reader, record_type: RecordType, key: str, language: str) -> Iterator[FoundRecord]:
    for row in _rows(reader, "trace/records_by_number", "core", record_type, key=key, source=None)[:MOST]:
        yield FoundRecord(
            record_type.name,
            record_type.label[language],
            row["agency"],
            row["feed"],
            str(row["record_uid"]),
            row["source_record_no"],
            row["batch_id"],
        )


def _fields(record_type: RecordType, trace: RecordTrace, language: str) -> list[TracedField]:
    """Return the fields of a trace for the page.

    The value of a closed field is masked, and so are the columns behind it, wherever else they are read.
    """
    named = [(each, _field_at(record_type, each["field"])) for each in trace["fields"]]
    closed = {origin["column"] for each, field in named if not is_open(record_type, field) for origin in each["from"]}
    found = []
    for each, field in named:
        is_masked = not is_open(record_type, field)
        origins = [
            CellOrigin(
                origin["column"],
                MASK if origin["column"] and origin["column"] in closed else _text(origin["sent"]),
                origin["verbs"],
            )
            for origin in each["from"]
        ]
        value = MASK if is_masked else _value(each["value"], field, language)
        found.append(TracedField(each["field"], field.label[language], value, is_masked, origins))
    return found


def _field_at(record_type: RecordType, path: str) -> Field:
    """Return the field of a trace's path: a column of the record, or of an item as `product.0.name`."""
    items, _, name = path.rpartition(".")
    return record_type.tables[items.partition(".")[0]].fields[name]


def _closed_columns(source: str) -> set[str]:
    """Return the columns of a feed that fields closed to readers are read from; of a member of a list, the list."""
    mapping = mapping_of(source)
    return {
        column.partition("/")[0]
        for route in (mapping.routes if mapping else ())
        for _, rule in route.all_rules()
        if not is_open(route.record_type, rule.target)
        for column in rule.columns
    }


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)


def _value(value: Any, field: Field, language: str) -> str:
    if isinstance(value, bool):
        return say("staff.yes" if value else "staff.no", language)
    if hasattr(value, "hour"):
        return moment(value, language)
    codes = value if isinstance(value, list) else [value]
    names = [code_name(field.codelist, str(each), language) for each in codes] if field.codelist else []
    text = ", ".join(map(str, codes))
    return f"{text} ({', '.join(names)})" if names and names != [str(each) for each in codes] else text


def _versions(
    record_type: RecordType, current: list[dict[str, Any]], earlier: list[dict[str, Any]], language: str
) -> list[Version]:
    """Return the versions of a record, the newest first, each with what it changed of the one before."""
    rows = [*current, *earlier]
    found = []
    for at, row in enumerate(rows):
        before = rows[at + 1] if at + 1 < len(rows) else None
        changes = list(_changes(record_type, before, row, language)) if before else []
        since, until = row["recorded_from"], row.get("recorded_to")
        found.append(Version(row["record_version"], row["batch_id"], since, until, changes))
    return found


def _changes(
    record_type: RecordType, before: dict[str, Any], after: dict[str, Any], language: str
) -> Iterator[ChangedField]:
    for name, field in record_type.tables[""].fields.items():
        if before.get(name) != after.get(name):
            texts = [
                ""
                if row.get(name) is None
                else _value(row[name], field, language)
                if is_open(record_type, field)
                else MASK
                for row in (before, after)
            ]
            yield ChangedField(name, field.label[language], *texts)


def _named(reader: Reader, versions: list[Version]) -> list[NamedBatch]:
    return reader.rows(NamedBatch, "feeds/batches_named", batches=[each.batch for each in versions])
