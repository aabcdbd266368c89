"""SQL: the changed rows of one table or view, by a watermark column, as CSV that the hub writes.

A delivery is all rows between two watermarks, ordered by (watermark, key): the same rows give the same bytes.  The rows
at the last watermark (with `overlap`, also those shortly before it) are read again, since others may have come under
it.  They are delivered again only when their hash has changed, and are *unchanged* to the hub then.  A large table
comes as many deliveries, each registered with its watermark, so a crash costs one of them.
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
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import sqlalchemy as sa

    from connectors.base import Limits
    from connectors.connection import Connection
    from connectors.cursor import TableState
    from hub.source_options import ConnectorOptions

ROWS = 100_000  # of one delivery
AT_ONCE = 10_000  # rows in memory
CSV = csv.WriteOptions(include_header=False, quoting_style="needed")


class Sql:
    """The connector of one table.

    Args:
        connection: The database.
        config: The mapping's `connector:` with `table`, `key` and `watermark`, and perhaps `columns`, `rows`, `overlap`
            and `start`.
        limits: Times, attempts and bytes.
    """

    def __init__(self, connection: Connection, config: ConnectorOptions, limits: Limits) -> None:
        self.connection, self.limits = connection, limits
        self.name, self.config = str(config["table"]), config
        self.rows = int(config.get("rows", ROWS))
        self.overlap = int(config.get("overlap", 0))
        self.place = f"{self.name} at {connection.place}"
        self.deadline = Deadline(limits, self.place)
        self.engine = engine.engine(connection, limits)

    def fetch(self, known: Mapping[str, TableState], into: Path) -> Iterator[Fetched[TableState]]:
        """Yield one delivery after the other until there is nothing new.

        Raises:
            RetryLater: The database cannot be reached, or is too slow.
            FixTheHub: The connection, the table or a column is not as agreed; or, after all deliveries, rows have a
                watermark with which they are never fetched (none, or one in the future).
        """
        with engine.map_db_error(self.connection, self.place):
            table = self._table()
        cursor_key = f"{self.name}:{self.config['watermark']}"
        previous = known.get(cursor_key)
        while found := self._next(table, previous, cursor_key, into):
            yield found
            previous = found.state
        self._check_unreachable_rows(table)

    def finish(self, fetched: Fetched[TableState]) -> None:
        """Do nothing: fetching changes nothing at the database."""

    def close(self) -> None:
        """Close the connections to the database."""
        self.engine.dispose()

    def _table(self) -> engine.Table:
        for attempt in with_retries(self.deadline):
            with attempt, engine.map_db_error(self.connection, self.place), self._session() as conn:
                table = engine.reflected(conn, self.name, self.config, self.place)
        return table

    def _session(self) -> Any:
        return engine.session(self.engine, self.deadline)

    def _next(
        self, table: engine.Table, previous: TableState | None, cursor_key: str, into: Path
    ) -> Fetched[TableState] | None:
        with engine.map_db_error(self.connection, self.place), self._session() as conn:
            last, low = self._position(table, previous)
            top = _top(conn, table, last, low, self.rows, self.place)
            if top is None:
                return None
            window = top.minus(self.overlap, self.place)
            with closing(_Part(into, table.columns, self.limits, self.place)) as part:
                for watermarks, rows in self._batches(conn, table, low, top):
                    part.add(watermarks, rows, last, window)
        unchanged = previous is not None and last is not None and part.again.hexdigest() == previous.get("digest")
        path = part.joined(with_again=not unchanged)
        if path is None:
            return None
        state: TableState = {**top.state(), "digest": part.window.hexdigest(), "rows": part.count}
        label = filenames.label(f"{self.name}_{top.text}.csv".replace("/", "_"))
        return Fetched(cursor_key, state, previous, path, label)

    def _position(
        self, table: engine.Table, previous: TableState | None
    ) -> tuple[CursorValue | None, CursorValue | None]:
        """Return the last watermark that was delivered, and the one from which to read."""
        if previous and is_same_kind(previous, table.kind):
            last = CursorValue.from_state(previous)
            if table.latest is not None and last.value > table.latest:
                raise error_of(FixTheHub, "watermark.ahead", where=self.place, value=last.text)
            return last, last.minus(self.overlap, self.place)
        start = self.config.get("start")
        return None, None if start is None else CursorValue.from_mapping(str(start), table.kind, self.place)

    def _batches(
        self, conn: sa.Connection, table: engine.Table, low: CursorValue | None, top: CursorValue
    ) -> Iterator[tuple[pa.Array, pa.Table]]:
        """Yield the watermarks and the rows, as text, of a bounded number of rows at a time."""
        query = table.select(low.value if low else None, top.value)
        result = conn.execution_options(stream_results=True, yield_per=AT_ONCE).execute(query)
        for rows in result.partitions():
            engine.restart_timer(conn)
            watermarks, *columns = zip(*rows, strict=True)
            texts = [engine.as_texts(column) for column in columns]
            yield top.array(watermarks, self.place), pa.table(texts, names=table.columns)

    def _check_unreachable_rows(self, table: engine.Table) -> None:
        """Raise FixTheHub for rows without a watermark, or with one in the future: they are never fetched."""
        with engine.map_db_error(self.connection, self.place), self._session() as conn:
            blank = conn.execute(table.blanks()).scalar_one()
            future = 0 if table.latest is None else conn.execute(table.future()).scalar_one()
        faults = [sentence("watermark.blank", count=blank)] if blank else []
        faults += [sentence("watermark.future", count=future, latest=table.latest)] if future else []
        if faults:
            where = f"{self.config['watermark']} of {self.place}"
            joined = sentence("list.and").join(faults)
            raise error_of(FixTheHub, "watermark.unreachable", where=where, faults=joined)


class _Part:
    """The CSV of one delivery while it is written: rows that were delivered before, and rows that are new."""

    def __init__(self, into: Path, columns: list[str], limits: Limits, place: str) -> None:
        self.paths = into / "again.csv", into / "fresh.csv"
        self.into, self.columns, self.most, self.place = into, columns, limits.bytes, place
        self.files = [path.open("wb") for path in self.paths]
        self.again, self.window = hashlib.sha256(), hashlib.sha256()
        self.count = self.fresh = self.size = 0

    def add(self, watermarks: pa.Array, rows: pa.Table, last: CursorValue | None, window: CursorValue) -> None:
        """Add a batch: rows up to `last` were delivered before; the next fetch reads those from `window` on again."""
        none = pa.repeat(False, len(watermarks))  # noqa: FBT003 - an Arrow value
        known = pc.less_equal(watermarks, last.scalar(watermarks.type)) if last else none
        self._write(0, _as_csv(rows.filter(known)), self.again)
        fresh = rows.filter(pc.invert(known))
        self._write(1, _as_csv(fresh), None)
        at_the_end = rows.filter(pc.greater_equal(watermarks, window.scalar(watermarks.type)))
        self.window.update(_as_csv(at_the_end))
        self.count += len(at_the_end)
        self.fresh += len(fresh)

    def _write(self, which: int, data: bytes, digest: Any) -> None:
        self.size += len(data)
        if self.size > self.most:
            raise too_large(self.place, self.most, "fetch.too_large.rows")
        self.files[which].write(data)
        if digest:
            digest.update(data)

    def close(self) -> None:
        """Close the files."""
        for file in self.files:
            file.close()

    def joined(self, *, with_again: bool) -> Path | None:
        """Return the file of the delivery; None when it would have no rows."""
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
    """Return the last watermark of the next delivery: that of its last row, or the greatest of the table."""
    beyond = last or low
    value = conn.execute(table.nth(beyond.value if beyond else None, rows - 1, strict=last is not None)).scalar()
    if value is None:
        value = conn.execute(table.greatest(low.value if low else None)).scalar()
    if isinstance(value, float | Decimal) and math.isnan(value):
        raise error_of(FixTheHub, "watermark.nan", where=place)
    return None if value is None else CursorValue(value, table.kind)
