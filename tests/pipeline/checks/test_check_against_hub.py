"""A check with the hub at hand says what the submission is then told: each case is asked, then really sent."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import settings
from mappings.engine import read_source
from pipeline.checks.check import CheckRequest, check
from pipeline.checks.inbox import check_ready
from pipeline.checks.offline import OfflineContext
from pipeline.checks.online import HubContext, reached
from pipeline.checks.submission import read_submission
from pipeline.receipts.render import Renderer
from pipeline.reports.plan import plan_file
from pipeline.review.hold import held
from tests.support.exchange import ask, counts, receipt, submit
from tests.support.partners.base import about, manifest, register_key, send
from tests.support.small_source import SMALL, SmallSource, fires, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")
ONE = rows(F1="one", F2="two")
STATES = {"validated": "loaded"}  # what a check calls what would be loaded
AT = "2026-05-01 10:00"
TABLES = "select count(*) as n from"


@dataclass(frozen=True)
class Case:
    """What was sent before, and what is asked about and then sent."""

    file: bytes | None = None
    said: dict[str, Any] | None = None  # of its manifest; None: it comes without one
    before: Callable[[], dict[str, Any] | None] = lambda: None  # what it returns is said by the manifest too
    mapping: tuple[str, str] = ("", "")
    found: set[str] = field(default_factory=set)
    key: str | None = None


def first(content: bytes = ONE, **said: Any) -> Callable[[], dict[str, Any] | None]:
    """Return a function that sends a first submission."""

    def before() -> None:
        send({"1.csv": content}, **said)

    return before


def named(member: str) -> Callable[[], dict[str, Any] | None]:
    """Return a function that sends a first submission, whose batch the manifest names as `member`."""
    return lambda: {member: submit(SMALL, "1.csv", ONE)["batch"]}


APPEND = ("mode: upsert", "mode: append")
SNAPSHOT = ("mode: upsert", "mode: snapshot\nexpect: {ended: {max: 0.6}}")
SIGNED = ("mode: upsert", "mode: upsert\nsignature: required")
CASES = {
    "known rows": Case(rows(F1="one", F2="TWO", F3="three"), before=first()),
    "rows that repeat": Case(fires(f"F1,{AT},短路,a", f"F1,{AT},短路,b"), found={"KEY_REPEATED"}),
    "rows that repeat, the first of them known": Case(
        fires(f"F1,{AT},短路,one", f"F1,{AT},短路,b"), before=first(), found={"KEY_REPEATED"}
    ),
    "the same bytes": Case(ONE, before=first(), found={"DUPLICATE_FILE"}),
    "the same bytes, corrected since": Case(
        ONE, before=lambda: [first()(), first(rows(F1="other"))()][0], found={"DUPLICATE_CORRECTED"}
    ),
    "bad rows beside known ones": Case(
        fires("F1,2026-05-01 10:00,短路,one", "F2,2026-02-30 10:00"), before=first(), found={"BAD_DATE"}
    ),
    "append: taken": Case(rows(F1="other", F3="x"), mapping=APPEND, before=first(), found={"KEY_TAKEN"}),
    "append: taken in the file": Case(
        fires("F1,2026-05-01 10:00,短路,a", "F1,2026-05-01 10:00,短路,b", "F1,2026-05-01 10:00,短路,a"),
        mapping=APPEND,
        found={"KEY_TAKEN"},
    ),
    "append: bad and taken": Case(
        fires("F1,2026-02-30 10:00", "F2,2026-05-01 10:00,短路,x"),
        mapping=APPEND,
        before=first(),
        found={"KEY_TAKEN", "BAD_DATE"},
    ),
    "snapshot": Case(rows(F2="two"), mapping=SNAPSHOT, before=first(), found={"SNAPSHOT_ENDED"}),
    "correction": Case(
        rows(F1="ONE", F9="x"), {"operation": "correct"}, named("corrects"), found={"NOTHING_TO_CORRECT"}
    ),
    "correction of nothing": Case(ONE, {"operation": "correct", "corrects": 9}, found={"TARGET_UNKNOWN"}),
    "withdrawn keys": Case(
        None, {"operation": "withdraw", "keys": [["F1"], ["F9"], ["F1"]]}, first(), found={"NOTHING_TO_WITHDRAW"}
    ),
    "withdrawn file of keys": Case(b"no\nF1\nF2\n\n", {"operation": "withdraw"}, first()),
    "withdrawn submission": Case(None, {"operation": "withdraw"}, named("withdraws"), found={"RECORDS_WITHDRAWN"}),
    "withdrawal without the key column": Case(b"x\nF1\n", {"operation": "withdraw"}, found={"MISSING_COLUMN"}),
    "nothing happened": Case(None, {"operation": "zero", "period": "2026-05"}),
    "gap": Case(rows(F3="x"), {"sequence": 4}, first(sequence=1), found={"SEQUENCE_GAP"}),
    "late": Case(rows(F1="late"), {"sequence": 2}, first(sequence=3), found={"SEQUENCE_LATE"}),
    "number used": Case(rows(F3="x"), {"sequence": 1}, first(sequence=1), found={"SEQUENCE_REUSED"}),
    "number and content again": Case(ONE, {"sequence": 1}, first(sequence=1), found={"DUPLICATE_FILE"}),
    "other bytes": Case(ONE, {"files": [about("1.csv", b"x")]}, found={"HASH_DIFFERS"}),
    "other rows": Case(ONE, {"files": [about("1.csv", ONE, rows=3)]}, found={"ROWS_DIFFER"}),
    "other feed": Case(ONE, {"source": "hn_fire/incidents"}, found={"WRONG_FEED"}),
    "no operation": Case(ONE, {"operation": "delete", "sequence": 0}, found={"MANIFEST_INVALID"}),
    "signed": Case(ONE, {}, mapping=SIGNED, key="2026a"),
    "not signed": Case(ONE, {}, mapping=SIGNED, found={"SIGNATURE_MISSING"}),
    "signed with another key": Case(ONE, {}, mapping=SIGNED, key="2027", found={"KEY_UNKNOWN"}),
    "empty": Case(b"", found={"EMPTY_FILE"}),
}


def trace() -> list[dict[str, Any]]:
    """Return how much there is of everything that a check could leave behind."""
    names = ("ledger.delivery", "ledger.submission", "core.fire_incident", "history.fire_incident", "quarantine.row")
    return [ask(f"{TABLES} {name}")[0] for name in names]


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_the_submission_is_told(name: str, small: SmallSource, tmp_path: Path) -> None:
    case = CASES[name]
    small.map(*case.mapping)
    register_key(small)
    more = case.before() or {}
    folder = tmp_path / "here"
    folder.mkdir()
    files = {} if case.file is None else {"1.csv": case.file}
    said = None if case.said is None else {**case.said, **more}
    there = trace()
    asked = Renderer("en").account(asked_about(small, folder, files, said, case.key))
    if said is None and asked["state"] != "duplicate":  # a plan is about the rows, not about what came before
        plan = plan_file(folder / "1.csv", read_source(small.folder))
        assert (plan.findings, plan.ended) == ([raw(each) for each in asked["findings"]], asked["ended"])
        assert (plan.counts or None) == (asked["counts"] if plan.state != "rejected" else None)
        assert plan.skipped == {each["reason"]: each["rows"] for each in asked["skipped"]}
    assert trace() == there
    sent = receipt(submit(SMALL, "1.csv", files["1.csv"]) if said is None else send(files, key=case.key, **said)[0])
    assert STATES.get(asked["state"], asked["state"]) == sent["state"]
    for member in ("counts", "findings", "skipped", "ended"):
        assert asked[member] == sent[member], member
    assert case.found <= {each["code"] for each in sent["findings"]}
    assert asked["notices"] == []
    assert told_of(asked["submission"]) == told_of(sent["submission"])


def raw(found: dict[str, Any]) -> dict[str, Any]:
    """Return a finding without the sentences that a receipt adds."""
    return {name: value for name, value in found.items() if name not in {"title", "message", "cure"}}


def asked_about(
    small: SmallSource, folder: Path, files: dict[str, bytes], said: dict[str, Any] | None, key: str | None
) -> Any:
    for each, content in files.items():
        (folder / each).write_bytes(content)
    source = read_source(small.folder)
    path, sent = folder / "1.csv", None
    if said is not None:
        said = {"files": [about(each, content) for each, content in files.items()], **said} if files else said
        at = folder / f"{next(iter(files), said.get('operation', 'new'))}.manifest.json"
        at.write_bytes(manifest(key=key, **said))
        path, sent = (path if files else at), read_submission(at)
    asked = CheckRequest("check", sent and sent.part_of(path), against=HubContext(source), submission=sent)
    return check(path, source, asked).verdict


def told_of(submission: dict[str, Any] | None) -> dict[str, Any] | None:
    return submission and {name: value for name, value in submission.items() if name != "manifest_sha256"}


def test_a_snapshot_that_shrinks_would_wait(small: SmallSource, tmp_path: Path) -> None:
    small.map(*SNAPSHOT)
    submit(SMALL, "1.csv", rows(F1="a", F2="b", F3="c"))
    found = asked_about(small, tmp_path, {"1.csv": rows(F1="a")}, None, None)
    assert (found.state, found.ended) == ("held", 2)
    assert "SNAPSHOT_SHRINKS" in {each["code"] for each in found.findings}
    assert submit(SMALL, "2.csv", rows(F1="a"))["state"] == "held"
    (waits,) = held(SMALL)
    told = {(each["code"], each["observed"], each["expected"]) for each in waits["reasons"]}
    assert told <= {(each["code"], each["value"], each["expected"]) for each in found.findings}


@pytest.mark.parametrize("mode", ["upsert", "append", "snapshot"])
def test_alone_it_says_what_an_empty_hub_says(mode: str, small: SmallSource, tmp_path: Path) -> None:
    small.map("mode: upsert", f"mode: {mode}")
    source = read_source(small.folder)
    chance = random.Random(7)
    for number in range(12):
        many = range(chance.randrange(2, 9))
        some = [f"F{chance.randrange(4)},{AT},短路,{chance.choice('abc')}" for _ in many]
        path = tmp_path / f"{number}.csv"
        path.write_bytes(fires(*some))
        alone, hub = (
            check(path, source, CheckRequest(against=each)).verdict
            for each in (OfflineContext(source), HubContext(source))
        )
        assert (alone.counts, alone.findings, alone.state) == (hub.counts, hub.findings, hub.state), some
        assert (alone.notices, hub.notices) == (["check.not_compared"], [])


def test_a_manifest_and_its_files_are_checked_together_in_the_folder(small: SmallSource) -> None:
    register_key(small)
    small.map("mode: upsert", "mode: upsert\nsignature: required")
    inbox = settings().exchange / SMALL / "check"
    inbox.mkdir(parents=True)
    files = {"a.csv": ONE, "b.csv": rows(F3="x")}
    for name, content in files.items():
        (inbox / name).write_bytes(content)
    said = [about(name, content, rows=2) for name, content in files.items()]
    (inbox / "a.manifest.json").write_bytes(manifest(key="2026a", files=said, sequence=3))
    one, two = check_ready(SMALL)
    assert two == f"{one}_02"
    out = settings().exchange / SMALL / "out"
    answers = [json.loads((out / f"{each}.check.json").read_text("utf-8")) for each in (one, two)]
    assert [each["state"] for each in answers] == ["validated", "rejected"]
    assert [each["submission"]["signer"] for each in answers] == ["2026a", "2026a"]
    assert [found["code"] for found in answers[1]["findings"]] == ["ROWS_DIFFER"]
    page = (out / f"{one}.check.html").read_text("utf-8")
    assert "rows by the manifest 2" in page
    assert check_ready(SMALL) == []
    assert [path.name for path in inbox.rglob("*") if path.is_file()] == []
    assert ask("select from ledger.delivery") == []
    sent = send(files, key="2026a", files=said, sequence=3)
    assert [counts(each) for each in sent] == [{"read": 2, "new": 2}, {}]


def test_who_cannot_reach_the_hub_is_alone(small: SmallSource, monkeypatch: pytest.MonkeyPatch) -> None:
    source = read_source(small.folder)
    assert isinstance(reached(source), HubContext)
    monkeypatch.setenv("RISKHUB_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.cache_clear()
    assert reached(source) is None
