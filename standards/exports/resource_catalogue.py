"""The standard as a catalogue of government information resources (GB/T 21063.4, 政务信息资源目录编制指南 2017).

One row for each item of information (信息项) of a resource, which is a table of the standard; what is said of the
resource is repeated in each row.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pyarrow as pa

from hub.formula_guard import guard_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards import Field, RecordType, Standard

FILE = "catalogue.gbt21063.csv"
COLUMNS = (
    "信息资源名称", "信息资源代码", "信息资源提供方", "信息资源摘要", "信息资源格式", "信息项名称", "信息项代码",
    "数据类型", "数据长度", "必填", "代码表", "共享类型", "共享条件", "共享方式",
    "是否向社会开放", "更新周期", "关联资源代码",
)  # fmt: skip
SHARES = {"unconditional": "无条件共享", "conditional": "有条件共享", "none": "不予共享"}
CONDITIONS = {"unconditional": "", "conditional": "经提供方同意", "none": ""}
TYPES = (  # of the guide: 字符型 C, 数值型 N, 货币型 Y, 日期型 D, 日期时间型 T, 逻辑型 L, ...
    (pa.types.is_boolean, "逻辑型L"),
    (pa.types.is_timestamp, "日期时间型T"),
    (pa.types.is_date, "日期型D"),
    (pa.types.is_integer, "数值型N"),
    (pa.types.is_decimal, "数值型N"),
)


def resource_catalogue_files(standard: Standard) -> dict[str, bytes]:
    """Return the one file of the export by its name: csv in UTF-8 with the mark that spreadsheet programs look for."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guard_cell(cell) for cell in row] for row in catalogue_rows(standard))
    return {FILE: stream.getvalue().encode("utf-8-sig")}


def catalogue_rows(standard: Standard) -> Iterator[tuple[str, ...]]:
    """Yield a row for each item of information, with the cells of `COLUMNS`."""
    for record_type in standard.types.values():
        yield from _rows(record_type)


def _rows(record_type: RecordType) -> Iterator[tuple[str, ...]]:
    main = record_type.tables[""]
    for child, table in record_type.tables.items():
        name = f"{record_type.label['zh']}-{table.label['zh']}" if child else table.label["zh"]
        resource = (name, table.name, "产品安全风险数据交换平台", table.description["zh"], "数据库-PostgreSQL")
        for field in table.fields.values():
            yield (*resource, *_item(field), main.name if child else _children(record_type))


def _children(record_type: RecordType) -> str:
    return ";".join(table.name for child, table in record_type.tables.items() if child)


def _item(field: Field) -> tuple[str, ...]:
    open_to_all = field.share == "unconditional" and field.sensitivity == "public"
    return (
        field.label["zh"],
        field.name,
        next((name for fits, name in TYPES if fits(field.arrow)), "字符型C"),
        _length(field),
        "是" if field.required else "否",
        field.codelist or "",
        SHARES[field.share],
        CONDITIONS[field.share],
        "共享平台方式",
        "是" if open_to_all else "否",
        "实时",
    )


def _length(field: Field) -> str:
    if pa.types.is_decimal(field.arrow):
        return f"{field.arrow.precision},{field.arrow.scale}"
    return str(field.max_length) if field.max_length is not None else ""
