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
from pipeline.authoring.example_record import example_record
from pipeline.corrections.xlsx_limits import sheet_name
from pipeline.corrections.xlsx_sheet import Cell, Properties, Sheet, workbook
from pipeline.corrections.xlsx_styles import Style
from standards import standard
from standards.exports.code_texts import choices
from standards.exports.flat_columns import FlatColumn, flat_columns, is_token
from standards.rule_fields import judged_fields, labels_of, rules_of

if TYPE_CHECKING:
    from standards import Field, RecordType

ENTRIES = 10_000  # rows below the header that have drop-downs
HEADER = 1  # rows count from 0; above it stand the labels
NARROW, WIDE = 12.0, 28.0
LINE, LETTERS = 16.0, 36  # points of a line of text, and the letters of one in the column of the fields of rules
BOOLEAN = "boolean"  # the name under which the words for yes and no stand among the lists
WANTING = ("require", "any_of", "some")  # kinds of rules that want something filled
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
    wanted = _wanted(table.record_type, language)
    for at, each in enumerate(columns):
        rules = wanted.get((each.child, each.field.name), []) if not each.position else []
        header = Style.MUST if each.required else Style.WANTED if rules else Style.HEADER
        labels.append((_label(each, table.record_type, language), header))
        sheet.widths.append((NARROW if each.child else WIDE if each.required else 18.0, _style(each.field)))
        sheet.notes[0, at] = "\n".join([*rules, _about(each.field, language)])
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


def _wanted(record_type: RecordType, language: str) -> dict[tuple[str, str], list[str]]:
    """Return the rules that no record is without that want something filled, by the list and name of each field.

    Of what must be in a list, the first item stands for all.
    """
    found: dict[tuple[str, str], list[str]] = {}
    every = [each for each in rules_of(record_type) if each.rule.kind in WANTING and not each.rule.when]
    lists = {each.rule.child for each in every if each.rule.level == "error"} | {""}
    for each in every:
        if each.rule.level == "error" and each.child in lists:
            text = say("template.wanted", language, rule=each.rule.message[language])
            for field in judged_fields(each):
                found.setdefault((field.child, field.name), []).append(text)
    return found


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
    """Return a text for each column: a record that breaks no rule."""
    example = example_record(table, language)
    return [_shown(each, example[each.path] or "", lists) for each in columns]


def _shown(column: FlatColumn, value: str, lists: dict[str, _List]) -> str:
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
    return value


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
    wanted = _wanted(record_type, language)
    for each in columns:
        if not each.position:
            field = each.field
            by_rule = "template.some" if (each.child, field.name) in wanted else ""
            must = "template.yes" if field.required else by_rule
            cells = (
                _label(each, record_type, language),
                each.path,
                say(must, language) if must else "",
                _form(field, language),
                _codes_note(field, language) if field.codelist else "",
                field.unit or "",
                field.description[language],
            )
            sheet.rows.append([(cell, Style.WRAP) for cell in cells])
    _rules(sheet, record_type, language)
    return sheet


def _rules(sheet: Sheet, record_type: RecordType, language: str) -> None:
    """Add the rules over several fields: what becomes of a row that breaks one, the fields, and what it says."""
    sheet.rows += [[], [(say("template.rules", language), Style.TITLE)]]
    heading = [say(f"template.heading.{name}", language) for name in ("level", "fields")]
    sheet.rows.append([(text, Style.CAUSE_HEADER) for text in [*heading, "", say("template.heading.rule", language)]])
    for each in sorted(rules_of(record_type), key=lambda each: each.rule.level):
        fields = say("finding.and", language).join(labels_of(record_type, each, language))
        level = say(f"template.level.{each.rule.level}", language)
        sheet.rows.append([(cell, Style.WRAP) for cell in (level, fields, "", each.rule.message[language])])
        at = len(sheet.rows)
        sheet.merged += [f"B{at}:C{at}", f"D{at}:G{at}"]
        sheet.heights[at - 1] = LINE * (1 + len(fields) * (2 if language == "zh" else 1) // LETTERS)


def _codes(lists: dict[str, _List], language: str) -> Sheet:
    sheet = Sheet(say("template.codes", language), frozen=(1, 0), tab="8A94A3")
    longest = max(len(each.texts) for each in lists.values())
    sheet.rows = [[(f"{each.title} ({name})", Style.HEADER) for name, each in lists.items()]]
    for at in range(longest):
        sheet.rows.append([(each.texts[at], Style.TEXT) if at < len(each.texts) else None for each in lists.values()])
    sheet.widths = [(WIDE, Style.TEXT) for _ in lists]
    return sheet
