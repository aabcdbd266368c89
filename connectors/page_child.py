"""The process that looks into pages of a web service and listings of a store, started by `connectors.glance` only.

A page is parsed as far as the next one needs it.  Its server is a stranger, and 64 MiB of brackets or of elements take
a gigabyte and more when they are parsed: not in the process that keeps the hub's secrets and its connections.

One after the other a job comes on standard input, a line of JSON and then as many bytes as it says; one line of JSON
is the answer.  Anything that is not as it should be is `{"broken": true}`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from lxml import etree

from connectors import sandbox
from connectors.hardened import HARDENED
from connectors.since import order

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 8_192  # characters of an address or of a cursor
BROKEN = {"broken": True}


def main() -> None:
    """Do jobs until there are no more."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    told = json.loads(jobs.readline())
    sandbox.enter(memory=told["memory"], seconds=told["seconds"], file_bytes=0, parent=told["parent"])
    while line := jobs.readline():
        job = json.loads(line)
        answers.write(json.dumps(_done(job, jobs.read(job["bytes"]))).encode() + b"\n")
        answers.flush()


def _done(job: dict[str, Any], body: bytes) -> dict[str, Any]:
    try:
        return _listing(body) if job["task"] == "listing" else _page(job, body)
    except (ValueError, LookupError, RecursionError, MemoryError, etree.XMLSyntaxError):
        return BROKEN


def _page(job: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return how many records the page has, what stands at the agreed place, and the greatest `since` of them."""
    form = job["form"]
    records, at = str(form.get("records") or ""), job["at"]
    if form["kind"] == "xml":
        tree, look = _xml(body), _text_at
        found = list(tree.iter(f"{{*}}{records.rpartition('/')[2]}"))
    else:
        tree, look = json.loads(body.decode(form.get("encoding", "utf-8-sig"))), _at
        there = _at(tree, records)
        found = there if isinstance(there, list) else [] if there is None else [there]
    value = None if at is None else look(tree, at)
    if isinstance(value, str) and len(value) > LONGEST:
        raise ValueError
    told = {"count": len(found), "at": value if isinstance(value, str | int) else None}
    return told | (_greatest((look(each, job["since"]["at"]) for each in found), job["since"]) if job["since"] else {})


def _greatest(values: Iterator[Any], since: dict[str, str]) -> dict[str, Any]:
    """Return the greatest value, as it is written, and how many name a time that cannot be yet."""
    form, ahead = since["form"], 0
    latest = order(since["latest"], form) if form == "time" else None
    greatest: tuple[Any, str] | None = None
    for value in values:
        rank: Any = order(value, form)
        if rank is not None and latest is not None and rank > latest:
            ahead += 1
        elif rank is not None and (greatest is None or rank > greatest[0]):
            greatest = rank, str(value)
    return {"since": greatest and greatest[1], "ahead": ahead}


def _listing(body: bytes) -> dict[str, Any]:
    """Return the objects of a page of a store's listing, and the mark of the next page."""
    page = _xml(body)
    if etree.QName(page).localname != "ListBucketResult":
        return BROKEN
    plain = page.findtext("{*}EncodingType") != "url"  # a store that does not know what was asked
    objects = []
    for found in page.iterfind("{*}Contents"):
        written = found.findtext("{*}Key") or ""
        size, tag, changed = (found.findtext(f"{{*}}{name}") or "" for name in ("Size", "ETag", "LastModified"))
        objects.append([written if plain else unquote_plus(written), int(size or 0), tag, changed])
    more = page.findtext("{*}IsTruncated") == "true"
    return {"objects": objects, "next": (page.findtext("{*}NextContinuationToken") or "") if more else ""}


def _xml(body: bytes) -> Any:
    return etree.fromstring(body, etree.XMLParser(**HARDENED))


def _text_at(here: Any, path: str) -> str | None:
    """Return the text of the element, or the `@attribute`, at a path such as `links/next`."""
    for part in filter(None, path.split("/")):
        if part.startswith("@"):
            value: str | None = here.get(part[1:])
            return value
        here = here.find(f"{{*}}{part}")
        if here is None:
            return None
    text: str | None = here.text
    return text


def _at(here: Any, path: str) -> Any:
    """Return what stands at a path such as `links/next` of a JSON document."""
    for part in filter(None, path.split("/")):
        if isinstance(here, list) and part.isdecimal():
            here = here[int(part)] if int(part) < len(here) else None
        else:
            here = here.get(part) if isinstance(here, dict) else None
    return here


if __name__ == "__main__":
    main()
