"""The label views: `core_zh.T` and `core_en.T` show every table T of core in the words of its readers.

A code is shown as its label on the record's day, the day by which validation judges codes; a code that no list has is
shown as it is.  Columns are headed by the labels of their fields.  The keys keep their names, so that a view joins
others, core and the marts.  A child takes the day of its record.

Each label is looked up by the key of `code.label`, which has one row per code, and only where a query asks for the
column.  (Joins to that table would be planned anew in each query, all twenty of them, and cost a query for one record
thirty times as much.)  Only lists of which a code has had several names look at the day.  Fields that not every analyst
may read stay out: PostgreSQL lets nobody use a view that names a column which they may not read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import sql

from hub.zones import CHINA
from standards import standard
from standards.access import is_open
from standards.tables import HEADINGS, JOINED_BY, metadata
from warehouse.dynamic_sql import comma_list, compose, lines
from warehouse.statements import file_text, statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from standards import RecordType, Table

LANGUAGES = {"zh": "core_zh", "en": "core_en"}  # the schema of each
NAME = "agency.name"  # the column that is added to each table
LEFT_OUT = frozenset({"row_hash"})  # says nothing to a person
SUFFIX = {"zh": "{heading}（{column}）", "en": "{heading} ({column})"}


@dataclass(frozen=True)
class LabelView:
    """One view: its columns by heading, as what is selected and the comment."""

    schema: str
    table: str
    comment: str
    columns: dict[str, tuple[sql.Composable, str]]


def make_label_views(conn: Connection[Any]) -> bool:
    """Make the label views anew, as their owner, unless those that are there are the same; return whether it did."""
    digest, tables = _digest(), sum(len(each.tables) for each in standard().types.values())
    if conn.execute(statement("label_views/digests")).fetchall() == [(digest, tables)] * len(LANGUAGES):
        return False
    views = [view for language in LANGUAGES for view in label_views(language)]
    text = lines(part for view in views for part in _statements(view)).as_string(conn)
    conn.execute(compose("label_views/make_schemas", zh=_about_schema("zh", digest), en=_about_schema("en", digest)))
    conn.execute(text.encode())
    return True


def _digest() -> str:
    """Return a digest of all that the views are made from: tables, fields, lists, and how they are made."""
    found = hashlib.sha256(Path(__file__).read_bytes() + file_text("statements/label_views").encode())
    for record_type in standard().types.values():
        for table in record_type.tables.values():
            core = metadata().tables[f"core.{table.name}"]
            columns = [(column.name, column.comment) for column in core.columns]
            shown = [is_open(record_type, each) for each in table.fields.values()]
            fields = [(each.name, each.label, each.codelist) for each in table.fields.values()]
            found.update(repr((table.name, core.comment, columns, fields, shown)).encode())
    found.update(repr(sorted(filter(_renamed, standard().codelists))).encode())
    return found.hexdigest()[:16]


def label_views(language: str) -> Iterator[LabelView]:
    """Yield the view of every table of core in a language, "zh" or "en"."""
    for record_type in standard().types.values():
        for child, table in record_type.tables.items():
            yield _view(record_type, child, table, language)


def _view(record_type: RecordType, child: str, table: Table, language: str) -> LabelView:
    core = metadata().tables[f"core.{table.name}"]
    headings = _headings(table, [column.name for column in core.columns], language)
    day = _day(record_type, child)
    selected: dict[str, tuple[sql.Composable, str]] = {}
    for column in core.columns:
        name, field = column.name, table.fields.get(column.name)
        if name in LEFT_OUT or (field is not None and not is_open(record_type, field)):
            continue
        value: sql.Composable = sql.Identifier("t", name)
        if field is not None and field.codelist:
            value = _label(field.codelist, language, value, day)
        selected[headings[name]] = (value, f"{column.comment} [core.{table.name}.{name}]")
        if name == "agency":
            value = compose("label_views/agency_name", label=sql.Identifier(f"name_{language}"))
            selected[headings[NAME]] = (value, f"{column.comment} [ledger.agency.name_{language}]")
    return LabelView(LANGUAGES[language], table.name, str(core.comment), selected)


def _headings(table: Table, names: list[str], language: str) -> dict[str, str]:
    """Return the heading of each column; of two fields with one label the second has its name beside it."""
    taken: dict[str, str] = {}
    wanted = [(each.name, each.label[language]) for each in table.fields.values()]
    wanted += [(name, HEADINGS[name][language]) for name in (*names, NAME) if name in HEADINGS]
    wanted = [(name, name) for name in names if name in JOINED_BY] + wanted
    for name, heading in wanted:
        free = heading not in taken.values()
        taken[name] = heading if free else SUFFIX[language].format(heading=heading, column=name)
    return taken


def _day(record_type: RecordType, child: str) -> sql.Composable | None:
    """Return the day by which codes are judged; None where not every analyst may read it."""
    main = record_type.tables[""]
    begins = main.fields[record_type.begins]
    if not is_open(record_type, begins):
        return None
    record = sql.Identifier("r" if child else "t")
    local = main.local_time(begins.name).get("day")
    day: sql.Composable = sql.Identifier("r" if child else "t", begins.name)
    if local:
        names = {"day": sql.Identifier(local), "moment": sql.Identifier(begins.name)}
        day = compose("label_views/day_of_event", record=record, **names, zone=sql.Literal(CHINA))
    return compose("label_views/day_of_record", day=day, core=sql.Identifier("core", main.name)) if child else day


def _label(codelist: str, language: str, code: sql.Composable, day: sql.Composable | None) -> sql.Composable:
    parts: dict[str, sql.Composable] = {
        "list": sql.Literal(codelist),
        "code": code,
        "label": sql.Identifier(f"label_{language}"),
    }
    if day is None or not _renamed(codelist):
        return compose("label_views/label", **parts)
    return compose("label_views/label_on", **parts, day=day, labels=sql.Identifier(f"labels_{language}"))


@cache
def _renamed(codelist: str) -> bool:
    """Whether a code of the list has had several labels, so that the day says which one holds."""
    names: dict[str, set[tuple[str, str]]] = {}
    columns = (standard().codelists[codelist].table[name].to_pylist() for name in ("code", "label_zh", "label_en"))
    for code, zh, en in zip(*columns, strict=True):
        names.setdefault(code, set()).add((zh, en))
    return any(len(each) > 1 for each in names.values())


def _about_schema(language: str, digest: str) -> sql.Literal:
    kind = {"zh": "Chinese 核心表中文视图", "en": "English 核心表英文视图"}[language]
    return sql.Literal(f"Every table of core with its codes as labels and its columns headed in {kind} [{digest}]")


def _statements(view: LabelView) -> Iterator[sql.Composable]:
    name = sql.Identifier(view.schema, view.table)
    yield compose(
        "label_views/create_view",
        view=name,
        columns=comma_list(
            compose("label_views/named", value=value, heading=sql.Identifier(heading))
            for heading, (value, _) in view.columns.items()
        ),
        core=sql.Identifier("core", view.table),
    )
    yield compose("label_views/comment_view", view=name, comment=sql.Literal(view.comment))
    for heading, (_, comment) in view.columns.items():
        column = sql.Identifier(view.schema, view.table, heading)
        yield compose("label_views/comment_column", column=column, comment=sql.Literal(comment))
