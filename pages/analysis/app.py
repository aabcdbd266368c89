"""The application of the analysts' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages.analysis import dictionary, explore, notices, overview, records, things
from pages.analysis.stored import Stored
from pages.site.identity import guarded_router
from pages.site.reading import Reader
from pages.site.shell import new_app
from stack.logins import analyst_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

PARTS = (overview, explore, things, records, notices, dictionary)


def build(who: Callable[..., Any]) -> FastAPI:
    """Return the application.  It reads as the analyst's login, whose rights bound what it can show.

    Args:
        who: A dependency that returns the `Person` who looks, or refuses the request.  Every route but the static files
            needs it.
    """
    app = new_app("riskhub analysis", framed=True)
    app.state.reader = Reader(analyst_url, "riskhub pages of analysts")
    app.state.stored = Stored()
    guarded = guarded_router(who)
    for part in PARTS:
        guarded.include_router(part.router)
    app.include_router(guarded)
    return app
