"""A source is told when its body has ended, does not exist yet, or has no task that lets it send."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cli.screen import guarded
from hub.settings import settings
from mappings.engine import find_sources, read_source
from pipeline.authoring.sender_check import sender_warnings
from tests.support.small_source import SMALL, SmallSource

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 3, 2)
NO_RIGHT = f"{SMALL}: no task of the policy lets Hainan Health Commission send Fire incident."


@pytest.mark.parametrize(
    ("written", "day", "warnings"),
    [
        ("", TODAY, []),
        ("body: hn_fire_rescue\n", TODAY, []),
        ("body: [hn_police, hn_fire_rescue]\n", TODAY, []),
        ("body: hn_fire_rescue\n", date(2017, 5, 1), [
            f"{SMALL}: Hainan Fire and Rescue Corps begins on 2018-10-09.",
        ]),
        ("body: hn_health\n", TODAY, [NO_RIGHT]),
        ("body: hn_health_fp\n", TODAY, [
            (f"{SMALL}: Hainan Health and Family Planning Commission ended on 2018-09-29; "
            "today it is Hainan Health Commission."),
            NO_RIGHT,
        ]),
    ],
)  # fmt: skip
def test_what_does_not_fit(tmp_path: Path, written: str, day: date, warnings: list[str]) -> None:
    small = SmallSource(tmp_path)
    agency = small.folder.parent / "agency.yml"
    agency.write_text(agency.read_text("utf-8") + written, "utf-8")
    assert list(sender_warnings(read_source(small.folder), day)) == warnings


def test_shipped_sources_have_no_warnings() -> None:
    found = [read_source(folder) for folder in find_sources(settings().sources)]
    assert [warning for source in found for warning in sender_warnings(source, TODAY)] == []
    named = {source.agency for source in found if source.bodies}
    assert {"hn_cdc", "hn_customs", "hn_fire", "hn_hospital", "hn_market", "hn_port"} <= named


def test_lint_prints_warnings_and_finds_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = SmallSource(tmp_path)
    for name in ("sample.csv", "expected.json"):
        (small.folder / name).write_text("", "utf-8")
    (small.folder.parent / "agency.yml").write_text("name: {zh: 小, en: S}\nlanguage: en\nbody: hn_health\n", "utf-8")
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path))
    settings.cache_clear()
    assert guarded(["source", "lint"]) == 0
    assert NO_RIGHT in " ".join(capsys.readouterr().out.split())
