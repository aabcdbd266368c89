"""What can go wrong with files at an SFTP server: names, links, half files, new versions, slow and false servers."""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncssh
import pytest

from connectors.remote.sftp import Sftp
from hub.errors import FixTheHub, RetryLater
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import ask, batches, receipt
from tests.support.partners.everyone import (
    BUSY,
    IMPATIENT,
    VARIABLE,
    agree,
    agree_also,
    collect,
    core,
    forget,
    killed_everywhere,
    said,
)
from tests.support.partners.sftp import OLD, SftpPartner
from tests.support.small_source import SMALL, SmallSource, fires

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.download import Download
    from connectors.remote.listing import Entry

pytestmark = pytest.mark.usefixtures("warehouse")
ONE, TWO = fires("F1,2026-05-01 10:00,短路,first"), fires("F1,2026-05-01 10:00,短路,other")


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[SftpPartner]:
    made = SftpPartner(tmp_path)
    yield made
    made.close()


@pytest.fixture
def source(partner: SftpPartner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:
    return agree(partner, tmp_path, monkeypatch)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.mark.usefixtures("source")
def test_only_whole_regular_files_of_the_folder(partner: SftpPartner) -> None:
    for name in ("a.csv.part", ".hidden.csv", "~$lock.csv", "a.csv.done"):
        partner.file(name, ONE)
    outside = partner.root / "outside.csv"
    outside.write_bytes(ONE)
    (partner.inbox / "link.csv").symlink_to(outside)
    (partner.inbox / "folder.csv").mkdir()
    (partner.inbox / "folder.csv" / "below.csv").write_bytes(ONE)
    assert collect() == []
    partner.file("a.csv", ONE)
    assert collect() == ["acknowledged"]
    assert "link.csv" in names(partner.inbox), "nothing is touched unless it was agreed"


@pytest.mark.usefixtures("source")
def test_names_from_a_server_are_labels_only(partner: SftpPartner, home: Path) -> None:
    hostile = [b"a\nb.csv", b"..x.csv", b"\xff\xfe.csv", "\u202evsc.exe.csv".encode(), b"a\\..\\b.csv", b"-rf *;.csv"]
    for at, name in enumerate(hostile):
        partner.file(name, fires(f"F{at},2026-05-01 10:00,短路,{at}"))
    assert collect() == ["acknowledged", *["rejected"] * 5]
    refused = [row for row in batches(SMALL) if row["state"] == "rejected"]
    assert {finding["code"] for row in refused for finding in receipt(row)["findings"]} == {"UNSAFE_NAME"}
    assert not any(char in row["file"] for row in refused for char in "\n\u202e\udcff")
    assert collect() == []
    kept = [path.name for path in home.rglob("*") if path.is_file() and path.parent.parent.name != "raw"]
    assert not [name for name in kept if "x.csv" in name or "exe" in name]


@pytest.mark.usefixtures("source")
def test_the_same_name_with_other_bytes_is_a_delivery_and_the_same_bytes_are_a_duplicate(partner: SftpPartner) -> None:
    partner.file("a.csv", ONE, age=OLD + 2000)
    assert collect() == ["acknowledged"]
    partner.file("a.csv", TWO, age=OLD + 1000)  # as long as the first
    assert collect() == ["acknowledged"]
    assert core() == {"F1": ("other", 2)}
    partner.file("again.csv", TWO)
    assert collect() == ["duplicate"]
    assert collect() == []


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("ahead", [0, 3600, -3600], ids=["right", "ahead", "behind"])
def test_two_versions_within_one_second_are_told_apart(partner: SftpPartner, ahead: int) -> None:
    """SFTP tells whole seconds, of a clock that may be wrong: a young file is read when its second is over."""
    now = time.time() + ahead
    path = partner.file("a.csv", ONE)
    os.utime(path, (now, now))

    def again() -> None:
        path.write_bytes(TWO)
        os.utime(path, (now, now))

    second = threading.Timer(0.9, again)
    second.start()
    assert collect() == ["acknowledged"]
    second.join()
    assert core() == {"F1": ("other", 1)}
    assert collect() == []


@pytest.mark.parametrize("ahead", [3600, -3600], ids=["ahead", "behind"])
def test_a_clock_that_is_wrong_keeps_no_file_back(partner: SftpPartner, source: SmallSource, ahead: int) -> None:
    agree_also(source, "after: delete")
    partner.file("a.csv", ONE, age=-ahead)
    assert collect() == ["acknowledged"]
    assert names(partner.inbox) == []


def test_settled_files_only(partner: SftpPartner, source: SmallSource) -> None:
    agree_also(source, "complete: settle, settle: 1")
    path = partner.file("a.csv", ONE[:40])
    assert collect() == []
    path.write_bytes(ONE)
    assert collect() == [], "it has grown since the last look"
    time.sleep(1.1)
    assert collect() == ["acknowledged"]
    assert collect() == []
    assert core() == {"F1": ("first", 1)}


def test_marked_files_only(partner: SftpPartner, source: SmallSource) -> None:
    agree_also(source, "complete: marker")
    partner.file("a.csv", ONE)
    assert collect() == []
    partner.file("a.csv.done", b"")
    assert collect() == ["acknowledged"]


@pytest.mark.parametrize(("after", "left"), [("delete", []), ("archive", []), ("leave", ["a.csv", "a.csv.done"])])
def test_the_mark_of_a_file_goes_with_it(
    partner: SftpPartner, source: SmallSource, after: str, left: list[str]
) -> None:
    """A mark that stays would say of the next file of that name that it is whole."""
    agree_also(source, f"complete: marker, after: {after}")
    partner.file("a.csv", ONE)
    partner.file("a.csv.done", b"")
    assert collect() == ["acknowledged"]
    assert names(partner.inbox) == left
    if not left:
        partner.file("a.csv", TWO[:40], age=OLD + 100)
        assert collect() == []
        assert names(partner.inbox) == ["a.csv"]


@pytest.mark.usefixtures("source")
def test_a_file_that_grows_while_it_is_read_waits(partner: SftpPartner) -> None:
    path = partner.file("a.csv", ONE)
    partner.on_read = lambda: path.write_bytes(ONE + b"F2,2026-05-01 10:00,,\n")
    assert collect() == []
    partner.on_read = lambda: None
    assert collect() == ["acknowledged"]
    assert set(core()) == {"F1", "F2"}


@pytest.mark.parametrize(("after", "left"), [("archive", 1), ("delete", 0)])
def test_what_is_registered_goes_as_agreed(partner: SftpPartner, source: SmallSource, after: str, left: int) -> None:
    agree_also(source, f"after: {after}")
    for version in (ONE, TWO, ONE):
        partner.file("a.csv", version)
        collect()
        assert names(partner.inbox) == []
    assert len(names(partner.inbox / "done")) == 2 if left else not (partner.inbox / "done").exists()


@pytest.mark.parametrize("after", ["archive", "delete"])
def test_another_file_of_the_same_size_and_second_is_not_taken_for_the_last_one(
    partner: SftpPartner, source: SmallSource, after: str
) -> None:
    agree_also(source, f"after: {after}")
    assert len(ONE) == len(TWO)
    moment = int(time.time()) - OLD
    for version in (ONE, TWO):
        os.utime(partner.file("a.csv", version), (moment, moment))
        assert collect() == ["acknowledged"]
        assert names(partner.inbox) == []


def test_a_file_put_in_its_place_while_it_goes_is_not_lost(
    partner: SftpPartner, source: SmallSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_also(source, "after: delete")
    partner.file("a.csv", ONE)
    real = asyncssh.SFTPClient.rename

    async def overtaken(self: asyncssh.SFTPClient, old: bytes, new: bytes) -> None:
        monkeypatch.setattr(asyncssh.SFTPClient, "rename", real)
        partner.file("a.csv", TWO, age=OLD + 100)
        await real(self, old, new)

    monkeypatch.setattr(asyncssh.SFTPClient, "rename", overtaken)
    assert collect() == ["acknowledged"]
    assert len(names(partner.inbox)) == 1
    assert collect() == ["acknowledged"]
    assert core() == {"F1": ("other", 2)}
    assert names(partner.inbox) == []
    assert [row["file"] for row in batches(SMALL)] == ["a.csv", "a.csv"]


def test_one_file_that_cannot_go_does_not_stop_the_others(
    partner: SftpPartner, source: SmallSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_also(source, "after: delete")
    partner.file("a.csv", ONE)
    partner.file("b.csv", fires("F2"))
    real = asyncssh.SFTPClient.rename

    async def denied(self: asyncssh.SFTPClient, old: bytes, new: bytes) -> None:
        if old.endswith(b"a.csv"):
            raise asyncssh.SFTPPermissionDenied("no")
        await real(self, old, new)

    monkeypatch.setattr(asyncssh.SFTPClient, "rename", denied)
    for found in (2, 0):
        before = len(batches(SMALL))
        with pytest.raises(FixTheHub, match="denies the hub"):
            fetch_source(SMALL, within=IMPATIENT)
        assert len(batches(SMALL)) - before == found
        assert names(partner.inbox) == ["a.csv"]


@pytest.mark.slow
@pytest.mark.parametrize("after", ["archive", "delete"])
def test_killed_while_files_go(partner: SftpPartner, source: SmallSource, home: Path, after: str) -> None:
    """Wherever it dies, every file is registered once and gone from the folder in the end."""
    agree_also(source, f"after: {after}")

    def again() -> None:
        forget(home)
        shutil.rmtree(partner.inbox)
        partner.inbox.mkdir()
        partner.file("a.csv", ONE)
        partner.file("b.csv", fires("F2"))

    def check(call: int) -> None:
        collect()
        collect()
        assert set(core()) == {"F1", "F2"}, f"killed at call {call}"
        states = [row["state"] for row in batches(SMALL)]
        assert sorted(state for state in states if state != "duplicate") == ["acknowledged"] * 2, f"killed at {call}"
        assert states.count("duplicate") <= 1, "a file that was hidden and not removed is fetched under that name"
        assert names(partner.inbox) == []

    killed_everywhere(f"sftp {after}", again, check, step=37)


@pytest.mark.usefixtures("source")
def test_one_file_that_cannot_be_had_does_not_stop_the_others(
    partner: SftpPartner,
) -> None:
    partner.file("a.csv", ONE)
    partner.file("b.csv", fires(*(f"X{at}" for at in range(100))))
    partner.file("c.csv", fires("F3"))
    with pytest.raises(FixTheHub, match="too large") as raised:
        fetch_source(SMALL, within=replace(IMPATIENT, bytes=500))
    assert "b.csv" in raised.value.where
    assert sorted(row["file"] for row in batches(SMALL)) == ["a.csv", "c.csv"]


@pytest.mark.usefixtures("source")
def test_a_server_that_hangs_is_left_in_time(partner: SftpPartner) -> None:
    partner.file("a.csv", ONE)
    partner.slow = 60
    began = time.monotonic()
    with pytest.raises(RetryLater):
        fetch_source(SMALL, within=IMPATIENT)
    assert time.monotonic() - began < IMPATIENT.seconds + BUSY
    partner.slow = 0
    assert collect() == ["acknowledged"]


@pytest.mark.usefixtures("source")
def test_a_server_that_drips_is_left_in_time(partner: SftpPartner) -> None:
    """Each answer comes in time, and yet the whole would take for ever."""
    partner.file("a.csv", b"x" * (40 << 20))
    partner.slow = 0.6
    within = replace(IMPATIENT, seconds=3)
    began = time.monotonic()
    with pytest.raises(RetryLater):
        fetch_source(SMALL, within=within)
    assert time.monotonic() - began < within.seconds + BUSY


@pytest.mark.usefixtures("source")
def test_a_server_that_nobody_vouched_for_gets_no_password(
    partner: SftpPartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner.file("a.csv", ONE)
    monkeypatch.setenv(VARIABLE, partner.uri(host_key=""))
    with pytest.raises(FixTheHub, match="host key is not known") as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert partner.key.get_fingerprint() in raised.value.why
    assert "host_key" in raised.value.next_step
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    monkeypatch.setenv(VARIABLE, partner.uri(host_key=other))
    with pytest.raises(FixTheHub, match="another host key") as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert partner.secret not in said(raised.value)
    assert batches(SMALL) == []


def test_a_folder_that_is_not_there_is_told(partner: SftpPartner, source: SmallSource) -> None:
    partner.inbox.rmdir()
    with pytest.raises(FixTheHub, match="folder is not there") as raised:
        fetch_source(SMALL, within=IMPATIENT)
    assert "connector.path" in raised.value.next_step
    assert source.folder.exists()


@pytest.mark.usefixtures("source")
def test_what_a_process_that_died_has_left_is_removed(partner: SftpPartner, home: Path) -> None:
    partner.file("a.csv", ONE)
    collect()
    old, young = (home / "fetch" / SMALL / f"fresh-{name}" for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir()
        (folder / "half").write_bytes(ONE)
    os.utime(old, (0, 0))
    assert collect() == []
    assert not old.exists()
    assert young.exists(), "another hub may be at work there"


@pytest.mark.usefixtures("source")
def test_of_two_that_fetched_the_same_one_registers(partner: SftpPartner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock that keeps them apart is for economy: without it the memory decides, in the transaction."""
    partner.file("a.csv", ONE)
    real = Sftp.download

    def overtaken(self: Sftp, entry: Entry, target: Download) -> bool:
        whole = real(self, entry, target)
        monkeypatch.setattr(Sftp, "download", real)
        others = threading.Thread(target=lambda: fetch_source(SMALL))
        others.start()
        others.join()
        return whole

    monkeypatch.setattr(Sftp, "download", overtaken)
    monkeypatch.setattr("pipeline.intake.fetch._lock_fetch", lambda _: nullcontext(enter_result=True))
    assert fetch_source(SMALL) == []
    assert len(batches(SMALL)) == 1
    assert ask("select count(*) as n from ledger.fetch_cursor") == [{"n": 1}]


@pytest.mark.usefixtures("source")
def test_what_is_remembered_names_size_time_and_hash(partner: SftpPartner) -> None:
    path = partner.file("a.csv", ONE)
    collect()
    (row,) = ask("select cursor_key, state, batch_id from ledger.fetch_cursor")
    assert row["cursor_key"] == "a.csv"
    assert row["state"]["stamp"] == [len(ONE), int(path.stat().st_mtime)]
    assert row["state"]["sha256"] == batches(SMALL)[0]["sha256"]
    assert row["batch_id"] == batches(SMALL)[0]["batch"]
