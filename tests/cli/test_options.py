"""Options of commands that choose among batches: each leaves out what it must, beside what it must not."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from cli.screen import FINDINGS, FINE, guarded
from hub.settings import settings
from tests.support.commands import json_of
from tests.support.exchange import ask, submit
from tests.support.small_source import CAUSES, MAPPING, SMALL, SmallSource, fires
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "hn_zzz/fires"


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: str) -> dict[str, str]:
    """Give batches by name: two of the small source, one with a row that waits, and one of another source."""
    assert warehouse
    root = tmp_path / "sources"
    monkeypatch.setenv("RISKHUB_SOURCES", str(root))
    settings.cache_clear()
    small = SmallSource(root)
    shutil.copytree(small.folder.parent, root / "hn_zzz")
    (root / OTHER / "mapping.yml").write_text(MAPPING.replace("hn_small", "hn_zzz"), "utf-8")
    batches = {
        "good": submit(SMALL, "good.csv", fires("F1")),
        "bad": submit(SMALL, "bad.csv", fires("F2", "F3,2026-05-01 10:00,雷击")),
        "other": submit(OTHER, "other.csv", fires("F1,2026-05-01 10:00,雷击")),
    }
    for day, name in enumerate(batches, 1):
        with connect() as conn:
            conn.execute(
                "update ledger.batch set received_at = %s where batch_id = %s",
                [f"2026-05-0{day} 12:00+08", batches[name]["batch"]],
            )
    return {row["batch"]: name for name, row in batches.items()}


def test_batches_by_source_state_day_and_number(sent: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    def listed(*options: str) -> list[str]:
        return [sent[row["batch"]] for row in json_of(capsys, "batch", "list", *options, code=FINE)]

    assert listed() == ["other", "bad", "good"]
    assert listed("--source", SMALL) == ["bad", "good"]
    assert listed("--limit", "1") == ["other"]
    assert listed("--since", "2026-05-02") == ["other", "bad"]
    assert listed("--since", "2026-05-02", "--source", SMALL) == ["bad"]
    assert listed("--state", "held") == []
    with connect() as conn:
        conn.execute("update ledger.batch set state = 'held', acknowledged_at = null where feed = 'fires' and read = 2")
    assert listed("--state", "held") == ["bad"]
    assert listed("--state", "acknowledged") == ["other", "good"]


def test_holds_of_a_source(sent: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with connect() as conn:
        conn.execute("update ledger.batch set state = 'held', acknowledged_at = null")
        conn.execute(
            "insert into ledger.hold (agency, batch_id, reasons) select agency, batch_id, '[]' from ledger.batch"
        )
    assert [sent[row["batch"]] for row in json_of(capsys, "hold", "list")] == ["good", "bad", "other"]
    assert [sent[row["batch"]] for row in json_of(capsys, "hold", "list", "--source", OTHER)] == ["other"]


def test_one_batch_and_its_readings(sent: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    batch = next(each for each, name in sent.items() if name == "bad")
    assert json_of(capsys, "batch", "show", batch)["counts"]["quarantined"] == 1
    assert [sent[row["batch"]] for row in json_of(capsys, "batch", "history", batch)] == ["bad"]


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ([], ["good", "bad", "other"]),
        (["--source", SMALL], ["good", "bad"]),
        (["--since", "2026-05-02"], ["bad", "other"]),
        (["--until", "2026-05-02"], ["good"]),
        (["--since", "2026-05-02", "--until", "2026-05-03"], ["bad"]),
        (["--code", "UNKNOWN_CODE"], ["bad", "other"]),
        (["--code", "UNKNOWN_CODE", "--source", SMALL], ["bad"]),
        (["--code", "BAD_DATE"], []),
        (["--batch", "bad"], ["bad"]),
        (["--batch", "bad", "--batch", "other"], ["bad", "other"]),
    ],
)
def test_what_a_replay_would_read(
    sent: dict[str, str],
    options: list[str],
    chosen: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ids = {name: batch for batch, name in sent.items()}
    arguments = [ids.get(each, each) for each in options] or ["--changed"]
    assert json_of(capsys, "replay", "--dry-run", *arguments, code=FINE) == [], "nothing has changed"
    for source in (SMALL, OTHER):
        lines = [f"{value},{code}," for value, code in {**CAUSES, "雷击": "lightning"}.items()]
        crosswalk = tmp_path / "sources" / source / "crosswalks" / "cause.csv"
        crosswalk.write_text("\n".join(["source_value,code,note", *lines, ""]), "utf-8")
    found = json_of(capsys, "replay", "--dry-run", *arguments)
    assert [sent[row["origin"]] for row in found] == chosen
    assert ask("select count(*) as n from ledger.batch") == [{"n": 3}], "a dry run reads nothing again"
    if "--code" not in options:
        plans = json_of(capsys, "plan", *arguments)
        assert [sent[row["origin"]] for row in plans] == chosen


def test_a_plan_with_another_mapping(sent: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sources" / SMALL
    changed = tmp_path / "changed" / SMALL
    shutil.copytree(folder.parent, changed.parent)
    mapping = changed / "mapping.yml"
    mapping.write_text(mapping.read_text("utf-8").replace('"460100"', '"460200"'), "utf-8")
    plans = json_of(capsys, "plan", "--mapping", str(changed))
    assert [sent[row["origin"]] for row in plans] == ["good", "bad"], "those of its source"
    assert "region_code" in json.dumps(plans)


@pytest.mark.parametrize("level", ["error", "warning", "repair"])
def test_findings_of_a_level(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    everything = {row["code"]: row["level"] for row in json_of(capsys, "finding", "list")}
    found = {row["code"] for row in json_of(capsys, "finding", "list", "--level", level)}
    assert found == {code for code, its in everything.items() if its == level}
    assert 0 < len(found) < len(everything)


@pytest.mark.usefixtures("sent")
def test_a_check_that_asks_no_hub(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.csv").write_bytes(fires("F1"))
    asked = json_of(capsys, "check", str(tmp_path / "good.csv"), "--source", SMALL)
    assert asked["state"] == "duplicate"
    alone = json_of(capsys, "check", str(tmp_path / "good.csv"), "--source", SMALL, "--offline", code=FINE)
    assert (alone["state"], alone["counts"]["new"]) == ("validated", 1)
    assert guarded(["check", str(tmp_path / "good.csv"), "--source", SMALL, "--offline"]) != FINDINGS
