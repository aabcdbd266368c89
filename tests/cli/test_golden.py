"""`riskhub source test`: what it says of a sample that gives something else, and that `--update` settles it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cli.screen import FAULT, FINDINGS, FINE, WRONG, guarded
from hub.clock import fixed
from hub.pseudonyms import fixed_key, token_key
from hub.settings import PROJECT, settings
from mappings.engine import read_source
from pipeline.authoring.golden import EXPECTED, differences, outcome_of

if TYPE_CHECKING:
    from pathlib import Path

FIRE = "hn_fire/incidents"


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sources = home / "sources"
    monkeypatch.setenv("RISKHUB_SOURCES", str(sources))
    settings.cache_clear()
    shutil.copytree(PROJECT / "mappings" / "sources" / FIRE, sources / FIRE)
    shutil.copy(PROJECT / "mappings" / "sources" / "hn_fire" / "agency.yml", sources / "hn_fire")
    return sources / FIRE


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_changed_mapping_is_told_by_row_and_field(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["source", "test", FIRE]) == FINE
    change(folder / "mapping.yml", "times: 10000", "times: 1000")
    capsys.readouterr()
    assert guarded(["source", "test", FIRE]) == FINDINGS
    told = capsys.readouterr().out
    assert "tables row 0 loss_cny: " in told
    assert "event_at" not in told, "what is the same is not told"
    assert guarded(["source", "test", FIRE, "--update"]) == FINE
    assert guarded(["source", "test", FIRE]) == FINE


def test_lines_that_come_and_go_are_told_whole(folder: Path) -> None:
    outcome = outcome_of(read_source(folder))
    path = folder / EXPECTED
    before = json.loads(path.read_text("utf-8"))
    gone = before["findings"].pop()
    path.write_text(json.dumps(before), "utf-8")
    assert differences(outcome, folder) == [f"findings: + {json.dumps(gone, ensure_ascii=False)}"]
    path.unlink()
    assert differences(outcome, folder) == [f"there is no {EXPECTED}"]


def test_a_folder_without_a_sample_says_what_to_write(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sample.csv").unlink()
    assert guarded(["source", "test", FIRE]) == WRONG
    assert "invented rows" in " ".join(capsys.readouterr().err.split())


def test_a_sample_without_rows_is_a_sample(folder: Path) -> None:
    sample = folder / "sample.csv"
    sample.write_bytes(sample.read_bytes().splitlines(keepends=True)[0])
    content = outcome_of(read_source(folder)).content
    assert (content["rows"], content["tables"]) == (0, {"": [], "product": [], "hazard": []})
    assert [finding["code"] for finding in content["file"]] == ["NO_ROWS"]


def test_a_source_that_only_checks_needs_no_sample(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(PROJECT / "mappings" / "sources" / "generic", folder.parents[1] / "generic")
    assert guarded(["source", "test"]) == FINE
    assert "1 of 1 samples" in capsys.readouterr().out


def test_the_key_of_samples_is_not_the_hubs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_TOKEN_KEY", "k" * 40)
    token_key.cache_clear()
    own = token_key("person")
    with fixed_key("another key that is long enough for it"):
        assert token_key("person") != own
    assert token_key("person") == own


def test_a_pair_keeps_the_day_on_which_it_was_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A source that is added years from now has samples of that time, and they give the same ever after."""
    (folder / EXPECTED).unlink()
    sample, then = folder / "sample.csv", datetime(2031, 5, 6, 7, tzinfo=UTC)
    sample.write_text(sample.read_text("gb18030").replace("2026-10-", "2031-04-"), "gb18030")
    with fixed(then):
        assert guarded(["source", "test", FIRE, "--update"]) == FINE
    before = json.loads((folder / EXPECTED).read_text("utf-8"))
    assert before["received"] == "2031-05-06"
    assert before["tables"][""][0]["event_at"].startswith("2031-"), "it does not lie in the future"
    for moment in (then, then + timedelta(days=800)):
        with fixed(moment):
            assert guarded(["source", "test", FIRE]) == FINE
            assert guarded(["source", "test", FIRE, "--update"]) == FINE
    assert json.loads((folder / EXPECTED).read_text("utf-8")) == before
    change(folder / EXPECTED, "2031-05-06", "2030-02-29")
    capsys.readouterr()
    assert guarded(["source", "test", FIRE]) == FAULT
    assert "`received` is not a day" in " ".join(capsys.readouterr().err.split())
