"""In which language a page is shown: as its reader has chosen, else as the browser prefers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import cookie_parser

from hub.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

COOKIE = "riskhub_lang"


def language_of(request: Request) -> str:
    """Return "en" or "zh": what the address says (`?lang=zh`), else the cookie, else what the browser prefers."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else language_of_headers(request.headers)


def language_of_headers(headers: Mapping[str, str]) -> str:
    """Return the language by the headers alone.

    >>> language_of_headers({"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"})
    'zh'
    """
    chosen = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    preferred = headers.get("accept-language", "").split(",")
    return next((each.strip()[:2] for each in preferred if each.strip()[:2] in LANGUAGES), "en")
