"""`riskhub source list`: a folder that cannot be read is named and hides no other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cli.screen import FINDINGS, FINE, guarded
from hub.settings import PROJECT, settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SHIPPED = PROJECT / "mappings" / "sources"


def test_a_broken_folder_is_named_and_the_others_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(["source", "list"]) == FINE
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "mapping.yml").write_text("agency: a\n")
    monkeypatch.setenv("RISKHUB_SOURCES", f"{tmp_path}{os.pathsep}{SHIPPED}")
    settings.cache_clear()
    capsys.readouterr()
    assert guarded(["source", "list"]) == FINDINGS
    told = capsys.readouterr()
    assert "hn_fire/incidents" in told.out
    assert "a/b" in told.err


def test_folders_without_sources_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path))
    settings.cache_clear()
    assert guarded(["source", "list"]) == FINE
    told = capsys.readouterr()
    assert not told.out
    assert str(tmp_path) in told.err.replace("\n", "")
    assert "RISKHUB_SOURCES" in told.err
