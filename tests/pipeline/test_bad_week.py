"""A bad week: one feed, and everything that a sender and an engineer may do to it, in an order drawn by lot.

After each step every row is accounted for, receipts say what the ledger says, and core, mart and quarantine are what a
naive reading of all submissions that stand gives (`naive`).  In the end the marts
give every answer of the week again.  More and longer weeks: BAD_WEEKS=50 BAD_WEEK_STEPS=30.
"""

from __future__ import annotations

import json
import os
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import settings
from pipeline.review.hold import decide, held
from pipeline.sources import source_named
from pipeline.steps.recovery import sweep
from pipeline.steps.replay import Wanted, candidates, replay
from pipeline.steps.runner import run
from tests.support.exchange import COUNTS, ask, batches, drop
from tests.support.mart_log import MartLog, recomputed, shown
from tests.support.naive import Row, Said, claims_of, core_of, open_of
from tests.support.partners.base import lay
from tests.support.small_source import CAUSES, SMALL, SmallSource, fires
from warehouse.event_marts import MARTS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.usefixtures("warehouse"), pytest.mark.slow]
WEEKS = int(os.environ.get("BAD_WEEKS") or 2)
STEPS = int(os.environ.get("BAD_WEEK_STEPS") or 14)
USUAL = ["new", "numbered", "late", "again", "small_one", "decide", "correct", "withdraw", "withdraw", "withdraw_keys"]
USUAL += ["resend", "zero", "mend"]
# Each mends the one before.  (A mapping that reads less than before ends records: docs/repairing.md says how far.)
LEXICONS = [{"短路": "electrical"}, CAUSES, {**CAUSES, "雷击": "lightning"}]
EXPECT = {
    "upsert": "mode: upsert\nexpect: {rows: {min: 2}}",
    "append": "mode: append\nexpect: {rows: {min: 2}}",
    "snapshot": "mode: snapshot\nexpect: {ended: {max: 1}, rows: {min: 2}}",
}


