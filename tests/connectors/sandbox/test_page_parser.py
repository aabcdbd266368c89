"""The page parser: what it finds in a page, and that no page can hurt the process that has it parsed."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from connectors.sandbox.page_parser import Page, PageParser
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

JSON: dict[str, Any] = {"kind": "json", "records": "data/items"}
XML: dict[str, Any] = {"kind": "xml", "records": "r/items/item"}
FINE = b'{"data": {"items": [{}, {}]}, "links": [{"next": "/2"}], "size": 7}'
HOLDS = ("data", "links", "size")
MEMORY = 400 << 20


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> Iterator[PageParser]:
    monkeypatch.setenv("RISKHUB_READ_MEMORY", str(MEMORY))
    settings.cache_clear()
    made = PageParser(seconds=20)
    yield made
    made.close()
    settings.cache_clear()


def fine(count: int, *names: str, **found: Any) -> Page:
    return Page(broken=False, count=count, names=names, **found)


@pytest.mark.parametrize(
    ("body", "file_format", "next_path", "expected"),
    [
        (FINE, JSON, "links/0/next", fine(2, *HOLDS, next_value="/2")),
        (FINE, JSON, "size", fine(2, *HOLDS, next_value=7)),
        (FINE, JSON, "links", fine(2, *HOLDS)),
        (FINE, JSON, None, fine(2, *HOLDS)),
        (b"[1, 2, 3]", {"kind": "json"}, "a/b", fine(3)),
        ("\ufeff[]".encode(), {"kind": "json"}, None, fine(0)),
        (
            b'<r xmlns="u"><items><item/></items><n h="/2">x</n></r>',
            XML, "n/@h", fine(1, "r", "items", "n", next_value="/2"),
        ),
        (b"<r><items/><n> 5 </n></r>", XML, "n", fine(0, "r", "items", "n", next_value=" 5 ")),
        (b"<r><n> 5 </n></r>", XML, "n", fine(0, "r", "n", next_value=" 5 ", has_records=False)),
        (b"<r/>", XML, "n/m", fine(0, "r", has_records=False)),
        (b"", JSON, None, Page()),
        (b"", XML, None, Page()),
    ],
)  # fmt: skip
def test_a_page_gives_its_records_and_where_the_next_one_is(
    parser: PageParser, body: bytes, file_format: dict[str, Any], next_path: str | None, expected: Page
) -> None:
    page = parser.page(body, file_format, next_path)
    assert replace(page, digest="") == expected
    assert len(page.digest) == (0 if page.broken else 64)


@pytest.mark.parametrize("name", ["u", "../u", "urn:u", "http://u/"])
@pytest.mark.parametrize("prefix", ["", "p"])
def test_a_page_of_any_namespace_is_read(parser: PageParser, name: str, prefix: str) -> None:
    """A name of a namespace is a name, and need not be an address; only other records give another digest."""
    colon = prefix and f"{prefix}:"

    def page(cell: str, after: str = "") -> Page:
        record = f"<{colon}item n='1'>{cell}</{colon}item>{after}"
        items = f"<{colon}items>{record}</{colon}items>"
        return parser.page(f"<{colon}r xmlns{prefix and ':'}{prefix}='{name}'>{items}</{colon}r>".encode(), XML, None)

    one, again, other = page("一"), page("一", "\n "), page("二")
    assert (one.broken, one.count, one.has_records) == (False, 1, True)
    assert one == again
    assert one.digest != other.digest


LAUGHS = b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 10_000 + b'"><!ENTITY b "' + b"&a;" * 10_000 + b'">]><r>&b;</r>'
BOMBS = {
    "deep": (b"[" * 1_000_000, JSON),
    "deep objects": (b'{"a":' * 1_000_000, JSON),
    "huge number": (b"[" + b"9" * 1_000_000 + b"]", JSON),
    "many objects": (b"[" + b'{"a":{}},' * 2_000_000 + b"0]", JSON),
    "many elements": (b"<r>" + b"<a/>" * 4_000_000 + b"</r>", XML),
    "deep elements": (b"<a>" * 1_000_000, XML),
    "entities": (LAUGHS, XML),
    "a file": (b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r><items><next>&a;</next></items></r>', XML),
    "a long address": (b'{"data": {"items": []}, "next": "' + b"a" * 10_000 + b'"}', JSON),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_no_page_hurts_the_hub(parser: PageParser, name: str) -> None:
    """It ends in time, with little memory here, and the next page is parsed as if nothing had happened."""
    body, form = BOMBS[name]
    before = psutil.Process().memory_info().rss
    page = parser.page(body, form, "next")
    assert replace(page, digest="") == fine(0, "r", "items") if name == "a file" else page.broken
    assert psutil.Process().memory_info().rss - before < len(body) + (32 << 20)
    assert parser.page(FINE, JSON, "size").next_value == 7


def test_a_child_that_dies_or_hangs_is_a_broken_page(parser: PageParser) -> None:
    assert parser.page(FINE, JSON, None).count == 2
    assert parser.pid
    os.kill(parser.pid, signal.SIGKILL)
    assert parser.page(FINE, JSON, None).broken
    assert parser.page(FINE, JSON, None).count == 2
    os.kill(parser.pid, signal.SIGSTOP)
    parser.seconds, began = 0.5, time.monotonic()
    assert parser.page(FINE, JSON, None).broken
    assert time.monotonic() - began < 15
    parser.seconds = 20
    assert parser.page(FINE, JSON, None).count == 2
    child = psutil.Process(parser.pid)
    parser.close()
    assert not child.is_running()


def test_the_child_has_no_network_and_writes_no_file(parser: PageParser) -> None:
    assert parser.page(FINE, JSON, None).count == 2
    assert parser.pid
    limits = psutil.Process(parser.pid).rlimit
    assert limits(psutil.RLIMIT_FSIZE) == (0, 0)
    assert limits(psutil.RLIMIT_AS) == (MEMORY, MEMORY)
    if os.geteuid() == 0:
        ours, its = (os.readlink(f"/proc/{which}/ns/net") for which in ("self", parser.pid))  # noqa: PTH115
        assert ours != its


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"<Error><Code>NoSuchBucket</Code></Error>",
        b"<ListBucketResult><Contents><Key>a</Key><Size>many</Size></Contents></ListBucketResult>",
    ],
)
def test_what_is_no_listing_is_none(parser: PageParser, body: bytes) -> None:
    assert parser.listing(body) is None


def test_a_listing_tells_its_objects_and_the_next_page(parser: PageParser) -> None:
    one = b"<Contents><Key>a%20b</Key><Size>3</Size><ETag>t</ETag><LastModified>m</LastModified></Contents>"
    end = b"<IsTruncated>%s</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
    whole = b"<ListBucketResult>%s" + end + b"%s</ListBucketResult>"
    url = b"<EncodingType>url</EncodingType>"
    assert parser.listing(whole % (url, b"true", one)) == ([("a b", 3, "t", "m")], "x")
    assert parser.listing(whole % (b"", b"false", one)) == ([("a%20b", 3, "t", "m")], "")
