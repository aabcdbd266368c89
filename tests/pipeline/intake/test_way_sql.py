"""What can go wrong with rows of a table: late ones, equal watermarks, values of every type, a crash half-way."""

from __future__ import annotations

import csv
import datetime as dt
import io
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from connectors import raw_store
from connectors.cursor import latest
from hub.errors import FixTheHub, HubError, RetryLater
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import ask, batches
from tests.support.partners.everyone import BUSY, IMPATIENT, VARIABLE, agree, agree_also, collect, core, said
from tests.support.partners.sql import PostgresPartner, SqlitePartner
from tests.support.small_source import SMALL, SmallSource
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
INSERT = "insert into theirs.fires (no, at, cause, note, changed) values (%s, '2026-05-01 10:00', '短路', %s, %s)"


@pytest.fixture
def partner(tmp_path: Path, warehouse: str) -> Iterator[PostgresPartner]:
    assert warehouse
    made = PostgresPartner(tmp_path)
    yield made
    made.close()


@pytest.fixture
def source(partner: PostgresPartner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:
    return agree(partner, tmp_path, monkeypatch)


def agreed(source: SmallSource, old: str, new: str) -> None:
    mapping = source.folder / "mapping.yml"
    text = mapping.read_text("utf-8")
    assert old in text
    mapping.write_text(text.replace(old, new), "utf-8")


def delivered() -> list[list[dict[str, str]]]:
    """Return the rows of every delivery, oldest first."""
    found = []
    for batch in reversed(batches(SMALL)):
        with raw_store.open_raw(batch["sha256"]) as file:
            found.append(list(csv.DictReader(io.StringIO(file.read().decode()))))
    return found


def numbers() -> list[list[str]]:
    return [[row["no"] for row in rows] for rows in delivered()]


@pytest.mark.usefixtures("source")
def test_a_late_row_under_the_last_watermark_is_not_missed(partner: PostgresPartner) -> None:
    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    collect()
    assert collect() == []
    partner.execute(INSERT, "F0", "late", "2020-05-01 10:00+08")
    assert collect() == ["acknowledged"]
    assert core() == {"F0": ("late", 1), "F1": ("first", 1)}
    assert numbers() == [["F1"], ["F0", "F1"]], "what is delivered again is unchanged"
    assert collect() == []


def test_with_an_overlap_rows_may_be_later_still(partner: PostgresPartner, source: SmallSource) -> None:
    agree_also(source, "overlap: 600")
    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    collect()
    partner.execute(INSERT, "F0", "late", "2020-05-01 09:55+08")
    partner.execute(INSERT, "F9", "too late", "2020-05-01 09:45+08")
    collect()
    assert set(core()) == {"F0", "F1"}
    assert collect() == []
    partner.execute(INSERT, "F2", "next", "2020-05-01 10:05+08")
    assert collect() == ["acknowledged"]
    assert numbers()[-1] == ["F2"], "what was delivered and is as it was does not come again"
    assert collect() == []


def test_a_large_table_comes_in_parts_and_goes_on_where_it_was(partner: PostgresPartner, source: SmallSource) -> None:
    agree_also(source, "rows: 3")
    for at in range(8):
        partner.execute(INSERT, f"F{at}", "", f"2020-05-01 10:0{at // 2}+08")
    assert collect() == ["acknowledged"] * 2
    assert numbers() == [["F0", "F1", "F2", "F3"], ["F4", "F5", "F6", "F7"]], "rows of one watermark stay together"
    assert collect() == []
    partner.execute(INSERT, "F8", "", "2020-05-01 10:08+08")
    collect()
    assert numbers()[2:] == [["F8"]]


@pytest.mark.usefixtures("source")
def test_the_same_rows_are_the_same_bytes(partner: PostgresPartner) -> None:
    for at in (3, 1, 2):
        partner.execute(INSERT, f"F{at}", 'a "quoted", two\nlines', "2020-05-01 10:00+08")
    collect()
    (first,) = batches(SMALL)
    ask_nothing("delete from ledger.fetch_cursor")
    partner.execute("update theirs.fires set note = note")  # moves the rows within the table
    assert collect() == ["duplicate"]
    assert {batch["sha256"] for batch in batches(SMALL)} == {first["sha256"]}


def ask_nothing(query: str) -> None:
    from warehouse.connection import connect, owner_url  # noqa: PLC0415

    with connect(owner_url()) as conn:  # the hub itself forgets nothing
        conn.execute(query.encode())


def test_every_type_comes_as_exact_text(partner: PostgresPartner, source: SmallSource) -> None:
    partner.execute(
        "create table theirs.types as select 1 as id, 1.50::numeric as n, 0.1::float8 + 0.2 as f, true as b, "
        "timestamptz '2020-05-01 10:00:00.5+08' as t, date '2020-05-01' as d, null::text as x, ''::text as e, "
        "'\\x00ff'::bytea as y, array[1,2] as a, '{\"k\": 1}'::jsonb as j, interval '1 day' as i, "
        "12345678901234567890 as l"
    )
    partner.execute("alter table theirs.types add primary key (id)")
    partner.execute(f'grant select on theirs.types to "{partner.name}"')
    agreed(
        source,
        "table: theirs.fires, watermark: changed, columns: [no, at, cause, note]",
        "table: theirs.types, watermark: id",
    )
    fetch_source(SMALL, within=IMPATIENT)
    ((row,),) = delivered()
    assert row == {
        "id": "1", "n": "1.50", "f": "0.30000000000000004", "b": "true", "t": "2020-05-01 02:00:00.5+00",
        "d": "2020-05-01", "x": "", "e": "", "y": "\\x00ff", "a": "{1,2}", "j": '{"k": 1}', "i": "P1D",
        "l": "12345678901234567890",
    }  # fmt: skip


@pytest.mark.usefixtures("source")
def test_rows_without_a_watermark_are_told(partner: PostgresPartner) -> None:
    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    partner.execute(INSERT, "F2", "blank", None)
    with pytest.raises(FixTheHub, match="1 rows have no watermark"):
        fetch_source(SMALL, within=IMPATIENT)
    assert numbers() == [["F1"]], "the others came"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("theirs.fires", "theirs.nothing", "table is not there"),
        ("watermark: changed", "watermark: changd", "no column changd"),
        ("watermark: changed", "watermark: changed, start: yesterday", "is not a datetime"),
        ("columns: [no,", "columns: [nr,", "no column nr"),
        ("watermark: changed", "watermark: note, overlap: 5", "`overlap` needs"),
        ("theirs.fires", "theirs.keyless", "no primary key"),
    ],
)
def test_what_was_agreed_wrongly_is_told(
    partner: PostgresPartner, source: SmallSource, old: str, new: str, says: str
) -> None:
    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    partner.execute("create view theirs.keyless as select * from theirs.fires")
    partner.execute(f'grant select on theirs.keyless to "{partner.name}"')
    agreed(source, old, new)
    with pytest.raises(FixTheHub) as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert says in said(raised.value)


