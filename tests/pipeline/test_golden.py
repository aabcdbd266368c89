"""`riskhub source test`: what it says of a sample that gives something else, and that `--update` settles it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from hub.settings import PROJECT, settings
from hub.tokens import fixed_key, token_key
from mappings.engine import read_source
from pipeline.cli.screen import FINDINGS, FINE, WRONG, guarded
from pipeline.golden import EXPECTED, differences, outcome_of

if TYPE_CHECKING:
    from pathlib import Path

FIRE = "hn_fire/incidents"


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sources = home / "sources"
    monkeypatch.setenv("RISKHUB_SOURCES", str(sources))
    settings.cache_clear()
    shutil.copytree(PROJECT / "mappings" / "sources" / "hn_fire", sources / "hn_fire")
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
    assert (content["rows"], content["tables"]) == (0, {"": []})
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
