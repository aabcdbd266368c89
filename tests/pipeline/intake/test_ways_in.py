"""One contract for every way in: each row once, whatever dies; faults that say what to do; no secret in any of them."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hub.errors import FixTheHub, RetryLater
from pipeline.intake.fetch import fetch_source
from pipeline.steps.runner import run
from tests.support.exchange import ask, batches
from tests.support.partners.everyone import (
    BUSY,
    IMPATIENT,
    VARIABLE,
    Partner,
    agree,
    collect,
    core,
    forget,
    free_port,
    hub,
    killed_everywhere,
    said,
)
from tests.support.partners.folder import FolderPartner
from tests.support.partners.http import HttpPartner
from tests.support.partners.s3 import S3Partner
from tests.support.partners.sftp import SftpPartner
from tests.support.partners.signing import SigningS3Partner, SigningSftpPartner
from tests.support.partners.sql import PostgresPartner, SqlitePartner
from tests.support.small_source import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
KINDS: dict[str, type[Partner]] = {
    "folder": FolderPartner,
    "sftp": SftpPartner,
    "postgres": PostgresPartner,
    "sqlite": SqlitePartner,
    "http": HttpPartner,
    "s3": S3Partner,
    "sftp_signed": SigningSftpPartner,
    "s3_signed": SigningS3Partner,
}


@pytest.fixture(params=KINDS)
def partner(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    made = KINDS[request.param](tmp_path)
    agree(made, tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def remote(partner: Partner) -> Partner:
    if partner.kind in {"folder", "sqlite"}:
        pytest.skip("there is no server and no secret")
    return partner


def test_what_is_there_is_fetched_once(partner: Partner) -> None:
    partner.put("F1,2026-05-01 10:00,短路,first", "F2,2026-05-01 11:00,抽烟,second")
    assert collect() == ["acknowledged"]
    assert core() == {"F1": ("first", 1), "F2": ("second", 1)}
    assert collect() == []
    assert collect() == []


def test_nothing_there_is_fine(partner: Partner) -> None:
    assert collect() == []
    assert partner.kind


def test_new_and_changed_are_found(partner: Partner) -> None:
    partner.put("F1,2026-05-01 10:00,短路,first", "F2,2026-05-01 11:00,抽烟,second")
    collect()
    partner.put("F1,2026-05-01 10:00,短路,changed", "F3,2026-05-02 11:00,抽烟,third")
    assert collect() == ["acknowledged"]
    assert core() == {"F1": ("changed", 2), "F2": ("second", 1), "F3": ("third", 1)}
    assert collect() == []


def test_a_server_that_is_away_is_asked_later(remote: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, remote.uri(port=free_port()))
    began = time.monotonic()
    with pytest.raises(RetryLater) as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert time.monotonic() - began < IMPATIENT.seconds + BUSY
    assert remote.secret not in said(raised.value)
    assert "their_server" in raised.value.where
    run(SMALL)
    looks = "select fault from ledger.poll_window order by since"
    assert [row["fault"] for row in ask(looks)] == [raised.value.what], "a look at the folder is none at the server"
    monkeypatch.setenv(VARIABLE, remote.uri())
    remote.put("F1,2026-05-01 10:00,短路,first")
    assert collect() == ["acknowledged"]
    assert [row["fault"] for row in ask(looks)][1:] == [None]


@pytest.fixture
def silent() -> Iterator[int]:
    """Give the port of a server that accepts every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    kept.append(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        for each in kept:
            each.close()


def test_a_server_that_never_says_a_word_is_left_in_time(
    remote: Partner, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing of it stays behind that would hold the next source, or the next fetch of this one, up."""
    monkeypatch.setenv(VARIABLE, remote.uri(port=silent))
    began = time.monotonic()
    with pytest.raises(RetryLater, match=r"does not answer|takes too long"):
        fetch_source(SMALL, within=IMPATIENT)
    assert time.monotonic() - began < IMPATIENT.seconds + BUSY
    monkeypatch.setenv(VARIABLE, remote.uri())
    remote.put("F1,2026-05-01 10:00,短路,first")
    assert collect() == ["acknowledged"]


def test_a_wrong_secret_needs_a_person_and_is_not_told(
    remote: Partner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    remote.put("F1,2026-05-01 10:00,短路,first")
    wrong = "wrong:horse/battery@staple"
    monkeypatch.setenv(VARIABLE, remote.uri(secret=wrong))
    caplog.set_level(logging.DEBUG)
    with pytest.raises(FixTheHub) as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert raised.value.next_step
    for text in (said(raised.value), caplog.text):
        assert wrong not in text
        assert "wrong%3Ahorse" not in text
    assert not ask("select from ledger.fetch_cursor where strpos(state::text, 'horse') > 0")


def test_a_connection_that_is_missing_or_of_another_kind_is_told(
    remote: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "ftp://x:hush@127.0.0.1")
    with pytest.raises(FixTheHub, match="type ftp cannot be used") as raised:
        fetch_source(SMALL)
    assert "hush" not in said(raised.value)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(FixTheHub, match="There is no connection their_server"):
        fetch_source(SMALL)
    assert remote.kind


def test_two_hubs_fetch_once(partner: Partner) -> None:
    partner.put("F1,2026-05-01 10:00,短路,first", "F2,2026-05-01 11:00,抽烟,second")
    hubs = [hub() for _ in range(2)]
    assert [each.wait().returncode for each in hubs] == [0, 0]
    run(SMALL)
    assert [row["state"] for row in batches(SMALL)] == ["acknowledged"]
    assert set(core()) == {"F1", "F2"}


def test_more_files_than_one_fetch_takes_come_one_after_the_other(partner: Partner) -> None:
    if partner.kind not in {"sftp", "s3"}:
        pytest.skip("there is no listing")
    manifests = partner.signature != "none"
    for number in range(5):
        partner.put(f"F{number},2026-05-01 10:00,短路,{number}")
    few = replace(IMPATIENT, files=4 if manifests else 2)
    for _ in range(5):
        with suppress(RetryLater):
            fetch_source(SMALL, within=few)
    run(SMALL)
    assert set(core()) == {f"F{number}" for number in range(5)}
    assert fetch_source(SMALL, within=few) == []


@pytest.mark.slow
def test_killed_at_every_call(partner: Partner, home: Path) -> None:
    """Whatever call is the last one, the next fetch ends as if nothing had happened."""
    rows = "F1,2026-05-01 10:00,短路,first", "F2,2026-05-01 11:00,抽烟,second"
    partner.put(*rows)

    def again() -> None:
        forget(home)
        if partner.kind == "folder":  # what was dropped is gone with the home
            partner.put(*rows)

    def check(call: int) -> None:
        collect()
        collect()
        assert core() == {"F1": ("first", 1), "F2": ("second", 1)}, f"killed at call {call}"
        assert [row["state"] for row in batches(SMALL)] == ["acknowledged"], f"killed at call {call}"

    killed_everywhere(f"{partner.kind} {partner.signature}", again, check)
