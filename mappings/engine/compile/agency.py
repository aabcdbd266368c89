"""agency.yml: what an agency is called, which body it is, which language it reads, and how long its keys are good."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from hub.zones import start_of_day
from mappings.engine.compile.problems import nearest
from mappings.engine.model.source import KeyTimes
from standards.agencies import register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine.compile.yaml_document import Document, Key

LANGUAGES = ("zh", "en")
TIMES = ("valid_from", "valid_to", "revoked_at")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)


def check_agency(document: Document) -> None:
    """Note what is wrong with agency.yml: `{name: {zh, en}, language: zh|en, body: CODE, keys: {NAME: ...}}`."""
    data = document.data
    if data is None:
        return
    if not document.has_keys((), data, ("name", "language"), "body", "feed_body", "keys"):
        return
    document.has_keys(("name",), data["name"], LANGUAGES)
    if data["language"] not in LANGUAGES:
        document.problem(("language",), "not_one_of", value=data["language"], known=", ".join(LANGUAGES), hint="")


def bodies_of(document: Document, feed: str) -> tuple[str, ...]:
    """Return the bodies of the register that send a feed, and note those that the register does not have.

    `body` holds for all feeds of the agency; `feed_body` gives a feed others.  Each is a code, or a list of codes.
    """
    data = document.data if isinstance(document.data, dict) else {}
    by_feed = data.get("feed_body") or {}
    if not isinstance(by_feed, dict):
        document.problem(("feed_body",), "agency_keys", known="FEED: CODE")
        return ()
    general = _bodies(document, ("body",), data.get("body"))
    special = {name: _bodies(document, ("feed_body", name), written) for name, written in by_feed.items()}
    return special.get(feed, general)


def _bodies(document: Document, key: Key, written: Any) -> tuple[str, ...]:
    known = register().bodies
    codes = written if isinstance(written, list) else [] if written is None else [written]
    for code in codes:
        if code not in known:
            document.problem(key, "unknown_body", code=code, hint=nearest(str(code), known))
    return tuple(code for code in codes if code in known)


def key_times(document: Document) -> Iterator[KeyTimes]:
    """Yield the keys of an agency.yml that are written right, and note what is wrong with the others."""
    data = document.data if isinstance(document.data, dict) else {}
    keys = data.get("keys") or {}
    if not isinstance(keys, dict):
        document.problem(("keys",), "agency_keys", known="NAME: {valid_from, valid_to, revoked_at}")
        return
    for name, written in keys.items():
        if not document.has_keys(("keys", name), written, TIMES[:1], *TIMES[1:]):
            continue
        if not NAME.fullmatch(name):
            document.problem(("keys", name), "wrong_value", value=name, expected="a-z, 0-9, dash, underscore")
            continue
        times = {each: _moment(document, name, each, written.get(each)) for each in TIMES}
        start, end = times["valid_from"], times["valid_to"]
        if start is not None and end is not None and end <= start:
            expected = f"after {start.date()}"
            document.problem(("keys", name, "valid_to"), "wrong_value", value=end.date(), expected=expected)
        elif start is not None:
            yield KeyTimes(name, start, end, times["revoked_at"])


def _moment(document: Document, name: str, key: str, written: Any) -> datetime | None:
    """Return a day (its first moment in China) or a time with its zone: eight hours of a lost key are not guessed."""
    if written is None and key != "valid_from":
        return None
    try:
        moment = _of_text(str(written))
    except ValueError:
        expected = "2026-01-31 or 2026-01-31T15:00:00+08:00"
        document.problem(("keys", name, key), "wrong_value", value=written, expected=expected)
        return None
    return moment


def _of_text(text: str) -> datetime:
    try:
        return start_of_day(date.fromisoformat(text))
    except ValueError:
        moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment
