"""One record: its open fields in words, where it stood in which file, and what it said before."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from psycopg import sql
from psycopg.rows import dict_row

from hub.i18n import say
from pages.analysis.composed import composed_rows
from pages.analysis.things import Record, contradictions, file_places
from pages.site.language import language_of
from pages.site.names import code_name, type_name
from pages.site.reading import Reader, reader_of
from pages.site.rendering import moment, page_address, render
from standards import standard
from standards.access import open_columns
from warehouse.dynamic_sql import columns, compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards import RecordType
    from standards.schema import Field

router = APIRouter()
MOST_ITEMS = 50  # items of one list that are shown
_OpenRow: TypeAlias = "dict[str, Any]"  # the open columns of a table of the standard


class Origin(TypedDict):
    """The delivery that brought a record (`analysis/origin_of_batch`)."""

    batch_id: str
    source: str
    title_zh: str
    title_en: str
    file_name: str
    sha256: str
    received_at: datetime
    loaded_at: datetime | None
    mapping_version: str | None
    standard_version: str | None


class Version(TypedDict):
    """One earlier version of a record (`analysis/earlier_versions`)."""

    record_version: int
    recorded_from: datetime
    recorded_to: datetime
    batch_id: str


@dataclass(frozen=True)
class Value:
    """One filled field: its column, what it is called, its value, and what that means where it is a code."""

    column: str
    label: str
    value: str
    meaning: str = ""
    product_of: str = ""  # which key of a product or an enterprise it is: gtin, model or uscc


@dataclass(frozen=True)
class Items:
    """One list of a record."""

    name: str
    items: list[list[Value]]
    more: int


@router.get("/record")
def record(request: Request, type: str = "", agency: str = "", uid: str = "") -> HTMLResponse:  # noqa: A002 - its name in the address
    """Show one record of core as the analyst's login may see it."""
    record_type, language, reader = standard().types.get(type), language_of(request), reader_of(request)
    identity = _uuid(uid)
    if record_type is None or identity is None:
        raise HTTPException(404)
    about = {"agency": agency, "uid": identity}
    found = _rows(reader, record_type, "", about)
    if not found:
        raise HTTPException(404)
    key = Record(record_type.name, agency, str(identity))
    versions = compose("analysis/earlier_versions", history=sql.Identifier("history", record_type.tables[""].name))
    table = record_type.tables[""]
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return render(
        request,
        "analysis/record.html.j2",
        record_type=record_type,
        row=found[0],
        trace=f"riskhub trace {record_type.name} {shlex.quote(found[0]['source_record_no'] or '')}",
        values=list(_values(found[0], record_type, "", language)),
        lists=list(_lists(reader, record_type, about, language)),
        closed=[
            field.label[language]
            for name, field in table.fields.items()
            if name not in open_columns(record_type, table)
        ],
        origin=next(iter(reader.rows(Origin, "analysis/origin_of_batch", batch=found[0]["batch_id"])), None),
        place=file_places(reader, [key]).get(key),
        versions=composed_rows(reader, Version, versions, **about),
        contradictions=contradictions(reader, [key]),
        record_at=lambda kind, owner, own: page_address(root, "/record", type=kind, agency=owner, uid=own),
        type_name=lambda name: type_name(name, language),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _rows(reader: Reader, record_type: RecordType, child: str, about: dict[str, Any]) -> list[_OpenRow]:
    table = record_type.tables[child]
    own = ("batch_id", "source_record_no", "record_version", "recorded_from") if not child else ("position",)
    names = [*dict.fromkeys((*own, *open_columns(record_type, table)))]
    query = compose(
        "analysis/open_fields",
        columns=columns(names, "t"),
        records=sql.Identifier("core", table.name),
        position=sql.Identifier("t", "record_uid" if not child else "position"),
    )
    with reader.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, {**about, "most": MOST_ITEMS + 1}).fetchall()


def _values(row: _OpenRow, record_type: RecordType, child: str, language: str) -> Iterator[Value]:
    for name, field in record_type.tables[child].fields.items():
        value = row.get(name)
        if value is not None and value != [] and name != "source_record_no":
            yield _value(name, field, value, language)


def _value(name: str, field: Field, value: Any, language: str) -> Value:
    codes = value if isinstance(value, list) else [value]
    if isinstance(value, datetime):
        return Value(name, field.label[language], moment(value, language))
    if isinstance(value, bool):
        return Value(name, field.label[language], say("analysis.yes" if value else "analysis.no", language))
    meaning = ", ".join(code_name(field.codelist, str(code), language) for code in codes) if field.codelist else ""
    text = ", ".join(map(str, codes))
    key = {"ean": "gtin", "cn.uscc": "uscc"}.get(field.identifier or "", "model" if name == "model" else "")
    return Value(name, field.label[language], text, meaning if meaning != text else "", key)


def _lists(reader: Reader, record_type: RecordType, about: dict[str, Any], language: str) -> Iterator[Items]:
    for name in record_type.tables:
        if name and (rows := _rows(reader, record_type, name, about)):
            items = [list(_values(row, record_type, name, language)) for row in rows[:MOST_ITEMS]]
            yield Items(record_type.tables[name].label[language], items, max(len(rows) - MOST_ITEMS, 0))
