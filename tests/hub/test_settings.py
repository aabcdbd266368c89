"""What an installation is told by its environment, and what holds where it says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.screen import FINE, WRONG, guarded
from hub.settings import PROJECT, settings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkout_has_one_home_from_wherever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RISKHUB_HOME")
    assert settings().home == PROJECT / "var"


def test_a_home_that_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISKHUB_HOME", "mine")
    assert settings().home == tmp_path / "mine"


@pytest.mark.parametrize("written", ["ten", "-1", "1.5", "1e3"])
def test_a_number_that_is_none_is_told_by_its_name(
    written: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISKHUB_QUERY_SECONDS", written)
    assert guarded(["status"]) == WRONG
    assert "RISKHUB_QUERY_SECONDS" in capsys.readouterr().err


def test_limits_are_those_of_the_page() -> None:
    """docs/running.md and docs/connecting.md."""
    now = settings()
    assert (now.read_memory, now.read_seconds, now.cell_bytes) == (2 * 1024**3, 3600, 1024**2)
    assert (now.fetch_seconds, now.fetch_bytes, now.upload_bytes) == (1800, 10 * 1024**3, 5 * 1024**3)
    assert now.query_seconds == 300


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["--version"]) == FINE
    assert capsys.readouterr().out.startswith("riskhub ")


def test_a_hint_stays_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        guarded(["check", "no.csv", "--source", "an_agency_with_a_long_name/and_a_feed_with_a_long_name_too"]) == WRONG
    )
    told = capsys.readouterr().err.splitlines()
    assert max(map(len, told)) > 80, told


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ({"RISKHUB_LANG": "en", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"RISKHUB_LANG": "zh", "LC_ALL": "C", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "ZH_cn"}, "zh"),
        ({"LC_ALL": "", "LANG": "fr_FR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_hubs_own_word_for_the_language_comes_first(
    said: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RISKHUB_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert settings().language == spoken