class Week:
    """A sender, an engineer, and a book of all that was said, in turn."""

    def __init__(self, small: SmallSource, mode: str, seed: int) -> None:
        """Begin with an empty warehouse."""
        self.small, self.mode, self.luck = small, mode, Random(f"{mode} {seed}")
        small.map("mode: upsert", EXPECT[mode])
        self.said: list[Said] = []
        self.files: dict[str, tuple[bytes, list[Row]]] = {}
        self.number = 0
        self.skipped: list[int] = []  # numbers that may come late
        self.known = 0
        small.translate(LEXICONS[0])
        self.versions = {source_named(SMALL).version: LEXICONS[0]}
        self.told: list[str] = []
        self.log = MartLog()

    # ---- what may happen ----

    def rows(self, least: int = 2) -> list[Row]:
        """Return some rows; now and then one is wrong, repeats a number or has none."""
        many = self.luck.randint(least, 5)
        numbers = [self.luck.choice(["F1", "F2", "F3", "F4", "F5", "F6"]) for _ in range(many)]
        if self.luck.random() < 0.15:
            numbers[0] = ""
        causes = self.luck.choices(["短路", "抽烟", "雷击"], [4, 2, 2], k=many)
        return [Row(no, cause, self.luck.choice("abc")) for no, cause in zip(numbers, causes, strict=True)]

    def new(self) -> None:
        """Send a file without a manifest."""
        rows = self.rows()
        name = f"{len(self.files)}.csv"
        drop(SMALL, name, content(rows))
        self.note("new", rows, name=name)

    def numbered(self) -> None:
        """Send a file under the next number, or under one after it."""
        self.number += 1
        if self.luck.random() < 0.4:
            self.skipped.append(self.number)
            self.number += 1
        self.send("new", self.rows(), self.number)

    def late(self) -> None:
        """Send a file under a number that was left out."""
        if self.skipped:
            self.send("new", self.rows(), self.skipped.pop(self.luck.randrange(len(self.skipped))))

    def again(self) -> None:
        """Send the same bytes again, without a manifest."""
        if self.files:
            name = self.luck.choice(sorted(self.files))
            body, rows = self.files[name]
            drop(SMALL, name, body)
            self.note("new", rows, name=name)

    def small_one(self) -> None:
        """Send one row: it waits for a person."""
        rows = self.rows(least=1)[:1]
        name = f"{len(self.files)}.csv"
        drop(SMALL, name, content(rows))
        self.note("new", rows, name=name)

    def decide(self) -> None:
        """Release the oldest that waits, or refuse it."""
        if waiting := held():
            decide(waiting[0]["batch"], self.luck.choice(["approve", "approve", "reject"]), "Wang", "seen")  # type: ignore[arg-type]

    def correct(self) -> None:
        """Correct records that were sent before."""
        records = "select source_record_no as no from core.fire_incident union select source_record_no from {}"
        known = sorted(row["no"] for row in ask(records.format("history.fire_incident")))
        if known and any(one.operation == "new" and one.stands for one in self.said):
            named = next(one for one in self.said if one.operation == "new" and one.stands)
            rows = [row._replace(no=self.luck.choice(known)) for row in self.rows()]
            self.send("correct", rows, corrects=named.batch)

    def withdraw_keys(self) -> None:
        """Withdraw single records."""
        numbers = self.luck.sample(["F1", "F2", "F3", "F4"], 2)
        lay({}, "withdraw", keys=[[no] for no in numbers])
        self.note("withdraw", [Row(no, "", "") for no in numbers])

    def withdraw(self) -> None:
        """Withdraw a whole submission, perhaps one that only corrects."""
        standing = [one for one in self.said if one.stands and one.operation != "withdraw"]
        if standing and self.mode != "snapshot":
            taken = self.luck.choice(standing)
            lay({}, "withdraw", withdraws=taken.batch)
            taken.withdrawn = True
            self.told.append(f"  takes back {taken}")

    def resend(self) -> None:
        """Send a numbered submission that was withdrawn once more."""
        gone = [one for one in self.said if one.withdrawn and one.number and one.operation == "new"]
        gone = [one for one in gone if not any(o.number == one.number and not o.withdrawn for o in self.said)]
        if gone:
            self.send("new", gone[0].rows, gone[0].number)

    def zero(self) -> None:
        """Say that nothing happened."""
        lay({}, "zero", period="2026-05")

    def mend(self) -> None:
        """Change the crosswalk, and read some or all of it again."""
        self.known = min(self.known + 1, len(LEXICONS) - 1)
        self.small.translate(LEXICONS[self.known])
        self.versions[source_named(SMALL).version] = LEXICONS[self.known]
        found = candidates(Wanted(source=SMALL))
        replay(found if self.luck.random() < 0.6 else found[:1])

    # ---- how it is done ----

    def send(self, operation: str, rows: list[Row], number: int | None = None, **more: Any) -> None:
        """Send a file with a manifest."""
        name = f"m{len(self.said)}.csv" if number is None else f"n{number}.csv"
        lay({name: content(rows)}, operation, **({} if number is None else {"sequence": number}), **more)
        self.note(operation, rows, number)

    def note(self, operation: str, rows: list[Row], number: int | None = None, name: str | None = None) -> None:
        """Take what was sent through the hub, and write it down at its turn."""
        before = {row["batch"] for row in batches(SMALL)}
        run(SMALL)
        (batch,) = (row for row in batches(SMALL) if row["batch"] not in before and not row["replay_of"])
        if name is not None:
            self.files[name] = (content(rows), rows)
        one = Said(batch["batch"], operation, rows, number)
        at = len(self.said)
        if number is not None:
            later = [(other.number, place) for place, other in enumerate(self.said) if (other.number or 0) > number]
            at = min(later)[1] if later else at
        self.said.insert(at, one)
        self.told.append(f"  sends {one}")

    def step(self, name: str) -> None:
        """Let one thing happen, and everything that follows from it."""
        self.told.append(name)
        getattr(self, name)()
        run(SMALL)
        sweep()
        states = {row["batch"]: row["state"] for row in batches(SMALL)}
        last = {
            row["origin_batch"]: row
            for row in ask("select * from ledger.batch where loaded_at is not null order by batch_id")
        }
        for one in self.said:
            one.loaded = one.batch in last and states[one.batch] != "duplicate"
            one.words = self.versions.get(last[one.batch]["mapping_version"], {}) if one.loaded else {}
        self.check()

    # ---- what must hold ----

    def check(self) -> None:
        """Compare the hub with the book."""
        story = "\n".join([*self.told, *ledger_as_it_is()])
        check_accounts(story)
        core = held_by("core.fire_incident")
        assert sorted(core) == sorted(row["n"] for row in ask("select source_record_no as n from mart.risk_event")), (
            story
        )
        for mart in MARTS:
            assert shown(f"mart.{mart}") == recomputed(mart), story
        self.log.note()
        if self.mode == "append":
            claims = claims_of(self.said)
            corrected = {no for one in self.said if one.operation == "correct" for no in one.named()}
            assert set(core) == set(claims), story
            assert all(core[no] in claims[no] for no in core if no not in corrected), story
            return
        assert core == core_of(self.said, self.mode), story
        waiting = ask("select original->>'no' as no from quarantine.row where state = 'open'")
        assert sorted(row["no"] for row in waiting) == open_of(self.said), story


