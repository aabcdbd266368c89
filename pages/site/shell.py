"""The shell of an application of pages: its headers, its static files, and how it says that something went wrong."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import psycopg
from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.staticfiles import StaticFiles

from hub.errors import HubError, RetryLater, WrongUsage
from pages.site.origin import SameOrigin
from pages.site.rendering import render, wants_page
from pages.site.static_files import STATIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request, Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
POLICY_NAME = b"content-security-policy"
STORED = b"public, max-age=31536000, immutable"  # a year: the address changes with the file


def new_app(title: str, *, framed: bool) -> FastAPI:
    """Return an application without routes, whose answers carry the headers of this page's policy.

    It has no page of its own interface, refuses forms of other sites, serves `static/` without a login, and answers
    every fault with a page in the reader's language, or with JSON where a script asks.

    Args:
        title: Its name.
        framed: Whether pages of the same origin may show it in a frame, as Airflow's do.
    """
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SameOrigin)
    app.state.strict_headers = strict_headers("'self'" if framed else "'none'")
    app.add_middleware(StrictHeaders, headers=app.state.strict_headers)
    for kind, handler in FAULTS.items():
        app.add_exception_handler(kind, handler)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def strict_headers(ancestors: str) -> dict[bytes, bytes]:
    """Return the security headers; `ancestors` says whose frames may show the pages, as CSP writes it."""
    return {
        POLICY_NAME: POLICY.format(ancestors=ancestors).encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",
        b"cross-origin-opener-policy": b"same-origin",
        b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    }


def with_style(policy: bytes, style: str) -> bytes:
    """Return a policy that also lets the one style through whose hash is given, as CSP writes it.

    >>> with_style(b"default-src 'none'; style-src 'self'; img-src 'self'", "'sha256-x'")
    b"default-src 'none'; style-src 'self' 'sha256-x'; img-src 'self'"
    """
    return policy.replace(b"style-src 'self'", b"style-src 'self' " + style.encode(), 1)


class StrictHeaders:
    """Adds the security headers to every answer, whatever made it; what is no static file is never stored.

    A route whose page has a style within names its hash in `request.state.own_style`.
    """

    def __init__(self, app: ASGIApp, headers: dict[bytes, bytes]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        is_static = path.startswith("/static/") and scope["query_string"].startswith(b"v=")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_stored = is_static and message["status"] == HTTPStatus.OK
                ours = self.headers | {b"cache-control": STORED if is_stored else b"no-store"}
                if style := scope.get("state", {}).get("own_style"):
                    ours[POLICY_NAME] = with_style(ours[POLICY_NAME], style)
                others = [(name, value) for name, value in message["headers"] if name.lower() not in ours]
                message["headers"] = [*others, *ours.items()]
            await send(message)

        await self.app(scope, receive, with_headers)


def _fault_page(request: Request, status: int, key: str, detail: str = "", next_step: str = "") -> Response:
    headers = {"Retry-After": "10"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    if not wants_page(request):
        return JSONResponse({"error": key, "detail": detail, "next": next_step}, status, headers=headers)
    page = render(request, "site/fault.html.j2", key=key, detail=detail, next_step=next_step, status=status)
    page.headers.update(headers or {})
    return page


def _http_fault(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, StarletteHTTPException) else 500
    if location := (getattr(fault, "headers", None) or {}).get("Location"):
        return JSONResponse({}, status, headers={"Location": location})
    key = {401: "no_login", 403: "no_right", 404: "not_found", 405: "not_found", 413: "too_large", 429: "too_many"}
    detail = getattr(fault, "detail", "")
    is_ours = (
        isinstance(detail, str) and detail != HTTPStatus(status).phrase
    )  # else it is the English name of the status
    return _fault_page(
        request, status, key.get(status, "refused"), detail if is_ours and status not in (404, 405) else ""
    )


def _invalid(request: Request, _fault: Exception) -> Response:
    return _fault_page(request, 422, "refused")


def _wrong_usage(request: Request, fault: Exception) -> Response:
    """Answer a person who asked for what cannot be: the sentence says why."""
    what, cure = (fault.what, fault.next_step) if isinstance(fault, HubError) else ("", "")
    return _fault_page(request, 400, "refused", what, cure)


def _later(request: Request, fault: Exception) -> Response:
    what, cure = (fault.what, fault.next_step) if isinstance(fault, HubError) else ("", "")
    return _fault_page(request, 503, "later", what, cure)


def _broken(request: Request, _fault: Exception) -> Response:
    """Answer for a fault of ours, which the server logs; this is outside of the middleware that adds the headers."""
    page = _fault_page(request, 500, "broken")
    page.raw_headers.extend([*request.app.state.strict_headers.items(), (b"cache-control", b"no-store")])
    return page


FAULTS: dict[type[Exception], Callable[[Any, Any], Any]] = {
    HTTPException: _http_fault,
    StarletteHTTPException: _http_fault,
    RequestValidationError: _invalid,
    WrongUsage: _wrong_usage,
    RetryLater: _later,
    HubError: _later,
    psycopg.errors.QueryCanceled: _later,
    psycopg.OperationalError: _later,
    PoolTimeout: _later,
    Exception: _broken,
}
