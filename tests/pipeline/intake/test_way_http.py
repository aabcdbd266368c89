"""What a web service sends: pages, tags, forms, nothing at all, and over a connection that can be trusted."""

from __future__ import annotations

import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from connectors import raw_store
from hub.errors import FixTheHub, RetryLater
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import ask, batches
from tests.support.partners.everyone import FOLDER_LINE, IMPATIENT, VARIABLE, collect, core
from tests.support.partners.http import HttpPartner, as_xml, reply, status
from tests.support.small_source import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    Fault = Callable[[BaseHTTPRequestHandler], None]

pytestmark = pytest.mark.usefixtures("warehouse")
PATH = "{kind: http, connection: their_server, path: /v1/fires"
ROWS = [f"F{at},2026-05-01 10:00,短路,{at}" for at in range(5)]


def agreed(tmp_path: Path, connector: str, form: str = HttpPartner.form) -> None:
    from tests.support.small_source import MAPPING  # noqa: PLC0415

    said_now = f"connector: {connector}\nformat: {form}\n"
    path = tmp_path / "sources" / SMALL / "mapping.yml"
    path.write_text(MAPPING.replace(FOLDER_LINE, said_now), "utf-8")


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ("{by: next, at: links/next}", 5),
        ("{by: link}", 5),
        ("{by: cursor, at: meta/cursor, param: after}", 4),
        ("{by: number, param: page}", 4),
        ("{by: offset, param: offset}", 5),
    ],
)
def test_every_page_comes_once_in_its_order(http_partner: HttpPartner, tmp_path: Path, pages: str, count: int) -> None:
    agreed(tmp_path, f"{PATH}, query: {{since: '2026'}}, pages: {pages}}}")
    http_partner.put(*ROWS[:count])
    assert collect() == ["acknowledged"]
    assert set(core()) == {f"F{at}" for at in range(count)}
    assert http_partner.asked[0].startswith("/v1/fires?since=2026")
    (batch,) = batches(SMALL)
    with raw_store.local_path(batch["sha256"]) as path, zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"{at:05d}.json" for at in range(1, (count + 1) // 2 + 1)]
    assert collect() == []


def test_tagged_pages_are_not_sent_again(http_partner: HttpPartner) -> None:
    http_partner.put(*ROWS)
    collect()
    assert http_partner.unchanged == 0
    assert collect() == []
    assert http_partner.unchanged == 3
    http_partner.put("F4,2026-05-01 10:00,短路,changed")
    assert collect() == ["acknowledged"]
    assert http_partner.unchanged == 5, "two pages were as before, the third was sent"
    assert core()["F4"] == ("changed", 2)


@pytest.mark.parametrize("tag", [None, '"time-and-size"'])
@pytest.mark.parametrize(("age", "unchanged"), [(1, 0), (3600, 1)])
def test_a_page_is_not_taken_for_an_older_one_of_the_same_second(
    http_partner: HttpPartner, tmp_path: Path, age: int, unchanged: int, tag: str | None
) -> None:
    """`Last-Modified` tells whole seconds, and tags are made of it: a young one says nothing of what comes after."""
    agreed(tmp_path, f"{PATH}}}", "{kind: json, records: data/items}")
    http_partner.tags, http_partner.tag, http_partner.modified = tag is not None, tag, time.time() - age
    http_partner.put("F1,2026-05-01 10:00,短路,first")
    assert collect() == ["acknowledged"]
    assert collect() == []
    assert http_partner.unchanged == unchanged
    if not unchanged:
        http_partner.put("F1,2026-05-01 10:00,短路,other")
        assert collect() == ["acknowledged"]
        assert core() == {"F1": ("other", 2)}


def test_a_tag_of_a_page_that_was_never_registered_loses_nothing(
    http_partner: HttpPartner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the page was kept with its tag and before the delivery was registered."""
    http_partner.put(*ROWS)
    monkeypatch.setattr("pipeline.intake.fetch._register", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        fetch_source(SMALL)
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, http_partner.uri())
    for name, value in (("RISKHUB_HOME", home), ("RISKHUB_SOURCES", home.parent / "sources")):
        monkeypatch.setenv(name, str(value))
    assert batches(SMALL) == []
    assert collect() == ["acknowledged"]
    assert len(core()) == 5


def test_an_interrupted_pull_goes_on_where_it_was(http_partner: HttpPartner) -> None:
    http_partner.tags = False
    http_partner.put(*ROWS)
    http_partner.faults = [http_partner.page, http_partner.page, *[status(503)] * IMPATIENT.attempts]
    with pytest.raises(RetryLater, match="cannot answer now"):
        fetch_source(SMALL, within=IMPATIENT)
    http_partner.asked.clear()
    assert collect() == ["acknowledged"]
    assert http_partner.asked == ["/v1/fires?after=4"]
    assert len(core()) == 5
    http_partner.asked.clear()
    assert collect() == []
    assert len(http_partner.asked) == 3, "a page without a tag is good for one pull only"


def test_one_page_comes_as_it_was_sent(http_partner: HttpPartner, tmp_path: Path) -> None:
    agreed(tmp_path, PATH + "}", "{kind: json, encoding: utf-8, records: data/items}")
    http_partner.put(*ROWS[:2])
    assert collect() == ["acknowledged"]
    (batch,) = batches(SMALL)
    assert batch["file"] == "fires.json"
    with raw_store.open_raw(batch["sha256"]) as file:
        assert file.read().startswith(b'{"data": {"items": [{"no": "F0"')
    assert collect() == []


def test_one_answer_may_be_longer_than_a_page(http_partner: HttpPartner, tmp_path: Path) -> None:
    agreed(tmp_path, PATH + "}", "{kind: json, encoding: utf-8, records: data/items}")
    http_partner.put(*ROWS[:2])
    assert fetch_source(SMALL, within=replace(IMPATIENT, page=50))
    assert fetch_source(SMALL, within=replace(IMPATIENT, page=50)) == []


def test_xml_pages(http_partner: HttpPartner, tmp_path: Path) -> None:
    http_partner.xml = True
    agreed(
        tmp_path, f"{PATH}, pages: {{by: next, at: next/@href}}}}", "{kind: xml, records: r/fires/fire, archive: zip}"
    )
    http_partner.put(*ROWS)
    assert collect() == ["acknowledged"]
    assert len(core()) == 5
    assert as_xml([], None).startswith(b"<r")


def test_an_answer_without_records_is_no_delivery(http_partner: HttpPartner) -> None:
    assert collect() == []
    (row,) = ask("select state from ledger.fetch_cursor")
    assert row["state"]["records"] == 0
    http_partner.put(*ROWS)
    assert collect() == ["acknowledged"]
    http_partner.records.clear()
    assert collect() == []
    http_partner.put(*ROWS)
    assert collect() == ["duplicate"]


@pytest.mark.parametrize("pages", ["{by: number, param: page}", "{by: next, at: links/next}"])
def test_no_content_ends_the_pages(http_partner: HttpPartner, tmp_path: Path, pages: str) -> None:
    agreed(tmp_path, f"{PATH}, pages: {pages}}}")
    http_partner.put(*ROWS)
    http_partner.faults = [http_partner.page, lambda handler: reply(handler, 204, b"")]
    assert collect() == ["acknowledged"]
    assert sorted(core()) == ["F0", "F1"]


@pytest.mark.parametrize(
    ("form", "accepted"),
    [
        ("{kind: csv, encoding: utf-8}", "*/*"),
        ("{kind: json, records: data/items}", "application/json"),
        ("{kind: xml, records: r/fires/fire}", "application/xml, text/xml"),
    ],
)
def test_the_agreed_format_is_asked_for(http_partner: HttpPartner, tmp_path: Path, form: str, accepted: str) -> None:
    agreed(tmp_path, f"{PATH}}}", form)
    heard: list[str | None] = []

    def listen(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.headers.get("Accept"))
        reply(handler, 204, b"")

    http_partner.faults = [listen]
    assert fetch_source(SMALL, within=IMPATIENT) == []
    assert heard == [accepted]


def test_no_content_is_no_delivery(http_partner: HttpPartner, tmp_path: Path) -> None:
    agreed(tmp_path, f"{PATH}}}", "{kind: json, records: data/items}")
    http_partner.faults = [lambda handler: reply(handler, 204, b"")]
    assert collect() == []
    (row,) = ask("select state from ledger.fetch_cursor")
    assert row["state"]["records"] == 0
    http_partner.put(*ROWS)
    assert collect() == ["acknowledged"]


def test_a_certificate_that_nobody_signed_is_refused(
    http_partner: HttpPartner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ssl  # noqa: PLC0415

    key, certificate = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    http_partner.server.socket = context.wrap_socket(http_partner.server.socket, server_side=True)
    http_partner.put(*ROWS)
    secure = http_partner.uri().removesuffix("/http") + "/https"
    monkeypatch.setenv(VARIABLE, secure)
    with pytest.raises(FixTheHub, match="certificate of the server") as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert "ca_file" in raised.value.next_step
    monkeypatch.setenv(VARIABLE, f"{secure}?ca_file={certificate}")
    assert collect() == ["acknowledged"]


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Write a key and a certificate for 127.0.0.1 and return their places."""
    import datetime as dt  # noqa: PLC0415
    import ipaddress  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key: Any = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "key.pem", folder / "certificate.pem"
