"""Hold: a batch whose figures are unusual waits for a person; the decision is written down with who and when.

A held batch does not stop the ones after it.  When it is approved late, precedence (`loading/precedence.py`) keeps what
they have changed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from hub.batch import State
from hub.errors import WrongUsage
from hub.finding import Finding
from hub.i18n import local_time, say
from hub.messages import error_of
from hub.settings import settings
from pipeline.receipts.close import end
from pipeline.transform.staging import Work
from validation.batches.figure_text import figure_label
from validation.catalogue import render
from warehouse import ledger, listings
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import Connection

    from hub.receipt import HoldReason
    from warehouse.ledger import Entry

Decision = Literal["approve", "reject"]


class Hold(TypedDict):
    """Why and since when a batch was held, and the decision; it is None while the batch waits."""

    decision: Decision | None
    decided_by: str | None
    decided_at: datetime | None
    comment: str | None
    reasons: list[HoldReason]
    held_at: datetime


class OpenHold(TypedDict):
    """A batch that waits for a person."""

    batch: str
    source: str
    file: str
    received_at: datetime
    held_at: datetime
    reasons: list[HoldReason]


def put_on_hold(conn: Connection[Any], entry: Entry, reasons: Sequence[HoldReason]) -> None:
    """Let a judged batch wait for a person; part of the caller's transaction."""
    about = {
        "agency": entry.agency,
        "batch_id": entry.batch_id,
        "reasons": json.dumps(list(reasons), ensure_ascii=False),
    }
    conn.execute(statement("holds/hold_batch"), about)
    ledger.advance(conn, entry.batch_id, State.HELD)


def hold_of(conn: Connection[Any], batch_id: str) -> Hold | None:
    """Return the hold of a batch; None when it has never been held."""
    return next(iter(listings.rows_of(conn, Hold, "holds/hold_of_batch", batch_id=batch_id)), None)


def hold_named(batch_id: str) -> Hold | None:
    """Return the same for a caller that has no connection."""
    with connect() as conn:
        return hold_of(conn, batch_id)


def held(source: str | None = None) -> list[OpenHold]:
    """Return the batches that wait for a person, oldest first."""
    with connect() as conn:
        return listings.rows_of(conn, OpenHold, "holds/open_holds", source=source)


def decide(  # noqa: PLR0913 - what a decision is
    batch_id: str,
    decision: Decision,
    who: str,
    comment: str = "",
    *,
    at: datetime | None = None,
    held_at: str | None = None,
) -> bool:
    """Release a held batch, or reject it.

    An approved batch goes on with the next run or sweep.

    Args:
        batch_id: The batch.
        decision: "approve" or "reject".
        who: The person who decides, for the audit.
        comment: The reason; its sender reads it when the batch is rejected.
        at: When it was decided; None: now.
        held_at: The `held_at` of the question that is answered; a batch that was held again since is not decided.

    Returns:
        False when the batch has been decided before.

    Raises:
        WrongUsage: There is no such batch, it has never been held, or a rejection gives no reason.
    """
    if decision == "reject" and not comment.strip():
        raise error_of(WrongUsage, "hold.no_reason", where=batch_id)
    with connect() as conn:
        entry, hold = ledger.entry(conn, batch_id), hold_of(conn, batch_id)
        if hold is None:
            raise error_of(WrongUsage, "hold.not_held", batch=batch_id)
        if ledger.lock_batch(conn, batch_id) != State.HELD or held_at not in {None, hold["held_at"].isoformat()}:
            return False
        values = {"batch_id": batch_id, "decision": decision, "who": who, "comment": comment or None, "at": at}
        conn.execute(statement("holds/decide"), values)
        detail = json.dumps({"comment": comment, "reasons": hold["reasons"]}, ensure_ascii=False)
        audit = {"who": who, "what": f"hold {decision}", "agency": entry.agency, "batch_id": batch_id, "detail": detail}
        conn.execute(statement("holds/insert_audit"), audit)
        if decision == "approve":
            # The work is there unless somebody has cleared the store: then the batch is read again, as approved.
            ledger.advance(conn, batch_id, State.VALIDATED if Work(batch_id).exists() else State.RECEIVED)
            return True
        findings = [Finding("HELD_REJECTED", value=comment), *(_reason(each) for each in hold["reasons"])]
        end(conn, batch_id, State.REJECTED, findings)
    return True


def _reason(reason: HoldReason) -> Finding:
    return Finding(reason["code"], field=reason["field"], value=reason["observed"], expected=reason["expected"])


def question(batch_id: str) -> dict[str, str]:
    """Return subject, body (Markdown) and `held_at` of the question about a held batch, in the language of the hub.

    Raises:
        WrongUsage: The batch is not held.
    """
    language = settings().language
    with connect() as conn:
        entry, hold = ledger.entry(conn, batch_id), hold_of(conn, batch_id)
    if hold is None:
        raise error_of(WrongUsage, "hold.not_held", batch=batch_id)
    received = local_time(entry.received_at, language)
    lines = [
        say("hold.body", language, file=_plain(entry.file_name), source=entry.source, received=received),
        say("hold.choice", language),
        "",
        "".join(f"| {say(f'hold.{column}', language)} " for column in ("why", "figure", "observed", "expected")) + "|",
        "|---|---|---|---|",
    ]
    for each in hold["reasons"]:
        title = render(each["code"], language).title
        figure = _plain(figure_label(each["figure"], language))
        lines.append(f"| {title} | {figure} | {each['observed']} | {each['expected']} |")
    return {
        "subject": f"{entry.source}: {_plain(entry.file_name)} ({batch_id})",
        "body": "\n".join(lines),
        "held_at": hold["held_at"].isoformat(),
    }


def _plain(name: str) -> str:
    """Return a sender's file name without signs that mean something in Markdown or in a template."""
    return "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in name)
