"""What one batch changes in core: compare by key and content, retire what is corrected, copy what is new.

Cost grows with the batch, not with the table: core is touched through its primary key only.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from psycopg.rows import dict_row

from hub.sql import columns, compose, statement
from pipeline.copying import copy_stream
from pipeline.work import RECORD, Work
from standards.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from hub.ledger import Entry
    from mappings.engine import Source

LINEAGE = {"file": "source_file", "sheet": "source_sheet", "line": "source_line"}
COPY_HEADER = 19  # bytes before the first tuple of a binary COPY
TUPLE = struct.Struct(">hiq")  # fields, length, value: one bigint per tuple


class Arrivals:
    """The records of one batch on their way into core; all methods belong to one transaction."""

    def __init__(self, conn: Connection[Any], entry: Entry, source: Source, work: Work) -> None:
        """Prepare for `entry`; nothing is read or written yet."""
        self.conn, self.entry, self.work = conn, entry, work
        self.tables = {child: table.name for child, table in source.record_type.tables.items()}
        self.same = {"agency": entry.agency}
        self.repeats = False

    def announce(self) -> None:
        """Send key and content hash of every good row."""
        self.conn.execute(statement("load/arriving"))
        names = ["row", "record_uid", "row_hash"]
        copy_stream(self.conn, ("pg_temp", "arriving"), names, (part.select(names) for _, part in self._good(RECORD)))

    def classify(self) -> dict[str, int]:
        """Decide what each row is; return new, changed, unchanged, duplicate, and how many were overtaken."""
        self.conn.execute(statement("load/analyze"))
        repeats = self.conn.execute(statement("load/key_repeats")).fetchone() == (True,)
        name = "load/verdict_repeated" if repeats else "load/verdict_simple"
        self.conn.execute(compose(name, core=self._core("")), self.same)
        with self.conn.cursor(row_factory=dict_row) as cursor:
            fates = cursor.execute(statement("load/tally")).fetchone()
        return {} if fates is None else fates

    def retire(self) -> None:
        """Move the versions that are corrected, with their children, from core to history."""
        held = metadata().tables
        for name in self.tables.values():
            kept = [column.name for column in held[f"core.{name}"].columns]
            history = sql.Identifier("history", name)
            core = sql.Identifier("core", name)
            self.conn.execute(
                compose("load/retire", history=history, core=core, columns=columns(kept), qualified=columns(kept, "t")),
                self.same,
            )
        for name in self.tables.values():
            self.conn.execute(compose("load/remove_retired", core=sql.Identifier("core", name)), self.same)

    def copy(self) -> None:
        """Copy what is new and what is the last word on a changed record, and their children."""
        left_out = self._left_out()
        clock = self.conn.execute(statement("load/clock")).fetchone()
        hub = {
            **self.same,
            "feed": self.entry.feed,
            "batch_id": self.entry.batch_id,
            "received_at": self.entry.received_at,
            "recorded_from": clock[0] if clock else None,
        }
        for child, name in self.tables.items():
            constants = self.same if child else hub
            names = [*constants, *(field for field in self._fields(child))]
            copy_stream(self.conn, ("core", name), names, self._loading(child, left_out), constants)

    def raise_versions(self) -> None:
        """Give the new versions of changed records their numbers."""
        self.conn.execute(compose("load/raise_version", core=self._core("")), self.same)

    def _core(self, child: str) -> sql.Identifier:
        return sql.Identifier("core", self.tables[child])

    def _fields(self, child: str) -> list[str]:
        for part in self.work.parts():
            return [name for name in self._with_lineage(part, child).schema.names if name != "row"]
        return []

    def _good(self, name: str) -> Iterator[tuple[str, pa.Table]]:
        """Yield each part's table without the rows that are quarantined."""
        for part in self.work.parts():
            table = self.work.read(part, name)
            bad = self.work.read(part, "bad")["row"]
            if len(bad):
                table = table.filter(pc.invert(pc.is_in(table["row"], bad.combine_chunks())))
            yield part, table

    def _with_lineage(self, part: str, child: str, table: pa.Table | None = None) -> pa.Table:
        """Add file, sheet and line of its row to a record; a child has its parent's identity instead."""
        if table is None:
            table = self.work.read(part, child or RECORD).slice(0, 0)
        if child:
            parents = self.work.read(part, RECORD).select(["row", "record_uid"])
            at = pc.index_in(table["row"], parents["row"].combine_chunks())
            return table.append_column("record_uid", parents["record_uid"].take(at))
        places = self.work.read(part, "places")
        at = pc.index_in(table["row"], places["row"].combine_chunks())
        for theirs, ours in LINEAGE.items():
            table = table.append_column(ours, places[theirs].take(at))
        return table

    def _loading(self, child: str, left_out: pa.Array) -> Iterator[pa.Table]:
        for part, table in self._good(child or RECORD):
            wanted = table
            if len(left_out):
                wanted = table.filter(pc.invert(pc.is_in(table["row"], left_out)))
            yield self._with_lineage(part, child, wanted).drop_columns(["row"])

    def _left_out(self) -> pa.Array:
        """Return the rows (int64) that bring nothing to core: unchanged, duplicate, or overtaken."""
        buffer = bytearray()
        with self.conn.cursor() as cursor, cursor.copy(statement("load/left_out")) as copy:
            for block in copy:
                buffer += block
        # A binary COPY of one bigint is a regular grid; numpy reads it without a loop.
        import numpy as np  # noqa: PLC0415

        grid = np.frombuffer(
            buffer,
            dtype=np.dtype([("fields", ">i2"), ("size", ">i4"), ("row", ">i8")]),
            offset=COPY_HEADER,
            count=(len(buffer) - COPY_HEADER - 2) // TUPLE.size,
        )
        return pa.array(grid["row"].astype("int64"))
