"""The application of the staff's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages.site.identity import guarded_router
from pages.site.reading import Reader
from pages.site.shell import new_app
from pages.staff import deliveries, delivery, expectations, feed_codes, feed_terms, feeds, holds, today, traces
from warehouse.connection import database_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

PARTS = (today, holds, deliveries, delivery, feeds, feed_codes, feed_terms, expectations, traces)


def build(who: Callable[..., Any]) -> FastAPI:
    """Return the application.

    Args:
        who: A dependency that returns the `Person` who looks, or refuses the request.  Every route but the static files
            needs it.
    """
    app = new_app("riskhub staff", framed=True)
    app.state.reader = Reader(database_url)
    guarded = guarded_router(who)
    for part in PARTS:
        guarded.include_router(part.router)
    app.include_router(guarded)
    return app
