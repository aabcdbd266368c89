"""Watching one transaction: which linked records it touches, and what of them differs from other feeds when it is done.

Cost grows with the batch, not with the tables: touched records are found by key, the other side by an index that the
link implies.  Types without a link cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.conflicts.compare_sql import comparison, core_of
from standards.links import links
from warehouse import locks
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from standards import RecordType
    from standards.links import Link, Side
    from warehouse.ledger import Entry


class ChangeTracker:
    """The linked records that one transaction touches; all methods belong to it."""

    def __init__(self, conn: Connection[Any], entry: Entry) -> None:
        """Look at nothing yet; `entry` is the batch that the transaction loads."""
        self.conn, self.entry = conn, entry
        self.types: set[str] = set()

    def note(self, record_type: RecordType) -> None:
        """Remember what is new, changed or ended, while the tables `incoming` and `row_outcome` hold it."""
        if any(link.sides_of(record_type.name) for link in links().values()):
            self.conn.execute(statement("conflicts/create_changed_records"))
            about = {"record_type": record_type.name, "agency": self.entry.agency}
            self.conn.execute(statement("conflicts/record_changed"), about)
            self.types.add(record_type.name)

    def settle(self) -> list[Link]:
        """Compare what was touched, close what no longer differs, open what does; return the links that were asked."""
        due = [link for link in links().values() if any(link.sides_of(name) for name in self.types)]
        if due:
            compare(self.conn, due, self.entry.batch_id, self.entry)
        return due


def compare(conn: Connection[Any], due: Iterable[Link], cause: str, entry: Entry | None = None) -> None:
    """Bring the conflicts of the records in `changed_record` up to what core holds now.

    Args:
        conn: The connection whose temporary table `changed_record` names the records.
        due: The links to compare by.
        cause: What opens and closes conflicts: the id of a batch or of a link.
        entry: The batch whose source alone has touched records; None: records of any source.
    """
    conn.execute(statement("conflicts/analyze_changed_records"))
    conn.execute(statement("conflicts/create_differences"))
    for link in sorted(due, key=lambda each: each.id):  # everybody locks in this order
        about = {"link": link.id, "cause": cause}
        locks.take(conn, f"link {link.id}")  # the later of two batches sees what the earlier has brought
        for name, near, far in (("left", link.left, link.right), ("right", link.right, link.left)):
            if entry is None or _anybody_else(conn, entry, far):
                conn.execute(comparison(link, name), about | {"record_type": near.record_type})
        types = {"left_type": link.left.record_type, "right_type": link.right.record_type}
        cores = {"left": core_of(link.left), "right": core_of(link.right)}
        conn.execute(compose("conflicts/close_conflicts", **cores), about | types)
        conn.execute(statement("conflicts/open_conflicts"), about)
    conn.execute(statement("conflicts/clear"))


def _anybody_else(conn: Connection[Any], entry: Entry, far: Side) -> bool:
    """Whether another feed holds records that those of the batch's own could be compared with."""
    about = {"agency": entry.agency, "feed": entry.feed, "record_type": far.record_type}
    return conn.execute(compose("conflicts/has_other_feed", core=core_of(far)), about).fetchone() == (True,)
