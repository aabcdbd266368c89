"""Withdraw: what was sent holds no longer.  Records end, that is, they move to history; doing it twice does no harm.

A list of keys ends those records.  A whole submission that is withdrawn leaves what was said before it: records that it
had brought end, those that it had corrected are again what they were, and later words stay.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from hub.batch import State
from hub.finding import Finding
from pipeline.loading.merge import RecordMerge
from pipeline.loading.reopen import Reopening, WithdrawalParameters
from pipeline.receipts.close import end
from pipeline.transform.batch_facts import RowOutcomes
from pipeline.transform.evaluate_delivery import ComparisonResult
from pipeline.transform.withdrawal_keys import read_key_places, read_keys
from standards.tables import metadata
from validation.aggregation import finding_in_rows, finding_to_dict
from warehouse import pgcopy
from warehouse.copy import copy_in
from warehouse.dynamic_sql import columns, compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from hub.finding import FindingLine
    from pipeline.conflicts.tracker import ChangeTracker
    from pipeline.loading.context import LoadContext
    from standards import RecordType


def end_withdrawn(context: LoadContext, targets: list[str], tracker: ChangeTracker | None = None) -> ComparisonResult:
    """End the records that a withdrawal names.

    Args:
        context: The load.
        targets: The batches that it withdraws; [] when it withdraws the keys in the work store.
        tracker: Tracks the changes of core; None for a preview, which changes temporary tables only.
    """
    findings: list[Finding] = []
    taking = _Taking(context, tracker)
    if targets:
        outcomes, ended = RowOutcomes(), taking.by_batch(targets, findings)
    else:
        outcomes = taking.by_key(context.work.facts().rows)
        ended = outcomes.changed
    return ComparisonResult(outcomes, ended, findings=[*taking.in_rows, *map(finding_to_dict, findings)])


class _Taking:
    """One withdrawal; all methods belong to one transaction.  Without a watch it is only looked at."""

    def __init__(self, context: LoadContext, tracker: ChangeTracker | None) -> None:
        self.context, self.tracker = context, tracker
        self.conn, self.entry, self.source = context.conn, context.entry, context.source
        self.in_rows: list[FindingLine] = []
        given = context.parameters
        self.about: WithdrawalParameters = {
            "agency": given["agency"],
            "feed": given["feed"],
            "batch_id": given["batch_id"],
            "origin_batch": given["origin_batch"],
            "precedence": given["precedence"],
        }

    def by_key(self, rows: int) -> RowOutcomes:
        """End the records of a list of keys that has so many `rows`; a row whose record ends is `changed`."""
        self._do("precedence/create_protected")
        self._do("withdrawal/create_key_outcomes")
        for record_type in self.source.record_types:
            merge = RecordMerge(self.context, record_type)
            named = read_keys(self.context.work, record_type.name)
            self._do("loading/create_incoming")
            hashed = named.append_column("row_hash", pa.repeat(pa.scalar(bytes(32), pa.binary(32)), named.num_rows))
            copy_in(self.conn, ("pg_temp", "incoming"), hashed)
            self._do("withdrawal/classify_keys", core=merge.core, history=merge.history)
            self._do("withdrawal/record_key_outcomes")
            if self.tracker is not None:
                self._do("withdrawal/record_withdrawn")
                self._do("withdrawal/waive_keys")
                merge.retire()
                self.tracker.note(record_type)
            self._do("withdrawal/drop_classification")
        met = Counter(dict(self.conn.execute(statement("withdrawal/count_key_outcomes")).fetchall()))
        unknown = met["unknown"] + rows - met.total()  # a row without a key names nothing
        if unknown:
            with self.conn.cursor() as cursor, cursor.copy(statement("withdrawal/copy_known_keys")) as copy:
                known = pgcopy.numbers(b"".join(copy))
            places = read_key_places(self.context.work)
            unnamed = places.filter(pc.invert(pc.is_in(places["row"], known)))
            about = Finding("NOTHING_TO_WITHDRAW", value=str(unknown), count=unknown)
            self.in_rows.append(finding_in_rows(about, unnamed))
        return RowOutcomes(
            changed=met["ended"],
            unchanged=met["unchanged"],
            duplicate=met["duplicate"],
            overruled=met["skipped"],
            unknown=unknown,
        )

    def by_batch(self, targets: list[str], findings: list[Finding]) -> int:
        """Withdraw whole submissions; return how many records ended."""
        self.about["targets"] = targets
        readings = self.conn.execute(statement("withdrawal/readings"), self.about).fetchall()
        stands = [batch_id for batch_id, state in readings if state in {State.LOADED, State.ACKNOWLEDGED}]
        held = [batch_id for batch_id, state in readings if state == State.HELD]
        for batch_id in held if self.tracker else ():
            end(self.conn, batch_id, State.WITHDRAWN, [Finding("SUBMISSION_WITHDRAWN", value=self.entry.batch_id)])
        if not stands:
            if not held:
                findings.append(Finding("NOTHING_TO_WITHDRAW", value=", ".join(targets)))
            return 0
        self.about["readings"] = stands
        self._do("withdrawal/create_reaffirmed_by")
        reopening = Reopening(self.conn, self.about)
        counted = [self._take_back(record_type, reopening) for record_type in self.source.record_types]
        if self.tracker is not None:
            self._do("withdrawal/waive_rows")
            self._do("withdrawal/end_batches")
        ended, restored = (sum(int(each[at]) for each in counted) for at in (0, 1))
        findings.append(Finding("RECORDS_WITHDRAWN", value=str(ended), expected=str(restored)))
        findings += reopening.settle(dry_run=self.tracker is None)
        return ended

    def _take_back(self, record_type: RecordType, reopening: Reopening) -> tuple[int, int]:
        """End what the submission has brought of one type, and put back what it had replaced; return how many each."""
        merge = RecordMerge(self.context, record_type)
        self._do("loading/create_incoming")
        self._do("withdrawal/classify_batches", core=merge.core)
        self._do("withdrawal/create_previous_versions", history=merge.history)
        if self.tracker is not None:
            self._put_back(merge)
            self.tracker.note(record_type)
        reopening.note(merge)
        counted = self.conn.execute(statement("withdrawal/count_ended_and_restored")).fetchone() or (0, 0)
        self._do("withdrawal/drop_classification")
        return int(counted[0]), int(counted[1])

    def _put_back(self, merge: RecordMerge) -> None:
        merge.retire()
        for name in merge.tables.values():
            column_names = [column.name for column in metadata().tables[f"core.{name}"].columns]
            self._do(
                "withdrawal/restore_versions",
                **_pair(name),
                columns=columns(column_names),
                qualified=columns(column_names, "t"),
            )
        self._do("withdrawal/number_restored", core=merge.core)

    def _do(self, name: str, **parts: sql.Composable) -> None:
        self.conn.execute(compose(name, **parts) if parts else statement(name), self.about)


def _pair(name: str) -> dict[str, sql.Identifier]:
    return {"core": sql.Identifier("core", name), "history": sql.Identifier("history", name)}
