"""A feed's history in figures: what its accepted batches looked like, and keeping what this one looks like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from validation.batches.drift import MOST
from validation.batches.figures import Figures
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from hub.receipt import RuleResult
    from warehouse.ledger import Entry


def known_figures(conn: Connection[Any], agency: str, feed: str, number: int) -> list[Figures]:
    """Return the figures of the batches of a feed that were registered before `number` and accepted, oldest first."""
    about = {"agency": agency, "feed": feed, "number": number, "limit": MOST}
    return [Figures.from_dict(row[0]) for row in conn.execute(statement("holds/accepted_figures"), about).fetchall()]


def keep_figures(conn: Connection[Any], entry: Entry, figures: Figures, results: Sequence[RuleResult]) -> None:
    """Write down a batch's figures and what each batch rule said of them."""
    values = {"figures": figures.as_dict(), "results": list(results)}
    columns = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
    conn.execute(statement("holds/upsert_figures"), {"agency": entry.agency, "batch_id": entry.batch_id, **columns})
