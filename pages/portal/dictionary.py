"""What an agency sends, field by field: the data dictionary of its record types, their code lists and templates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from mappings.draft import TemplateTable
from pages.portal.entrance import member_of
from pages.portal.home import feeds_of
from pages.portal.submissions import MEDIA
from pages.site.language import language_of
from pages.site.rendering import page_address, render
from pipeline.authoring.standard_site import example_of, form_of
from pipeline.authoring.template import template_workbook
from standards import standard
from standards.exports.flat_columns import ITEMS

if TYPE_CHECKING:
    from mappings.catalogue import Head
    from standards import Field, RecordType

router = APIRouter()
MOST_CODES = 300  # codes of a list on one page
TEMPLATES = 16  # workbooks that are held: making one takes a second


@dataclass(frozen=True)
class FieldShown:
    """One field; `codelist` is the name of a list, "" for none."""

    path: str
    label: dict[str, str]
    about: str
    form: str
    required: bool
    codelist: str
    example: str


@dataclass(frozen=True)
class TableShown:
    """The fields of a record, or of the items of one of its lists; `name` is "" for the record."""

    name: str
    label: str
    fields: list[FieldShown]


def types_of(agency: str) -> dict[str, list[Head]]:
    """Return the record types that an agency sends, each with the feeds that send it."""
    found: dict[str, list[Head]] = {}
    for head in feeds_of(agency):
        for name in head.record_types:
            if name in standard().types:
                found.setdefault(name, []).append(head)
    return found


@router.get("/dictionary")
def dictionary(request: Request) -> HTMLResponse:
    """List the record types that the agency sends."""
    types = types_of(member_of(request).agency)
    return render(request, "portal/dictionary.html.j2", types=types, known=standard().types)


@router.get("/dictionary/{name}")
def record_type(request: Request, name: str) -> HTMLResponse:
    """Show the fields of one of the agency's record types."""
    found, language = _own_type(request, name), language_of(request)
    return render(request, "portal/record_type.html.j2", kind=found, tables=_tables(found, language))


@router.get("/dictionary/{name}/template")
def template(request: Request, name: str) -> Response:
    """Return the workbook in which records of a type are entered."""
    found, language = _own_type(request, name), language_of(request)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.template.xlsx"'}
    return Response(_template(standard().version, found.name, language), media_type=MEDIA["xlsx"], headers=headers)


@router.get("/dictionary/{name}/codes/{codelist}")
def codes(request: Request, name: str, codelist: str, page: int = 1) -> HTMLResponse:
    """Show the codes of a list that a field of the record type takes its values from."""
    found = _own_type(request, name)
    used = {field.codelist for table in found.tables.values() for field in table.fields.values()}
    if codelist not in used:
        raise HTTPException(404)
    listed = standard().codelists[codelist]
    last = max(-(-listed.table.num_rows // MOST_CODES), 1)
    page = min(max(page, 1), last)
    part = listed.table.select(["code", "label_zh", "label_en", "valid_from", "valid_to"])
    here = f"/dictionary/{name}/codes/{codelist}"
    return render(
        request,
        "portal/codes.html.j2",
        kind=found,
        listed=listed,
        codes=part.slice((page - 1) * MOST_CODES, MOST_CODES).to_pylist(),
        total=listed.table.num_rows,
        previous_page=page_address("", here, page=page - 1) if page > 1 else "",
        next_page=page_address("", here, page=page + 1) if page < last else "",
    )


def _own_type(request: Request, name: str) -> RecordType:
    if name not in types_of(member_of(request).agency):
        raise HTTPException(404)
    return standard().types[name]


def _tables(found: RecordType, language: str) -> list[TableShown]:
    return [
        TableShown(
            name,
            table.label[language] if name else "",
            [
                FieldShown(
                    f"{name}.{column}" if name else column,
                    field.label,
                    field.description.get(language, "").replace("`", ""),
                    form_of(field, language),
                    field.required,
                    field.codelist or "",
                    _example(field, language),
                )
                for column, field in table.fields.items()
            ],
        )
        for name, table in found.tables.items()
    ]


def _example(field: Field, language: str) -> str:
    """Return an example in the reader's language: an invented text begins with the English label of its field."""
    found, invented = example_of(field), field.label["en"]
    return field.label[language] + found.removeprefix(invented) if found.startswith(f"{invented} ") else found


@lru_cache(maxsize=TEMPLATES)
def _template(version: str, name: str, language: str) -> bytes:
    del version  # of the standard: another one has another template
    return template_workbook(TemplateTable(standard().types[name], ITEMS), language)
