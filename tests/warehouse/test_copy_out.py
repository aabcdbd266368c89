"""Rows as Arrow: the types that the server describes, in parts of the size that is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pytest

from hub.errors import WrongUsage
from warehouse.copy_out import SESSION, describe, read_all, read_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUES = {
    "true": (pa.bool_(), True),
    "(-7)::smallint": (pa.int64(), -7),
    "9007199254740993": (pa.int64(), 9007199254740993),
    "0.1::float8": (pa.float64(), 0.1),
    "12345678901234567.89::numeric(38,2)": (pa.decimal128(38, 2), Decimal("12345678901234567.89")),
    "(-0.01)::numeric(5,2)": (pa.decimal128(5, 2), Decimal("-0.01")),
    "1.5::numeric": (pa.float64(), 1.5),
    "date '0044-03-15'": (pa.date32(), date(44, 3, 15)),
    "timestamptz '2026-03-02 00:30+08'": (pa.timestamp("us", "UTC"), datetime(2026, 3, 1, 16, 30, tzinfo=UTC)),
    "timestamptz '1905-01-01 00:00:00.000001+08:05:43'": (
        pa.timestamp("us", "UTC"),
        datetime(1904, 12, 31, 15, 54, 17, 1, tzinfo=UTC),
    ),
    "'电动车'::text": (pa.string(), "电动车"),
    "'{\"a\": 1}'::jsonb": (pa.string(), '{"a": 1}'),
    "array['a', 'b']": (pa.string(), "{a,b}"),
    "'00000000-0000-4000-8000-000000000001'::uuid": (pa.string(), "00000000-0000-4000-8000-000000000001"),
}


@pytest.fixture(scope="module")
def conn(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, options=SESSION) as made:
        yield made


@pytest.mark.parametrize("value", VALUES)
def test_each_type_keeps_its_values_and_null(value: str, conn: psycopg.Connection) -> None:
    kind, expected = VALUES[value]
    query = f"select v.a from generate_series(1, 3) n left join (select {value} as a) v on n <> 2 order by n"
    table = read_all(conn, query.encode())
    assert table.schema.field("a").type == kind
    assert table["a"].to_pylist() == [expected, None, expected]


@pytest.mark.parametrize("rows", [1, 3, 10, 11])
def test_parts_hold_as_many_rows_as_asked_for(rows: int, conn: psycopg.Connection) -> None:
    query = b"select n, n::text as n from generate_series(1, 10) n order by 1"
    parts = [*read_parts(conn, query, describe(conn, query), rows)]
    assert [part.num_rows for part in parts] == [rows] * (10 // rows) + [10 % rows] * (10 % rows > 0)
    assert pa.concat_tables(parts).columns[0].to_pylist() == [*range(1, 11)]
    assert pa.concat_tables(parts).columns[1].to_pylist() == [str(n) for n in range(1, 11)], "names may be alike"


def test_no_rows_have_their_columns(conn: psycopg.Connection) -> None:
    table = read_all(conn, b"select 1::bigint as n where false")
    assert (table.num_rows, table.schema) == (0, pa.schema([("n", pa.int64())]))


@pytest.mark.parametrize("value", ["'infinity'::timestamptz", "date '-infinity'", "date '0044-03-15 BC'"])
def test_what_arrow_cannot_hold_is_an_error_that_names_the_column(value: str, conn: psycopg.Connection) -> None:
    query = f"select n, case when n = 3 then {value} end as last_day from generate_series(1, 3) n"
    with pytest.raises(WrongUsage, match="last_day"):
        read_all(conn, query.encode())
    conn.rollback()
