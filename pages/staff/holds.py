"""Batches that wait for a person: the figures, a sample of the rows, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from connectors.raw_store import RawDamaged
from hub.errors import HubError
from pages.site.identity import require_decision, visitor
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.site.rendering import page_address, render
from pages.staff.batch import batch_named
from pipeline.reports.first_rows import FirstRows, first_rows
from pipeline.review.hold import Decision, Hold, OpenHold, decide
from validation.batches.figure_text import figure_label
from validation.catalogue import render as finding_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hub.receipt import HoldReason
    from pages.site.reading import Reader

router = APIRouter()
LONGEST_COMMENT = 2000  # characters
ROWS = 8  # that a person looks at before deciding


@dataclass(frozen=True)
class Reason:
    """Why a batch waits, in words: one figure of it beside the usual one."""

    title: str
    figure: str
    observed: str
    expected: str


@dataclass(frozen=True)
class HeldCard:
    """A batch that waits, as the first page shows it."""

    batch: str
    source: str
    file: str
    received_at: datetime
    reasons: list[Reason]


def held_cards(reader: Reader, language: str) -> list[HeldCard]:
    """Return the batches that wait for a person, oldest first."""
    return [
        HeldCard(each["batch"], each["source"], each["file"], each["received_at"], _worded(each["reasons"], language))
        for each in reader.rows(OpenHold, "holds/open_holds", source=None)
    ]


@router.get("/holds/{batch}")
def hold_page(request: Request, batch: str) -> HTMLResponse:
    """Show why a batch waits, its first rows, and the form of the decision; or what was decided."""
    return _page(request, batch)


@router.post("/holds/{batch}", dependencies=[Depends(require_decision)])
def decide_hold(
    request: Request,
    batch: str,
    decision: Annotated[Decision, Form()],
    held_at: Annotated[str, Form()],
    comment: Annotated[str, Form(max_length=LONGEST_COMMENT)] = "",
) -> Response:
    """Write the decision down and lead to its page; a rejection without a reason gets the form again."""
    if decision == "reject" and not comment.strip():
        return _page(request, batch, needs_reason=True)
    if not reader_of(request).rows(Hold, "holds/hold_of_batch", batch_id=batch):
        raise HTTPException(404)
    done = decide(batch, decision, visitor(request).login, comment.strip(), held_at=held_at)
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return RedirectResponse(page_address(root, f"/holds/{batch}", late=None if done else "1"), 303)


def _page(request: Request, batch: str, *, needs_reason: bool = False) -> HTMLResponse:
    reader, language = reader_of(request), language_of(request)
    about = batch_named(reader, batch)
    hold = next(iter(reader.rows(Hold, "holds/hold_of_batch", batch_id=batch)), None)
    if hold is None:
        raise HTTPException(404)
    waiting = [each for each in reader.rows(OpenHold, "holds/open_holds", source=None) if each["batch"] != batch]
    return render(
        request,
        "staff/hold.html.j2",
        status=422 if needs_reason else 200,
        about=about,
        hold=hold,
        is_open=about["state"] == "held" and hold["decision"] is None,
        reasons=_worded(hold["reasons"], language),
        rows=_sample(batch),
        next_held=waiting[0] if waiting else None,
        needs_reason=needs_reason,
        was_late="late" in request.query_params,
    )


def _sample(batch: str) -> FirstRows | None:
    """Return the first rows of a batch; None where its bytes cannot be read now."""
    try:
        return first_rows(batch, ROWS)
    except (HubError, RawDamaged, OSError):
        return None


def _worded(reasons: Sequence[HoldReason], language: str) -> list[Reason]:
    return [
        Reason(
            finding_text(each["code"], language).title,
            figure_label(each["figure"], language),
            each["observed"],
            each["expected"],
        )
        for each in reasons
    ]
