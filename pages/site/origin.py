"""Forms are taken from the hub's own pages only: what another site makes a browser send is refused.

A browser says in `Sec-Fetch-Site` (Fetch Metadata, W3C) where a request comes from; an older one sends `Origin`.  A
program sends neither, and no cookie of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from hub.i18n import say
from pages.site.language import language_of_headers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = {"GET", "HEAD", "OPTIONS"}


class SameOrigin:
    """Refuses every request that may change something, and that no page of this origin has made."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 403."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not from_here(Headers(scope=scope)):
            text = say("frame.other_site", language_of_headers(Headers(scope=scope)))
            await PlainTextResponse(text, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def from_here(headers: Headers) -> bool:
    """Return whether the request comes from a page of the same origin, or from a program that holds no cookie.

    >>> from_here(Headers({"sec-fetch-site": "cross-site", "host": "hub"}))
    False
    >>> from_here(Headers({"origin": "https://hub", "host": "hub", "cookie": "a=b"}))
    True
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host")
    return "cookie" not in headers
