"""What an answer of a web service means: records, nothing, the end, or a fault in the form of an answer."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import FixTheHub, RetryLater
from mappings.engine import read_source
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import ask, batches, receipt
from tests.support.partners.everyone import BUSY, FOLDER_LINE, IMPATIENT, agree, collect, core
from tests.support.partners.http import Service, record
from tests.support.small_source import MAPPING, SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
JSON = "{kind: json, records: rows}"
ZIPPED = "{kind: json, records: rows, archive: zip}"
NUMBERED = "pages: {by: number, param: page%s}"
FDA = {"error": {"code": "NOT_FOUND", "message": "No matches found!"}}


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    made = Service(tmp_path)
    agree(made, tmp_path, monkeypatch)
    yield made
    made.close()


def agreed(tmp_path: Path, more: str = "", form: str = JSON) -> Path:
    """Write the mapping with `more` about the way in."""
    connector = f"{{kind: http, connection: their_server, path: /v1/fires{', ' * bool(more)}{more}}}"
    path = tmp_path / "sources" / SMALL / "mapping.yml"
    path.write_text(MAPPING.replace(FOLDER_LINE, f"connector: {connector}\nformat: {form}\n"), "utf-8")
    return path.parent


def remembered() -> list[Any]:
    return [row["state"] for row in ask("select state from ledger.fetch_cursor")]


def codes(batch: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in receipt(batch)["findings"]}


FAULTS = {
    "an error with the status of a success": {"error": {"code": 500, "message": "busy"}},
    "another document": {"status": "ok", "items": [record(1)]},
    "a text where the records stand": {"rows": "too many requests"},
    "null where the records stand": {"rows": None},
    "an empty list beside an error": {"rows": [], "errors": ["time-out"]},
    "a list of something": ["busy"],
    "a login page": b"<!DOCTYPE html><html><body><form>password</form></body></html>",
    "an answer cut short": b'{"rows": [{"no": "F1"}, {"no": "F2',
    "an error behind the records": b'{"rows": [{"no": "F1"}]}{"error": "lost connection"}',
    "no bytes": b"",
}


PAGED = ("an error with the status of a success", "an empty list beside an error", "a login page")


@pytest.mark.parametrize(("fault", "paged"), [*((each, False) for each in FAULTS), *((each, True) for each in PAGED)])
def test_what_is_no_answer_is_red_and_nothing_is_forgotten(
    service: Service, tmp_path: Path, fault: str, *, paged: bool
) -> None:
    since = "since: {by: field, at: at, param: since}"
    agreed(tmp_path, f"{since}, {NUMBERED % ''}" if paged else since, ZIPPED if paged else JSON)
    service.say = lambda page: (200, {"rows": [record(1)] if page == 1 else []})
    assert collect() == ["acknowledged"]
    before = remembered()
    service.say = lambda _: (200, FAULTS[fault])
    with pytest.raises(RetryLater) as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert raised.value.what
    assert "/v1/fires" in raised.value.where
    assert raised.value.why
    assert "tried again" in raised.value.next_step
    assert "busy" not in str(raised.value), "no value of the document is told, it may be anybody's"
    assert (remembered(), len(batches(SMALL))) == (before, 1)
    service.say = lambda page: (200, {"rows": [record(1), record(2)] if page == 1 else []})
    assert collect() == ["acknowledged"], "a page that was no answer is not kept"
    assert set(core()) == {"F1", "F2"}


def test_an_empty_list_is_nothing_new(service: Service) -> None:
    assert collect() == []
    assert collect() == []
    service.say = lambda _: (200, {"rows": [record(1)]})
    assert collect() == ["acknowledged"]


@pytest.mark.parametrize(
    ("empty", "status", "document"),
    [
        ("{status: 404}", 404, FDA),
        ("{status: 404, at: error/code, is: NOT_FOUND}", 404, FDA),
        ("{status: 410}", 410, b""),
        ("{at: result, is: 0}", 200, {"result": 0, "message": "no data"}),
        ("{at: result, is: none}", 200, {"result": "none"}),
    ],
)
def test_nothing_is_what_was_agreed_to_be_nothing(
    service: Service, tmp_path: Path, empty: str, status: int, document: Any
) -> None:
    agreed(tmp_path, f"empty: {empty}")
    service.say = lambda _: (status, document)
    assert collect() == []
    service.say = lambda _: (200, {"rows": [record(1)]})
    assert collect() == ["acknowledged"]
    service.say = lambda _: (status, document)
    assert collect() == []


@pytest.mark.parametrize(
    ("empty", "status", "document", "says"),
    [
        ("", 404, FDA, FixTheHub),
        ("empty: {status: 404}", 404, b"<html>nginx: not found</html>", RetryLater),
        ("empty: {status: 404, at: error/code, is: NOT_FOUND}", 404, {"error": {"code": "BAD_QUERY"}}, RetryLater),
        ("empty: {at: result, is: 0}", 200, {"result": 1}, RetryLater),
        ("empty: {status: 404}", 410, b"", FixTheHub),
    ],
)
def test_anything_else_is_not(  # noqa: PLR0913 - an agreement, an answer and what becomes of it
    service: Service, tmp_path: Path, *, empty: str, status: int, document: Any, says: type[Exception]
) -> None:
    agreed(tmp_path, empty)
    service.say = lambda _: (status, document)
    with pytest.raises(says) as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert "connector" in str(raised.value)
    assert remembered() == []


@pytest.mark.parametrize(("status", "end"), [(404, ""), (404, ", end: [404]"), (416, ", end: [400, 416]"), (204, "")])
def test_a_status_after_the_last_page_ends_the_walk(service: Service, tmp_path: Path, status: int, end: str) -> None:
    agreed(tmp_path, NUMBERED % end, ZIPPED)
    pages = {1: [record(1), record(2)], 2: [record(3), record(4)]}
    service.say = lambda page: (200, {"rows": pages[page]}) if page in pages else (status, {"detail": "Invalid page."})
    assert collect() == ["acknowledged"]
    assert set(core()) == {"F1", "F2", "F3", "F4"}
    assert len(service.asked) == 3
    assert collect() == []


@pytest.mark.parametrize("more", ["pages: {by: next, at: next}", NUMBERED % ", end: [410]"])
def test_a_page_that_the_server_has_named_must_be_there(service: Service, tmp_path: Path, more: str) -> None:
    agreed(tmp_path, more, ZIPPED)
    first = {"rows": [record(1)], "next": "/v1/fires?page=2"}
    service.say = lambda page: (200, first) if page == 1 else (404, {"detail": "gone"})
    with pytest.raises(FixTheHub, match="does not know"):
        fetch_source(SMALL, within=IMPATIENT)
    assert remembered() == []


@pytest.mark.parametrize("echo", [False, True])
@pytest.mark.parametrize(
    "more", [NUMBERED % "", "pages: {by: cursor, at: cursor, param: after}", "pages: {by: next, at: next}"]
)
def test_a_page_that_comes_again_ends_the_walk(service: Service, tmp_path: Path, more: str, *, echo: bool) -> None:
    """Also where the service writes the number of the page that was asked for beside the old records."""
    agreed(tmp_path, more, ZIPPED)

    def say(page: int) -> tuple[int, Any]:
        last = min(page, 2)
        about = {"page": page if echo else last, "cursor": str(page + 1), "next": f"/v1/fires?page={page + 1}"}
        return 200, {**about, "rows": [record(2 * last - 1), record(2 * last)]}

    service.say = say
    assert collect() == ["acknowledged"]
    assert len(service.asked) == 3
    assert set(core()) == {"F1", "F2", "F3", "F4"}
    (batch,) = batches(SMALL)
    assert "PAGES_REPEATED" in codes(batch)
    assert batch["read"] == 4


def test_a_total_that_was_agreed_on_must_be_met(service: Service, tmp_path: Path) -> None:
    """Records moved up while the pages were asked for: one was on no page."""
    agreed(tmp_path, NUMBERED % ", total: meta/all", ZIPPED)
    pages = {1: [1, 2, 3], 2: [5, 6, 7]}
    service.say = lambda page: (200, {"meta": {"all": 7}, "rows": [record(each) for each in pages.get(page, [])]})
    with pytest.raises(RetryLater, match="6 records, and the server counts 7"):
        fetch_source(SMALL, within=IMPATIENT)
    assert remembered() == []
    pages[2] = [4, 5, 6, 7]
    assert collect() == ["acknowledged"], "no page of before was kept"
    assert len(core()) == 7


@pytest.mark.parametrize(("more", "said"), [("", True), (", total: '-'", False)])
def test_a_usual_total_is_compared_and_told(service: Service, tmp_path: Path, more: str, *, said: bool) -> None:
    agreed(tmp_path, NUMBERED % more, ZIPPED)
    service.say = lambda page: (200, {"total": 9, "rows": [record(1), record(2)] if page == 1 else []})
    assert collect() == ["acknowledged"]
    (batch,) = batches(SMALL)
    assert ("PAGES_INCOMPLETE" in codes(batch)) == said
    assert len(core()) == 2


def test_one_answer_that_holds_part_of_all_is_told(service: Service) -> None:
    service.say = lambda _: (200, {"count": 250, "rows": [record(1)]})
    assert collect() == ["acknowledged"]
    assert "PAGES_INCOMPLETE" in codes(batches(SMALL)[0])


XML_FAULTS = [
    b"<error><message>busy</message></error>",
    b"<html><body/></html>",
    b"<error/>",
    b"<r><error>busy</error></r>",
]


@pytest.mark.parametrize("records", ["r/fires/fire", "r/fire"])
def test_xml_has_a_place_for_records_too(service: Service, tmp_path: Path, records: str) -> None:
    agreed(tmp_path, "", f"{{kind: xml, records: {records}}}")
    service.say = lambda _: (200, b"<r><fires/></r>")
    assert collect() == []
    before = remembered()
    for fault in XML_FAULTS if records == "r/fires/fire" else XML_FAULTS[:-1]:
        service.say = lambda _, fault=fault: (200, fault)  # type: ignore[misc]
        with pytest.raises(RetryLater, match="no place for records"):
            fetch_source(SMALL, within=IMPATIENT)
    assert remembered() == before
    fire = "".join(f"<{name}>{value}</{name}>" for name, value in record(1).items())
    inner = f"<fire>{fire}</fire>"
    service.say = lambda _: (200, f"<r>{f'<fires>{inner}</fires>' if 'fires' in records else inner}</r>".encode())
    assert collect() == ["acknowledged"]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_comes_packed_unasked_is_unpacked(service: Service, coding: str) -> None:
    plain = json.dumps({"rows": [record(1)]}).encode()
    service.headers = {"Content-Encoding": coding}
    service.say = lambda _: (200, gzip.compress(plain) if coding == "gzip" else zlib.compress(plain))
    assert collect() == ["acknowledged"]
    service.say = lambda _: (200, gzip.compress(plain)[:-20])
    with pytest.raises(RetryLater, match="cannot be unpacked"):
        fetch_source(SMALL, within=IMPATIENT)
    service.headers = {"Content-Encoding": "zstd"}
    with pytest.raises(FixTheHub, match="not known"):
        fetch_source(SMALL, within=IMPATIENT)


def test_a_small_answer_that_unpacks_to_gigabytes_is_stopped(service: Service, tmp_path: Path) -> None:
    agreed(tmp_path, NUMBERED % "", ZIPPED)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(400)) + packer.flush()
    assert len(bomb) < 1 << 20
    service.headers = {"Content-Encoding": "gzip"}
    service.say = lambda _: (200, bomb)
    began = time.monotonic()
    with pytest.raises(FixTheHub, match="too large"):
        fetch_source(SMALL, within=IMPATIENT)
    assert time.monotonic() - began < BUSY


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ("empty: {status: 200}", "empty"),
        ("empty: {at: a}", "empty"),
        ("empty: {status: 500}", "status"),
        ("empty: {state: 404}", "state"),
        ("pages: {by: next, at: n, end: 404}", "end"),
        ("pages: {by: next, at: n, end: [200]}", "end"),
    ],
)
def test_the_grammar_of_answers_is_closed(service: Service, tmp_path: Path, more: str, word: str) -> None:
    assert service
    with pytest.raises(FixTheHub) as raised:
        read_source(agreed(tmp_path, more))
    assert word in str(raised.value)
