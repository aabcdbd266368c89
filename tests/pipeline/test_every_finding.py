"""Every code of the catalogue can be provoked, is explained by a real example, and has its place in the docs."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from connectors.connection import Connection
from connectors.inbox.exchange import exchange_folder
from connectors.inbox.hub_folder import hub_folder
from connectors.sandbox.reader import read
from hub.errors import RejectBatch
from hub.settings import PROJECT, settings
from pipeline.checks.inbox import ATTEMPTS, check_ready
from pipeline.intake.fetch import fetch_source
from pipeline.review.hold import decide
from pipeline.steps.replay import Wanted, candidates, replay
from pipeline.steps.runner import run
from tests.support.exchange import receipt, submit
from tests.support.linked_sources import LinkedSources, declare, inspect
from tests.support.partners.everyone import FOLDER_LINE
from tests.support.partners.http import Service, record
from tests.support.provoking import SMALL_CASES, Case, provoked, samples
from tests.support.provoking_submissions import SUBMITTED
from tests.support.small_source import CAUSES, SMALL, SmallSource, fires
from tests.support.trouble import fails_on
from validation.aggregation import finding_to_dict
from validation.catalogue import catalogue, examples
from validation.catalogue_page import page, save_example

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACES = ("file", "sheet", "line", "column", "field", "value", "expected", "read")


def duplicate(_: SmallSource) -> dict[str, Any]:
    submit(SMALL, "1.csv", fires("F1"))
    return receipt(submit(SMALL, "1 again.csv", fires("F1")))


def corrected_since(_: SmallSource) -> dict[str, Any]:
    submit(SMALL, "1.csv", fires("F1"))
    submit(SMALL, "2.csv", fires("F1,2026-05-01 11:00"))
    return receipt(submit(SMALL, "1 again.csv", fires("F1")))


def repeated(_: SmallSource) -> dict[str, Any]:
    return receipt(submit(SMALL, "1.csv", fires("F1,2026-05-01 10:00,短路,a", "F1,2026-05-01 10:00,短路,b")))


def ended(small: SmallSource) -> dict[str, Any]:
    first = submit(SMALL, "1.csv", fires("F1", "F2,2026-05-02 10:00,抽烟"))
    small.translate({"短路": "electrical"})
    (batch,) = replay(candidates(Wanted(origins=[first["batch"]])))
    return receipt({"source": SMALL, "batch": batch})


def refused(small: SmallSource) -> dict[str, Any]:
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    batch = submit(SMALL, "1.csv", fires("F1"))
    decide(batch["batch"], "reject", "Wang", "the other half is missing")
    run(SMALL)
    return receipt(batch)


def contradicted(small: SmallSource) -> dict[str, Any]:
    LinkedSources(small.folder.parent.parent)
    declare()
    return receipt(inspect({"原产国": "泰国"}))


def unsafe(_: SmallSource) -> dict[str, Any]:
    return receipt(submit(SMALL, "1\t.csv", fires("F1")))


def gave_up(_: SmallSource) -> dict[str, Any]:
    """Let a check die as often as it may; `.tried` is what such deaths leave."""
    exchange_folder(SMALL)
    claimed = hub_folder(settings().exchange, SMALL, "check", "claims", "20261124-000000-00000000")
    (claimed / "1.csv").write_bytes(fires("F1"))
    (claimed / ".tried").write_text(str(ATTEMPTS))
    (answer,) = check_ready(SMALL)
    path = settings().exchange / SMALL / "out" / f"{answer}.check.json"
    account: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return account


def left_alone(kind: str) -> Callable[[SmallSource], dict[str, Any]]:
    """Let something lie in `in/` that is not taken, and return the notice of it."""

    def lie(_: SmallSource) -> dict[str, Any]:
        file = exchange_folder(SMALL) / "in" / "1.csv"
        if kind == "link":
            file.symlink_to("2.csv")
        else:
            file.write_bytes(fires("F1"))
        if kind == "linked":
            (settings().home / "2.csv").hardlink_to(file)
        with ExitStack() as stack:
            if kind == "closed":
                stack.enter_context(patch("connectors.inbox.confined.os.open", closed))
            run(SMALL)
            run(SMALL)  # a second name is told at the second look
        account: dict[str, Any] = json.loads(
            (settings().exchange / SMALL / "out" / "in.notice.json").read_text("utf-8")
        )
        return account

    return lie


def closed(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    """Refuse to open the file, as the system does to all but root."""
    if path == "1.csv":
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return ordinary_open(path, flags, mode, dir_fd=dir_fd)


ordinary_open = os.open


def of_service(small: SmallSource, say: Callable[[int], tuple[int, Any]], pages: str) -> dict[str, Any]:
    """Return the receipt of what a web service has that answers so."""
    service = Service(small.folder)
    service.say = say
    connector = f"{{kind: http, connection: theirs, path: /v1/fires{pages}}}"
    form = "{kind: json, records: rows, archive: zip}" if pages else Service.form
    small.map(FOLDER_LINE, f"connector: {connector}\nformat: {form}\n")
    with closing(service):
        (batch,) = fetch_source(SMALL, lambda name: Connection.of(name, service.uri()))
    run(SMALL)
    return receipt({"source": SMALL, "batch": batch})


def page_again(small: SmallSource) -> dict[str, Any]:
    """Have a service send its last page for every number after it."""
    return of_service(small, lambda page: (200, {"rows": [record(min(page, 2))]}), ", pages: {by: number, param: page}")


def pages_missing(small: SmallSource) -> dict[str, Any]:
    return of_service(small, lambda _: (200, {"total": 250, "rows": [record(1), record(2)]}), "")


IN_THE_HUB: dict[str, Callable[[SmallSource], dict[str, Any]]] = {
    "DUPLICATE_FILE": duplicate,
    "DUPLICATE_CORRECTED": corrected_since,
    "PAGES_REPEATED": page_again,
    "PAGES_INCOMPLETE": pages_missing,
    "KEY_REPEATED": repeated,
    "RECORDS_ENDED": ended,
    "HELD_REJECTED": refused,
    "CONFLICT": contradicted,
    "UNSAFE_NAME": unsafe,
    "HUB_FAULT": gave_up,
    "NOT_A_FILE": left_alone("link"),
    "FILE_HAS_TWO_NAMES": left_alone("linked"),
    "FILE_CLOSED_TO_HUB": left_alone("closed"),
}
SHOWN = 120  # characters of a value in an example
LOOK = "look at it, then write it with --update"
BY_FORCE = ("READER_CRASH", "ROW_FAILED")
IN_SUBMISSIONS = frozenset(code for codes in SUBMITTED for code in codes)
BATCH = re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{8}\b")
SOME_BATCH = "20260101-000000-00000000"  # stands in an example for the id of a batch, another one in each run
DAY_OF_BATCH = re.compile(rf"\b\d{{4}}-\d{{2}}-\d{{2}}(?=, {BATCH.pattern})")
SOME_DAY = "2026-01-01"


def as_example(finding: dict[str, Any]) -> dict[str, Any]:
    """Return what an example keeps: the places that are told, without what differs from run to run."""
    shown = {name: finding[name] for name in PLACES if finding.get(name) not in {None, ""}}
    return {
        name: _cut(BATCH.sub(SOME_BATCH, DAY_OF_BATCH.sub(SOME_DAY, value))) if isinstance(value, str) else value
        for name, value in shown.items()
    }


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def crash(tmp_path: Path) -> dict[str, Any]:
    """Kill the child that reads, as a broken library does."""
    path = tmp_path / "1.csv"
    path.write_bytes(fires(*("F1" for _ in range(200_000))))
    reading = read(path, {"kind": "csv"})
    batches = iter(reading)
    next(batches)
    os.kill(reading.pid, signal.SIGABRT)
    with pytest.raises(RejectBatch) as verdict:
        list(batches)
    return finding_to_dict(verdict.value.findings[0])


def example(code: str, finding: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the catalogue's example of a code; with --update the finding becomes it."""
    if request.config.getoption("--update"):
        save_example(code, as_example(finding))
    return examples()[code]


