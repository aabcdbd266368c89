"""The binary form against the server itself: what is sent is what is there, for every type and at its edges."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.copy import copy_in, copy_stream

TYPES = {
    "t": ("text", pa.string()),
    "j": ("jsonb", pa.string()),
    "u": ("uuid", pa.string()),
    "h": ("bytea", pa.binary(32)),
    "b": ("bigint", pa.int64()),
    "i": ("integer", pa.int32()),
    "l": ("boolean", pa.bool_()),
    "d": ("date", pa.date32()),
    "m": ("timestamptz", pa.timestamp("us", "UTC")),
    "n0": ("numeric(18,0)", pa.decimal128(18, 0)),
    "n2": ("numeric(18,2)", pa.decimal128(18, 2)),
    "n4": ("numeric(18,4)", pa.decimal128(18, 4)),
    "n6": ("numeric(18,6)", pa.decimal128(18, 6)),
}
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30)


def numbers(places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**18) + 1, 10**18 - 1).map(lambda n: Decimal(n).scaleb(-places))


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "t": TEXT,
    "j": st.dictionaries(TEXT, TEXT | st.none(), max_size=3).map(json.dumps),
    "u": st.uuids().map(str),
    "h": st.binary(min_size=32, max_size=32),
    "b": st.integers(-(2**63), 2**63 - 1),
    "i": st.integers(-(2**31), 2**31 - 1),
    "l": st.booleans(),
    "d": st.dates(),
    "m": st.datetimes(timezones=st.just(UTC)),
    **{f"n{places}": numbers(places) for places in (0, 2, 4, 6)},
}
ROW = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()})


@pytest.fixture(scope="module")
def conn(postgres: str) -> Any:
    with psycopg.connect(postgres, options="-c timezone=UTC") as connection:
        columns = ", ".join(f"{name} {kind}" for name, (kind, _) in TYPES.items())
        connection.execute(f"create temporary table sent (place integer, {columns})".encode())
        yield connection


def table(rows: list[dict[str, Any]]) -> pa.Table:
    arrays = {name: pa.array([row[name] for row in rows], kind) for name, (_, kind) in TYPES.items()}
    return pa.table({"place": pa.array(range(len(rows)), pa.int32()), **arrays})


def held(conn: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    names = ", ".join(name for name in TYPES)
    rows = conn.execute(f"select {names} from sent order by place".encode()).fetchall()
    conn.execute("truncate sent")
    return [dict(zip(TYPES, row, strict=True)) for row in rows]


def as_read(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row as psycopg gives it back."""
    return {
        **row,
        "u": row["u"] and UUID(row["u"]),
        "j": row["j"] and json.loads(row["j"]),
    }


@given(st.lists(ROW, max_size=6))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sent_is_what_is_there(conn: psycopg.Connection[Any], rows: list[dict[str, Any]]) -> None:
    copy_in(conn, ("pg_temp", "sent"), table(rows))
    assert held(conn) == [as_read(row) for row in rows]


def test_long_texts_slices_and_constants(conn: psycopg.Connection[Any]) -> None:
    nothing = dict.fromkeys(TYPES)
    rows = [{**nothing, "t": "火" * size, "j": json.dumps("x" * size)} for size in (0, 1, 5000, 70_000)]
    whole = table([*rows, *rows])
    parts = [whole.slice(0, 0), whole.slice(1, 3), whole.slice(4, 1)]
    moment = datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    same = {"m": moment, "d": date(1999, 12, 31), "b": -1}
    copy_stream(conn, ("pg_temp", "sent"), ["place", "t", "j"], parts, same)
    assert held(conn) == [as_read({**row, **same}) for row in [*rows[1:], rows[0]]]
