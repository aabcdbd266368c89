"""Reopening: what a submission that is withdrawn had settled for others is open again, as if it had never come.

Rows in quarantine that it had put right wait again; what it had overruled is read again, by the next run or sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.batch import new_batch_id
from hub.finding import Finding
from hub.i18n import say
from pipeline.loading.context import BatchParameters
from warehouse import ledger
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from pipeline.loading.merge import RecordMerge

LANGUAGES = ("zh", "en")  # a reason is written in that of its agency, which may have changed since


class WithdrawalParameters(BatchParameters, total=False):
    """What statements ask about a withdrawal, as far as it is known."""

    targets: Sequence[str]  # ids of the submissions that it withdraws
    readings: list[str]  # ids of the batches that have read them and stand


class Reopening:
    """What one withdrawal opens again; all methods belong to its transaction."""

    def __init__(self, conn: Connection[Any], about: WithdrawalParameters) -> None:
        """Look what the withdrawn readings had closed."""
        self.conn, self.about = conn, about
        for name in (
            "withdrawal/create_closed_rows",
            "withdrawal/create_record_batches",
            "withdrawal/create_superseded",
        ):
            conn.execute(statement(name), about)

    def note(self, merge: RecordMerge) -> None:
        """Remember who else has spoken of a record type, while `row_outcome` and `previous_version` hold it."""
        tables = {"core": merge.core, "history": merge.history}
        self.conn.execute(compose("withdrawal/record_record_batches", **tables), self.about)
        self.conn.execute(statement("withdrawal/record_superseded"), self.about)

    def settle(self, *, dry_run: bool) -> Iterator[Finding]:
        """Open the rows, register what is read again, and yield what its sender is told of both."""
        self.conn.execute(statement("withdrawal/create_reopened"), self.about)
        if not dry_run:
            self.conn.execute(statement("withdrawal/reopen_rows"), self.about)
        (rows,) = self.conn.execute(statement("withdrawal/count_reopened")).fetchone() or (0,)
        if rows:
            yield Finding("ROWS_OPEN_AGAIN", value=str(rows), count=rows)
        again = self._read_again(dry_run=dry_run)
        if again:
            yield Finding("READ_AGAIN", value=", ".join(again), count=len(again))

    def _read_again(self, *, dry_run: bool) -> list[str]:
        about = {**self.about, "reasons": [say("skip.later_word", language) for language in LANGUAGES]}
        deliveries = [
            row[0] for row in self.conn.execute(statement("withdrawal/deliveries_to_replay"), about).fetchall()
        ]
        for delivery in () if dry_run else deliveries:
            if not self.conn.execute(statement("replay/unfinished_replay"), {"origin": delivery}).fetchone():
                ledger.register_replay(self.conn, delivery, new_batch_id())
        return deliveries
