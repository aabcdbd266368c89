"""Only what is new is asked of a web service: nothing is lost by it, and nothing counts twice."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.http.incremental import Incremental, comparable
from hub.errors import FixTheHub, RetryLater
from mappings.engine import read_source
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import ask, batches
from tests.support.partners.everyone import VARIABLE, agree, agree_also, collect, core
from tests.support.partners.http import HttpPartner, reply
from tests.support.small_source import SMALL, SmallSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
FIELD = "since: {by: field, at: meta/changed, param: changed_after"
PATH = "{kind: http, connection: their_server, path: /v1/fires}"
FORM = "{kind: json, encoding: utf-8, records: data/items}"


class SincePartner(HttpPartner):
    """Its records have a time `meta/changed`; it sends those from a time on, two on a page."""

    form = FORM
    connector = PATH

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.changed: dict[str, Any] = {}
        self.headers: dict[str, str] = {}

    def change(self, no: str, at: Any, note: str = "") -> None:
        """Add or change a record at a time."""
        self.put(f"{no},2026-05-01 10:00,短路,{note}")
        self.changed[no] = at

    def page(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer with the records from the requested time on."""
        asked = parse_qs(urlsplit(handler.path).query).get("changed_after", [None])[0]
        low = None if asked is None else comparable(asked, self.scale)
        found = [
            {**self.records[no], "meta": {"changed": at}}
            for no, at in sorted(self.changed.items())
            if low is None or comparable(at, self.scale) is None or comparable(at, self.scale) >= low  # type: ignore[operator]
        ]
        body = json.dumps({"data": {"items": found}}, ensure_ascii=False).encode()
        reply(handler, 200, body, self.headers)

    scale = "time"

    def sent(self) -> list[str | None]:
        """Return what was sent in the parameter, request by request."""
        return [parse_qs(urlsplit(path).query).get("changed_after", [None])[0] for path in self.asked]


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[SincePartner]:
    made = SincePartner(tmp_path)
    yield made
    made.close()


