"""The workbook that a sender fills: one sheet to enter records, one with notes on every field, one with the codes.

Row 1 of the sheet of records has the labels in the sender's language, row 2 the paths of the fields, by which the hub
reads the file; row 3 is an example, which the hub skips.  `mappings.draft.template` writes the source that reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from xlsxwriter.utility import xl_range_abs

from hub.i18n import say
from mappings.draft.template import EXAMPLE, NUMBER, YES_NO, TemplateTable, is_chosen
from mappings.engine.text.repair import ordinary
from pipeline.authoring.sample import sample_of
from pipeline.corrections.xlsx_limits import sheet_name
from pipeline.corrections.xlsx_sheet import Cell, Properties, Sheet, workbook
from pipeline.corrections.xlsx_styles import Style
from standards import standard
from standards.exports.code_texts import choices
from standards.exports.flat_columns import FlatColumn, flat_columns, is_token
from standards.exports.record_files import flat_table

if TYPE_CHECKING:
    from standards import Field, RecordType

ENTRIES = 10_000  # rows below the header that have drop-downs
HEADER = 1  # rows count from 0; above it stand the labels
NARROW, WIDE = 12.0, 28.0
BOOLEAN = "boolean"  # the name under which the words for yes and no stand among the lists
SEED, SAMPLE = 1, 60  # of the records among which the example is chosen
NOTES = ("label", "path", "required", "form", "codes", "unit", "description")


def template_workbook(table: TemplateTable, language: str) -> bytes:
    """Return the template of a record type as the bytes of a workbook; the same bytes each time.

    Args:
        table: The record type, and how many items of each of its lists have columns.
        language: Of the labels, notes and codes: en or zh.
    """
    columns = flat_columns(table.record_type, table.items)
    lists = _lists(columns, language)
    title = f"{table.record_type.label[language]} ({standard().version})"
    sheets = [_records(table, columns, lists, language), _notes(table.record_type, columns, language)]
    if lists:
        sheets.append(_codes(lists, language))
    about = {"riskhub template": table.record_type.name, "riskhub standard": standard().version}
    return workbook(sheets, Properties(title, None, about))


class _List(NamedTuple):
    title: str
    texts: list[str]


def _lists(columns: list[FlatColumn], language: str) -> dict[str, _List]:
    """Return what may be chosen in some column, by the name of the code list."""
    found: dict[str, _List] = {}
    for field in (each.field for each in columns):
        name = _list_of(field)
        if name == BOOLEAN:
            found[name] = _List(say("template.yes_no", language), [_yes(language), _no(language)])
        elif name:
            codes = standard().codelists[name]
            title = codes.title[language]
            found[name] = _List(title, list(dict.fromkeys(map(ordinary, choices(codes, language)))))
    return found


def _yes(language: str) -> str:
    return YES_NO["yes"][language == "en"]


def _no(language: str) -> str:
    return YES_NO["no"][language == "en"]


def _list_of(field: Field) -> str:
    if pa.types.is_boolean(field.arrow):
        return BOOLEAN
    return field.codelist if field.codelist is not None and is_chosen(field) else ""


def _records(table: TemplateTable, columns: list[FlatColumn], lists: dict[str, _List], language: str) -> Sheet:
    sheet = Sheet(sheet_name(table.record_type.name), frozen=(HEADER + 1, 1), filtered=HEADER, entries=ENTRIES)
    labels: list[Cell | None] = []
    for at, each in enumerate(columns):
        labels.append((_label(each, table.record_type, language), Style.MUST if each.required else Style.HEADER))
        sheet.widths.append((NARROW if each.child else WIDE if each.required else 18.0, _style(each.field)))
        sheet.notes[0, at] = _about(each.field, language)
        if name := _list_of(each.field):
            place = list(lists).index(name)
            among = xl_range_abs(1, place, len(lists[name].texts), place)
            sheet.choices[at] = f"'{say('template.codes', language)}'!{among}"
    sheet.heights[0] = 48
    paths: list[Cell | None] = [(each.path, Style.PATH) for each in columns]
    texts = _example(table, columns, lists, language)
    example: list[Cell | None] = [(text, Style.EXAMPLE) if text else None for text in texts]
    sheet.rows = [labels, paths, example]
    return sheet


def _label(column: FlatColumn, record_type: RecordType, language: str) -> str:
    label = column.field.label[language]
    if not column.child:
        return label
    return f"{record_type.tables[column.child].label[language]} {column.position + 1}: {label}"


def _style(field: Field) -> Style:
    kind = field.arrow
    if pa.types.is_timestamp(kind):
        return Style.MOMENT
    if pa.types.is_date(kind):
        return Style.DAY
    if pa.types.is_integer(kind):
        return Style.WHOLE
    return Style.NUMBER if pa.types.is_decimal(kind) else Style.TEXT


def _example(table: TemplateTable, columns: list[FlatColumn], lists: dict[str, _List], language: str) -> list[str]:
    """Return a text for each column: a record that breaks no rule, the fullest one of a small sample."""
    sample = sample_of(table.record_type, SAMPLE, SEED)
    rows = flat_table(sample.tables, table.record_type, table.items).to_pylist()
    fullest = max(rows, key=lambda row: sum(value is not None for value in row.values()))
    return [_shown(each, fullest[each.path] or "", lists, language) for each in columns]


def _shown(column: FlatColumn, value: str, lists: dict[str, _List], language: str) -> str:
    if column.path == NUMBER:
        return EXAMPLE
    if not value or is_token(column.field):
        return ""
    name = _list_of(column.field)
    if name == BOOLEAN:
        return lists[name].texts[value == "false"]
    if name:
        return next((text for text in lists[name].texts if text.split(" ")[0] == value), value)
    if pa.types.is_timestamp(column.field.arrow):
        return value.replace("T", " ").removesuffix("Z")
    invented = column.field.label["en"]  # what an invented text begins with, in whatever language
    return column.field.label[language] + value.removeprefix(invented) if value.startswith(f"{invented} ") else value


def _about(field: Field, language: str) -> str:
    """Return what the note of a column says."""
    parts = [field.description[language], _form(field, language)]
    if field.required:
        parts.insert(0, say("template.must", language))
    if field.codelist is not None:
        parts.append(_codes_note(field, language))
    if field.unit:
        parts.append(say("template.unit", language, unit=field.unit))
    return "\n".join(parts)


def _codes_note(field: Field, language: str) -> str:
    codes = standard().codelists[str(field.codelist)]
    key = "template.open" if field.open else "template.listed" if is_chosen(field) else "template.long"
    return say(key, language, name=codes.name, title=codes.title[language])


def _form(field: Field, language: str) -> str:
    kind = field.arrow
    if is_token(field):
        return say("template.form.token", language)
    if pa.types.is_boolean(kind):
        return say("template.form.boolean", language, yes=_yes(language), no=_no(language))
    for fits, form in (
        (pa.types.is_timestamp, "moment"),
        (pa.types.is_date, "day"),
        (pa.types.is_integer, "whole"),
        (pa.types.is_decimal, "number"),
    ):
        if fits(kind):
            return say(f"template.form.{form}", language)
    if field.codelist is not None:
        return say("template.form.code", language)
    return say("template.form.text", language, count=field.max_length or "")


def _notes(record_type: RecordType, columns: list[FlatColumn], language: str) -> Sheet:
    """Return the sheet that describes the template and every field; the items of a list are described once."""
    sheet = Sheet(say("template.notes", language), lines=False, tab="5B6B7F")
    steps = [say(f"template.step.{step}", language) for step in (1, 2, 3, 4)]
    sheet.rows.append([(f"{record_type.label[language]} {record_type.name}", Style.TITLE)])
    sheet.rows.append([(record_type.description[language], Style.WRAP)])
    sheet.rows += [[(step, Style.STEP)] for step in steps]
    sheet.rows.append([])
    sheet.rows.append([(say(f"template.heading.{name}", language), Style.CAUSE_HEADER) for name in NOTES])
    sheet.heights[0] = 24
    sheet.merged = [f"A{row}:G{row}" for row in range(2, 7)]
    sheet.widths = [(width, Style.PLAIN) for width in (26.0, 30.0, 8.0, 34.0, 26.0, 10.0, 60.0)]
    for each in columns:
        if not each.position:
            field = each.field
            cells = (
                _label(each, record_type, language),
                each.path,
                say("template.yes", language) if field.required else "",
                _form(field, language),
                _codes_note(field, language) if field.codelist else "",
                field.unit or "",
                field.description[language],
            )
            sheet.rows.append([(cell, Style.WRAP) for cell in cells])
    return sheet


def _codes(lists: dict[str, _List], language: str) -> Sheet:
    sheet = Sheet(say("template.codes", language), frozen=(1, 0), tab="8A94A3")
    longest = max(len(each.texts) for each in lists.values())
    sheet.rows = [[(f"{each.title} ({name})", Style.HEADER) for name, each in lists.items()]]
    for at in range(longest):
        sheet.rows.append([(each.texts[at], Style.TEXT) if at < len(each.texts) else None for each in lists.values()])
    sheet.widths = [(WIDE, Style.TEXT) for _ in lists]
    return sheet
