"""A zero report by one click: the manifest that says that nothing happened in a period."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse

from connectors.manifest import prose
from hub import clock
from hub.durable import write_private
from hub.errors import WrongUsage
from pages.portal.files import takes_files
from pages.portal.home import RECENT, Period, feed_of, reader_of
from pages.portal.submissions import require_sender
from pages.portal.upload_store import uploads_folder
from pages.site.rendering import page_address
from pipeline.authoring.manifests import make
from pipeline.intake.drop import move_file

if TYPE_CHECKING:
    from fastapi import Response

router = APIRouter()
OPEN = ("open", "silent", "not_accepted")  # states of a period for which a report is missing


@router.post("/feeds/{feed}/zero")
def report_zero(request: Request, feed: str, first_day: Annotated[str, Form()] = "") -> Response:
    """Report that nothing happened in a period that is due; the hub takes the manifest like any other."""
    member, head = require_sender(request), feed_of(request, feed)
    periods = reader_of(request).rows(Period, "portal/periods", since=clock.now() - RECENT)
    due = [each for each in periods if each["feed"] == feed and each["state"] in OPEN]
    period = next((each for each in due if each["first_day"].isoformat() == first_day), None)
    if period is None or not takes_files(head):
        raise HTTPException(404)
    written = f"{period['first_day']}/{period['last_day']}"
    draft = make([], {"source": head.name, "operation": "zero", "period": written, "sender": member.login})
    body = uploads_folder(member.agency) / f"{secrets.token_hex(16)}.zero"
    try:
        write_private(body, prose(draft.data))
        move_file(body, head.name, draft.path.name)
    except WrongUsage:  # the same report waits there already
        return RedirectResponse(page_address("", "/", done="zero"), 303)
    finally:
        body.unlink(missing_ok=True)
    return RedirectResponse(page_address("", "/", done="zero"), 303)
