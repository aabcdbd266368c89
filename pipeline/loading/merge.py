"""What one batch changes in core: compare by key and content, retire what is corrected, copy what is new.

One record type at a time.  Cost grows with the batch, not with the table: core is touched through its primary key only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from psycopg.rows import dict_row

from pipeline.transform.repeated_keys import REPLACED
from pipeline.transform.staging import RECORD
from standards.tables import metadata
from warehouse import pgcopy
from warehouse.copy import copy_stream
from warehouse.dynamic_sql import columns, compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine import Route
    from pipeline.loading.context import LoadContext
    from standards import RecordType

FILE = "source_file"
LINEAGE = {"file": FILE, "sheet": "source_sheet", "line": "source_line"}
KEYS = ["row", "record_uid", "row_hash"]


class RecordMerge:
    """The records of one type on their way from a batch into core; all methods belong to one transaction."""

    def __init__(self, context: LoadContext, record_type: RecordType, into: str = "core") -> None:
        """Prepare for the batch's records of one type; nothing is read or written yet.

        `into` is the schema that records are copied to; a plan gives one of its own and compares.
        """
        self.record_type = record_type
        self.context, self.into = context, into
        self.conn, self.entry, self.work = context.conn, context.entry, context.work
        self.routes = [route for route in context.source.routes if route.record_type is record_type]
        self.tables = {child: table.name for child, table in record_type.tables.items()}
        self.same = {"agency": self.entry.agency}
        self.filled: dict[str, set[str]] = {}  # by child: the columns that this batch fills
        for each in self.work.facts().filled:
            if each.route in {route.name for route in self.routes}:
                self.filled.setdefault(each.child, set()).update(each.columns)

    @property
    def core(self) -> sql.Identifier:
        """The table of the record itself."""
        return sql.Identifier("core", self.tables[""])

    @property
    def history(self) -> sql.Identifier:
        """The table of its earlier versions."""
        return sql.Identifier("history", self.tables[""])

    def stage_keys(self) -> None:
        """Send key and content hash of every good row."""
        self.conn.execute(statement("loading/create_incoming"))
        copy_stream(self.conn, ("pg_temp", "incoming"), KEYS, (table.select(KEYS) for _, _, table in self._good("")))

    def classify(self) -> None:
        """Decide what each row is; the temporary table `row_outcome` says it."""
        self.conn.execute(statement("loading/analyze_incoming"))
        if self.context.mode == "append":
            self.conn.execute(compose("loading/classify_append", core=self.core), self.context.parameters)
            return
        repeats = self.conn.execute(statement("loading/has_repeated_keys")).fetchone() == (True,)
        name = "loading/classify_repeated_keys" if repeats else "loading/classify_unique_keys"
        self.conn.execute(compose(name, core=self.core), self.same)
        if self.entry.operation == "correct":
            tables = {"core": self.core, "history": self.history}
            self.conn.execute(compose("loading/refuse_unknown", **tables), self.context.parameters)

    def refused(self) -> pa.Array:
        """Return the rows (int64) that the warehouse gives reason to keep out."""
        with self.conn.cursor() as cursor, cursor.copy(statement("loading/copy_refused_rows")) as copy:
            return pgcopy.numbers(b"".join(copy))

    def replaced(self) -> pa.Table:
        """Return the rows that a later row of the delivery replaces (`REPLACED`), in the order of the file."""
        with self.conn.cursor() as cursor, cursor.copy(statement("loading/copy_replaced_rows")) as copy:
            return pgcopy.number_columns(b"".join(copy), *REPLACED.names)

    def tally(self) -> dict[str, int]:
        """Return how many rows are new, changed, unchanged, duplicate, skipped and refused, and records ended."""
        with self.conn.cursor(row_factory=dict_row) as cursor:
            counts = cursor.execute(statement("loading/count_outcomes")).fetchone()
        return {} if counts is None else counts

    def retire(self) -> None:
        """Move the versions that are corrected, with their children, from core to history."""
        held = metadata().tables
        for name in self.tables.values():
            column_names = [column.name for column in held[f"core.{name}"].columns]
            history = sql.Identifier("history", name)
            core = sql.Identifier("core", name)
            self.conn.execute(
                compose(
                    "loading/archive_versions",
                    history=history,
                    core=core,
                    columns=columns(column_names),
                    qualified=columns(column_names, "t"),
                ),
                self.same,
            )
        for name in self.tables.values():
            self.conn.execute(compose("loading/delete_archived", core=sql.Identifier("core", name)), self.same)

    def copy(self) -> None:
        """Copy what is new and what is the last word on a changed record, and their children."""
        left_out = self._left_out()
        clock = self.conn.execute(statement("loading/transaction_time")).fetchone()
        hub = {
            **self.context.identity,
            "received_at": self.entry.received_at,
            "recorded_from": clock[0] if clock else None,
        }
        for child, name in self.tables.items():
            if not self.filled.get(child):
                continue
            constants = self.same if child else hub
            fields = [*sorted(self.filled[child] - {"row"}), *(["record_uid"] if child else LINEAGE.values())]
            parts = (self._loading(*found, child, left_out) for found in self._good(child))
            copy_stream(self.conn, (self.into, name), fields, parts, constants)

    def raise_versions(self) -> None:
        """Give the new versions of changed records their numbers."""
        self.conn.execute(compose("loading/raise_versions", core=self.core), self.same)

    def forget(self) -> None:
        """Make room for the next record type of the same transaction."""
        self.conn.execute(statement("loading/drop_classification"))

    def _good(self, child: str) -> Iterator[tuple[str, Route, pa.Table]]:
        """Yield part, route and the rows of it that are not quarantined."""
        for part in self.work.parts():
            bad = self.work.read(part, "bad")["row"].combine_chunks()
            for route in self.routes:
                if child and child not in route.children:
                    continue
                table = self.work.read(f"{part}/{route.name}", child or RECORD)
                yield part, route, table.filter(pc.invert(pc.is_in(table["row"], bad))) if len(bad) else table

    def _loading(self, part: str, route: Route, table: pa.Table, child: str, left_out: pa.Array) -> pa.Table:
        """Return the rows that go to core, each with where it comes from or whose child it is."""
        if len(left_out):
            table = table.filter(pc.invert(pc.is_in(table["row"], left_out)))
        if child:
            parents = self.work.read(f"{part}/{route.name}", RECORD).select(["row", "record_uid"])
            at = pc.index_in(table["row"], parents["row"].combine_chunks())
            return table.append_column("record_uid", parents["record_uid"].take(at))
        places = self.work.read(part, "places")
        at = pc.index_in(table["row"], places["row"].combine_chunks())
        for theirs, ours in LINEAGE.items():
            table = table.append_column(ours, places[theirs].take(at))
        return with_delivered_name(table, self.entry.file_name)

    def _left_out(self) -> pa.Array:
        """Return the rows (int64) that bring nothing to core: unchanged, duplicate, or replaced."""
        with self.conn.cursor() as cursor, cursor.copy(statement("loading/copy_unloaded_rows")) as copy:
            return pgcopy.numbers(b"".join(copy))


def with_delivered_name(table: pa.Table, name: str) -> pa.Table:
    """Return rows with `source_file` (string) filled: outside an archive it is the file that was sent."""
    filled = pc.fill_null(table[FILE].cast(pa.string()), name)
    return table.set_column(table.column_names.index(FILE), FILE, filled)
