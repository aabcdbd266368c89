"""One product, one enterprise: what all agencies hold about it, in the order of time, each event with its evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from psycopg import sql

from pages.analysis.composed import composed_rows
from pages.site.language import language_of
from pages.site.names import code_name, type_name
from pages.site.reading import Reader, reader_of
from pages.site.rendering import page_address, render
from standards import standard
from warehouse.dynamic_sql import compose

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

router = APIRouter()
MOST = 400  # events of one product or enterprise
SHORTEST, LONGEST = 2, 80  # characters of what is searched for
USCC = re.compile(r"[0-9A-Z]{18}")
BARCODE = 14  # digits of the longest one
WAYS = {1: "barcode", 2: "brand_model", 3: "model", 4: "brand"}  # how an event was found, the surest first


class FoundProduct(TypedDict):
    """A product that a search has found (`analysis/products_found`)."""

    found_by: int
    gtin: str | None
    brand: str | None
    model: str | None
    name: str | None
    category_code: str | None
    hs_code: str | None
    records: int
    agencies: int


class FoundEnterprise(TypedDict):
    """An enterprise that a search has found (`analysis/enterprises_found`)."""

    uscc: str | None
    name: str | None
    records: int
    agencies: int


class ThingEvent(TypedDict):
    """One event of a product or an enterprise (`analysis/product_events`, `analysis/enterprise_events`)."""

    record_type: str
    agency: str
    feed: str
    record_uid: Any
    rank: int
    name: str | None
    brand: str | None
    model: str | None
    hs_code: str | None
    batch_lot: str | None
    source_record_no: str | None
    event_date: date | None
    outcome_code: str
    is_adverse: bool | None
    region_code: str | None
    country_code: str | None
    summary: str | None
    severity_code: str | None
    death_count: int | None
    injury_count: int | None
    hazard_type_code: str | None
    batch_id: str
    received_at: datetime
    role_code: str | None


class Entry(TypedDict):
    """What a register or a list holds about an enterprise (`analysis/enterprise_entries`)."""

    record_type: str
    agency: str
    feed: str
    record_uid: Any
    source_record_no: str | None
    name: str | None
    valid_from: date | None
    valid_to: date | None
    codelist: str
    code: str | None
    batch_id: str
    received_at: datetime


class FilePlace(TypedDict):
    """Where a record stood (`analysis/places_in_files`)."""

    agency: str
    record_uid: Any
    source_file: str | None
    source_sheet: str | None
    source_line: int | None


class Contradiction(TypedDict):
    """What two feeds say differently about one thing (`analysis/contradictions_of`)."""

    link_zh: str
    link_en: str
    rule: str
    left_type: str
    left_agency: str
    left_feed: str
    left_record_no: str | None
    left_uid: Any
    left_value: str | None
    right_type: str
    right_agency: str
    right_feed: str
    right_record_no: str | None
    right_uid: Any
    right_value: str | None
    opened_at: datetime


@dataclass(frozen=True)
class Record:
    """What names one record: its type, its agency and its identity."""

    record_type: str
    agency: str
    uid: str


@router.get("/things")
def things(request: Request, q: str = "") -> HTMLResponse:
    """Show the search for products and enterprises, and what it finds."""
    reader, language = reader_of(request), language_of(request)
    text = plain(q)
    products: list[FoundProduct] = []
    enterprises: list[FoundEnterprise] = []
    if len(text) >= SHORTEST:
        digits = text if text.isascii() and text.isdigit() else ""
        about = {"barcodes": barcodes(text), "spellings": spellings(text), "text": text, "digits": digits}
        products = reader.rows(FoundProduct, "analysis/products_found", **about)
        enterprises = reader.rows(FoundEnterprise, "analysis/enterprises_found", uscc=text.upper(), text=text)
    return render(
        request,
        "analysis/things.html.j2",
        text=text,
        is_too_short=bool(q) and len(text) < SHORTEST,
        products=products,
        enterprises=enterprises,
        code_name=lambda codelist, code: code_name(codelist, code, language),
    )


@router.get("/product")
def product(request: Request, gtin: str = "", brand: str = "", model: str = "") -> HTMLResponse:
    """Show all that is known about a product, by its barcode, its brand, its model or several of these."""
    gtin, brand, model = plain(gtin), plain(brand), plain(model)
    if not (gtin or brand or model):
        raise HTTPException(404)
    about = {
        "barcodes": barcodes(gtin) if gtin else [],
        "brands": spellings(brand) if brand else [],
        "models": spellings(model) if model else [],
        "model_pattern": f"(^|[^0-9A-Za-z]){re.escape(model)}($|[^0-9A-Za-z])" if model else None,
    }
    reader = reader_of(request)
    events = reader.rows(ThingEvent, "analysis/product_events", **about, most=MOST + 1)
    return _thing(request, "analysis/product.html.j2", events, gtin=gtin, brand=brand, model=model)


@router.get("/enterprise")
def enterprise(request: Request, uscc: str = "") -> HTMLResponse:
    """Show all that is known about an enterprise by its unified social credit code."""
    uscc = plain(uscc).upper()
    if not USCC.fullmatch(uscc):
        raise HTTPException(404)
    reader = reader_of(request)
    events = reader.rows(ThingEvent, "analysis/enterprise_events", uscc=uscc, most=MOST + 1)
    entries = reader.rows(Entry, "analysis/enterprise_entries", uscc=uscc, most=MOST)
    known = reader.rows(FoundEnterprise, "analysis/enterprises_found", uscc=uscc, text=uscc)
    name = next((each["name"] for each in [*entries, *known] if each["name"]), uscc)
    return _thing(request, "analysis/enterprise.html.j2", events, uscc=uscc, name=name, entries=entries)


def plain(text: str) -> str:
    r"""Return what somebody has typed without what no name holds: signs of control, blanks around it, an endless tail.

    >>> plain(" FR-S3 \n\x00"), len(plain("x" * 500))
    ('FR-S3', 80)
    """
    return "".join(sign for sign in text if sign.isprintable()).strip()[:LONGEST]


def spellings(text: str) -> list[str]:
    """Return how a name may be written: as it was typed, and in capitals or not.  An index finds each of them.

    >>> spellings("funRide")
    ['FUNRIDE', 'FunRide', 'Funride', 'funRide', 'funride']
    """
    first = text[:1].upper() + text[1:]
    return sorted({text, text.upper(), text.lower(), text.title(), first})


def barcodes(text: str) -> list[str]:
    """Return a barcode with and without the zeros in front of it.

    >>> barcodes("06901234567892")
    ['06901234567892', '6901234567892']
    """
    bare = text.lstrip("0")
    return sorted({text, bare, *(bare.zfill(width) for width in range(12, BARCODE + 1) if len(bare) <= width)} - {""})


def file_places(reader: Reader, records: Iterable[Record]) -> dict[Record, FilePlace]:
    """Return where each record stood in its file, by one look for each record type."""
    by_type: dict[str, list[Record]] = {}
    for record in records:
        by_type.setdefault(record.record_type, []).append(record)
    found = {}
    for name, wanted in by_type.items():
        if name not in standard().types:
            continue
        query = compose(
            "analysis/places_in_files",
            records=sql.Identifier("core", standard().types[name].tables[""].name),
            agencies=sql.Literal([each.agency for each in wanted]),
            uids=sql.Literal([each.uid for each in wanted]),
        )
        for place in composed_rows(reader, FilePlace, query):
            found[Record(name, place["agency"], str(place["record_uid"]))] = place
    return found


def contradictions(reader: Reader, records: Iterable[Record]) -> list[Contradiction]:
    """Return where feeds contradict each other about these records."""
    wanted = list(records)
    about = {"agencies": [each.agency for each in wanted], "uids": [each.uid for each in wanted]}
    return reader.rows(Contradiction, "analysis/contradictions_of", **about) if wanted else []


def _thing(request: Request, template: str, events: list[ThingEvent], **about: Any) -> HTMLResponse:
    reader, language = reader_of(request), language_of(request)
    root = str(request.scope.get("root_path", "")).rstrip("/")
    shown = events[:MOST]
    records = {id(each): Record(each["record_type"], each["agency"], str(each["record_uid"])) for each in shown}
    places = file_places(reader, records.values())
    return render(
        request,
        template,
        events=shown,
        is_cut=len(events) > MOST,
        most=MOST,
        agencies=sorted({each["agency"] for each in shown}),
        adverse=sum(bool(each["is_adverse"]) for each in shown),
        injured=sum(each["injury_count"] or 0 for each in shown),
        died=sum(each["death_count"] or 0 for each in shown),
        ways=WAYS,
        place_of=lambda each: places.get(records[id(each)]),
        contradictions=contradictions(reader, records.values()),
        record_at=lambda kind, agency, uid: page_address(root, "/record", type=kind, agency=agency, uid=uid),
        type_name=lambda name: type_name(name, language),
        code_name=lambda codelist, code: code_name(codelist, code, language),
        **about,
    )
