"""Snapshot feeds: a delivery is all that there is, so what it does not name has ended.

Protected three ways: a row that was kept out is named all the same, and one whose key nobody can read ends nothing; a
later word stays; and a picture that would end more than the agreed share of the records waits for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.finding import Finding
from pipeline.review.hold import hold_of
from pipeline.transform.batch_facts import unreadable_finding, unreadable_rows
from validation.aggregation import finding_to_dict
from validation.batches.drift import Limit
from validation.batches.verdict import BatchVerdict, judge_figures
from warehouse.copy import copy_in
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa
    from psycopg import Connection

    from hub.finding import FindingLine
    from hub.receipt import HoldReason, RuleResult
    from pipeline.loading.context import LoadContext
    from pipeline.loading.merge import RecordMerge

CODE = "SNAPSHOT_SHRINKS"
MOST = 0.2  # of the records, when the mapping does not say otherwise


class MustWait(Exception):
    """What loading has found out must be looked at by a person first; nothing of the batch is kept."""

    def __init__(self, reasons: list[HoldReason], results: list[RuleResult]) -> None:
        self.reasons, self.results = reasons, results
        super().__init__(CODE)


class Snapshot:
    """What is absent from one batch; all methods belong to the transaction that loads it, or plans to."""

    def __init__(self, context: LoadContext, quarantined: pa.Table, totals: int) -> None:
        """Find out whether the batch is a snapshot, and whether it names everything that it has rows about.

        `totals` of the rows that are kept out are sums of others, about no record.
        """
        self.conn, self.about, self.expect = context.conn, context.parameters, context.source.expect
        self.applies = context.mode == "snapshot"
        self.unreadable = unreadable_rows(quarantined, totals)
        self.limits: list[Limit] = []
        if self.applies and not self.unreadable:
            self.conn.execute(statement("precedence/create_protected"), self.about)
            self.conn.execute(statement("snapshot/create_quarantined_keys"))
            copy_in(self.conn, ("pg_temp", "quarantined_key"), quarantined.select(["record_uid"]))

    def end_absent(self, merge: RecordMerge) -> None:
        """End the records of one type that the batch does not name."""
        if not self.applies or self.unreadable:
            return
        self.conn.execute(compose("snapshot/end_absent", core=merge.core), self.about)
        row = self.conn.execute(compose("snapshot/count_ended", core=merge.core), self.about).fetchone()
        held, ended = row or (0, 0)
        most = float(self.expect.get("ended", {}).get("max", MOST))
        holds = bool(self.expect.get("hold", True))
        share = ended / held if held else 0.0
        self.limits.append(Limit(CODE, f"ended:{merge.tables['']}", share, None, most, holds, "mapping.yml"))

    @property
    def verdict(self) -> BatchVerdict:
        """How much would end, against what is agreed."""
        return judge_figures(self.limits)

    def findings(self, ended: int) -> list[FindingLine]:
        """Return what is to be told about what has ended, or could not."""
        if self.applies and self.unreadable:
            return unreadable_finding(self.unreadable)
        return (
            [finding_to_dict(Finding("SNAPSHOT_ENDED", value=str(ended), count=ended))]
            if self.applies and ended
            else []
        )


def was_approved(conn: Connection[Any], batch_id: str) -> bool:
    """Whether a person has agreed to what a snapshot ends."""
    hold = hold_of(conn, batch_id)
    codes = {reason["code"] for reason in hold["reasons"]} if hold else set()
    return hold is not None and hold["decision"] == "approve" and CODE in codes
