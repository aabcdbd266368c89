"""Links that were declared, changed or dropped: what the warehouse holds already is compared by them once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.conflicts.compare_sql import core_of
from pipeline.conflicts.findings import conflict_findings
from pipeline.conflicts.notices import put_notices
from pipeline.conflicts.tracker import compare
from standards.links import links
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection

    from standards.links import Link


def apply_links(conn: Connection[Any]) -> list[str]:
    """Compare all records by every link that has changed since they were compared by it.

    The owners of the records get a notice, as if a batch had brought the conflict.  A second call changes nothing.

    Returns:
        `link <id>` for each link that was compared.
    """
    known = {link: tuple(rest) for link, *rest in conn.execute(statement("conflicts/known_links")).fetchall()}
    changed = [link for link in links().values() if known.get(link.id, ("",))[0] != link.version]
    for link in changed:
        if known.get(link.id, ())[1:] not in {(), (link.left.record_type, link.right.record_type)}:
            _close_all(conn, link.id)  # records of a type that it was once about are compared no more
        _compare_all(conn, link)
    for gone in sorted(name for name, (version, *_) in known.items() if version and name not in links()):
        _close_all(conn, gone)
    return [f"link {link.id}" for link in changed]


def _close_all(conn: Connection[Any], link: str) -> None:
    conn.execute(statement("conflicts/close_link"), {"link": link, "cause": f"{link}-dropped"})


def _compare_all(conn: Connection[Any], link: Link) -> None:
    types = {"left_type": link.left.record_type, "right_type": link.right.record_type}
    rows = {"link": link.id, "label_zh": link.label["zh"], "label_en": link.label["en"], "version": link.version}
    # A cause of its own each time: a link that becomes again what it was has news that no earlier notice has told.
    ((cause,),) = conn.execute(statement("conflicts/upsert_link"), rows | types).fetchall()
    conn.execute(statement("conflicts/create_changed_records"))
    for side in {each.record_type: each for each in (link.left, link.right)}.values():
        conn.execute(compose("conflicts/record_all", core=core_of(side)), {"record_type": side.record_type})
    compare(conn, [link], cause)
    put_notices(conn, cause, conflict_findings(conn, cause, [link]).values())
