"""What can go wrong with a web service: faults of the moment, slowness, and addresses that lead elsewhere."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from hub.errors import FixTheHub, RetryLater
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import batches
from tests.support.partners.everyone import BUSY, IMPATIENT, VARIABLE, collect, said
from tests.support.partners.http import HttpPartner, reply, status
from tests.support.small_source import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    Fault = Callable[[BaseHTTPRequestHandler], None]

pytestmark = pytest.mark.usefixtures("warehouse")
PATH = "{kind: http, connection: their_server, path: /v1/fires"
ROWS = [f"F{at},2026-05-01 10:00,短路,{at}" for at in range(5)]


def hang(handler: BaseHTTPRequestHandler) -> None:
    del handler
    time.sleep(30)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, and never the last."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.3)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.3)


def flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    while True:
        handler.wfile.write(b"10000\r\n" + b" " * 65536 + b"\r\n")


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent, then hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"data": {"items": []}}')
    handler.close_connection = True


@pytest.mark.parametrize("fault", [status(503), status(500), status(429, Retry_After="1"), cut])
def test_a_fault_of_the_moment_is_waited_for(http_partner: HttpPartner, fault: Fault) -> None:
    http_partner.put(*ROWS)
    http_partner.faults = [fault]
    assert fetch_source(SMALL, within=replace(IMPATIENT, longest_pause=1))
    assert len(http_partner.asked) == 4


def test_retry_after_is_kept_to_and_a_long_one_is_left_to_the_next_run(http_partner: HttpPartner) -> None:
    http_partner.put(*ROWS)
    within = replace(IMPATIENT, longest_pause=2)
    http_partner.faults = [status(429, Retry_After="1")]
    began = time.monotonic()
    assert fetch_source(SMALL, within=within)
    assert time.monotonic() - began >= 1
    for header in ("3600", formatdate(time.time() + 3600, usegmt=True)):
        http_partner.faults = [status(503, Retry_After=header)]
        began = time.monotonic()
        with pytest.raises(RetryLater, match="cannot answer now"):
            fetch_source(SMALL, within=within)
        assert time.monotonic() - began < BUSY


@pytest.mark.parametrize("fault", [hang, drip, drip_headers])
def test_a_slow_server_is_left_in_time(http_partner: HttpPartner, fault: Fault) -> None:
    http_partner.put(*ROWS)
    http_partner.faults = [fault] * 5
    within = replace(IMPATIENT, seconds=3)
    began = time.monotonic()
    with pytest.raises(RetryLater):
        fetch_source(SMALL, within=within)
    assert time.monotonic() - began < within.seconds + BUSY


def test_a_server_that_never_stops_is_stopped(http_partner: HttpPartner, home: Path) -> None:
    http_partner.faults = [flood]
    with pytest.raises(FixTheHub, match="too large"):
        fetch_source(SMALL, within=replace(IMPATIENT, page=1 << 20))
    assert sum(path.stat().st_size for path in (home / "fetch").rglob("*") if path.is_file()) <= 1 << 20


@pytest.mark.parametrize(
    "there",
    ["http://127.0.0.2:1/x", "//169.254.169.254/latest", "https://127.0.0.1/x", "file:///etc/passwd", "http://[x"],
)
def test_the_hub_goes_to_no_other_host(http_partner: HttpPartner, there: str) -> None:
    http_partner.put(*ROWS)
    http_partner.faults = [status(302, Location=there)]
    with pytest.raises(FixTheHub, match="to another host") as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert http_partner.secret not in said(raised.value)
    body = b'{"data": {"items": [{"no": "1"}]}, "links": {"next": "%s"}}' % there.encode()
    http_partner.faults = [lambda handler: reply(handler, 200, body)]
    with pytest.raises(FixTheHub, match="to another host"):
        fetch_source(SMALL, within=IMPATIENT)
    assert batches(SMALL) == []


def test_redirects_at_the_same_host_are_followed(http_partner: HttpPartner) -> None:
    http_partner.put(*ROWS)
    http_partner.faults = [status(307, Location="/v1/fires?after=0")]
    assert collect() == ["acknowledged"]
    http_partner.faults = [status(302, Location="/v1/fires")] * 10
    with pytest.raises(FixTheHub, match="in circles"):
        fetch_source(SMALL, within=IMPATIENT)


def test_pages_that_lead_back_have_no_end(http_partner: HttpPartner) -> None:
    body = b'{"data": {"items": [{"no": "1"}]}, "links": {"next": "/v1/fires"}}'
    http_partner.faults = [lambda handler: reply(handler, 200, body)] * 3
    with pytest.raises(FixTheHub, match="no end"):
        fetch_source(SMALL, within=IMPATIENT)


@pytest.mark.parametrize(
    "body", [b"<html>Login</html>", b"[" * 100_000, b'{"data": ' + b"9" * 10_000, b"\xff\xfe", b""]
)
def test_a_page_that_is_something_else_is_tried_again(http_partner: HttpPartner, body: bytes) -> None:
    http_partner.faults = [lambda handler: reply(handler, 200, body)] * 3
    with pytest.raises(RetryLater, match="not what it should be"):
        fetch_source(SMALL, within=IMPATIENT)
    assert batches(SMALL) == []


@pytest.mark.parametrize(
    ("number", "says"), [(404, "does not know"), (403, "not let the hub in"), (418, "does not know")]
)
def test_what_needs_a_person_is_not_tried_again(http_partner: HttpPartner, number: int, says: str) -> None:
    http_partner.faults = [status(number)]
    with pytest.raises(FixTheHub, match=says) as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert len(http_partner.asked) == 1
    assert str(number) in raised.value.why


def test_a_secret_does_not_travel_without_tls(http_partner: HttpPartner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "http://hub:hush@api.example/http")
    with pytest.raises(FixTheHub, match="without encryption") as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert "hush" not in said(raised.value)
    assert http_partner.asked == []


def test_nothing_of_the_request_is_logged(http_partner: HttpPartner, caplog: pytest.LogCaptureFixture) -> None:
    http_partner.put(*ROWS)
    caplog.set_level(logging.DEBUG)
    fetch_source(SMALL, within=IMPATIENT)
    assert http_partner.secret not in caplog.text
    assert "Basic " not in caplog.text
