"""The data dictionary: what each field is called and means, who may see it, and which source fills it how well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from pages.analysis.overview import Unit
from pages.analysis.stored import china_today, in_time
from pages.figures.tiles import Tile, tile_map
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.site.rendering import page_address, render
from standards import standard
from standards.access import is_open, record_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards import RecordType

router = APIRouter()
MOST_CODES = 300  # codes of a list on one page
YEAR = timedelta(days=365)


class TypeRecords(TypedDict):
    """How many records of a type there are (`analysis/records_by_type`)."""

    record_type: str
    records: int
    sources: int
    newest_day: date | None


class FilledBySource(TypedDict):
    """How often a source fills a field (`analysis/filled_by_source`)."""

    source: str
    field: str
    of_records: int
    filled: int
    quarantined: int


class PlaceRecords(TypedDict):
    """What a city or county has of a type (`analysis/places_of_type`)."""

    code: str
    records: int
    months_missing: int


@dataclass(frozen=True)
class DictionaryField:
    """One field as the dictionary shows it; `shares` are what each source fills of it, from 0 to 1."""

    path: str
    label_zh: str
    label_en: str
    about: str
    codelist: str
    required: bool
    open: bool
    sensitivity: str
    shares: dict[str, float]


@dataclass(frozen=True)
class DictionaryPart:
    """The fields of a record, or of the items of one of its lists; `name` is "" for the record."""

    name: str
    label: str
    fields: list[DictionaryField]


@router.get("/dictionary")
def dictionary(request: Request) -> HTMLResponse:
    """Show the record types with what the warehouse holds of each."""
    language = language_of(request)
    held = {row["record_type"]: row for row in reader_of(request).rows(TypeRecords, "analysis/records_by_type")}
    types = sorted(
        standard().types.values(),
        key=lambda each: (-(held[each.name]["records"] if each.name in held else 0), each.label[language]),
    )
    return render(request, "analysis/dictionary.html.j2", types=types, held=held, record_class=record_class)


@router.get("/dictionary/{name}")
def record_type(request: Request, name: str) -> HTMLResponse:
    """Show the fields of one record type, and how well each source fills them."""
    found = standard().types.get(name)
    if found is None:
        raise HTTPException(404)
    reader, language = reader_of(request), language_of(request)
    filled = reader.rows(FilledBySource, "analysis/filled_by_source", record_type=name)
    since = (china_today() - YEAR).replace(day=1)
    places = in_time(lambda: reader.rows(PlaceRecords, "analysis/places_of_type", record_type=name, since=since))
    by_code = {each["code"]: each for each in places or []}
    units = reader.rows(Unit, "analysis/units")
    root = str(request.scope.get("root_path", "")).rstrip("/")
    tiles = [
        Tile(
            unit["label_zh"] if language == "zh" else unit["label_en"],
            unit["tile_col"],
            unit["tile_row"],
            by_code[unit["code"]]["records"] if unit["code"] in by_code else 0,
            page_address(root, "/explore", type=name, unit=unit["code"], since=since) if found.mart else "",
        )
        for unit in units
    ]
    return render(
        request,
        "analysis/record_type.html.j2",
        kind=found,
        parts=list(_parts(found, filled, language)),
        sources=sorted({row["source"] for row in filled}),
        places=places,
        by_code=by_code,
        units=units,
        tiles=tile_map(tiles),
        since=since,
        level=record_class(found),
    )


@router.get("/codes/{name}")
def codes(request: Request, name: str, page: int = 1) -> HTMLResponse:
    """Show the codes of one list."""
    found = standard().codelists.get(name)
    if found is None:
        raise HTTPException(404)
    last = max(-(-found.table.num_rows // MOST_CODES), 1)
    page = min(max(page, 1), last)
    part = found.table.select(["code", "label_zh", "label_en", "valid_from", "valid_to"])
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return render(
        request,
        "analysis/codes.html.j2",
        listed=found,
        codes=part.slice((page - 1) * MOST_CODES, MOST_CODES).to_pylist(),
        total=found.table.num_rows,
        previous_page=page_address(root, f"/codes/{name}", page=page - 1) if page > 1 else "",
        next_page=page_address(root, f"/codes/{name}", page=page + 1) if page < last else "",
    )


def _parts(found: RecordType, filled: list[FilledBySource], language: str) -> Iterator[DictionaryPart]:
    shares: dict[str, dict[str, float]] = {}
    for row in filled:
        if row["of_records"]:
            shares.setdefault(row["field"], {})[row["source"]] = row["filled"] / row["of_records"]
    for name, table in found.tables.items():
        fields = [
            DictionaryField(
                f"{name}.{column}" if name else column,
                field.label["zh"],
                field.label["en"],
                field.description.get(language, ""),
                field.codelist or "",
                field.required,
                is_open(found, field),
                field.sensitivity,
                shares.get(f"{name}.{column}" if name else column, {}),
            )
            for column, field in table.fields.items()
        ]
        yield DictionaryPart(name, table.label[language] if name else "", fields)
