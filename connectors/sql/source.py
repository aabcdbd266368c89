"""SQL: the rows of one table or view that have changed, by a watermark column, as plain CSV that the hub writes.

A delivery is all rows between two watermarks, in the order of (watermark, key): the same rows give the same bytes.
Rows that came later under the last watermark are not missed: the rows at it (with `overlap`, also those shortly before
it) are read again, and are delivered again only when their hash has changed.  What is delivered again is *unchanged*
to the hub.  A large table comes as many deliveries, each registered with its watermark, so a crash costs one of them.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from connectors import filenames
from connectors.base import Deadline, Fetched
from connectors.cursor import CursorValue, is_same_kind
from connectors.download import too_large
from connectors.retry import with_retries
from connectors.sql import engine
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import sqlalchemy as sa

    from connectors.base import CursorState, Limits
    from connectors.connection import Connection

ROWS = 100_000  # of one delivery
AT_ONCE = 10_000  # rows in memory
CSV = csv.WriteOptions(include_header=False, quoting_style="needed")


class Sql:
    """The connector of one table."""

    def __init__(self, who: Connection, agreed: Mapping[str, Any], limits: Limits) -> None:
        self.who, self.limits = who, limits
        self.name, self.agreed = str(agreed["table"]), agreed
        self.rows = int(agreed.get("rows", ROWS))
        self.overlap = int(agreed.get("overlap", 0))
        self.place = f"{self.name} at {who.place}"
        self.deadline = Deadline(limits, self.place)
        self.engine = engine.engine(who, limits)

    def fetch(self, known: Mapping[str, CursorState], into: Path) -> Iterator[Fetched]:
        """Yield one delivery after the other until there is nothing new; then tell of rows that never come."""
        with engine.map_db_error(self.who, self.place):
            table = self._table()
        slot = f"{self.name}:{self.agreed['watermark']}"
        before = known.get(slot)
        while found := self._next(table, before, slot, into):
            yield found
            before = found.memory
        self._refuse_what_never_comes(table)

    def finish(self, fetched: Fetched) -> None:
        """Nothing is changed at the partner's."""

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def _table(self) -> engine.Table:
        for attempt in with_retries(self.deadline):
            with attempt, engine.map_db_error(self.who, self.place), self._session() as conn:
                table = engine.reflected(conn, self.name, self.agreed, self.place)
        return table

    def _session(self) -> Any:
        return engine.session(self.engine, self.deadline)

    def _next(self, table: engine.Table, before: CursorState | None, slot: str, into: Path) -> Fetched | None:
        with engine.map_db_error(self.who, self.place), self._session() as conn:
            last, low = self._where_it_was(table, before)
            top = _top(conn, table, last, low, self.rows, self.place)
            if top is None:
                return None
            window = top.minus(self.overlap, self.place)
            with closing(_Part(into, table.columns, self.limits, self.place)) as part:
                for values, rows in self._batches(conn, table, low, top):
                    part.add(values, rows, last, window)
        as_it_was = before is not None and last is not None and part.again.hexdigest() == before.get("digest")
        path = part.joined(with_again=not as_it_was)
        if path is None:
            return None
        memory = {**top.as_memory(), "digest": part.window.hexdigest(), "rows": part.count}
        label = filenames.label(f"{self.name}_{top.text}.csv".replace("/", "_"))
        return Fetched(slot, memory, before, path, label)

    def _where_it_was(
        self, table: engine.Table, before: CursorState | None
    ) -> tuple[CursorValue | None, CursorValue | None]:
        """Return the last watermark that was delivered, and the one from which to read."""
        if before and is_same_kind(before, table.kind):
            last = CursorValue.of(before)
            if table.latest is not None and last.value > table.latest:
                raise FixTheHub(
                    "The watermark that is remembered lies in the future, so what has come since cannot be seen.",
                    where=self.place,
                    why=f"It is {last.text}.",
                    next_step="Delete its line of ledger.fetch_cursor: rows that the hub has come out as unchanged.",
                )
            return last, last.minus(self.overlap, self.place)
        start = self.agreed.get("start")
        return None, None if start is None else CursorValue.written(str(start), table.kind, self.place)

    def _batches(
        self, conn: sa.Connection, table: engine.Table, low: CursorValue | None, top: CursorValue
    ) -> Iterator[tuple[pa.Array, pa.Table]]:
        """Yield the watermarks and the rows, as text, of a bounded number of rows at a time."""
        query = table.select(low.value if low else None, top.value)
        result = conn.execution_options(stream_results=True, yield_per=AT_ONCE).execute(query)
        for rows in result.partitions():
            engine.alive(conn)
            marks, *columns = zip(*rows, strict=True)
            texts = [engine.as_texts(column) for column in columns]
            yield top.array(marks, self.place), pa.table(texts, names=table.columns)

    def _refuse_what_never_comes(self, table: engine.Table) -> None:
        """Tell of rows without a watermark, or with one that is far ahead: otherwise nobody would know."""
        with engine.map_db_error(self.who, self.place), self._session() as conn:
            blank = conn.execute(table.blanks()).scalar_one()
            ahead = 0 if table.latest is None else conn.execute(table.ahead()).scalar_one()
        faults = [f"{blank:,} rows have no watermark"] if blank else []
        faults += [f"{ahead:,} rows have a watermark in the future, after {table.latest}"] if ahead else []
        if faults:
            raise FixTheHub(
                f"{', and '.join(faults)}, so they are not fetched.",
                where=f"{self.agreed['watermark']} of {self.place}",
                next_step="Ask the partner to correct the column, or name one that is always right. All other rows"
                " came.",
            )


