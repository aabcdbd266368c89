"""The figures of one batch, by field (`fire_incident.area_m2`), and the profile tables that they are added up from.

A profile has one line per column with its rows, nulls and, of positive numbers, the sum and the square sum of their
logarithms, and one line per code of a code list with its rows.  It stays small whatever the size of the batch, and the
profiles of the parts of a batch add up.  Batch rules read nothing else.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict, cast

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from standards import Table

CODES = 50  # the most frequent ones are listed; the rest count together
REST = ""
PROFILE = pa.schema(
    [
        pa.field("table", pa.string()),  # its name in core: `customs_declaration`, `customs_declaration_goods`
        pa.field("column", pa.string()),
        pa.field("code", pa.string()),  # null on the column's own line
        pa.field("rows", pa.int64()),
        pa.field("nulls", pa.int64()),
        pa.field("positive", pa.int64()),  # values above zero
        pa.field("logs", pa.float64()),  # sum of their natural logarithms
        pa.field("squares", pa.float64()),  # and of the squares of these
    ]
)
KEY = ["table", "column", "code"]
SUMS = ["rows", "nulls", "positive", "logs", "squares"]


@dataclass(frozen=True)
class Level:
    """The middle of a field's positive numbers on the scale of logarithms: a changed unit moves it by its factor."""

    mean: float
    spread: float  # standard deviation
    count: int


class LevelFields(TypedDict):
    """The fields of a `Level`."""

    mean: float
    spread: float
    count: int


class FiguresFields(TypedDict):
    """The fields of `Figures`, as JSON has them."""

    rows: int
    columns: list[str]
    records: dict[str, int]
    fill: dict[str, float]
    level: dict[str, LevelFields]
    codes: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Figures:
    """The figures of a batch.  `columns` are the sender's, in the sender's order."""

    rows: int = 0
    columns: list[str] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)  # by table
    fill: dict[str, float] = field(default_factory=dict)  # share of rows that have a value, 0 to 1
    level: dict[str, Level] = field(default_factory=dict)
    codes: dict[str, dict[str, float]] = field(default_factory=dict)  # shares; those that are not null add up to 1

    @classmethod
    def of(cls, profile: pa.Table, rows: int, columns: Sequence[str]) -> Figures:
        """Return the figures of a batch with so many rows from its merged profile."""
        found = cls(rows, list(columns))
        for line in profile.filter(pc.is_null(profile["code"])).to_pylist():
            name = f"{line['table']}.{line['column']}"
            found.records[line["table"]] = line["rows"]
            found.fill[name] = 1 - line["nulls"] / line["rows"] if line["rows"] else 0.0
            if line["positive"]:
                found.level[name] = _level(line["positive"], line["logs"], line["squares"])
        shares = profile.filter(pc.is_valid(profile["code"])).sort_by([("rows", "descending"), ("code", "ascending")])
        for line in shares.to_pylist():
            codes = found.codes.setdefault(f"{line['table']}.{line['column']}", {})
            code = line["code"] if len(codes) < CODES else REST
            codes[code] = codes.get(code, 0) + line["rows"]
        for codes in found.codes.values():
            whole = sum(codes.values())
            codes.update({code: count / whole for code, count in codes.items()})
        return found

    def as_dict(self) -> FiguresFields:
        """Return them as JSON can hold them."""
        return cast("FiguresFields", asdict(self))

    @classmethod
    def from_dict(cls, stored: FiguresFields) -> Figures:
        """Return what `as_dict` has given."""
        levels = {name: Level(**each) for name, each in stored["level"].items()}
        fields: dict[str, Any] = {**stored, "level": levels}
        return cls(**fields)  # what an earlier release did not count stays empty


def _level(count: int, logs: float, squares: float) -> Level:
    mean = logs / count
    return Level(mean, math.sqrt(max(squares / count - mean * mean, 0.0)), count)


def profile(tables: Iterable[tuple[Table, pa.Table]]) -> pa.Table:
    """Return the figures of one part of a batch: records or children, each with its table of the standard."""
    lines = [PROFILE.empty_table()]
    for table, rows in tables:
        for name, each in table.fields.items():
            column = rows[name]
            lines.append(_column_line(table.name, name, column))
            if each.codelist and column.null_count < len(column):
                lines.append(_code_lines(table.name, name, column))
    return pa.concat_tables(lines)


def _column_line(table: str, name: str, column: pa.ChunkedArray) -> pa.Table:
    positive, logs, squares = 0, 0.0, 0.0
    measured = pa.types.is_decimal(column.type) or pa.types.is_integer(column.type)
    if measured and column.null_count < len(column):
        numbers = pc.cast(column, pa.float64(), safe=False)  # a figure need not be exact, and beyond 2**53 it is not
        logarithms = pc.ln(numbers.filter(pc.greater(numbers, 0)))
        positive = len(logarithms)
        logs = pc.sum(logarithms).as_py() or 0.0
        squares = pc.sum(pc.multiply(logarithms, logarithms)).as_py() or 0.0
    values = (table, name, None, len(column), column.null_count, positive, logs, squares)
    return pa.table([[value] for value in values], schema=PROFILE)


def _code_lines(table: str, name: str, column: pa.ChunkedArray) -> pa.Table:
    counted = pc.value_counts(column.drop_null())
    size = len(counted)
    same = [pa.repeat(pa.scalar(text), size) for text in (table, name)]
    nothing = [pa.repeat(pa.scalar(0, each.type), size) for each in list(PROFILE)[4:]]
    return pa.table([*same, counted.field(0), counted.field(1), *nothing], schema=PROFILE)


def merged(parts: Iterable[pa.Table]) -> pa.Table:
    """Return the figures of a whole batch from those of its parts."""
    every = pa.concat_tables([PROFILE.empty_table(), *parts])
    grouped = every.group_by(KEY, use_threads=False).aggregate([(name, "sum") for name in SUMS])
    return pa.table([grouped[name] for name in [*KEY, *(f"{name}_sum" for name in SUMS)]], schema=PROFILE)
