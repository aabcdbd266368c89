"""Manifests at a server: judged by the same door as those in a folder, taken away with their files, never half."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import FixTheHub, RetryLater
from pipeline.intake.fetch import fetch_source
from tests.support.exchange import ask, batches, codes, receipt
from tests.support.partners.base import about, manifest
from tests.support.partners.everyone import IMPATIENT, agree, agree_also, collect, core, forget, killed_everywhere
from tests.support.partners.s3 import BUCKET
from tests.support.partners.signing import SigningS3Partner, SigningSftpPartner
from tests.support.small_source import SMALL, SmallSource, fires

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Signing = SigningSftpPartner | SigningS3Partner

pytestmark = pytest.mark.usefixtures("warehouse")
ONE, TWO = fires("F1,2026-05-01 10:00,短路,one"), fires("F2,2026-05-01 10:00,短路,two")
KINDS = {"sftp": SigningSftpPartner, "s3": SigningS3Partner}


@pytest.fixture(params=KINDS)
def partner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Signing]:
    made = KINDS[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture
def source(partner: Signing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallSource:
    return agree(partner, tmp_path, monkeypatch)


def policy(source: SmallSource, wanted: str) -> None:
    mapping = source.folder / "mapping.yml"
    text = mapping.read_text("utf-8")
    assert "signature: required" in text
    mapping.write_text(text.replace("signature: required", f"signature: {wanted}"), "utf-8")


def left(partner: Signing) -> list[str]:
    if isinstance(partner, SigningSftpPartner):
        return sorted(path.name for path in partner.inbox.iterdir() if path.is_file())
    return sorted(key.removeprefix("in/") for key in partner.held() if key.startswith("in/"))


def remove(partner: Signing, name: str) -> None:
    if isinstance(partner, SigningSftpPartner):
        (partner.inbox / name).unlink()
    else:
        partner.client.delete_object(Bucket=BUCKET, Key=f"in/{name}")


@pytest.mark.usefixtures("source")
def test_a_manifest_and_its_files_are_one_submission(partner: Signing) -> None:
    partner.submit({"a.csv": ONE, "b.csv": TWO}, sequence=1, period="2026-05", sender="system 3")
    assert collect() == ["acknowledged"] * 2
    assert core() == {"F1": ("one", 1), "F2": ("two", 1)}
    second, first = batches(SMALL)
    assert second["batch"] == first["batch"] + "_02"
    told = receipt(first)["submission"]
    assert (told["operation"], told["sequence"], told["signer"]) == ("new", 1, "2026a")
    assert {row["connector"] for row in ask("select connector from ledger.delivery")} == {partner.kind}
    assert collect() == []
    (row,) = ask("select cursor_key, state from ledger.fetch_cursor")
    assert (row["cursor_key"], set(row["state"]["files"])) == ("a.csv.manifest.json", {"a.csv", "b.csv"})


@pytest.mark.usefixtures("source")
def test_operations_come_as_from_a_folder(partner: Signing) -> None:
    partner.submit({"a.csv": ONE}, sequence=1)
    collect()
    partner.submit({"c.csv": fires("F1,2026-05-01 10:00,短路,better")}, sequence=2, operation="correct", corrects=1)
    partner.submit({}, sequence=3, operation="zero", period="2026-06")
    assert collect() == ["acknowledged"] * 2
    assert core() == {"F1": ("better", 2)}
    partner.submit({}, sequence=4, operation="withdraw", keys=[["F1"]])
    assert collect() == ["acknowledged"]
    assert core() == {}


@pytest.mark.parametrize(
    ("key", "said", "code"),
    [
        (None, {}, "SIGNATURE_MISSING"),
        ("unknown", {}, "KEY_UNKNOWN"),
        ("2026a", {"files": [about("a.csv", TWO)]}, "HASH_DIFFERS"),
        ("2026a", {"source": "hn_fire/incidents"}, "WRONG_FEED"),
    ],
)
@pytest.mark.usefixtures("source")
def test_the_door_is_the_same(partner: Signing, key: str | None, said: dict[str, Any], code: str) -> None:
    partner.submit({"a.csv": ONE}, key, **said)
    assert collect() == ["rejected"]
    assert set(codes(batches(SMALL)[0])) == {code}
    assert collect() == []
    partner.submit({"a.csv": ONE})
    assert collect() == ["acknowledged"], "bytes that were refused are no duplicate"


def test_a_signature_may_be_wanted_or_not_looked_at(partner: Signing, source: SmallSource) -> None:
    policy(source, "wanted")
    partner.submit({"a.csv": ONE}, None)
    partner.file("b.csv", TWO)
    assert collect() == ["acknowledged"] * 2
    assert [codes(row) for row in batches(SMALL)] == [{"SIGNATURE_WANTED": 1}] * 2
    policy_line = source.folder / "mapping.yml"
    policy_line.write_text(policy_line.read_text("utf-8").replace("signature: wanted", "signature: none"), "utf-8")
    partner.submit({"c.csv": fires("F3")}, None)
    assert collect() == ["acknowledged"]
    assert codes(batches(SMALL)[0]) == {}


def test_a_file_waits_for_its_manifest_then_is_refused(partner: Signing, source: SmallSource) -> None:
    agree_also(source, "wait: 1")
    partner.file("a.csv", ONE)
    partner.file("b.csv", TWO)
    assert collect() == []
    partner.submit({"b.csv": TWO})
    time.sleep(1.1)
    assert collect() == ["acknowledged", "rejected"]
    (alone,) = [row for row in batches(SMALL) if row["state"] == "rejected"]
    assert (alone["file"], codes(alone)) == ("a.csv", {"MANIFEST_MISSING": 1})
    assert ask("select refused from ledger.delivery order by file_name") == [{"refused": True}, {"refused": False}]
    assert collect() == []


def test_a_manifest_waits_for_its_files_then_says_which_are_missing(partner: Signing, source: SmallSource) -> None:
    agree_also(source, "settle: 1")
    partner.file("a.csv", ONE)
    partner.file("a.csv.manifest.json", manifest(key="2026a", files=[about("a.csv", ONE), about("b.csv", TWO)]))
    assert collect() == []
    time.sleep(1.1)
    partner.file("b.csv", TWO)
    assert collect() == ["acknowledged"] * 2
    partner.file("c.csv.manifest.json", manifest(key="2026a", files=[about("c.csv", b"1")]))
    assert collect() == []
    time.sleep(1.1)
    assert collect() == ["rejected"]
    assert codes(batches(SMALL)[0]) == {"FILE_MISSING": 1}


def test_a_file_that_one_fetch_did_not_look_at_is_not_missing(partner: Signing, source: SmallSource) -> None:
    agree_also(source, "complete: rename, settle: 1")
    policy(source, "none")
    last = fires("F9,2026-05-01 10:00,短路,last")
    partner.file("a.csv.manifest.json", manifest(files=[about("z.csv", last)], sequence=3))
    for name in "bcd":
        partner.file(f"{name}.csv", fires(f"F{name}"))
    partner.file("z.csv", last)
    for _ in range(3):
        with pytest.raises(RetryLater, match="more files"):
            fetch_source(SMALL, within=replace(IMPATIENT, files=2))
        time.sleep(0.6)
    assert [row["file"] for row in batches(SMALL)] == ["d.csv", "c.csv", "b.csv"]
    assert len(fetch_source(SMALL, within=replace(IMPATIENT, files=2))) == 1
    assert batches(SMALL)[0]["file"] == "z.csv"
    assert ask("select sequence from ledger.submission") == [{"sequence": 3}]


def test_a_half_manifest_is_waited_for_and_keeps_its_file_back(partner: Signing, source: SmallSource) -> None:
    agree_also(source, "settle: 1")
    policy(source, "none")
    whole = manifest(files=[about("a.csv", ONE)], sequence=7)
    partner.file("a.csv", ONE)
    partner.file("a.csv.manifest.json", whole[:60])
    assert collect() == []
    partner.file("a.csv.manifest.json", whole)
    assert collect() == ["acknowledged"]
    assert receipt(batches(SMALL)[0])["submission"]["sequence"] == 7
    partner.file("b.csv", TWO)
    partner.file("b.csv.manifest.json", whole[:60])
    assert collect() == []
    time.sleep(1.1)
    assert collect() == ["rejected"]
    assert (batches(SMALL)[0]["file"], codes(batches(SMALL)[0])) == ("b.csv", {"MANIFEST_INVALID": 1})


def test_a_manifest_of_any_size_harms_nobody(partner: Signing, source: SmallSource) -> None:
    agree_also(source, "settle: 1")
    partner.file("a.csv", ONE)
    partner.file("a.csv.manifest.json", b"[" * (2 << 20))
    partner.submit({"b.csv": TWO})
    assert collect() == ["acknowledged"]
    time.sleep(1.1)
    assert collect() == ["rejected"]
    assert codes(batches(SMALL)[0]) == {"MANIFEST_INVALID": 1}
    partner.file("c.csv.manifest.json", b" " * 3000)
    with pytest.raises(FixTheHub, match="too large"):
        fetch_source(SMALL, within=type(IMPATIENT)(page=2000))


@pytest.mark.usefixtures("source")
def test_the_next_version_of_a_file_needs_a_manifest_of_its_own(partner: Signing) -> None:
    partner.submit({"a.csv": ONE}, sequence=1)
    assert collect() == ["acknowledged"]
    partner.file("a.csv", TWO)
    assert collect() == [], "the manifest that lies there speaks of the file before"
    partner.submit({"a.csv": TWO}, sequence=2)
    assert collect() == ["acknowledged"]
    assert set(core()) == {"F1", "F2"}


@pytest.mark.parametrize(("after", "kept"), [("archive", 4), ("delete", 0)])
def test_a_submission_goes_as_agreed(partner: Signing, source: SmallSource, after: str, kept: int) -> None:
    agree_also(source, f"after: {after}")
    for number in (1, 2):
        partner.submit({"a.csv": fires(f"F{number}")}, sequence=number)
        assert collect() == ["acknowledged"]
        assert left(partner) == []
    if isinstance(partner, SigningSftpPartner):
        done = partner.inbox / "done"
        assert (len(list(done.iterdir())) if done.exists() else 0) == kept
    else:
        assert len(partner.held()) == kept


def test_what_a_person_left_of_a_submission_is_known(partner: Signing, source: SmallSource) -> None:
    """The manifest was registered and removed by hand: its file is not a delivery without one."""
    agree_also(source, "wait: 1")
    partner.submit({"a.csv": ONE})
    assert collect() == ["acknowledged"]
    remove(partner, "a.csv.manifest.json")
    assert collect() == []
    time.sleep(1.1)
    assert collect() == []
    agree_also(source, "after: delete")
    assert collect() == []
    assert left(partner) == []


@pytest.mark.slow
@pytest.mark.parametrize("after", ["archive", "delete"])
def test_killed_while_a_submission_goes(partner: Signing, source: SmallSource, home: Path, after: str) -> None:
    """Wherever it dies, the submission is registered once, whole, and nothing of it stays at the server."""
    agree_also(source, f"after: {after}, settle: 1, wait: 1")

    def again() -> None:
        forget(home)
        for name in left(partner):
            remove(partner, name)
        partner.submit({"a.csv": ONE, "b.csv": TWO}, sequence=1)

    def check(call: int) -> None:
        collect()
        collect()
        assert core() == {"F1": ("one", 1), "F2": ("two", 1)}, f"killed at call {call}"
        assert [row["state"] for row in batches(SMALL)] == ["acknowledged"] * 2, f"killed at call {call}"
        assert left(partner) == [], f"killed at call {call}"

    killed_everywhere(f"{partner.kind} manifests {after}", again, check, step=37)