def ledger_as_it_is() -> list[str]:
    """Return batches and quarantine, to be read beside the story of a week that failed."""
    told = ["batch_id", "replay_of", "precedence", "state", *COUNTS[1:], "ended"]
    lines = ask(f"select {', '.join(told)} from ledger.batch order by batch_id")
    rows = ask("select batch_id, original->>'no' as no, state, closed_by from quarantine.row order by batch_id, row")
    return [" ".join(str(value) for value in line.values() if value) for line in [*lines, *rows]]


def content(rows: list[Row]) -> bytes:
    return fires(*(f"{row.no},2026-05-01 10:00,{row.cause},{row.note}" for row in rows))


def held_by(table: str) -> dict[str, tuple[str, str]]:
    found = ask(f"select source_record_no as no, cause_code as cause, narrative as note from {table}")
    return {row["no"]: (row["cause"], row["note"]) for row in found}


def check_accounts(story: str) -> None:
    """Every row of every file is somewhere, once, and the receipts say so."""
    out = settings().exchange / SMALL / "out"
    kept = {row["b"]: row["n"] for row in ask("select batch_id as b, count(*) as n from quarantine.row group by 1")}
    left = {
        row["b"]: row["n"] for row in ask("select batch_id as b, sum(rows)::int as n from ledger.skipped group by 1")
    }
    for batch in batches(SMALL):
        assert batch["read"] == sum(batch[name] for name in COUNTS[1:]), story
        assert batch["quarantined"] == kept.get(batch["batch"], 0), story
        assert batch["skipped"] == left.get(batch["batch"], 0), story
        if batch["state"] != "held":
            told = json.loads((out / f"{batch['batch']}.receipt.json").read_text("utf-8"))
            assert {name: told["counts"][name] for name in COUNTS} == {name: batch[name] for name in COUNTS}, story
    versions = """
        select record_uid, record_version from core.fire_incident
        union all select record_uid, record_version from history.fire_incident"""
    assert not ask(f"select from ({versions}) v group by record_uid, record_version having count(*) > 1"), story
    assert not ask("select from ledger.batch where state in ('received', 'mapped', 'validated')"), story
    alone = "not exists (select from ledger.batch b where b.batch_id = c.batch_id)"
    assert not ask(f"select from core.fire_incident c where {alone}"), story


@pytest.mark.parametrize("mode", EXPECT)
@pytest.mark.parametrize("seed", range(WEEKS))
def test_a_bad_week(mode: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    week = Week(SmallSource(tmp_path / "sources"), mode, seed)
    for name in ["new", "numbered", *week.luck.choices(USUAL, k=STEPS)]:
        week.step(name)  # checks the whole hub against the book
    assert any(one.loaded for one in week.said), "a week in which nothing is loaded shows nothing"
    week.log.check()
