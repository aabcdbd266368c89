"""What is said of bytes that came before: that they count once, or that a later file holds since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from hub.finding import Finding
from warehouse.dynamic_sql import compose

if TYPE_CHECKING:
    from psycopg import Connection

    from mappings.engine import Source

NAMED = 3  # later deliveries that the finding names


def duplicate_finding(conn: Connection[Any], source: Source, before: str) -> Finding:
    """Return what the sender of bytes that batch `before` has brought is told.

    DUPLICATE_CORRECTED names the later files whose values hold since, DUPLICATE_FILE says that nothing is left to do.
    """
    about = {"agency": source.agency, "feed": source.feed, "origin_batch": before}
    later: dict[str, list[Any]] = {}
    for record_type in source.record_types:
        tables = {schema: sql.Identifier(schema, record_type.tables[""].name) for schema in ("core", "history")}
        for batch, file, day, count in conn.execute(compose("submissions/corrected_since", **tables), about).fetchall():
            later.setdefault(batch, [file, day, 0])[2] += count
    if not later:
        return Finding("DUPLICATE_FILE", value=before)
    named = [f"{later[batch][0]} ({later[batch][1]}, {batch})" for batch in sorted(later, reverse=True)[:NAMED]]
    records = sum(count for _, _, count in later.values())
    return Finding("DUPLICATE_CORRECTED", value=before, expected=" · ".join(named), count=records)
