"""What a check says is what a submission is told: in the folder, at the command, in the receipt."""

from __future__ import annotations

import errno
import hashlib
import json
import signal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hub.errors import RetryLater
from hub.settings import settings
from pipeline.checks import inbox as asking
from pipeline.checks.check import check_file
from pipeline.checks.inbox import check_ready
from pipeline.intake.receive import receive_ready
from pipeline.receipts import publish
from pipeline.steps.runner import run
from tests.support.exchange import ask, batches, drop, receipt, sample, submit
from tests.support.forked import run_forked
from tests.support.small_source import SMALL, SmallSource, fires
from tests.support.unlike_sources import unlike_sources

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")


def ask_first(source: str, name: str, content: bytes) -> Path:
    """Put a file into the check folder as a careful partner does."""
    inbox = settings().exchange / source / "check"
    inbox.mkdir(parents=True, exist_ok=True)
    hidden = inbox / f".{name}.part"
    hidden.write_bytes(content)
    return hidden.rename(inbox / name)


def told(source: str, answer: str) -> dict[str, Any]:
    path = settings().exchange / source / "out" / f"{answer}.check.json"
    account: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return account


@pytest.mark.parametrize("source", unlike_sources())
def test_a_check_says_what_the_receipt_says(source: str, tmp_path: Path) -> None:
    name, content = sample(source)
    ask_first(source, name, content)
    (answer,) = check_ready(source)
    assert batches() == [], "the ledger knows nothing of a check"
    asked = told(source, answer)
    (tmp_path / name).write_bytes(content)
    alone = check_file(tmp_path / name, source)
    sent = receipt(submit(source, name, content))
    assert asked["findings"] == sent["findings"]
    assert [found["code"] for found in alone.findings] == [found["code"] for found in asked["findings"]]
    assert (asked["check"], sent["check"]) == (True, False)
    assert asked["counts"] == sent["counts"] == alone.counts.as_dict()
    assert (asked["answer"] or {}).get("rows") == (sent["answer"] or {}).get("rows")


def test_nothing_is_kept_and_every_file_is_answered(small: SmallSource, home: Path) -> None:  # noqa: ARG001
    ask_first(SMALL, "1.csv", fires("F1", "F2,2026-02-30 10:00"))
    ask_first(SMALL, "2.csv", b"")
    answers = check_ready(SMALL)
    assert [told(SMALL, each)["state"] for each in answers] == ["validated", "rejected"]
    assert check_ready(SMALL) == []
    assert not ask("select from ledger.delivery")
    assert not list((home / "raw").rglob("*")), "not even the bytes"
    left = [path.name for path in (settings().exchange / SMALL / "check").rglob("*") if path.is_file()]
    assert left == []
    out = sorted(path.name.partition(".")[2] for path in (settings().exchange / SMALL / "out").iterdir())
    assert out == ["check.fix.csv", "check.fix.xlsx", "check.html", "check.html", "check.json", "check.json"]


def test_a_check_knows_the_feed_and_its_submissions(small: SmallSource) -> None:
    small.map("mode: upsert\n", "mode: upsert\npersonal: [note]\n")
    first = submit(SMALL, "1.csv", fires("F1,2026-02-30 10:00,短路,secret"))
    answer = settings().exchange / SMALL / "out" / f"{first['batch']}.fix.csv"
    ask_first(SMALL, "fixed.csv", answer.read_bytes().replace(b"02-30", b"02-28"))
    (asked,) = check_ready(SMALL)
    assert told(SMALL, asked)["findings"] == [], "what it refers to is looked up as for a submission"
    assert ask("select state from quarantine.row") == [{"state": "open"}], "and nothing is closed"
    small.map("mode: upsert\n", "mode: upsert\nexpect: {rows: {min: 3}}\n")
    ask_first(SMALL, "few.csv", fires("F7"))
    (held,) = check_ready(SMALL)
    assert told(SMALL, held)["state"] == "held"


DYING = """
import os, sys
from pipeline.checks import inbox as asking
asking.check = lambda *_, **__: os.kill(os.getpid(), int(sys.argv[1]))
asking.check_ready(sys.argv[2])
"""


@pytest.mark.parametrize(("sign", "codes"), [(signal.SIGSEGV, ["HUB_FAULT"]), (signal.SIGKILL, [])])
def test_a_check_that_crashes_is_given_up_in_the_end_and_one_that_is_killed_is_not(
    sign: signal.Signals,
    codes: list[str],
    small: SmallSource,  # noqa: ARG001
) -> None:
    ask_first(SMALL, "1.csv", fires("F1"))
    for _ in range(asking.ATTEMPTS):
        died = run_forked(DYING, str(int(sign)), SMALL)
        assert died.returncode == -sign
    (answer,) = check_ready(SMALL)
    assert [found["code"] for found in told(SMALL, answer)["findings"]] == codes


def test_a_warehouse_that_goes_away_is_asked_again(small: SmallSource, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    def gone(*_: Any, **__: Any) -> None:
        raise psycopg.OperationalError("secret")

    ask_first(SMALL, "1.csv", fires("F1"))
    with monkeypatch.context() as patch:
        patch.setattr(asking, "check", gone)
        for _ in range(asking.ATTEMPTS + 1):
            with pytest.raises(RetryLater):
                check_ready(SMALL)
    (answer,) = check_ready(SMALL)
    assert told(SMALL, answer)["state"] == "validated"


def test_the_same_check_gives_the_same_bytes(small: SmallSource, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    ask_first(SMALL, "1.csv", fires("F1,2026-02-30 10:00", "F2,2026-05-01 10:00,?"))
    out = settings().exchange / SMALL / "out"
    with monkeypatch.context() as patch:
        patch.setattr(asking.folder, "release", lambda _: None)  # the crash after the answer
        check_ready(SMALL)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
    check_ready(SMALL)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert len(before) == 4


def test_the_technical_receipt_is_there_before_anything_is_read(small: SmallSource) -> None:  # noqa: ARG001
    drop(SMALL, "1.csv", b"not even a table")
    (batch,) = receive_ready(SMALL)
    (path,) = (settings().exchange / SMALL / "out").iterdir()
    account = json.loads(path.read_text("utf-8"))
    assert path.name == f"{batch}.received.json"
    content = b"not even a table"
    assert account["file"] == {"name": "1.csv", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    run(SMALL)
    assert receipt(batches()[0])["state"] == "rejected"


def test_a_technical_receipt_that_could_not_be_written_comes_later(
    small: SmallSource,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(publish, "publish", full)
        drop(SMALL, "1.csv", fires("F1"))
        receive_ready(SMALL)
    run(SMALL)
    out = sorted(path.name.partition(".")[2] for path in (settings().exchange / SMALL / "out").iterdir())
    assert out == ["receipt.html", "receipt.json", "received.json"]
