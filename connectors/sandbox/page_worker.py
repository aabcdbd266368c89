"""The process that parses pages of a web service and listings of a store; `page_parser` alone starts it.

A page comes from outside, and 64 MiB of brackets or of elements take a gigabyte and more when they are parsed.  So they
are not parsed in the process that holds the hub's secrets and connections.

Jobs come one after the other on standard input: a line of JSON, then as many bytes as its `bytes` counts.  One line of
JSON is the answer; a page that cannot be parsed is `{"broken": true}`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from lxml import etree

from connectors.cursor import comparable
from connectors.readers.tree.safe_xml import PARSER_OPTIONS
from connectors.sandbox import limits
from connectors.sandbox.messages import StoredObject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.sandbox.messages import ListingResult, PageJob, PageResult, SinceFound, SinceLookup

LONGEST = 8_192  # characters of an address or of a cursor
LONGEST_NUMBER = 15  # digits
NAME, NAMES = 40, 8  # characters of a reported name, and how many names
# Members, and names of root elements, with which a document reports an error instead of records.
FAULTS = ("error", "errors", "fault", "faults", "exception", "html")
TOTALS = ("total", "totalcount", "total_count", "totalresults", "total_results", "totalelements", "count")


def main() -> None:
    """Do jobs until standard input ends."""
    jobs, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    bounds = json.loads(jobs.readline())
    limits.enter(memory=bounds["memory"], seconds=bounds["seconds"], file_bytes=0, parent=bounds["parent"])
    while line := jobs.readline():
        job = json.loads(line)
        replies.write(json.dumps(_done(job, jobs.read(job["bytes"]))).encode() + b"\n")
        replies.flush()


def _done(job: PageJob, body: bytes) -> PageResult | ListingResult:
    try:
        return _listing(body) if job["task"] == "listing" else _page(job, body)
    except (ValueError, LookupError, RecursionError, MemoryError, etree.LxmlError):
        return {"broken": True}


def _page(job: PageJob, body: bytes) -> PageResult:
    """Return the members of `page_parser.Page`.

    No value of a record leaves this process but the greatest `since`; the records themselves leave as one hash.
    """
    file_format, next_path = job["format"], job["next_path"]
    declared = file_format.get("records") or ""
    paths = [declared] if isinstance(declared, str) else declared
    path = paths[0]
    if file_format["kind"] == "xml":
        tree, value_at = _xml(body), _xml_value
        root = etree.QName(tree).localname
        path = next((each for each in paths if each.partition("/")[0] == root), path)
        records, names = records_of_xml(tree, path)
        fault = etree.QName(tree).localname.lower() in FAULTS
        # As it came, not in canonical form: that refuses names of namespaces which are no absolute addresses.
        written = [etree.tostring(each, with_tail=False) for each in records or ()]
    else:
        tree, value_at = json.loads(body.decode(file_format.get("encoding", "utf-8-sig"))), _json_value
        records, names = records_of_json(tree, path)
        fault = isinstance(tree, dict) and any(value for key, value in tree.items() if str(key).lower() in FAULTS)
        written = [json.dumps(each, sort_keys=True).encode() for each in records or ()]
    value = None if next_path is None else value_at(tree, next_path)
    if isinstance(value, str) and len(value) > LONGEST:
        raise ValueError
    total_path, empty_path, since = job.get("total_path"), job.get("empty_path"), job["since"]
    result: PageResult = {
        "has_records": records is not None,
        "names": names,
        "fault": fault,
        "count": len(written),
        "next_value": value if isinstance(value, str | int) and not isinstance(value, bool) else None,
        "total": _number(value_at(tree, total_path)) if total_path else _usual_total(tree),
        "empty_value": str(value_at(tree, empty_path))[:LONGEST] if empty_path else None,
        "digest": hashlib.sha256(b"".join(b"%d:%s" % (len(each), each) for each in written)).hexdigest(),
    }
    if since:
        found = _greatest((value_at(each, since["at"]) for each in records or ()), since)
        result["since_max"], result["future"] = found["since_max"], found["future"]
    return result


def records_of_json(tree: Any, path: str) -> tuple[list[Any] | None, list[str]]:
    """Return the records at a path, None where it is absent, and the first member names of the document.

    An object where a list is expected is one record, unless it is the whole document and reports an error.

    >>> records_of_json({"data": {"items": [1, 2]}}, "data/items")
    ([1, 2], ['data'])
    >>> records_of_json({"error": "busy"}, "data/items")
    (None, ['error'])
    """
    value = _json_value(tree, path)
    names = [str(key)[:NAME] for key in list(tree)[:NAMES]] if isinstance(tree, dict) else []
    if isinstance(value, list):
        return value, names
    if isinstance(value, dict) and not (not path and any(value.get(key) for key in value if key.lower() in FAULTS)):
        return [value], names
    return None, names


def records_of_xml(tree: Any, path: str) -> tuple[list[Any] | None, list[str]]:
    """Return the elements of records, and the names of the root and its first children.

    A path begins with the root, as it does for the reader of the delivery.  The elements are None where the root has
    another name, or where the element around the records is absent.
    """
    root = etree.QName(tree).localname
    parts = path.strip("/").split("/") if path else [root]
    names = [etree.QName(each).localname[:NAME] for each in (tree, *tree[:NAMES]) if isinstance(each.tag, str)]
    if parts[0] != root:
        return None, names
    found = list(tree.iter(f"{{*}}{parts[-1]}"))
    around = parts[1:-1]
    absent = not found and around and next(tree.iter(f"{{*}}{around[-1]}"), None) is None
    return (None if absent else found), names


def _usual_total(tree: Any) -> int | None:
    """Return the number of records of all pages that a JSON document gives under one of the usual names."""
    found = {str(key).lower(): value for key, value in tree.items()} if isinstance(tree, dict) else {}
    return next((number for name in TOTALS if (number := _number(found.get(name))) is not None), None)


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < LONGEST_NUMBER:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _greatest(values: Iterator[Any], since: SinceLookup) -> SinceFound:
    """Return the greatest value, as it is written, and the number of values that are times in the future."""
    kind, future = since["kind"], 0
    latest = comparable(since["latest"], kind) if kind == "time" else None
    greatest: tuple[Any, str] | None = None
    for value in values:
        rank: Any = comparable(value, kind)
        if rank is not None and latest is not None and rank > latest:
            future += 1
        elif rank is not None and (greatest is None or rank > greatest[0]):
            greatest = rank, str(value)
    return {"since_max": greatest and greatest[1], "future": future}


def _listing(body: bytes) -> ListingResult:
    """Return the objects of one page of a store's listing, and the token of the next page."""
    page = _xml(body)
    if etree.QName(page).localname != "ListBucketResult":
        return {"broken": True}
    plain = page.findtext("{*}EncodingType") != "url"  # a store that ignores `encoding-type`
    objects = []
    for found in page.iterfind("{*}Contents"):
        written = found.findtext("{*}Key") or ""
        size, tag, changed = (found.findtext(f"{{*}}{name}") or "" for name in ("Size", "ETag", "LastModified"))
        objects.append(StoredObject(written if plain else unquote_plus(written), int(size or 0), tag, changed))
    more = page.findtext("{*}IsTruncated") == "true"
    return {"objects": objects, "next_token": (page.findtext("{*}NextContinuationToken") or "") if more else ""}


def _xml(body: bytes) -> Any:
    return etree.fromstring(body, etree.XMLParser(**PARSER_OPTIONS))


def _xml_value(here: Any, path: str) -> str | None:
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


def _json_value(here: Any, path: str) -> Any:
    """Return what stands at a path such as `links/next` of a JSON document."""
    for part in filter(None, path.split("/")):
        if isinstance(here, list) and part.isdecimal():
            here = here[int(part)] if int(part) < len(here) else None
        else:
            here = here.get(part) if isinstance(here, dict) else None
    return here


if __name__ == "__main__":
    main()
