"""Uploads: by a form, in pieces, cut and resumed, refused, expired; and handed over as any partner does."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from hub import clock
from hub.settings import PROJECT, settings
from pages.portal import upload_store
from pages.portal.entrance import cookie_name
from pipeline.steps.runner import run
from stack.portal import PORT
from tests.support.exchange import FIRE, batches, sample
from tests.support.portal_people import FIRE as AGENCY

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from tests.support.portal_people import Portal

PIECE = {"content-type": "application/offset+octet-stream", "tus-resumable": "1.0.0"}


def begin(client: httpx.Client | TestClient, name: str, size: int | str, purpose: str = "submit") -> str:
    """Begin an upload as a tus client does; return its address, or the status when it is refused."""
    about = {"filename": name, "feed": "incidents", "purpose": purpose}
    coded = ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in about.items())
    answer = client.post("/uploads", headers={"upload-length": str(size), "upload-metadata": coded})
    return answer.headers.get("location") or str(answer.status_code)


def inbox(part: str = "in") -> Path:
    return settings().exchange / FIRE / part


def test_a_cut_upload_goes_on_and_arrives_whole(own_portal: Portal) -> None:
    client, (name, content) = own_portal.client("sender.fire"), sample(FIRE)
    where = begin(client, name, len(content))
    cut = len(content) // 3
    first = client.patch(where, content=content[:cut], headers=PIECE | {"upload-offset": "0"})
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(cut))
    wrong = client.patch(where, content=content[cut:], headers=PIECE | {"upload-offset": "0"})
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, str(cut))
    upload_store._hashes.clear()  # noqa: SLF001 - the server was started anew in between
    assert client.head(where).headers["upload-offset"] == str(cut)
    assert not inbox().exists() or not [*inbox().iterdir()], "nothing shows before it is whole"
    assert client.patch(where, content=content[cut:], headers=PIECE | {"upload-offset": str(cut)}).status_code == 204
    assert [path.name for path in inbox().iterdir()] == [name]
    upload = upload_store.find(AGENCY, where.rpartition("/")[2])
    assert upload
    assert (inbox() / name).read_bytes() == content
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert "takes the file" in client.get(where).text
    run(FIRE)
    (batch,) = batches(FIRE)
    assert f"/submissions/{batch['batch']}" in client.get(f"{where}/progress").text


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [
        ("../a.csv", 3, "400"),
        ("a.csv.part", 3, "400"),
        (".a.csv", 3, "400"),
        ("a.csv.manifest.json", 3, "400"),
        ("a\n.csv", 3, "400"),
        ("a" * 201, 3, "400"),
        ("a.csv", 0, "400"),
        ("a.csv", "many", "400"),
        ("a.csv", (5 << 30) + 1, "413"),
    ],
)
def test_what_is_no_delivery_is_refused(portal: Portal, name: str, size: int | str, status: str) -> None:
    assert begin(portal.client("sender.fire"), name, size) == status


def test_a_name_that_is_no_base64_is_none(own_portal: Portal) -> None:
    """Protocol tus 1.0, Upload-Metadata: the value MUST be Base64 encoded."""
    right = {name: base64.b64encode(text).decode() for name, text in (("filename", b"a.csv"), ("feed", b"incidents"))}
    for sign in ("", "*", "!", " "):
        coded = right | {"filename": f"{right['filename'][:4]}{sign}{right['filename'][4:]}"}
        headers = {"upload-length": "3", "upload-metadata": ",".join(f"{name} {text}" for name, text in coded.items())}
        assert own_portal.client("sender.fire").post("/uploads", headers=headers).status_code == (400 if sign else 201)


def test_more_bytes_than_declared_end_the_upload(own_portal: Portal) -> None:
    client = own_portal.client("sender.fire")
    where = begin(client, "a.csv", 3)
    assert client.patch(where, content=b"abcd", headers=PIECE | {"upload-offset": "0"}).status_code == 413
    assert client.head(where).status_code == 404


def test_an_account_has_five_open_uploads_and_they_expire(own_portal: Portal) -> None:
    client = own_portal.client("sender.fire")
    opened = [begin(client, f"{number}.csv", 3) for number in range(6)]
    assert opened[5] == "429"
    assert client.delete(opened[0]).status_code == 204
    assert begin(client, "6.csv", 3).startswith("/uploads/")
    old = (clock.now() - timedelta(days=1, minutes=1)).timestamp()
    for upload in upload_store.uploads_of(AGENCY):
        os.utime(upload.part, (old, old))
    assert begin(client, "7.csv", 3).startswith("/uploads/")
    assert len(upload_store.uploads_of(AGENCY)) == 1


def test_two_files_of_one_name_do_not_replace_each_other(own_portal: Portal) -> None:
    client = own_portal.client("sender.fire")
    for content in (b"one", b"two"):
        where = begin(client, "a.csv", 3)
        client.patch(where, content=content, headers=PIECE | {"upload-offset": "0"})
    assert (inbox() / "a.csv").read_bytes() == b"one"
    assert "still waits" in client.get(where).text
    (inbox() / "a.csv").unlink()
    assert client.post(f"{where}/submit").status_code == 303
    assert (inbox() / "a.csv").read_bytes() == b"two"


def test_a_form_without_scripts_takes_a_file(own_portal: Portal) -> None:
    client = own_portal.client("sender.fire")
    answer = client.post("/files", data={"feed": "incidents", "purpose": "check"}, files={"file": ("a.csv", b"abc")})
    assert answer.status_code == 303
    assert (inbox("check") / "a.csv").read_bytes() == b"abc"
    assert not [*inbox().iterdir()], "a check submits nothing"
    missing = client.post("/files", data={"feed": "incidents", "purpose": "check"})
    assert missing.status_code == 400
    assert "No file was chosen" in missing.text


def peak(process: subprocess.Popen[bytes]) -> int:
    """Return the most memory that a process has had, in KiB."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_stays_flat_for_a_gibibyte(own_portal: Portal, record_property: Callable[[str, int], None]) -> None:
    """In one piece, the longest that a client may send, to a portal of its own process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pages.portal"]
    with subprocess.Popen(command, env=os.environ | {PORT: str(port)}, cwd=PROJECT) as server:
        try:
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300)
            client.headers["sec-fetch-site"] = "same-origin"
            client.cookies.set(cookie_name(), own_portal.tokens["sender.fire"])
            while server.poll() is None and not _is_up(client):
                time.sleep(0.2)
            where = begin(client, "big.csv", 1 << 30)
            client.head(where)
            before = peak(server)
            piece = b"x" * (1 << 20)
            answer = client.patch(where, content=(piece for _ in range(1024)), headers=PIECE | {"upload-offset": "0"})
            assert answer.status_code == 204
            record_property("KiB more", grown := peak(server) - before)
            print(f"grown by {grown} KiB")  # noqa: T201 - what was measured, with -s
            assert grown < 64 << 10
        finally:
            server.terminate()
    assert (inbox() / "big.csv").stat().st_size == 1 << 30


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False
