"""The command `check`: with a manifest, with and without a hub, and what it says of that."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from cli.screen import FINDINGS, FINE, WRONG, guarded
from hub.settings import settings
from mappings.engine import read_source
from pipeline.checks.check import CheckRequest, check
from pipeline.checks.offline import OfflineContext
from pipeline.checks.submission import read_submission
from tests.support.exchange import submit
from tests.support.partners.base import about, manifest, register_key
from tests.support.small_source import SMALL, SmallSource, fires, rows

if TYPE_CHECKING:
    from pathlib import Path

ONE = rows(F1="one", F2="two")


def lay_down(folder: Path, key: str | None = None, **said: Any) -> tuple[Path, Path]:
    file, path = folder / "a.csv", folder / "a.csv.manifest.json"
    file.write_bytes(ONE)
    path.write_bytes(manifest(key=key, **{"files": [about("a.csv", ONE, rows=2)], **said}))
    return file, path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = guarded(["check", *arguments, "--source", SMALL, "--json"])
    account: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, account


def notices(account: dict[str, Any]) -> list[str]:
    return [each["code"] for each in account["notices"]]


def test_without_a_hub_it_says_what_was_not_looked_at(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.map("mode: upsert", "mode: upsert\nsignature: required")
    file, path = lay_down(tmp_path, key="2026a", sequence=9, period="2026-05")
    code, account = told(capsys, str(file), "--manifest", str(path))
    assert (code, account["state"], notices(account)) == (FINE, "validated", ["check.not_compared", "check.no_keys"])
    said = account["submission"]
    assert (said["sequence"], said["period"], said["rows_stated"], said["signer"]) == (9, "2026-05", 2, None)
    code, account = told(capsys, str(file))
    assert (code, notices(account)) == (FINE, ["check.not_compared", "check.no_manifest"])
    register_key(small)
    _, account = told(capsys, str(file), "--manifest", str(path))
    assert (account["submission"]["signer"], notices(account)) == ("2026a", ["check.not_compared"])
    path.write_bytes(path.read_bytes().replace(b'"sequence": 9', b'"sequence": 8'))
    code, account = told(capsys, str(file), "--manifest", str(path))
    assert (code, [each["code"] for each in account["findings"]]) == (FINDINGS, ["SIGNATURE_BAD"])


def test_for_people_it_prints_what_the_manifest_says(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small.folder.exists()
    file, path = lay_down(tmp_path, sequence=9, period="2026-05")
    for language, words in (("en", "Not compared with what the hub holds"), ("zh", "未与平台已有数据比对")):
        monkeypatch.setenv("RISKHUB_LANG", language)
        settings.cache_clear()
        assert guarded(["check", str(file), "--manifest", str(path), "--source", SMALL]) == FINE
        text = capsys.readouterr().out
        assert words in text
        assert "2026-05" in text
        assert "2 = 2 new" in text


@pytest.mark.usefixtures("warehouse")
def test_for_people_it_prints_what_is_corrected(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small.folder.exists()
    first = submit(SMALL, "1.csv", rows(F1="one", F2="other"))["batch"]
    file, path = lay_down(tmp_path, operation="correct", corrects=first)
    capsys.readouterr()
    assert guarded(["check", str(file), "--manifest", str(path), "--source", SMALL]) == FINE
    text = " ".join(capsys.readouterr().out.split())
    assert f" {first} " in text
    assert "[" not in text


def test_a_manifest_may_be_all_that_there_is(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small.folder.exists()
    path = tmp_path / "zero.manifest.json"
    path.write_bytes(manifest("zero", period="2026-05"))
    code, account = told(capsys, str(path))
    assert (code, account["state"], account["counts"]["read"]) == (FINE, "validated", 0)
    path.write_bytes(manifest("withdraw", keys=[["F1"], ["F1", "x"]]))
    code, account = told(capsys, str(path))
    assert (code, account["findings"][0]["code"]) == (FINDINGS, "KEY_INCOMPLETE")
    path.write_bytes(manifest("withdraw", keys=[["F1"], ["F2"]]))
    code, account = told(capsys, str(path))
    assert (code, account["counts"]["changed"], notices(account)) == (FINE, 2, ["check.not_compared"])


@pytest.mark.parametrize("name", ["other.csv", "nowhere.csv"])
def test_a_file_that_the_manifest_does_not_name(
    name: str, small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small.folder.exists()
    _, path = lay_down(tmp_path)
    (tmp_path / "other.csv").write_bytes(ONE)
    assert guarded(["check", str(tmp_path / name), "--manifest", str(path), "--source", SMALL]) == WRONG
    assert "does not name" in capsys.readouterr().err
    assert guarded(["check", str(tmp_path / "a.csv"), "--manifest", "no.manifest.json", "--source", SMALL]) == WRONG


def test_what_is_wrong_with_a_manifest_is_told_whatever_file_it_should_name(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small.folder.exists()
    file, _ = lay_down(tmp_path)
    (tmp_path / "bad.json").write_text('{"riskhub_manifest": 1}')
    code, account = told(capsys, str(file), "--manifest", str(tmp_path / "bad.json"))
    assert (code, account["state"]) == (FINDINGS, "rejected")
    assert [each["expected"] for each in account["findings"]] == ["required: source, operation"], "once, not once each"


@pytest.mark.usefixtures("warehouse")
def test_with_a_hub_it_is_compared_unless_somebody_says_no(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small.folder.exists()
    submit(SMALL, "1.csv", rows(F1="one"))
    file, _ = lay_down(tmp_path)
    _, account = told(capsys, str(file))
    assert (account["counts"]["unchanged"], account["counts"]["new"], notices(account)) == (1, 1, [])
    _, account = told(capsys, str(file), "--offline")
    assert (account["counts"]["new"], notices(account)) == (2, ["check.not_compared"])
    submit(SMALL, "2.csv", ONE)
    code, account = told(capsys, str(file))
    assert (code, account["state"], account["duplicate_of"] is None) == (FINE, "duplicate", False)


def test_a_broken_manifest_is_told_before_anything_is_read(small: SmallSource, tmp_path: Path) -> None:
    file, path = lay_down(tmp_path)
    path.write_bytes(b"{")
    source, sent = read_source(small.folder), read_submission(path)
    verdict = check(
        file, source, CheckRequest(against=OfflineContext(source), submission=sent, file_name=sent.part_of(file))
    ).verdict
    assert (verdict.state, [each["code"] for each in verdict.findings]) == ("rejected", ["MANIFEST_INVALID"])
    assert verdict.counts.read == 0


def test_keys_that_repeat_in_an_append_feed_are_refused_without_a_hub_too(small: SmallSource, tmp_path: Path) -> None:
    small.map("mode: upsert", "mode: append")
    path = tmp_path / "1.csv"
    path.write_bytes(fires("F1,2026-05-01 10:00,短路,a", "F1,2026-05-01 10:00,短路,b"))
    made = check(path, read_source(small.folder), CheckRequest())
    assert (made.verdict.counts.new, made.verdict.counts.changed, made.verdict.counts.quarantined) == (1, 0, 1)
    assert [(each["code"], each["line"]) for each in made.verdict.findings] == [("KEY_TAKEN", 3)]
    assert "check.fix.xlsx" in {each.name for each in made.documents}, "the row comes back to be corrected"


def test_the_folder_of_the_receipt_is_made_and_is_no_file(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small.folder.exists()
    file, _ = lay_down(tmp_path)
    command = ["check", str(file), "--source", SMALL, "--offline", "--language", "en", "--out"]
    assert guarded([*command, str(tmp_path / "new" / "out")]) == FINE
    assert [*(tmp_path / "new" / "out").glob("*.check.html")]
    for wrong in (file, file / "below"):
        assert guarded([*command, str(wrong)]) == WRONG
        assert guarded(["standard", "export", "--dcat", "--language", "en", "--out", str(wrong)]) == WRONG
        assert "a file and not a folder" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("form", ["", "--json"])
def test_no_library_writes_into_what_it_prints(small: SmallSource, tmp_path: Path, form: str) -> None:
    """A figure outside its limits has Great Expectations loaded, whose loggers set levels of their own."""
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 9}}")
    (tmp_path / "1.csv").write_bytes(ONE)
    command = ["check", str(tmp_path / "1.csv"), "--source", SMALL, "--offline", *form.split()]
    done = subprocess.run(  # in a process of its own: pytest has handlers of its own here
        [sys.executable, "-c", "import sys; from cli import main; main()", *command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "VOLUME_UNUSUAL" in done.stdout
    assert not done.stderr
    if form:
        json.loads(done.stdout)
    assert "INFO" not in done.stdout
