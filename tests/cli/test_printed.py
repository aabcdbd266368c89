"""What every command prints that only looks: each line, column and member, in both languages and as JSON.

The pages stand in `printed/`; `--update` writes them.  What differs from run to run has one form there.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

from cli.app import app, commands
from cli.screen import guarded
from pipeline.steps.runner import run
from tests.support.exchange import drop, submit
from tests.support.linked_sources import LinkedSources, declare, inspect
from tests.support.small_source import CAUSES, SMALL, fires
from warehouse.connection import connect

if TYPE_CHECKING:
    from tests.support.small_source import SmallSource

PRINTED = Path(__file__).with_name("printed")
FORMS = {"en.txt": ["--language", "en"], "zh.txt": ["--language", "zh"], "json.txt": ["--json"]}
LOOKING = """
source list
source lint
source test {small}
source freshness
source freshness --all
batch list
batch list --source {small} --state held
batch list --source {small} --state rejected
batch show {bad}
batch history {bad}
hold list
hold show {held}
finding show UNKNOWN_CODE
conflict list
conflict summary
code check
trace fire_incident F1
trace --batch {bad} --line 3
check {file} --source {small}
check {file} --source {small} --offline
plan {file} --source {small}
plan --changed
replay --dry-run --changed
sql -c 'select agency, source_record_no, cause_code from core.fire_incident order by 2'
sql --expanded -c 'select 1 as one, null as nothing'
manifest verify {manifest} --source {small}
account list
""".strip().splitlines()
# What changes something, writes files, asks about this machine, or lists all that there is.
ELSEWHERE = """
up, down, demo, status, doctor, drop, run, replay, export, count, record export, finding list, docs build,
manifest make, manifest sign, manifest keygen, warehouse migrate, source new, source fetch, code merge,
standard export, standard template, standard sample, standard docs, standard diff, hold approve, hold reject,
analyst add, analyst list, analyst remove, account add, account link, account disable, account sessions end
"""
STABLE = {"batches", "receipt"}  # `batch list` and `batch show` by other names
BATCH = re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{8}\b")
TIME = re.compile(r"\b(20\d\d-\d\d)-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:[+-]\d\d:\d\d|Z)?")
OF_EVERY_RUN = ("2026-02", "2026-03", "2026-05")  # months of events, and of examples
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def as_always(text: str, folder: Path) -> str:
    """Return what was printed, with this run's ids, digests, times and folder in a form that every run has."""
    for at, found in enumerate(sorted(set(BATCH.findall(text))), 1):
        text = text.replace(found, f"20260501-000000-{at:08x}")

    def time_of(match: re.Match[str]) -> str:
        return match[0] if match[1] in OF_EVERY_RUN else re.sub(r"\d", "0", match[0].partition(".")[0])

    return DIGEST.sub("0" * 64, TIME.sub(time_of, text.replace(str(folder), "FOLDER")))


@pytest.fixture
def places(tmp_path: Path, small: SmallSource, warehouse: str) -> dict[str, str]:
    """Give the batches and files that commands look at: what is good, quarantined, held and in conflict."""
    assert warehouse
    LinkedSources(tmp_path / "sources")
    small.map("mode: upsert", 'mode: upsert\nexpect: {every: P1D, by: "17:00", grace: PT1H, rows: {max: 3}}')
    submit(SMALL, "good.csv", fires("F1"))
    rows = ("F2,2026-05-01 11:00,抽烟", "F3,2026-05-01 10:00,雷击", "F4,2026-02-30 10:00")
    bad = submit(SMALL, "bad.csv", fires(*rows))["batch"]
    drop(SMALL, "held.csv", fires(*(f"F{at}" for at in range(10, 16))))
    run(SMALL)
    declare()
    inspect({"原产国": "泰国"})
    with connect() as conn:
        ((held,),) = conn.execute("select batch_id from ledger.batch where state = 'held'").fetchall()
    small.translate({**CAUSES, "雷击": "lightning"})
    file = tmp_path / "next.csv"
    file.write_bytes(fires("F1,2026-05-01 10:00,抽烟,changed", "F5", "F6,tomorrow"))
    assert guarded(["manifest", "make", str(file), "--source", SMALL]) == 0
    manifest = tmp_path / "next.csv.manifest.json"
    return {"bad": bad, "held": held, "file": str(file), "manifest": str(manifest), "small": SMALL}


def test_what_a_command_prints(
    places: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    capsys.readouterr()
    for form, options in FORMS.items():
        pages = []
        for line in LOOKING:
            code = guarded([*(word.format(**places) for word in shlex.split(line)), *options])
            printed = capsys.readouterr()
            pages.append(f"$ riskhub {line}   # {code}\n{printed.out}{printed.err}")
        text = as_always("\n".join(pages), tmp_path)
        if request.config.getoption("--update"):
            (PRINTED / form).write_text(text, "utf-8")
        expected = (PRINTED / form).read_text("utf-8")
        assert text.splitlines() == expected.splitlines(), "look at it, then write it with --update"


def test_every_command_that_looks_is_among_them() -> None:
    every = {line for line, each in commands(typer.main.get_command(app)) if not hasattr(each, "commands")}
    shown = {line for line in every if any(f"{each} ".startswith(f"{line} ") for each in LOOKING)}
    elsewhere = set(ELSEWHERE.strip().replace("\n", " ").split(", "))
    assert every - shown - STABLE - elsewhere == set(), "add it to LOOKING"
    assert elsewhere - every == set()
