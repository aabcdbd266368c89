"""The standard as a static site in both languages: record types, fields, code lists, and which source fills what.

It needs no server: the search reads an index that is a script.  Nothing comes from outside, and no page has a script or
a style of its own, so that a strict content security policy holds.  The same standard and sources give the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa

from hub.i18n import LANGUAGES, say
from hub.templates import render_page
from mappings.coverage import coverage
from standards import standard
from standards.exports.valid_values import valid_values
from standards.rule_fields import labels_of, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.coverage import Coverage
    from standards import CodeList, Field, RecordType, Table

FOLDER = Path(__file__).with_name("site")
ASSETS = ("site.css", "search.js")
COLUMNS = {
    "parent": ["parent"],
    "rank": ["rank"],
    "mapped": ["same_as", "close_match"],
    "period": ["valid_from", "valid_to", "replaced_by"],
}
MOST_CODES = 500  # of a list whose codes are searched by their labels
FORMS = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_timestamp, "moment"),
    (pa.types.is_date, "day"),
    (pa.types.is_integer, "whole"),
    (pa.types.is_decimal, "decimal"),
)


@dataclass(frozen=True)
class FieldEntry:
    """A field as a page shows it; `path` is `goods.*.hs_code` for a field of an item."""

    path: str
    about: Field
    form: str
    example: str
    sources: list[str]


@dataclass(frozen=True)
class TableEntry:
    """A record or the items of a list; `key` is the name of the list, "" for the record."""

    key: str
    label: dict[str, str]
    description: dict[str, str]
    fields: list[FieldEntry]


@dataclass(frozen=True)
class RuleEntry:
    """A rule as a page shows it; `fields` are the labels of those that it is about."""

    id: str
    level: str
    message: dict[str, str]
    fields: list[str]


@dataclass(frozen=True)
class TypeEntry:
    """A line of the list of record types."""

    name: str
    label: dict[str, str]
    description: dict[str, str]
    count: int
    sources: int


def standard_site() -> dict[str, bytes]:
    """Return the files of the site by their names; `index.html` leads to both languages."""
    filled = coverage()
    files = {name: (FOLDER / name).read_bytes() for name in ASSETS}
    files["index.html"] = render_page(FOLDER / "languages.html.j2", version=standard().version).encode()
    for language in LANGUAGES:
        pages = {**_pages(language, filled), "index.js": _index(language)}
        files |= {f"{language}/{name}": text.encode() for name, text in pages.items()}
    return files


def _pages(language: str, filled: Coverage) -> dict[str, str]:
    made = {}
    types = standard().types
    entries = [
        TypeEntry(name, each.label, each.description, sum(len(table.fields) for table in each.tables.values()), count)
        for name, each in types.items()
        for count in [len(_sources_of(name, filled))]
    ]
    lists = [each for _, each in sorted(standard().codelists.items())]
    made["index.html"] = _page("index", language, "index.html", say("site.types", language), types=entries, lists=lists)
    for name, record_type in types.items():
        tables = [_table(key, table, record_type, filled, language) for key, table in record_type.tables.items()]
        rules = [
            RuleEntry(each.rule.id, each.rule.level, each.rule.message, labels_of(record_type, each, language))
            for each in rules_of(record_type)
        ]
        about = {"type": record_type, "tables": tables, "rules": rules, "sources": _sources_of(name, filled)}
        made[f"{name}.html"] = _page("type", language, f"{name}.html", record_type.label[language], **about)
    uses = _uses()
    for codes in lists:
        page = f"list-{codes.name}.html"
        about = {
            "list": codes,
            "rows": codes.table.to_pylist(),
            "uses": uses.get(codes.name, {}),
            "columns": _columns(codes),
        }
        made[page] = _page("list", language, page, codes.title[language], **about)
    return made


def _page(template: str, language: str, page: str, title: str, /, **values: object) -> str:
    version = standard().version
    return render_page(FOLDER / f"{template}.html.j2", language, page=page, title=title, version=version, **values)


def _sources_of(record_type: str, filled: Coverage) -> list[str]:
    return sorted({name for (of, _), names in filled.items() for name in names if of == record_type})


def _table(key: str, table: Table, record_type: RecordType, filled: Coverage, language: str) -> TableEntry:
    fields = []
    for each in table.fields.values():
        path = f"{key}.*.{each.path}" if key else each.path
        sources = filled.get((record_type.name, path), [])
        fields.append(FieldEntry(path, each, form_of(each, language), example_of(each), sources))
    return TableEntry(key, table.label, table.description, fields)


def form_of(field: Field, language: str) -> str:
    """Return how a value of a field is written, with its limits."""
    name = next((form for fits, form in FORMS if fits(field.arrow)), "text")
    text = say(f"site.form.{name}", language)
    limits = {"≥": field.minimum, ">": field.above, "≤": field.maximum}
    parts = [f"{sign} {limit}" for sign, limit in limits.items() if limit is not None]
    if field.max_length is not None:
        parts.append(say("site.longest", language, count=field.max_length))
    return ", ".join([text, *parts, *([field.pattern] if field.pattern else [])])


def example_of(field: Field) -> str:
    """Return a value that a field may have, the same one each time; "" where none is known."""
    random = Random(1)  # noqa: S311 - the same example each time
    found = field.examples or valid_values(field, standard().codelists, random, 1)
    return str(found[0]) if found else ""


def _uses() -> dict[str, dict[str, list[str]]]:
    """Return the record types by the path of a field that has a code list, by the name of the list."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, key, field in _fields():
        if field.codelist is not None:
            path = f"{key}.*.{field.path}" if key else field.path
            found.setdefault(field.codelist, {}).setdefault(path, []).append(name)
    return found


def _columns(codes: CodeList) -> set[str]:
    """Return which columns the page of a list has, beside code and label: those that some row fills."""
    table = codes.table
    return {name for name, filled in COLUMNS.items() if any(table[each].null_count < table.num_rows for each in filled)}


def _fields() -> Iterator[tuple[str, str, Field]]:
    for name, record_type in standard().types.items():
        for key, table in record_type.tables.items():
            yield from ((name, key, field) for field in table.fields.values())


def _index(language: str) -> str:
    """Return the entries of the search as a script: address, title, what it is, and the text that is searched.

    Types and lists come first, since one name may be that of a field in every type.
    """
    entries = []
    for name, record_type in standard().types.items():
        searched = [name, *record_type.label.values(), *record_type.description.values()]
        entries.append([f"{name}.html", record_type.label[language], name, " ".join(searched).lower()])
    for name, codes in sorted(standard().codelists.items()):
        labels = codes.table.select(["label_zh", "label_en"]).to_pylist() if len(codes.codes) <= MOST_CODES else []
        searched = [name, *codes.title.values(), *codes.source.values()]
        searched += [label for row in labels for label in row.values() if label]
        entries.append([f"list-{name}.html", codes.title[language], name, " ".join(searched).lower()])
    for name, key, field in _fields():
        path = f"{key}.*.{field.path}" if key else field.path
        searched = [name, path, field.codelist or "", *field.label.values(), *field.description.values()]
        entries.append([f"{name}.html#{path}", field.label[language], f"{name}.{path}", " ".join(searched).lower()])
    return f"const ENTRIES = {json.dumps(entries, ensure_ascii=False)};\n"
