"""The process that looks into pages of a web service and listings of a store, started by `page_parser` only.

A page is parsed as far as the next one needs it.  Its server is a stranger, and 64 MiB of brackets or of elements take
a gigabyte and more when they are parsed: not in the process that keeps the hub's secrets and its connections.

One after the other a job comes on standard input, a line of JSON and then as many bytes as it says; one line of JSON
is the answer.  Anything that is not as it should be is `{"broken": true}`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from lxml import etree

from connectors.cursor import order
from connectors.readers.xml_options import HARDENED
from connectors.sandbox import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 8_192  # characters of an address or of a cursor
LONGEST_NUMBER = 15  # digits
NAME, NAMES = 40, 8  # characters of a name that is told, and how many names
BROKEN = {"broken": True}
# Members, and names of root elements, by which a document says that it is no answer but a fault.
FAULTS = ("error", "errors", "fault", "faults", "exception", "html")
TOTALS = ("total", "totalcount", "total_count", "totalresults", "total_results", "totalelements", "count")


def main() -> None:
    """Do jobs until there are no more."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    told = json.loads(jobs.readline())
    limits.enter(memory=told["memory"], seconds=told["seconds"], file_bytes=0, parent=told["parent"])
    while line := jobs.readline():
        job = json.loads(line)
        answers.write(json.dumps(_done(job, jobs.read(job["bytes"]))).encode() + b"\n")
        answers.flush()


def _done(job: dict[str, Any], body: bytes) -> dict[str, Any]:
    try:
        return _listing(body) if job["task"] == "listing" else _page(job, body)
    except (ValueError, LookupError, RecursionError, MemoryError, etree.LxmlError):
        return BROKEN


def _page(job: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return what the page tells: its records, the agreed places, the greatest `since`, and how it looks without any.

    `found` says whether there is a place for records, `holds` names what stands there instead, and `fault` whether the
    document says by itself that it is an error.  No value of a record leaves this process, only a hash of them all.
    """
    form = job["form"]
    records, at = str(form.get("records") or ""), job["at"]
    if form["kind"] == "xml":
        tree, look = _xml(body), _text_at
        found, holds = records_of_xml(tree, records)
        fault = etree.QName(tree).localname.lower() in FAULTS
        # As it came, not in canonical form: that refuses names of namespaces which are no absolute addresses.
        written = [etree.tostring(each, with_tail=False) for each in found or ()]
    else:
        tree, look = json.loads(body.decode(form.get("encoding", "utf-8-sig"))), _at
        found, holds = records_of_json(tree, records)
        fault = isinstance(tree, dict) and any(value for key, value in tree.items() if str(key).lower() in FAULTS)
        written = [json.dumps(each, sort_keys=True).encode() for each in found or ()]
    value = None if at is None else look(tree, at)
    if isinstance(value, str) and len(value) > LONGEST:
        raise ValueError
    told: dict[str, Any] = {"found": found is not None, "holds": holds, "fault": fault, "count": len(written)}
    told["at"] = value if isinstance(value, str | int) and not isinstance(value, bool) else None
    told["total"] = _number(look(tree, job["total"])) if job.get("total") else _usual_total(tree)
    told["told"] = str(look(tree, job["empty_at"]))[:LONGEST] if job.get("empty_at") else None
    told["digest"] = hashlib.sha256(b"".join(b"%d:%s" % (len(each), each) for each in written)).hexdigest()
    since = job["since"]
    return told | (_greatest((look(each, since["at"]) for each in found or ()), since) if since else {})


def records_of_json(tree: Any, path: str) -> tuple[list[Any] | None, list[str]]:
    """Return the records at a path, None where it is absent, and the names that the document has."""
    there = _at(tree, path)
    holds = [str(key)[:NAME] for key in list(tree)[:NAMES]] if isinstance(tree, dict) else []
    if isinstance(there, list):
        return there, holds
    if isinstance(there, dict) and not (not path and any(there.get(key) for key in there if key.lower() in FAULTS)):
        return [there], holds
    return None, holds


def records_of_xml(tree: Any, path: str) -> tuple[list[Any] | None, list[str]]:
    """Return the elements of records; None where another root stands, or the element that they would stand in is not.

    A path begins with the root, as it does for the reader of the delivery.
    """
    root = etree.QName(tree).localname
    parts = path.strip("/").split("/") if path else [root]
    holds = [etree.QName(each).localname[:NAME] for each in (tree, *tree[:NAMES]) if isinstance(each.tag, str)]
    if parts[0] != root:
        return None, holds
    found = list(tree.iter(f"{{*}}{parts[-1]}"))
    around = parts[1:-1]
    absent = not found and around and next(tree.iter(f"{{*}}{around[-1]}"), None) is None
    return (None if absent else found), holds


def _usual_total(tree: Any) -> int | None:
    """Return the number that a JSON document gives, under a usual name, for the records of all pages."""
    found = {str(key).lower(): value for key, value in tree.items()} if isinstance(tree, dict) else {}
    return next((number for name in TOTALS if (number := _number(found.get(name))) is not None), None)


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < LONGEST_NUMBER:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


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
