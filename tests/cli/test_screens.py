"""What people read on the screen where scripts read JSON: each line of a command is there, where it belongs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cli.screen import FAULT, FINDINGS, FINE, guarded, print_members
from hub.i18n import say
from hub.settings import settings
from pipeline.steps.runner import run
from tests.support.exchange import submit
from tests.support.small_source import CAUSES, SMALL, fires
from warehouse.connection import connect

if TYPE_CHECKING:
    from tests.support.small_source import SmallSource


def lines_of(capsys: pytest.CaptureFixture[str], *command: str, code: int) -> list[str]:
    """Run a command with a wide screen; return what it prints, without what came before."""
    capsys.readouterr()
    assert guarded([*command]) == code
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")


@pytest.mark.usefixtures("warehouse", "wide")
def test_periods_that_are_owed_and_those_that_came(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    small.map("mode: upsert", 'mode: upsert\nexpect: {every: P1D, by: "17:00", grace: PT1H}')
    nothing = say("expected.nothing", "en")
    assert lines_of(capsys, "source", "freshness", SMALL, code=FINE) == [nothing]
    submit(SMALL, "1.csv", fires("F1"))
    run(SMALL)
    with connect() as conn:
        conn.execute("update ledger.poll_window set since = since - %s", [timedelta(days=5)])
    owed = lines_of(capsys, "source", "freshness", SMALL, code=FINDINGS)
    every = lines_of(capsys, "source", "freshness", SMALL, "--all", code=FINDINGS)
    assert nothing not in owed + every
    assert "silent" in "\n".join(owed)
    assert "delivered" not in "\n".join(owed)
    assert "delivered" in "\n".join(every)
    heading = next(line for line in every if "state" in line)
    end = heading.rindex("unwatched") + len(heading[heading.rindex("unwatched") :].rstrip())
    assert {len(line.rstrip()) for line in every if SMALL in line} == {end}, "numbers end below their heading"


@pytest.mark.usefixtures("warehouse", "wide")
def test_what_a_replay_would_do(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    submit(SMALL, "1.csv", fires("F1", "F2,2026-05-01 10:00,雷击", "F3,2026-05-01 10:00,雷击"))
    rows = [f"{value},{code}," for value, code in {**CAUSES, "雷击": "lightning"}.items()]
    (small.folder / "crosswalks" / "cause.csv").write_text("\n".join(["source_value,code,note", *rows, ""]), "utf-8")
    printed = lines_of(capsys, "replay", "--dry-run", "--changed", code=FINE)
    assert [line for line in printed if SMALL in line], "the delivery is named"
    assert f"  {say('plan.repaired', 'en', rows=2)}" in printed
    none = {say(f"plan.{name}", "en", rows=rows) for name in ("refused", "ended") for rows in (0, 1, 2)}
    assert not [line for line in printed if line.strip() in none]


@pytest.mark.usefixtures("warehouse", "wide")
def test_figures_of_a_history_end_below_each_other(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    assert small
    batch = submit(SMALL, "1.csv", fires("F1"))["batch"]
    heading, row = lines_of(capsys, "batch", "history", batch, code=FINE)[:2]
    end = heading.index("quarantined") + len("quarantined")
    assert row[end - 2 : end] == " 0"


def test_without_a_warehouse_the_rest_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small: SmallSource
) -> None:
    assert small
    monkeypatch.setenv("RISKHUB_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/none")
    settings.cache_clear()
    capsys.readouterr()
    assert guarded(["status"]) == FAULT
    printed, told = capsys.readouterr()
    assert say("status.no_sources", "en") in printed.splitlines()
    assert "secret" not in printed
    assert not told, "no error of its own"
    settings.cache_clear()


def test_a_folder_named_like_markup_is_named_whole(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    broken = small.folder.parent / "[red]fires"
    broken.mkdir()
    (broken / "mapping.yml").write_text("agency: hn_small\n", "utf-8")
    capsys.readouterr()
    assert guarded(["source", "list"]) == FINDINGS
    assert "hn_small/[red]fires" in capsys.readouterr().err


def test_a_mapping_that_does_not_load_is_a_fault_and_no_more(
    small: SmallSource, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = small.folder.parent / "broken"
    broken.mkdir()
    (broken / "mapping.yml").write_text("agency: hn_small\n", "utf-8")
    capsys.readouterr()
    assert guarded(["source", "lint", "hn_small/broken"]) == FINDINGS
    printed, told = capsys.readouterr()
    assert printed.splitlines() == [say("source.linted", "en", fine=0, count=1)]
    assert "hn_small/broken" in told


def test_what_a_member_holds_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_members({"source": "hn_small/[red]fires", "state": "[/]"})
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == ["hn_small/[red]fires", "[/]"]