def test_a_start_leaves_the_past_alone(partner: PostgresPartner, source: SmallSource) -> None:
    agree_also(source, "start: '2020-05-01T09:30:00+08:00'")
    partner.execute(INSERT, "F1", "past", "2020-05-01 09:00+08")
    partner.execute(INSERT, "F2", "now", "2020-05-01 09:30+08")
    collect()
    assert numbers() == [["F2"]]


@pytest.mark.usefixtures("source")
def test_what_the_login_may_not_do_is_told(partner: PostgresPartner) -> None:
    partner.execute(f'revoke all on theirs.fires from "{partner.name}"')
    with pytest.raises(FixTheHub) as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert "42501" in said(raised.value)


class Silence:
    """A server in between, which passes everything on until it is told to be silent."""

    def __init__(self, port: int) -> None:
        self.to, self.silent = port, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                if self.silent.is_set():
                    return
                other.sendall(data)
        except OSError:
            return


@pytest.mark.usefixtures("source")
def test_a_server_that_falls_silent_is_left_in_time(partner: PostgresPartner, monkeypatch: pytest.MonkeyPatch) -> None:
    from connectors.sql.engine import Table  # noqa: PLC0415

    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    port = int(partner.uri().rpartition(":")[2].partition("/")[0])
    between = Silence(port)
    monkeypatch.setenv(VARIABLE, partner.uri(port=between.port))
    real = Table.select

    def then_silent(self: Table, *args: Any) -> Any:
        between.silent.set()
        return real(self, *args)

    monkeypatch.setattr(Table, "select", then_silent)
    began = time.monotonic()
    with pytest.raises(RetryLater):
        fetch_source(SMALL, within=replace(IMPATIENT, seconds=3))
    assert time.monotonic() - began < 3 + BUSY
    between.listener.close()
    between = Silence(port)
    between.silent.set()
    monkeypatch.setenv(VARIABLE, partner.uri(port=between.port))
    with pytest.raises(RetryLater):
        fetch_source(SMALL, within=replace(IMPATIENT, seconds=6))
    between.listener.close()


