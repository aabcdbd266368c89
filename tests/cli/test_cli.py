"""The command line as its users see it: words, JSON that others script against, exit codes."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from cli.screen import FAULT, FINDINGS, FINE, WRONG, guarded
from hub.settings import PROJECT, settings
from tests.support.exchange import ask, sample

if TYPE_CHECKING:
    from pathlib import Path

FIRE = "us_pittsburgh/fire_incidents"
COUNTS = {"read", "new", "changed", "unchanged", "duplicate", "quarantined", "skipped"}
FINDING = {"code", "level", "file", "sheet", "line", "column", "field", "value", "expected", "count", "message", "cure"}


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Run a command with `--json` and return its exit code and what it printed."""
    code = guarded([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def sample_file(tmp_path: Path, warehouse: str) -> Path:  # noqa: ARG001 - a home and a warehouse of its own
    name, content = sample(FIRE)
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_check_says_what_run_will_say_and_loads_nothing(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, verdict = said(capsys, "check", str(sample_file), "--source", FIRE)
    assert code == FINDINGS
    assert (verdict["batch"], verdict["source"], verdict["state"]) == (None, FIRE, "validated")
    assert set(verdict["counts"]) == COUNTS
    assert all(set(finding) >= FINDING for finding in verdict["findings"])
    assert ask("select count(*) as n from ledger.batch") == [{"n": 0}]

    guarded(["drop", str(sample_file), "--source", FIRE])
    capsys.readouterr()
    code, rows = said(capsys, "run", "--source", FIRE)
    assert code == FINDINGS
    assert {name: rows[0][name] for name in COUNTS} == verdict["counts"]

    _, receipt = said(capsys, "receipt", rows[0]["batch"])
    assert receipt["state"] == "loaded"
    assert receipt["counts"] == verdict["counts"]
    assert receipt["findings"] == verdict["findings"]


def test_check_needs_no_warehouse(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, content = sample(FIRE)
    (tmp_path / name).write_bytes(content)
    code, verdict = said(capsys, "check", str(tmp_path / name), "--source", FIRE)
    assert code == FINDINGS
    expected = json.loads((PROJECT / "mappings" / "sources" / FIRE / "expected.json").read_text("utf-8"))
    outcome = [expected["rows"], *(len(rows) for rows in (expected["tables"][""], expected["quarantined"]))]
    assert [verdict["counts"][name] for name in ("read", "new", "quarantined")] == outcome
    assert not (home / "postgres").exists()


def test_the_lists_have_their_agreed_shape(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guarded(["drop", str(sample_file), "--source", FIRE])
    guarded(["run"])
    capsys.readouterr()
    code, rows = said(capsys, "batches")
    assert code == FINE
    wanted = {"batch", "source", "file", "sha256", "state", *COUNTS, "received_at", "loaded_at", "replay_of"}
    assert [set(row) for row in rows] == [wanted]
    code, rows = said(capsys, "sql", "-c", "select count(*) as n from mart.risk_event")
    assert rows == [{"n": ask("select count(*) as n from core.fire_incident")[0]["n"]}]


def test_trace_leads_back_to_the_line(sample_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guarded(["drop", str(sample_file), "--source", FIRE])
    guarded(["run"])
    capsys.readouterr()
    known = ask(
        "select source_record_no as no, source_line as line, batch_id from core.fire_incident order by 1 limit 1"
    )[0]
    code, found = said(capsys, "trace", "fire_incident", known["no"])
    assert code == FINE
    assert found[0]["line"] == known["line"]
    origin = {field["field"]: field["from"] for field in found[0]["fields"]}
    assert origin["source_record_no"][0]["column"] == "call_no"
    assert origin["source_record_no"][0]["sent"] == known["no"]
    assert sample(FIRE)[1].decode().splitlines()[known["line"] - 1].startswith(known["no"])
    _, forward = said(capsys, "trace", "--batch", known["batch_id"], "--line", str(known["line"]))
    assert forward[0]["record_uid"] == found[0]["record_uid"]
    refused = ask("select source_line as line from quarantine.row limit 1")[0]["line"]
    _, forward = said(capsys, "trace", "--batch", known["batch_id"], "--line", str(refused))
    assert forward[0]["became"] == "quarantined"


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize(
    "query",
    ["delete from core.fire_incident", "select * from quarantine.row", "drop table core.fire_incident", "selec"],
)
def test_sql_can_only_read_what_an_analyst_may(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["sql", "-c", query]) == WRONG
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("warehouse")
def test_a_row_that_is_wider_than_the_screen_is_told_by_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["sql", "-c", "select 1 as a, 2 as b"]) == FINE
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert guarded(["sql", "-c", "select repeat('x', 150) as a, repeat('y', 150) as b"]) == FINE
    told = capsys.readouterr().out.splitlines()
    assert ["a", "x" * 150] in map(str.split, told)
    assert ["b", "y" * 150] in map(str.split, told)


@pytest.mark.usefixtures("warehouse")
def test_the_hint_of_a_refused_query_can_be_followed(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["sql", "-c", "select * from nowhere"]) == WRONG
    hint = capsys.readouterr().err.split("`")[1]
    program, *arguments = shlex.split(hint)
    assert program == "riskhub"
    assert guarded(arguments) == FINE
    assert ["mart", "risk_event"] in map(str.split, capsys.readouterr().out.splitlines())


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["check", "nowhere.csv", "--source", FIRE], WRONG, "nowhere.csv"),
        (["check", __file__, "--source", "no/such"], WRONG, "hn_fire/incidents"),
        (["receipt", "20200101-000000-00000000"], WRONG, "riskhub batch list"),
        (["trace", "no_type", "1"], WRONG, "fire_incident"),
        (["trace", "fire_incident", "nobody"], WRONG, "quarantine"),
        (["trace"], WRONG, "--batch"),
        (["nonsense"], WRONG, "nonsense"),
        (["drop"], WRONG, "FILE"),
    ],
)
def test_errors_say_what_to_do(arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(arguments) == code
    told = capsys.readouterr()
    assert says in told.err.replace("\n", " ")
    assert "Traceback" not in told.err


def test_a_warehouse_that_is_down_is_no_traceback(
    home: Path,  # noqa: ARG001 - a home without a database
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert guarded(["batches"]) == FAULT
    assert "riskhub up" in capsys.readouterr().err
    monkeypatch.setenv("RISKHUB_DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/none")
    settings.cache_clear()
    assert guarded(["batches"]) == FAULT
    told = capsys.readouterr().err
    assert "127.0.0.1:1" in told
    assert "secret" not in told


def test_doctor_and_lint_find_a_sound_hub(warehouse: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert warehouse
    code, checks = said(capsys, "doctor")
    assert code == FINE, checks
    assert guarded(["source", "lint"]) == FINE


def test_errors_are_said_in_chinese(
    monkeypatch: pytest.MonkeyPatch, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISKHUB_LANG", "zh_CN.UTF-8")
    settings.cache_clear()
    assert home
    assert guarded(["batches"]) == FAULT
    assert "下一步" in capsys.readouterr().err