class _Part:
    """The CSV of one delivery while it is written: rows that were delivered before, and rows that are new."""

    def __init__(self, into: Path, columns: list[str], limits: Limits, place: str) -> None:
        self.paths = into / "again.csv", into / "fresh.csv"
        self.into, self.columns, self.most, self.place = into, columns, limits.bytes, place
        self.files = [path.open("wb") for path in self.paths]
        self.again, self.window = hashlib.sha256(), hashlib.sha256()
        self.count = self.fresh = self.size = 0

    def add(self, marks: pa.Array, rows: pa.Table, last: CursorValue | None, window: CursorValue) -> None:
        """Add a batch; what stands at or before `last` was delivered, what stands from `window` on is remembered."""
        known = pc.less_equal(marks, last.scalar(marks.type)) if last else pa.repeat(False, len(marks))  # noqa: FBT003
        self._write(0, _as_csv(rows.filter(known)), self.again)
        fresh = rows.filter(pc.invert(known))
        self._write(1, _as_csv(fresh), None)
        at_the_end = rows.filter(pc.greater_equal(marks, window.scalar(marks.type)))
        self.window.update(_as_csv(at_the_end))
        self.count += len(at_the_end)
        self.fresh += len(fresh)

    def _write(self, which: int, data: bytes, digest: Any) -> None:
        self.size += len(data)
        if self.size > self.most:
            raise too_large(self.place, self.most, "Lower `connector.rows` of the mapping")
        self.files[which].write(data)
        if digest:
            digest.update(data)

    def close(self) -> None:
        """Close the files."""
        for file in self.files:
            file.close()

    def joined(self, *, with_again: bool) -> Path | None:
        """Return the file of the delivery; None when there is nothing in it."""
        again, fresh = self.paths
        if not self.fresh and (not with_again or not again.stat().st_size):
            return None
        path = self.into / "delivery.csv"
        with path.open("wb") as target:
            target.write(_as_csv(pa.table([[name] for name in self.columns], names=self.columns)))
            for part in (again, fresh) if with_again else (fresh,):
                with part.open("rb") as source:
                    while piece := source.read(1 << 20):
                        target.write(piece)
        return path


def _as_csv(rows: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    csv.write_csv(rows, out, CSV)
    data: bytes = out.getvalue().to_pybytes()
    return data


def _top(  # noqa: PLR0913, PLR0917 - where the next delivery ends
    conn: sa.Connection, table: engine.Table, last: CursorValue | None, low: CursorValue | None, rows: int, place: str
) -> CursorValue | None:
    """Return the watermark up to which the next delivery goes: that of its last row, or the greatest there is."""
    beyond = last or low
    value = conn.execute(table.nth(beyond.value if beyond else None, rows - 1, strict=last is not None)).scalar()
    if value is None:
        value = conn.execute(table.greatest(low.value if low else None)).scalar()
    if isinstance(value, float | Decimal) and math.isnan(value):
        raise FixTheHub(
            "The greatest watermark is NaN, which is no number.",
            where=place,
            next_step="Ask the partner to repair the row, or name another column.",
        )
    return None if value is None else CursorValue(value, table.kind)
