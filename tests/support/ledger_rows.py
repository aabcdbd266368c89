"""Rows of the ledger, of quarantine and of core, as a test wants them: what a query must return and must not."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from warehouse.event_marts import fill
from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection

SOURCES = ("a/f", "a/g", "b/f")  # another feed of the agency, and the same feed of another agency
STATES = (
    *("acknowledged", "loaded", "rejected", "duplicate", "withdrawn", "held"),
    *("received", "mapped", "validated"),
)
ENDED = {"acknowledged", "rejected", "duplicate", "withdrawn"}
COUNTS = ("new", "changed", "unchanged", "duplicate", "quarantined", "skipped")
NUMBERS = count(1_000)
FILLED = {
    "text": "x",
    "uuid": str(UUID(int=0)),
    "bytea": b"x",
    "bigint": 1,
    "integer": 1,
    "boolean": True,
    "numeric": 1,
}


def uid(number: int) -> UUID:
    """Return the identity of a record."""
    return UUID(int=number % 16 << 124 | number)


def digest(text: str) -> str:
    """Return a SHA-256 that is the same for the same text."""
    return sha256(text.encode()).hexdigest()


class LedgerRows:
    """Writes rows by one connection; what is left out is as in an ordinary, sound batch."""

    def __init__(self, conn: Connection[Any]) -> None:
        """Write by `conn`; nothing is committed."""
        self.conn = conn

    def source(self, source: str, record_type: str = "fire_incident") -> None:
        """Make a source and its agency known."""
        agency, feed = source.split("/")
        self._insert("ledger.agency", agency=agency, name_zh="甲", name_en=agency.upper(), language="en")
        self._insert(
            "ledger.source", agency=agency, feed=feed, title_zh="题", title_en=feed.upper(), record_type=record_type
        )

    def crowd(self) -> None:
        """Make every source known, with one batch in each state, called `<agency><feed>-<state>`."""
        for source in SOURCES:
            self.source(source)
        for state in STATES:
            for source in SOURCES:
                self.batch(f"{short(source)}-{state}", source, state)

    def batch(
        self,
        batch: str,
        source: str,
        state: str = "acknowledged",
        *,
        delivery: dict[str, Any] | None = None,
        submission: dict[str, Any] | None = None,
        **columns: Any,
    ) -> int:
        """Write a batch with its delivery, and its submission where something of it is given; returns its number."""
        agency, feed = source.split("/")
        number: int = columns.pop("number", 0) or next(NUMBERS)
        origin = columns.get("replay_of")
        ours = {"agency": agency, "feed": feed}
        if not origin:
            self._delivery(batch, ours, delivery or {}, submission)
        columns.setdefault("origin_number", number)
        columns.setdefault("received_at", f"2026-05-01 00:{number % 60:02}+00")
        if state in ("loaded", "acknowledged"):
            columns.setdefault("loaded_at", "2026-05-01 12:00+00")
        if state in ENDED:
            columns.setdefault("acknowledged_at", "2026-05-01 13:00+00")
        columns["read"] = sum(columns.get(name, 0) for name in COUNTS)
        self._insert(
            "ledger.batch", **ours, batch_id=batch, delivery_id=origin or batch, state=state, number=number, **columns
        )
        return number

    def _delivery(
        self, batch: str, ours: dict[str, str], delivery: dict[str, Any], submission: dict[str, Any] | None
    ) -> None:
        moment = "2026-05-01 00:00+00"
        if submission is not None:
            said = {"operation": "new", "content": batch, "manifest_sha256": digest(batch), "received_at": moment}
            self._insert("ledger.submission", **ours, submission_id=f"S{batch}", **said | submission)
        usual = {"file_name": f"{batch}.csv", "sha256": digest(batch), "bytes": 1, "connector": "folder"}
        known = None if submission is None else f"S{batch}"
        self._insert(
            "ledger.delivery",
            **ours,
            delivery_id=batch,
            received_at=moment,
            submission_id=known,
            **usual | delivery,
        )

    def quarantined(self, batch: str, source: str, row: int, state: str = "open", **columns: Any) -> None:
        """Write a row in quarantine."""
        agency, feed = source.split("/")
        columns["findings"] = json.dumps(columns.get("findings", []))
        self._insert(
            "quarantine.row", agency=agency, feed=feed, batch_id=batch, row=row, state=state, original="{}", **columns
        )

    def insert_finding(self, batch: str, number: int, code: str, level: str = "error") -> None:
        """Write a finding of a batch."""
        self._insert("ledger.finding", agency=batch[0], batch_id=batch, number=number, code=code, level=level, count=1)

    def record(self, table: str, source: str, number: int, batch: str = "", **columns: Any) -> None:
        """Write a record or, for a child's table, an item; required columns that are left out are filled.

        A record is in the warehouse since its batch was loaded, unless it says otherwise.
        """
        agency, feed = source.split("/")
        given = {"agency": agency, "feed": feed, "record_uid": uid(number), "batch_id": batch, **columns}
        if batch and "recorded_from" not in given:
            query = "select loaded_at from ledger.batch where agency = %s and batch_id = %s and loaded_at is not null"
            if loaded := self.conn.execute(query, [agency, batch]).fetchone():
                given["recorded_from"] = loaded[0]
        needed = self._columns(table)
        filled = {name: FILLED.get(kind, "2026-05-01") for name, (kind, required) in needed.items() if required}
        self._insert(table, **{name: value for name, value in (filled | given).items() if name in needed})

    def fill_marts(self) -> None:
        """Fill the event marts from core as it is now, in this transaction."""
        fill(self.conn)

    def uids(self, table: str, batch: str, source: str, *numbers: int) -> None:
        """Write the records that a batch has reaffirmed (`ledger.reaffirmed`) or withdrawn (`ledger.withdrawn`)."""
        agency = source.partition("/")[0]
        self._insert(table, agency=agency, batch_id=batch, part="0", record_uids=[uid(number) for number in numbers])

    def insert(self, table: str, source: str, **columns: Any) -> None:
        """Write a row of any table with agency and feed."""
        agency, feed = source.split("/")
        self._insert(table, agency=agency, feed=feed, **columns)

    def ask(self, name: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a named statement; a value `core`, `history` ... of the form (schema, table) is put in."""
        places = {key: sql.Identifier(*value) for key, value in values.items() if isinstance(value, tuple)}
        text: Any = statement(name)
        query = sql.SQL(text).format(**places) if places else text.encode()
        with self.conn.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, {key: value for key, value in values.items() if key not in places})
            return cursor.fetchall() if cursor.description else []

    def first(self, name: str, **values: Any) -> list[Any]:
        """Return the first column of the rows of a named statement."""
        return [next(iter(row.values())) for row in self.ask(name, **values)]

    def _columns(self, table: str) -> dict[str, tuple[str, bool]]:
        return _columns_of(self.conn, table)

    def _insert(self, table: str, **columns: Any) -> None:
        query = sql.SQL("insert into {table} ({names}) values ({values}) on conflict do nothing").format(
            table=sql.Identifier(*table.split(".")),
            names=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(map(sql.Placeholder, columns)),
        )
        done = self.conn.execute(query, columns).rowcount
        assert done or table in ("ledger.agency", "ledger.source"), f"{table} has {columns} already"


def short(source: str) -> str:
    """Return the source's name without its stroke, with which its batches begin."""
    return source.replace("/", "")


@cache
def _columns_of(conn: Connection[Any], table: str) -> dict[str, tuple[str, bool]]:
    found = conn.execute(
        "select attname, format_type(atttypid, null), attnotnull from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attidentity <> 'a'",
        [table],
    ).fetchall()
    return {name: (kind, required) for name, kind, required in found}
