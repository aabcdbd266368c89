"""Watching one transaction: which linked records it touches, and what of them differs from other feeds when it is done.

Cost grows with the batch, not with the tables: touched records are found by key, the other side by an index that the
link implies.  Types without a link cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.sql import compose, statement
from pipeline.conflict.comparing import comparison, core_of
from standards.links import links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from pipeline.arrivals import Arrivals
    from standards import RecordType
    from standards.links import Link


class Watch:
    """The linked records that one transaction touches; all methods belong to it."""

    def __init__(self, conn: Connection[Any], cause: str) -> None:
        """Look at nothing yet; `cause` is what opens and closes conflicts, as a rule a batch id."""
        self.conn, self.cause = conn, cause
        self.types: set[str] = set()

    def note(self, record_type: RecordType, arrivals: Arrivals) -> None:
        """Remember what is new, changed or ended, before `arrivals` forgets it."""
        if any(link.sides_of(record_type.name) for link in links().values()):
            self.conn.execute(statement("conflict/touched"))
            about = {"record_type": record_type.name, "agency": arrivals.entry.agency}
            self.conn.execute(statement("conflict/note_touched"), about)
            self.types.add(record_type.name)

    def settle(self) -> list[Link]:
        """Compare what was touched, close what no longer differs, open what does; return the links that were asked."""
        due = [link for link in links().values() if any(link.sides_of(name) for name in self.types)]
        if due:
            compare(self.conn, due, self.cause)
        return due


def compare(conn: Connection[Any], due: Iterable[Link], cause: str) -> None:
    """Bring the conflicts of the records in `touched` up to what core holds now."""
    conn.execute(statement("conflict/analyze"))
    conn.execute(statement("conflict/differing"))
    for link in sorted(due, key=lambda each: each.id):  # everybody locks in this order
        about = {"link": link.id, "cause": cause}
        conn.execute(statement("conflict/lock"), about)
        for name, side in (("left", link.left), ("right", link.right)):
            conn.execute(comparison(link, name), about | {"record_type": side.record_type})
        types = {"left_type": link.left.record_type, "right_type": link.right.record_type}
        cores = {"left": core_of(link.left), "right": core_of(link.right)}
        conn.execute(compose("conflict/close", **cores), about | types)
        conn.execute(statement("conflict/open"), about)
    conn.execute(statement("conflict/forget"))
