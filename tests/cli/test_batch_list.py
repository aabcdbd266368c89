"""`riskhub batch list` shows what was asked for, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer

from cli.moments import moment_of
from cli.screen import FINE, WRONG, guarded
from hub.batch import State
from hub.settings import settings
from tests.support.exchange import submit
from tests.support.small_source import SMALL, SmallSource, rows
from warehouse.connection import connect, owner_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[Any]:
    capsys.readouterr()
    assert guarded(["batch", "list", *arguments, "--json"]) == FINE
    found: list[Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("warehouse")
def test_since_and_state_leave_out_what_they_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    SmallSource(tmp_path / "sources")
    old, new = (submit(SMALL, f"{name}.csv", rows(**{name: "x"}))["batch"] for name in ("A1", "A2"))
    with connect(owner_url()) as conn:
        conn.execute(
            "update ledger.batch set received_at = received_at - interval '10 days' where batch_id = %s", [old]
        )
    assert [row["batch"] for row in listed(capsys)] == [new, old]
    assert [row["batch"] for row in listed(capsys, "--since", "7d")] == [new]
    assert [row["batch"] for row in listed(capsys, "--since", "P11D")] == [new, old]
    day = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    assert [row["batch"] for row in listed(capsys, "--since", day)] == [new]
    assert listed(capsys, "--state", "held") == []


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [("--state", "finished", list(State)), ("--since", "yesterday", ["yesterday", "7d"]), ("--limit", "0", ["1"])],
)
@pytest.mark.parametrize("command", [["batch", "list"], ["batches"]])
def test_an_unknown_value_is_wrong_usage_and_names_what_is_valid(
    command: list[str], option: str, value: str, named: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded([*command, option, value]) == WRONG
    printed = capsys.readouterr().err
    assert all(each in printed for each in named)


@pytest.mark.parametrize("text", ["", "d", "7", "-7d", "P5M", "2026-13-01", "7 d", "99999999d"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        moment_of(text)
