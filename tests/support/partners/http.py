"""A partner with a real web service on 127.0.0.1, in threads: pages, tags, faults on demand."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64encode
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from tests.support.partners.everyone import Partner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ("no", "at", "cause", "note")


class HttpPartner(Partner):
    """Its records are at `/v1/fires`, `size` on a page.  `faults` are done instead of the next answers, one each."""

    kind = "http"
    connector = "{kind: http, connection: their_server, path: /v1/fires, pages: {by: next, at: links/next}}"
    form = "{kind: json, encoding: utf-8, records: data/items, archive: zip}"
    size = 2

    def __init__(self, root: Path) -> None:
        """Start the service; `root` is not needed."""
        del root
        self.records: dict[str, dict[str, str]] = {}
        self.faults: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.asked: list[str] = []
        self.tags, self.unchanged, self.xml = True, 0, False
        self.tag: str | None = None  # of every page, else made of its bytes
        self.modified: float | None = None  # when the pages were last changed, if the service tells
        partner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                partner.answer(self)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        self.asked.append(handler.path)
        let_in = "Basic " + b64encode(f"hub:{self.secret}".encode()).decode()
        if handler.headers.get("Authorization") != let_in:
            reply(handler, 401, b'{"error": "who are you"}')
        elif self.faults:
            self.faults.pop(0)(handler)
        else:
            self.page(handler)

    def page(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer with the page that was requested; also to be put between faults."""
        query = parse_qs(urlsplit(handler.path).query)
        if "page" in query:
            begin = (int(query["page"][0]) - 1) * self.size
        else:
            begin = int(query.get("after", query.get("offset", ["0"]))[0])
        records = [self.records[no] for no in sorted(self.records)]
        more = begin + self.size < len(records)
        there = f"/v1/fires?after={begin + self.size}" if more else None
        cursor = str(begin + self.size) if more else None
        page = records[begin : begin + self.size]
        document = {"data": {"items": page}, "links": {"next": there}, "meta": {"cursor": cursor}}
        body = as_xml(page, there) if self.xml else json.dumps(document, ensure_ascii=False).encode()
        tag = self.tag or f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": tag} if self.tags else {}
        if there:
            headers["Link"] = f'<{there}>; rel="next"'
        same = self.tags and handler.headers.get("If-None-Match") == tag
        if self.modified is not None:
            headers["Last-Modified"] = formatdate(self.modified, usegmt=True)
            same = same or handler.headers.get("If-Modified-Since") == headers["Last-Modified"]
        if same:
            self.unchanged += 1
            reply(handler, 304, b"", headers)
        else:
            reply(handler, 200, body, headers)

    def uri(self, secret: str | None = None, port: int | None = None) -> str:
        """Return the connection; its schema says that the service has no TLS."""
        password = quote(self.secret if secret is None else secret, safe="")
        return f"http://hub:{password}@127.0.0.1:{port or self.port}/http"

    def put(self, *rows: str) -> None:
        """Add or change records."""
        for row in rows:
            record = dict(zip(NAMES, row.split(","), strict=True))
            self.records[record["no"]] = record

    def close(self) -> None:
        """Stop the service."""
        self.server.shutdown()
        self.server.server_close()


def record(number: Any) -> dict[str, str]:
    """Return one record as such a service has it."""
    return {"no": f"F{number}", "at": "2026-05-01 10:00", "cause": "短路", "note": "x"}


class Service(HttpPartner):
    """A service that answers as `say` says: from the number of the page to a status and a document, or bytes."""

    connector = "{kind: http, connection: their_server, path: /v1/fires}"
    form = "{kind: json, records: rows}"

    def __init__(self, root: Path) -> None:
        """Start the service; it has an empty list of records."""
        super().__init__(root)
        self.say: Callable[[int], tuple[int, Any]] = lambda _: (200, {"rows": []})
        self.headers: dict[str, str] = {}

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer as was said."""
        self.asked.append(handler.path)
        query = parse_qs(urlsplit(handler.path).query)
        number, document = self.say(int(query.get("page", query.get("after", ["1"]))[0]))
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        reply(handler, number, body, self.headers)


def as_xml(page: list[dict[str, str]], there: str | None) -> bytes:
    """Return a page as XML with a namespace."""
    items = "".join("<fire>" + "".join(f"<{k}>{v}</{k}>" for k, v in record.items()) + "</fire>" for record in page)
    link = f'<next href="{there}"/>' if there else ""
    return f'<r xmlns="urn:fires"><fires>{items}</fires>{link}</r>'.encode()


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Send an ordinary answer."""
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    if status not in {204, 304}:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def status(number: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return a fault of a server that answers with nothing but a status."""
    return lambda handler: reply(handler, number, b"{}", {name.replace("_", "-"): headers[name] for name in headers})
