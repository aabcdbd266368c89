"""The warehouse tables that the standard implies: `core` (what holds now) and `history` (what held before).

A record's table carries, beside its fields, what the hub adds: identity, version, lineage and clocks.  A child's table
is keyed by its parent and its position, from 0.  In `history` a row has been replaced at `recorded_to`; a child's row
there belongs to the version of its parent with the same `recorded_to`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Text,
    Uuid,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.sql.expression import text

from standards import standard
from standards.links import links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.types import TypeEngine

    from standards.schema import Field, Table

KEY = ("agency", "record_uid")
LONGEST = 63  # bytes of a name in PostgreSQL
INSTANT = TIMESTAMP(timezone=True)
DATED = ("event_at", "event_date", "valid_from", "batch_id")  # columns that grow about as rows are added
NOTES = {
    "agency": "Agency that sent the record 报送机构",
    "feed": "Feed of the agency 数据报送渠道",
    "record_uid": "Identity of the record: the same for all its versions 记录标识，各版本相同",
    "record_version": "Version of the record, from 1 记录版本，从 1 起",
    "position": "Place within the record, from 0 在记录中的序号，从 0 起",
    "batch_id": "Batch that brought this version 带来本版本的批次",
    "source_file": "File as delivered; of an archive, the file in it 报送文件名，压缩包则为包内文件名",
    "source_sheet": "Sheet of the workbook 工作表",
    "source_line": "Line of the file, row of the sheet or place of the message 所在行号",
    "row_hash": "SHA-256 over the content 内容的 SHA-256 摘要",
    "received_at": "When the hub received the delivery 平台接收时间",
    "recorded_from": "When the hub loaded this version 本版本入库时间",
    "recorded_to": "When a later version replaced this one 被后续版本替代的时间",
}

JOINED_BY = frozenset(
    {"agency", "record_uid", "position", "feed", "batch_id"}
)  # keys, called alike wherever they stand
# What the other columns that the hub adds are called for people.
HEADINGS = {
    "agency.name": {"zh": "报送机构", "en": "Agency"},
    "record_version": {"zh": "记录版本", "en": "Record version"},
    "source_file": {"zh": "来源文件", "en": "Source file"},
    "source_sheet": {"zh": "来源工作表", "en": "Source sheet"},
    "source_line": {"zh": "来源行号", "en": "Source line"},
    "received_at": {"zh": "平台接收时间", "en": "Received at"},
    "recorded_from": {"zh": "本版本入库时间", "en": "Recorded from"},
}
# The dimension by which BI tools join a column, by the code list of the column or by its name.
DIMENSIONS = {
    "region": "mart.region.region_code",
    "country": "mart.country.country_code",
    "product_category": "mart.product_category.category_code",
    "hazard_class": "mart.hazard.hazard_code",
    "hazard_type": "mart.hazard.hazard_code",
    "agency": "mart.agency.agency",
    "event_date": "mart.calendar.day",
    "reported_date": "mart.calendar.day",
}
ENTERPRISE = "uscc"  # the column by which registers and lists are asked about an enterprise


@cache
def metadata() -> MetaData:
    """Return all tables of `core` and `history`; made once per process."""
    tables = MetaData()
    for record_type in standard().types.values():
        for key, table in record_type.tables.items():
            build = _child if key else _record
            SqlTable(table.name, tables, *build(table, ()), schema="core", comment=_about(table))
            ended = [_hub("recorded_to", INSTANT)]
            comment = f"Versions replaced since 历史版本. {_about(table)}"
            SqlTable(table.name, tables, *build(table, ended), schema="history", comment=comment)
    for link in links().values():
        for side in ("left", "right"):
            _found_by(tables, *link.index_of(side))
    for record_type in standard().types.values():
        if ENTERPRISE in record_type.tables[""].fields:
            _found_by(tables, record_type.tables[""].name, (ENTERPRISE,))
    return tables


def _found_by(tables: MetaData, name: str, columns: tuple[str, ...]) -> None:
    """Add an index by which records are found: by a link from the other side, or by enterprise; two may share it."""
    table = tables.tables[f"core.{name}"]
    index_name = f"{name}_by_{'_'.join(columns)}"[:LONGEST]
    if index_name not in {index.name for index in table.indexes}:
        indexed = [table.c[column] for column in columns]
        Index(index_name, *indexed, postgresql_where=indexed[0].is_not(None))


def _record(table: Table, ended: Any) -> Iterator[Any]:
    yield from (_hub("agency", Text()), _hub("feed", Text()), _hub("record_uid", Uuid()))
    yield _hub("record_version", Integer(), server_default=text("1"))
    yield from _fields(table)
    yield _hub("batch_id", Text())
    yield _hub("source_file", Text(), nullable=True)
    yield _hub("source_sheet", Text(), nullable=True)
    yield _hub("source_line", BigInteger(), nullable=True)
    yield _hub("row_hash", LargeBinary())
    yield _hub("received_at", INSTANT)
    yield _hub("recorded_from", INSTANT)
    yield from ended
    yield PrimaryKeyConstraint(*KEY, *(["record_version"] if ended else []))
    # Events arrive about when they happen, so a block range index finds a period as well as a tree, and costs loading
    # next to nothing.
    # Batch ids sort by time, so the same holds of them: a trace, or a replay, finds what one batch has brought.
    # By its time in the hub a mart finds what a batch brought (in core) and what it ended (in history).
    named = [name for name in DATED if name in table.fields or name == "batch_id"]
    for column in (*named, "recorded_to" if ended else "recorded_from"):
        yield Index(f"{table.name}_{column}", column, postgresql_using="brin", postgresql_with={"autosummarize": True})


def _child(table: Table, ended: Any) -> Iterator[Any]:
    yield from (_hub("agency", Text()), _hub("record_uid", Uuid()), _hub("position", Integer()))
    yield from _fields(table)
    yield from ended
    yield PrimaryKeyConstraint(*KEY, "position", *(["recorded_to"] if ended else []))


def _hub(name: str, kind: TypeEngine[Any], **more: Any) -> Column[Any]:
    join = f" [join {DIMENSIONS[name]}]" if name in DIMENSIONS else ""
    return Column(name, kind, comment=NOTES[name] + join, **{"nullable": False, **more})


def _fields(table: Table) -> Iterator[Column[Any]]:
    for field in table.fields.values():
        yield Column(field.name, _type(field.arrow), nullable=not field.required, comment=_note(field))


def _type(arrow: pa.DataType) -> TypeEngine[Any]:
    if pa.types.is_decimal(arrow):
        return Numeric(arrow.precision, arrow.scale)
    simple: dict[pa.DataType, TypeEngine[Any]] = {
        pa.string(): Text(),
        pa.date32(): Date(),
        pa.timestamp("us", "UTC"): INSTANT,
        pa.int64(): BigInteger(),
        pa.bool_(): Boolean(),
    }
    return simple[arrow]


def _about(table: Table | Field) -> str:
    return f"{table.label['en']}: {table.description['en']} {table.label['zh']}：{table.description['zh']}"


def _note(field: Field) -> str:
    unit = f" [{field.unit}]" if field.unit else ""
    codes = f" [code.entry list {field.codelist}]" if field.codelist else ""
    dimension = DIMENSIONS.get(field.codelist or field.name)
    return _about(field) + unit + codes + (f" [join {dimension}]" if dimension else "")