def test_sqlite_values_come_as_they_are_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A time is text there: comparing it as anything else would miss the row at the watermark."""
    partner = SqlitePartner(tmp_path)
    source = agree(partner, tmp_path, monkeypatch)
    partner.execute("create table t (id integer primary key, at datetime, n numeric, r real, b blob, x)")
    insert = "insert into t values (?, ?, ?, ?, ?, ?)"
    partner.execute(insert, 1, "2020-05-01 10:00:00", "1.50", 0.1 + 0.2, b"\x00\xff", None)
    agreed(source, "table: fires, watermark: changed, columns: [no, at, cause, note]", "table: t, watermark: at")
    fetch_source(SMALL)
    row = {"id": "1", "at": "2020-05-01 10:00:00", "n": "1.5", "r": "0.30000000000000004", "b": "00ff", "x": ""}
    assert delivered() == [[row]]
    partner.execute(insert, 2, "2020-05-01 10:00:00", 1, 2.0, b"", "late")
    fetch_source(SMALL)
    assert [row["id"] for row in delivered()[-1]] == ["1", "2"]
    assert fetch_source(SMALL) == []


def test_a_sqlite_file_that_is_none_or_is_locked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = SqlitePartner(tmp_path)
    agree(partner, tmp_path, monkeypatch)
    partner.put("F1,2020-05-01 10:00,短路,first")
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(partner.path) as conn:
        conn.execute("begin exclusive")
        with pytest.raises(RetryLater, match="busy"):
            fetch_source(SMALL, within=replace(IMPATIENT, connect=0.2))
    conn.close()
    assert collect() == ["acknowledged"]
    for content in (None, b"this is no database, whatever it is called" * 100):
        partner.path.unlink(missing_ok=True)
        if content:
            partner.path.write_bytes(content)
        with pytest.raises(HubError, match="cannot be read"):
            fetch_source(SMALL, within=IMPATIENT)


@pytest.mark.usefixtures("source")
def test_what_is_remembered_is_the_watermark_and_never_a_value(partner: PostgresPartner) -> None:
    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    collect()
    (row,) = ask("select cursor_key, state from ledger.fetch_cursor")
    assert row["cursor_key"] == "theirs.fires:changed"
    assert row["state"]["watermark"] == "2020-05-01T02:00:00+00:00"
    assert set(row["state"]) == {"watermark", "kind", "digest", "rows"}


def test_a_watermark_that_is_no_number_is_told_and_not_fetched_for_ever(
    partner: PostgresPartner, source: SmallSource
) -> None:
    """PostgreSQL takes NaN for the greatest of numbers, and it is never the last one again."""
    partner.execute("alter table theirs.fires alter changed type float8 using 0")
    partner.execute(INSERT, "F1", "first", 1)
    partner.execute(INSERT, "F2", "other", "NaN")
    with pytest.raises(FixTheHub, match="NaN"):
        fetch_source(SMALL, within=IMPATIENT)
    assert len(batches(SMALL)) <= 1
    assert source.folder.exists()


@pytest.mark.usefixtures("source")
def test_a_moment_that_does_not_exist_here_needs_a_person(partner: PostgresPartner) -> None:
    partner.execute(INSERT, "F1", "first", "infinity")
    with pytest.raises(FixTheHub, match="cannot be read"):
        fetch_source(SMALL, within=IMPATIENT)


@pytest.mark.usefixtures("source")
def test_a_watermark_far_ahead_hides_no_later_row(partner: PostgresPartner) -> None:
    """It would be the greatest for years, and what comes meanwhile would stand before it."""
    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    partner.execute(INSERT, "F9", "a slip of the pen", "2099-05-01 10:00+08")
    for number in ("F2", "F3"):
        with pytest.raises(FixTheHub, match="1 rows have a watermark in the future") as raised:
            fetch_source(SMALL)
        assert "All other rows came" in raised.value.next_step
        partner.execute(INSERT, number, "later", f"2020-05-0{number[1]} 10:00+08")
    partner.execute("update theirs.fires set changed = now() + interval '1 hour' where no = 'F9'")
    assert len(fetch_source(SMALL)) == 1, "a clock may be wrong by an hour"
    assert numbers() == [["F1"], ["F1", "F2"], ["F2", "F3", "F9"]] or numbers() == [["F1"], ["F2"], ["F3", "F9"]]


@pytest.mark.usefixtures("source")
def test_a_remembered_watermark_far_ahead_needs_a_person(partner: PostgresPartner) -> None:
    partner.execute(INSERT, "F1", "first", "2020-05-01 10:00+08")
    collect()
    with connect() as conn:
        conn.execute("""update ledger.fetch_cursor set state = state || '{"watermark": "2099-01-01T00:00:00+00:00"}'""")
    with pytest.raises(FixTheHub, match="remembered lies in the future") as raised:
        fetch_source(SMALL)
    assert "ledger.fetch_cursor" in raised.value.next_step


def test_days_as_text_may_be_far_ahead_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = SqlitePartner(tmp_path)
    agree(partner, tmp_path, monkeypatch)
    insert = "insert into fires (no, at, cause, note, changed) values (?, '2026-05-01 10:00', '短路', '', ?)"
    partner.execute("drop table fires")
    partner.execute("create table fires (no text primary key, at text, cause text, note text, changed text)")
    partner.execute(insert, "F1", "2020-05-01 10:00:00")
    partner.execute(insert, "F2", "2099-05-01 10:00:00")
    with pytest.raises(FixTheHub, match="in the future"):
        fetch_source(SMALL)
    assert numbers() == [["F1"]]


@pytest.mark.parametrize(
    ("sample", "ahead"),
    [
        (dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.timedelta(days=2)),
        (dt.datetime(2020, 1, 1), dt.timedelta(days=2)),  # noqa: DTZ001 - a time without a zone
        (dt.date(2020, 1, 1), dt.timedelta(days=2)),
    ],
)
def test_moments_have_a_latest_one(sample: dt.date, ahead: dt.timedelta) -> None:
    last = latest(sample)
    now = dt.datetime.now(dt.UTC)
    known = now.date() if not isinstance(sample, dt.datetime) else now.replace(tzinfo=sample.tzinfo)
    assert type(last) is type(sample)
    assert abs(last - known - ahead) <= dt.timedelta(days=0 if isinstance(sample, dt.datetime) else 1, minutes=1)


@pytest.mark.parametrize("sample", [None, 7, 1.5, "F2020-01-01", "2020-01-015", "x"])
def test_what_names_no_moment_has_none(sample: object) -> None:
    assert latest(sample) is None
