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
from typing import Any
from urllib.parse import unquote_plus

from lxml import etree

from connectors import sandbox
from connectors.hardened import HARDENED

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
    """Return how many records the page has, and what stands at the agreed place."""
    form = job["form"]
    records, at = str(form.get("records") or ""), job["at"]
    if form["kind"] == "xml":
        tree = _xml(body)
        count = sum(1 for _ in tree.iter(f"{{*}}{records.rpartition('/')[2]}"))
        value = None if at is None else _text_at(tree, at)
    else:
        tree = json.loads(body.decode(form.get("encoding", "utf-8-sig")))
        found = _at(tree, records)
        count = len(found) if isinstance(found, list) else int(found is not None)
        value = None if at is None else _at(tree, at)
    if isinstance(value, str) and len(value) > LONGEST:
        raise ValueError
    return {"count": count, "at": value if isinstance(value, str | int) else None}


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
