"""Records of every type for the property test: mostly right, wrong in every way that the standard knows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import strategies as st
from stdnum import casrn, ean
from stdnum.cn import uscc

from standards import Field, RecordType, Table, standard

if TYPE_CHECKING:
    from collections.abc import Callable

RECEIVED = datetime(2026, 11, 23, 6, tzinfo=UTC)
EDGES = [
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(2015, 2, 18),
    date(2015, 2, 19),
    date(2026, 11, 24),
    date(2026, 11, 25),
]
IDENTIFIERS = {
    "cn.uscc": ["91110000600037341L", "91460000MA5T6QW92X", "12345"],
    "ean": ["4006381333931", "4006381333932", "96385074", "73513537"],
    "casrn": ["7440-43-9", "7440-43-8", "50-00-0"],
    "lei": ["213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D16", "12345"],
}
assert uscc.is_valid(IDENTIFIERS["cn.uscc"][0])
assert ean.is_valid(IDENTIFIERS["ean"][0])
assert casrn.is_valid(IDENTIFIERS["casrn"][0])
TEXTS = [
    "a",
    "１２３",
    "123\n",
    "8504",
    "850440",
    "85044",
    "A00.1",
    "S52.5",
    "0" * 32,
    "zz",
    "https://x",
    "x" * 3000,
    "é" * 30,
]


def tables(record_type: RecordType) -> st.SearchStrategy[dict[str, pa.Table]]:
    """Draw one to four records of a type with their children, as `refine` would yield them."""
    return st.integers(1, 4).flatmap(lambda size: st.fixed_dictionaries(_parts(record_type, size)))


def _parts(record_type: RecordType, size: int) -> dict[str, st.SearchStrategy[pa.Table]]:
    found = {"": _table(record_type.tables[""], st.just([(row, None) for row in range(size)]))}
    for child, table in record_type.tables.items():
        if child:
            places = st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, 2)), unique=True, max_size=3).map(
                sorted
            )
            found[child] = _table(table, places)
    return found


def _table(table: Table, places: st.SearchStrategy[list[tuple[int, int | None]]]) -> st.SearchStrategy[pa.Table]:
    def filled(at: list[tuple[int, int | None]]) -> st.SearchStrategy[pa.Table]:
        lines = st.tuples(*(_line(table) for _ in at))
        return lines.map(lambda found: _arrow(table, at, list(found)))

    return places.flatmap(filled)


def _line(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    """Draw the fields that are filled, then their values; required ones are rarely left out."""
    names = list(table.fields)
    needed = [name for name, each in table.fields.items() if each.required]
    chosen = st.lists(st.sampled_from(names), max_size=9, unique=True)
    dropped = st.sampled_from([None, None, None, *needed])

    def values(pair: tuple[list[str], str | None]) -> st.SearchStrategy[dict[str, Any]]:
        wanted = {*pair[0], *needed} - {pair[1]}
        return st.fixed_dictionaries({name: value_of(table.fields[name]) for name in sorted(wanted)})

    return st.tuples(chosen, dropped).flatmap(values)


def value_of(field: Field) -> st.SearchStrategy[Any]:
    """Draw a value of the field's type: from its code list, at its bounds, or simply wrong."""
    if field.codelist is not None:
        codes = standard().codelists[field.codelist].table["code"].to_pylist()
        return st.sampled_from([*codes[:: max(1, len(codes) // 40)], "469003", "460400", "no such code"])
    if field.identifier is not None:
        return st.sampled_from(IDENTIFIERS[field.identifier])
    return _by_type(field)


def _by_type(field: Field) -> st.SearchStrategy[Any]:
    kind = field.arrow
    makers: list[tuple[Callable[[pa.DataType], bool], st.SearchStrategy[Any]]] = [
        (pa.types.is_boolean, st.booleans()),
        (pa.types.is_date, st.one_of(st.sampled_from(EDGES), st.dates(date(1890, 1, 1), date(2040, 1, 1)))),
        (pa.types.is_timestamp, st.datetimes(datetime(1890, 1, 1), datetime(2040, 1, 1)).map(_utc)),  # noqa: DTZ001 - the zone comes after
        (pa.types.is_integer, st.one_of(st.sampled_from(_edges(field)), st.integers(-5, 300))),
        (pa.types.is_decimal, st.one_of(st.sampled_from(_edges(field)), st.integers(-500, 20000)).map(_hundredth)),
    ]
    for fits, strategy in makers:
        if fits(kind):
            return strategy
    return st.sampled_from([*TEXTS, "y" * (field.max_length or 1), "y" * ((field.max_length or 1) + 1)])


def _utc(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC)


def _hundredth(number: float) -> Decimal:
    return Decimal(str(number)) / 100


def _edges(field: Field) -> list[int]:
    bounds = [int(each) for each in (field.minimum, field.maximum, field.above) if each is not None]
    scale = 100 if pa.types.is_decimal(field.arrow) else 1
    return [edge * scale + step for edge in [*bounds, 0] for step in (-1, 0, 1)]


def _arrow(table: Table, at: list[tuple[int, int | None]], lines: list[dict[str, Any]]) -> pa.Table:
    columns = {"row": pa.array([row for row, _ in at], pa.int64())}
    if not at or at[0][1] is not None:
        columns["position"] = pa.array([position for _, position in at], pa.int32())
    for name, field in table.fields.items():
        columns[name] = pa.array([line.get(name) for line in lines], field.arrow)
    return pa.table(columns)