@pytest.fixture
def source(partner: SincePartner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:
    made = agree(partner, tmp_path, monkeypatch)
    mapping = made.folder / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8") + "ignore: {meta/changed: not needed}\n", "utf-8")
    return made


def test_what_came_is_not_asked_for_again(partner: SincePartner, source: SmallSource) -> None:
    agree_also(source, f"{FIELD}, start: '2020-01-01T00:00:00Z'}}")
    partner.change("F1", "2020-05-01T10:00:00Z", "first")
    partner.change("F2", "2020-05-01T12:00:00Z", "second")
    assert collect() == ["acknowledged"]
    partner.change("F3", "2020-05-01T11:58:00Z", "late within the overlap")
    assert collect() == ["acknowledged"]
    assert core() == {
        "F1": ("first", 1), "F2": ("second", 1), "F3": ("late within the overlap", 1),
    }  # fmt: skip
    assert collect() == [], "the same rows again are no delivery"
    assert partner.sent() == ["2020-01-01T00:00:00Z", *["2020-05-01T11:55:00Z"] * 2]
    (row,) = ask("select cursor_key, state from ledger.fetch_cursor")
    assert (row["cursor_key"], row["state"]["since"]) == ("/v1/fires", "2020-05-01T12:00:00Z")


def test_nothing_new_keeps_the_place(partner: SincePartner, source: SmallSource) -> None:
    agree_also(source, f"{FIELD}}}")
    partner.change("F1", "2020-05-01T10:00:00+08:00")
    assert collect() == ["acknowledged"]
    partner.faults = [
        lambda handler: reply(handler, 204, b""),
        lambda handler: reply(handler, 200, b'{"data": {"items": []}}'),
    ]
    assert collect() == []
    assert collect() == []
    partner.change("F2", "2020-05-02T10:00:00+08:00")
    assert collect() == ["acknowledged"]
    assert partner.sent() == [None, *["2020-05-01T09:55:00+08:00"] * 3]
    assert set(core()) == {"F1", "F2"}


def test_what_is_not_registered_is_not_passed_over(
    partner: SincePartner, source: SmallSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_also(source, f"{FIELD}}}")
    partner.change("F1", "2020-05-01T10:00:00Z")
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.intake.fetch._register", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            fetch_source(SMALL)
    assert batches(SMALL) == []
    assert collect() == ["acknowledged"]
    assert partner.sent()[-1] is None


def test_numbers_and_headers(partner: SincePartner, source: SmallSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partner, "scale", "number")
    agree_also(source, f"{FIELD}, format: number, overlap: 2}}")
    for number in (9, 10, "11"):
        partner.change(f"F{number}", number)
    assert collect() == ["acknowledged"]
    partner.change("F12", 12.5)
    assert collect() == ["acknowledged"]
    assert collect() == ["acknowledged"], "fewer rows than last time, and all of them known"
    assert collect() == []
    assert partner.sent() == [None, "9", "10.5", "10.5"]
    assert {version for _, version in core().values()} == {1}
    mapping = source.folder / "mapping.yml"
    text = mapping.read_text("utf-8").replace("by: field, at: meta/changed", "by: header, at: X-Until")
    mapping.write_text(text.replace(", format: number, overlap: 2", ""), "utf-8")
    partner.asked.clear()
    partner.headers = {"X-Until": "token:1"}
    collect()
    partner.headers = {"X-Until": "token:2"}
    partner.scale = "time"
    monkeypatch.setenv(VARIABLE, partner.uri())
    collect()
    collect()
    assert partner.sent() == [None, "token:1", "token:2"], "the other kind of value is not sent as this one"


def test_a_time_far_ahead_is_told_and_not_taken(partner: SincePartner, source: SmallSource) -> None:
    agree_also(source, f"{FIELD}, overlap: 0}}")
    partner.change("F1", "2020-05-01T10:00:00Z")
    partner.change("F2", "2099-01-01T00:00:00Z")
    with pytest.raises(FixTheHub, match="1 records have a time in the future"):
        fetch_source(SMALL)
    assert len(batches(SMALL)) == 1
    (row,) = ask("select state from ledger.fetch_cursor")
    assert row["state"]["since"] == "2020-05-01T10:00:00Z"


def test_a_field_that_no_record_has_is_told(partner: SincePartner, source: SmallSource) -> None:
    agree_also(source, "since: {by: field, at: changd, param: changed_after}")
    partner.change("F1", "2020-05-01T10:00:00Z")
    with pytest.raises(FixTheHub, match="No record has a time"):
        fetch_source(SMALL)
    assert len(batches(SMALL)) == 1


def test_a_page_that_cannot_be_read_moves_nothing(partner: SincePartner, source: SmallSource) -> None:
    agree_also(source, f"{FIELD}}}")
    partner.faults = [lambda handler: reply(handler, 200, b"<html>")]
    with pytest.raises(RetryLater, match="not what it should be"):
        fetch_source(SMALL)
    assert ask("select from ledger.fetch_cursor") == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("since: {by: field, at: a}", "The key param is missing."),
        ("since: {by: header, at: a, param: b, overlap: 3}", "There is no key overlap."),
        ("since: {by: page, at: a, param: b}", "page is not one of field, header"),
    ],
)
def test_what_is_agreed_wrongly_is_told(source: SmallSource, more: str, says: str) -> None:
    agree_also(source, more)
    with pytest.raises(FixTheHub) as raised:
        read_source(source.folder)
    assert says in raised.value.why


def test_since_is_upserted(source: SmallSource) -> None:
    agree_also(source, f"{FIELD}}}")
    mapping = source.folder / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8").replace("mode: upsert", "mode: snapshot"), "utf-8")
    with pytest.raises(FixTheHub) as raised:
        read_source(source.folder)
    assert "snapshot is not one of upsert, check" in raised.value.why


@pytest.mark.parametrize(
    ("value", "form", "ranked"),
    [
        ("2020-01-02", "time", dt.datetime(2020, 1, 2, tzinfo=dt.UTC)),
        ("2020-01-02T00:00:00+08:00", "time", dt.datetime(2020, 1, 1, 16, tzinfo=dt.UTC)),
        (7, "number", Decimal(7)),
        ("7.5", "number", Decimal("7.5")),
        *[(bad, "time", None) for bad in (None, "", 7, True, "soon", "2020-13-01", "2" * 50, [1], {})],
        *[(bad, "number", None) for bad in (None, "", True, "NaN", "inf", "9" * 50, "1e", [1])],
    ],
)  # fmt: skip
def test_values_that_can_be_compared(value: object, form: str, ranked: object) -> None:
    assert comparable(value, form) == ranked


def test_an_overlap_is_written_as_the_server_writes() -> None:
    agreed = {"by": "field", "at": "a", "param": "p", "overlap": 60}
    for value, less in (
        ("2020-01-01T00:00:30Z", "2019-12-31T23:59:30Z"),
        ("2020-01-01T00:00:30+08:00", "2019-12-31T23:59:30+08:00"),
        ("2020-01-01 00:00:30", "2019-12-31T23:59:30"),
        ("2020-01-02", "2020-01-01"),
    ):
        asked = Incremental(agreed, {"since": value, "since_of": ["field", "a", "p"]}, "x").first_url("http://h/x?a=1")
        assert parse_qs(urlsplit(asked).query) == {"a": ["1"], "p": [less]}
