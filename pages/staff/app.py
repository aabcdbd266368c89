"""The application of the staff's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages.site.identity import guarded_router
from pages.site.reading import Reader
from pages.site.shell import new_app
from pages.staff import deliveries, delivery, holds, today
from warehouse.connection import database_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI


def build(who: Callable[..., Any]) -> FastAPI:
    """Return the application.

    Args:
        who: A dependency that returns the `Person` who looks, or refuses the request.  Every route but the static files
            needs it.
    """
    app = new_app("riskhub staff", framed=True)
    app.state.reader = Reader(database_url)
    guarded = guarded_router(who)
    for part in (today, holds, deliveries, delivery):
        guarded.include_router(part.router)
    app.include_router(guarded)
    return app
