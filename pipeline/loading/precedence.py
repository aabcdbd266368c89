"""Precedence: of two deliveries about one record, the later one holds, in whatever order they are loaded.

Ordinarily batches are loaded in the order in which they came, and nothing here costs more than a look.  A replay, or a
batch that was held, comes late: what a later delivery has said stays; what an earlier reading of the same delivery
made, and this one does not, moves to history; and a good row closes what waits in quarantine about its record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import sql

    from pipeline.loading.context import LoadContext
    from pipeline.loading.merge import RecordMerge


class Precedence:
    """What one batch weighs against the others; all methods belong to the transaction that loads it."""

    def __init__(self, context: LoadContext) -> None:
        """Find out whether there is anything that the batch must be weighed against."""
        self.conn, self.about = context.conn, context.parameters
        self.is_replay = context.entry.replay_of is not None
        self.comes_late = self._holds("precedence/has_later_batch")
        self.some_ended_since = self.comes_late and self._holds("precedence/has_later_ends")
        self.rows_wait = self._holds("quarantine/has_open_rows")
        self.some_had_ended = self._holds("precedence/has_ended_records")
        readings = (
            self.conn.execute(statement("precedence/earlier_readings"), self.about).fetchall() if self.is_replay else []
        )
        self.readings = [row[0] for row in readings]
        if self.comes_late or self.readings:
            self.conn.execute(statement("precedence/create_protected"), self.about)

    def weigh(self, merge: RecordMerge) -> None:
        """Change the verdict on rows that a later delivery has overruled, and end the records that are made no more."""
        if self.comes_late:
            self._do("precedence/skip_superseded", merge.core)
        if self.some_ended_since:
            self._do("precedence/skip_ended_later", merge.core)
        if self.readings:
            self._do("precedence/end_unmade", merge.core)

    def settle(self, merge: RecordMerge) -> None:
        """After the copy: number what has come back, close what is put right, remember what was said again."""
        if self.some_had_ended:
            self._do("precedence/continue_versions", merge.core, merge.history)
        if self.rows_wait:
            self._do("quarantine/close_corrected")
        self._do("precedence/record_reaffirmed")

    def close(self, cores: Iterable[sql.Identifier]) -> int:
        """Close the rows in quarantine that this reading leaves nothing to do about; return how many were repaired.

        Called when the rows that this reading keeps out are in quarantine.
        """
        if self.comes_late:
            for core in cores:
                self._do("quarantine/close_superseded", core)
            self._do("quarantine/close_waiting_later")
        if not self.is_replay:
            return 0
        self._do("quarantine/close_known")
        repaired = self.conn.execute(statement("quarantine/count_repaired"), self.about).fetchone()
        self._do("quarantine/close_replayed")
        return int(repaired[0]) if repaired else 0

    def _holds(self, name: str) -> bool:
        return self.conn.execute(statement(name), self.about).fetchone() == (True,)

    def _do(self, name: str, core: sql.Identifier | None = None, history: sql.Identifier | None = None) -> None:
        tables = {name: table for name, table in (("core", core), ("history", history)) if table is not None}
        about = self.about | {"readings": self.readings}
        self.conn.execute(compose(name, **tables) if tables else statement(name), about)
