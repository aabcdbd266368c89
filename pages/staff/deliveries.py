"""The list of what came, and a search in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hub import clock
from hub.batch import State
from pages.figures.bars import outcome_bar
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.site.rendering import page_address, render
from pages.staff.batch import counts_of
from warehouse.listings import RowCounts

if TYPE_CHECKING:
    from datetime import datetime

router = APIRouter()
DAY = timedelta(hours=24)
MOST = 50  # lines of a page
LONGEST = 200  # characters of a search
BUCKETS = ("read", "let_in", "quarantined")


class DeliveryLine(RowCounts):
    """One batch of the list (`staff/deliveries`)."""

    number: int
    batch: str
    source: str
    title_zh: str
    title_en: str
    file: str
    sha256: str
    state: str
    replay_of: str | None
    received_at: datetime
    submission_id: str | None
    sequence: int | None


class SourceName(TypedDict):
    """A source to choose (`staff/sources`)."""

    source: str
    title_zh: str
    title_en: str


@router.get("/deliveries")
def deliveries(request: Request) -> HTMLResponse:
    """Show one page of the list; what the address does not say, or says wrongly, narrows nothing."""
    reader, language = reader_of(request), language_of(request)
    wanted = {name: value.replace("\0", "").strip()[:LONGEST] for name, value in request.query_params.items()}
    sources = reader.rows(SourceName, "staff/sources")
    chosen = {
        "q": wanted.get("q"),
        "source": _one_of(wanted.get("source"), [each["source"] for each in sources]),
        "state": _one_of(wanted.get("state"), list(State)),
        "since": _one_of(wanted.get("since"), ["day"]),
        "bucket": _one_of(wanted.get("bucket"), BUCKETS),
    }
    before = wanted.get("before", "")
    found = reader.rows(
        DeliveryLine,
        "staff/deliveries",
        **{name: value or None for name, value in chosen.items()}
        | {"since": clock.now() - DAY if chosen["since"] else None},
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,  # noqa: PLR2004 - of a bigint
        limit=MOST + 1,
    )
    shown, root = found[:MOST], str(request.scope.get("root_path", "")).rstrip("/")
    older = page_address(root, "/deliveries", **chosen, before=shown[-1]["number"]) if len(found) > MOST else ""
    return render(
        request,
        "staff/deliveries.html.j2",
        found=shown,
        bars={each["batch"]: outcome_bar(counts_of(each), language) for each in shown if each["read"]},
        chosen=chosen,
        sources=sources,
        states=list(State),
        older=older,
        newest=page_address(root, "/deliveries", **chosen) if before else "",
    )


def _one_of(wanted: str | None, known: list[str] | list[State] | tuple[str, ...]) -> str:
    return wanted if wanted and wanted in known else ""
