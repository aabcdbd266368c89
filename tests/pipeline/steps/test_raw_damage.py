"""Bytes of the raw store that are not those that came: nothing is made of them, it is told, the same bytes heal it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from connectors import raw_store as raw
from hub.batch import State
from hub.settings import settings
from pipeline.intake.receive import receive_ready
from pipeline.reports.plan.plan import plan_replay
from pipeline.reports.trace import trace_record
from pipeline.sources import source_named
from pipeline.steps import runner as running
from pipeline.steps.replay import candidates, replay, wanted_of
from pipeline.steps.runner import run
from stack.doctor_warehouse import raw_store, waiting
from tests.support.exchange import ask, batches, drop
from tests.support.small_source import SMALL, fires

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.usefixtures("warehouse", "small")]
CONTENT = fires("F1", "F2,not a time")
SHA = hashlib.sha256(CONTENT).hexdigest()


def _change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"F1", b"F9"))


def _shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _remove(path: Path) -> None:
    path.unlink()


DAMAGES = [_change, _shorten, _remove]


def spoil(damage: Callable[[Path], None]) -> None:
    path = settings().home / "raw" / SHA[:2] / SHA
    path.chmod(0o600)
    damage(path)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("before", ["map", "validate"])
def test_nothing_of_damaged_bytes_is_loaded_and_the_same_bytes_heal_them(
    before: str, damage: Callable[[Path], None]
) -> None:
    drop(SMALL, "1.csv", CONTENT)
    ids = receive_ready(SMALL)
    for verb in list(running.STEPS)[: list(running.STEPS).index(before)]:
        running.step(verb, ids)
    spoil(damage)
    for _ in range(4):
        running.step(before, ids)
        with pytest.raises(raw.RawDamaged):
            running.step("acknowledge", ids)
    (batch,) = batches(SMALL)
    assert (batch["state"], batch["new"]) == ({"map": "received", "validate": "mapped"}[before], 0)
    assert ask("select attempt, waits_for from ledger.batch") == [{"attempt": 0, "waits_for": "raw_damaged"}]
    for look in (raw_store, waiting):
        fine, says, cure = look()
        assert not fine
        assert ids[0] in says
        assert cure
    drop(SMALL, "2.csv", CONTENT)
    run(SMALL)
    assert [each["state"] for each in batches(SMALL)] == [State.DUPLICATE, State.ACKNOWLEDGED]
    assert ask("select source_record_no as no from core.fire_incident") == [{"no": "F1"}]
    assert ask("select waits_for from ledger.batch where waits_for is not null") == []
    assert raw_store()[0]
    assert waiting()[0]


@pytest.mark.parametrize("damage", DAMAGES)
def test_whoever_reads_again_gets_the_bytes_that_came_or_none(damage: Callable[[Path], None]) -> None:
    drop(SMALL, "1.csv", CONTENT)
    run(SMALL)
    (batch,) = batches(SMALL)
    spoil(damage)
    with pytest.raises(raw.RawDamaged):
        trace_record("fire_incident", "F1", None, None)
    with pytest.raises(raw.RawDamaged):
        plan_replay(batch["batch"], source_named(SMALL))
    with pytest.raises(raw.RawDamaged):
        replay(candidates(wanted_of(batch=batch["batch"], force=True)))
    assert ask("select source_record_no as no, record_version as v from core.fire_incident") == [{"no": "F1", "v": 1}]
    drop(SMALL, "2.csv", CONTENT)
    run(SMALL)
    assert {each["state"] for each in batches(SMALL)} == {State.DUPLICATE, State.ACKNOWLEDGED}
    assert trace_record("fire_incident", "F1", None, None)


def test_bytes_that_change_while_they_are_read_load_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.transform import evaluate_delivery as mapping  # noqa: PLC0415

    drop(SMALL, "1.csv", CONTENT)
    ids = receive_ready(SMALL)
    real = mapping.write_parts

    def slowly(*given: object) -> object:
        made = real(*given)  # type: ignore[arg-type]
        spoil(_change)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(mapping, "write_parts", slowly)
        running.step("map", ids)
    assert batches(SMALL)[0]["state"] == "received"
    assert ask("select waits_for from ledger.batch") == [{"waits_for": "raw_damaged"}]


@pytest.mark.parametrize("damage", DAMAGES)
def test_other_files_of_the_source_go_on_and_a_later_word_stays(damage: Callable[[Path], None]) -> None:
    drop(SMALL, "1.csv", CONTENT)
    receive_ready(SMALL)
    path = settings().home / "raw" / SHA[:2] / SHA
    whole = path.read_bytes()
    spoil(damage)
    drop(SMALL, "2.csv", fires("F1,2026-05-01 10:00,短路,later", "F3"))
    for _ in range(2):
        with pytest.raises(raw.RawDamaged):
            run(SMALL)
    assert [each["state"] for each in batches(SMALL)] == [State.ACKNOWLEDGED, State.RECEIVED]
    path.unlink(missing_ok=True)
    path.write_bytes(whole)  # from the backup
    run(SMALL)
    assert [each["state"] for each in batches(SMALL)] == [State.ACKNOWLEDGED, State.ACKNOWLEDGED]
    said = ask("select source_record_no as no, narrative as text from core.fire_incident order by 1")
    assert [(each["no"], each["text"]) for each in said][1:] == [("F3", None)]
    assert said[0]["text"] == "later"
