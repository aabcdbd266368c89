"""Submissions: the history, and of each the receipt with its findings, its files, and what corrects it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from hub.batch import State
from pages.figures.bars import outcome_bar
from pages.portal.cells import first_cells
from pages.portal.entrance import member_of
from pages.portal.home import SubmissionLine, feeds_of, reader_of
from pages.portal.verdicts import in_language
from pages.site.language import language_of
from pages.site.rendering import page_address, render

if TYPE_CHECKING:
    from pages.portal.sessions import Member
    from pipeline.receipts.account import ReceiptAccount

router = APIRouter()
PAGE = 25  # submissions
MEDIA = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


class Progress(TypedDict):
    """How far a submission has come (`portal/batch_of_file`, `portal/submission`)."""

    feed: str
    batch_id: str
    state: str
    received_at: datetime
    mapped_at: datetime | None
    validated_at: datetime | None
    loaded_at: datetime | None
    acknowledged_at: datetime | None
    is_delayed: bool
    file_name: str
    quarantined: int
    open: int
    duplicate_of: str | None
    replay_of: str | None


class ReceiptFile(TypedDict):
    """A file that belongs to a submission (`portal/receipts`)."""

    kind: str
    name: str


class ReceiptBody(ReceiptFile):
    """Such a file with its bytes (`portal/receipt`)."""

    body: bytes


class ThreadLine(TypedDict):
    """A submission that another one belongs to (`portal/thread`)."""

    batch_id: str
    role: str  # corrects, or corrected_by
    file_name: str
    state: str
    received_at: datetime
    rows: int


def require_sender(request: Request) -> Member:
    """Return the person who submits; raise HTTPException with 403 when the visitor may only look."""
    member = member_of(request)
    if not member.may_submit:
        raise HTTPException(403)
    return member


def submission_of(request: Request, batch_id: str) -> Progress:
    """Return a submission of the visitor's agency; raise HTTPException with 404 when it has none of this id."""
    found = reader_of(request).rows(Progress, "portal/submission", batch_id=batch_id)
    if not found:
        raise HTTPException(404)
    return found[0]


@router.get("/submissions")
def history(request: Request, feed: str = "", state: str = "", before: int | None = None) -> HTMLResponse:
    """List the submissions, the latest first."""
    feeds = feeds_of(member_of(request).agency)
    lines = reader_of(request).rows(
        SubmissionLine, "portal/submissions", feed=feed or None, state=state or None, before=before, limit=PAGE + 1
    )
    older = (
        page_address("", "/submissions", feed=feed, state=state, before=lines[PAGE - 1]["number"])
        if lines[PAGE:]
        else ""
    )
    newest = page_address("", "/submissions", feed=feed, state=state) if before else ""
    about: dict[str, Any] = {
        "titles": {head.feed: head.title for head in feeds},
        "feed": feed,
        "state": state,
        "states": list(State),
    }
    return render(request, "portal/submissions.html.j2", rows=lines[:PAGE], older=older, newest=newest, **about)


@router.get("/submissions/{batch_id}")
def submission(request: Request, batch_id: str) -> HTMLResponse:
    """Show the receipt of a submission, or how far it has come."""
    progress, reader, language = submission_of(request, batch_id), reader_of(request), language_of(request)
    written = reader.rows(ReceiptBody, "portal/receipt", batch_id=batch_id, form="json")
    account = in_language(cast("ReceiptAccount", json.loads(bytes(written[0]["body"]))), language) if written else None
    may_submit = member_of(request).may_submit
    can_fix = bool(account and account["answer"] and account["answer"]["can_return"])
    is_fixable = may_submit and can_fix and progress["open"]
    return render(
        request,
        "portal/submission.html.j2",
        progress=progress,
        account=account,
        bar=outcome_bar(account["counts"], language) if account else "",
        files=reader.rows(ReceiptFile, "portal/receipts", batch_id=batch_id, forms=list(MEDIA)),
        thread=reader.rows(ThreadLine, "portal/thread", batch_id=batch_id),
        may_submit=may_submit,
        can_fix=can_fix,
        cells=first_cells(reader, batch_id) if is_fixable else {},
    )


@router.get("/submissions/{batch_id}/progress")
def submission_progress(request: Request, batch_id: str) -> HTMLResponse:
    """Return the part of the page that renews itself while the hub works."""
    return render(request, "portal/steps.html.j2", progress=submission_of(request, batch_id))


@router.get("/submissions/{batch_id}/documents/{kind}")
def document(request: Request, batch_id: str, kind: str) -> Response:
    """Return a file of a submission: the receipt as JSON, the correction file as xlsx or csv."""
    submission_of(request, batch_id)
    found = (
        reader_of(request).rows(ReceiptBody, "portal/receipt", batch_id=batch_id, form=kind) if kind in MEDIA else []
    )
    if not found:
        raise HTTPException(404)
    name = f"{batch_id}.receipt.json" if kind == "json" else f"{batch_id}.receipt.fix.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(bytes(found[0]["body"]), media_type=MEDIA[kind], headers=headers)
