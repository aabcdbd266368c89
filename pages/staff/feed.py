"""One feed as the staff's pages show it, and the parts that its page has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import HTTPException

from hub.errors import HubError
from pages.site.rendering import render
from pages.staff.batch import TitledSource
from pipeline.sources import source_named

if TYPE_CHECKING:
    from datetime import datetime

    from fastapi import Request
    from fastapi.responses import HTMLResponse

    from mappings.engine import Source
    from pages.site.reading import Reader

PARTS = ("", "codes", "conflicts", "expectations", "terms", "mapping")  # each has a page below the feed's
COUNTED = 100_000  # rows in quarantine; more are not counted


class FeedAccount(TitledSource):
    """A source with its agency and what waits of it (`feeds/feed_named`)."""

    record_type: str
    batches: int
    held: int
    last_received_at: datetime | None
    open_rows: int


def feed_named(reader: Reader, agency: str, feed: str) -> FeedAccount:
    """Return one feed; raise HTTPException with 404 when the ledger has no such source."""
    found = reader.rows(FeedAccount, "feeds/feed_named", agency=agency, feed=feed) if "\0" not in agency + feed else []
    if not found:
        raise HTTPException(404)
    return found[0]


def mapping_of(source: str) -> Source | None:
    """Return the mapping of a source as it is now; None where its folder is gone or does not compile."""
    try:
        return source_named(source)
    except HubError:
        return None


def feed_page(request: Request, template: str, part: str, about: FeedAccount, **values: Any) -> HTMLResponse:
    """Return a page of a feed, with the links to its other parts.

    Args:
        request: What is answered.
        template: Its path below `templates/`.
        part: Which of `PARTS` it is.
        about: The feed.
        values: What the template shows beside these.
    """
    return render(request, template, about=about, part=part, parts=PARTS, counted=COUNTED, **values)