@pytest.mark.parametrize("code", sorted(SMALL_CASES))
def test_a_small_file_provokes(code: str, small: SmallSource, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    small.translate(CAUSES)
    found = {each["code"]: each for each in provoked(SMALL_CASES[code], small, tmp_path)}
    assert code in found, sorted(found)
    assert as_example(found[code]) == example(code, found[code], request), LOOK


def test_the_samples_provoke_what_nothing_else_does(request: pytest.FixtureRequest) -> None:
    elsewhere = {*SMALL_CASES, *IN_THE_HUB, *IN_SUBMISSIONS, *BY_FORCE}
    assert elsewhere <= set(catalogue())
    by_code = samples()
    missing = set(catalogue()) - set(by_code) - elsewhere
    assert not missing, f"add a case that provokes it to tests/support/provoking*.py: {sorted(missing)}"
    for code, findings in sorted(by_code.items()):
        shown = [as_example(finding) for finding in findings]
        if code not in elsewhere and examples().get(code) not in shown:  # another source may provoke it first, one day
            assert example(code, findings[0], request) in shown, f"{code}: {LOOK}"


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("code", sorted(IN_THE_HUB))
def test_the_hub_provokes(code: str, small: SmallSource, request: pytest.FixtureRequest) -> None:
    account = IN_THE_HUB[code](small)
    found = {each["code"]: each for each in account["findings"]}
    assert code in found
    assert as_example(found[code]) == example(code, found[code], request), LOOK


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("codes", SUBMITTED, ids=lambda codes: codes[0])
def test_submissions_provoke(codes: tuple[str, ...], small: SmallSource, request: pytest.FixtureRequest) -> None:
    said = [each for batch in SUBMITTED[codes](small) for each in receipt(batch)["findings"]]
    found = {each["code"]: each for each in reversed(said)}
    assert set(codes) <= set(found)
    for code in codes:
        assert as_example(found[code]) == example(code, found[code], request), LOOK


def test_a_crash_provokes(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    broken = crash(tmp_path)
    assert as_example(broken) == example("READER_CRASH", broken, request), LOOK


def test_a_fault_of_ours_provokes(
    small: SmallSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    fails_on("F2", monkeypatch)
    (broken,) = provoked(Case(fires("F1", "F2")), small, tmp_path)
    assert as_example(broken) == example("ROW_FAILED", broken, request), LOOK


@pytest.mark.parametrize(("language", "name"), [("en", "findings.md"), ("zh", "findings.zh.md")])
def test_the_page_says_what_the_catalogue_says(language: str, name: str, request: pytest.FixtureRequest) -> None:
    examples.cache_clear()
    path = PROJECT / "docs" / name
    if request.config.getoption("--update"):
        path.write_text(page(language), "utf-8")
    assert path.read_text("utf-8") == page(language), "write it with --update"
