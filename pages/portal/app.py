"""The application of the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import JSONResponse
from starlette.middleware import Middleware

from pages.portal import dictionary, entrance, files, fix, home, keys, quality, submissions, usage, zero
from pages.portal.limits import BodyLimit
from pages.site.identity import guarded_router
from pages.site.shell import new_app

if TYPE_CHECKING:
    from fastapi import FastAPI


def build() -> FastAPI:
    """Return the application: every route but the login, the one-time link and the health needs a session."""
    app = new_app("riskhub portal", framed=False)
    app.user_middleware.append(Middleware(BodyLimit))  # within the others: what it refuses has their headers
    app.add_api_route("/health", health, methods=["GET"])
    app.include_router(entrance.open_router)
    guarded = guarded_router(entrance.identify)
    for part in (entrance, home, files, submissions, fix, zero, quality, dictionary, usage, keys):
        guarded.include_router(part.router)
    app.include_router(guarded)
    return app


def health() -> JSONResponse:
    """Answer that this is the portal; no database is needed for it."""
    return JSONResponse({"portal": "riskhub"})
