"""How much a request may bring: a form is small, and only an upload by pieces, which is streamed, may be long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from hub.i18n import say
from hub.settings import settings
from pages.site.language import language_of_headers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM = 4 << 20  # bytes of an ordinary form: a page of rows to correct is the longest
FILE_FORM = 32 << 20  # bytes of a form with a file


class BodyLimit:
    """Refuses bodies that are too long, also those that do not say their length."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, respond: Send) -> None:
        """Pass a request on while its body is short enough, or answer it with 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, respond)
            return
        most, read = limit_of(scope["method"], scope["path"]), 0
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > most:
            text = say("frame.fault.too_large", language_of_headers(headers))
            await PlainTextResponse(text, 413)(scope, receive, respond)
            return

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, respond)


def limit_of(method: str, path: str) -> int:
    """Return how many bytes a request may bring.

    >>> limit_of("POST", "/login") == FORM
    True
    """
    if method == "PATCH":
        return settings().upload_bytes
    return FILE_FORM if method == "POST" and path == "/files" else FORM
