"""Small deliveries take all steps at once, in the order in which they came, and none overtakes one that cannot."""

from __future__ import annotations

import pytest

from hub.errors import FixTheHub, HubError, RetryLater
from hub.settings import settings
from pipeline.intake.receive import receive_ready
from pipeline.steps import runner
from tests.support.exchange import ask, batches, codes, drop
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse import locks
from warehouse.connection import connect

pytestmark = pytest.mark.usefixtures("warehouse")

LARGE = fires("F9", *(f"G{number},2026-05-01 10:00,短路,{'x' * 1000}" for number in range(1100)))  # more than a MiB


def received(*contents: bytes) -> list[str]:
    """Register files in this order; return their ids."""
    ids: list[str] = []
    for at, content in enumerate(contents):
        drop(SMALL, f"{at}.csv", content)
        ids += [each for each in receive_ready(SMALL) if each not in ids]
    return ids


def states() -> list[str]:
    return [batch["state"] for batch in reversed(batches(SMALL))]


@pytest.fixture(autouse=True)
def source(small: SmallSource) -> SmallSource:
    return small


def test_small_ones_are_finished_also_what_is_rejected_or_held(source: SmallSource) -> None:
    source.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    ids = received(fires("F1", "F2"), b"\x00 no table", fires("F3"), fires("F4", "F5"))
    assert runner.finish_small(ids) == []
    assert states() == ["acknowledged", "rejected", "held", "acknowledged"]
    assert len(list((settings().exchange / SMALL / "out").glob("*.receipt.json"))) == 3


def test_none_overtakes_a_large_one() -> None:
    ids = received(fires("F1"), LARGE, fires("F2"))
    assert len(LARGE) > runner.SMALL
    assert runner.finish_small(ids) == ids[1:]
    assert states() == ["acknowledged", "received", "received"]


@pytest.mark.parametrize("verb", ["map", "validate", "load", "acknowledge"])
@pytest.mark.parametrize("fault", [RetryLater("Later."), FixTheHub("A person must."), ValueError("odd")], ids=repr)
def test_none_overtakes_one_that_cannot_go_on(verb: str, fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = received(fires("F1"), fires("F2"), fires("F3"))
    ordinary = runner.STEPS[verb]

    def ill(batch: str) -> None:
        if batch == ids[1]:
            raise fault
        ordinary(batch)

    with monkeypatch.context() as patch:
        patch.setitem(runner.STEPS, verb, ill)
        assert runner.finish_small(ids) == ids[1:], "the fault comes again in the task of the step"
        assert states()[2] == "received"
        if not isinstance(fault, ValueError):
            with pytest.raises(type(fault)):
                runner.step(verb, [ids[1]])
    assert runner.finish_small(ids[1:]) == []
    assert states() == ["acknowledged"] * 3
    assert [row["incident_no"] for row in ask("select incident_no from core.fire_incident order by 1")] == [
        "F1", "F2", "F3",
    ]  # fmt: skip


def test_one_that_took_a_process_down_waits_for_a_task_of_its_own() -> None:
    ids = received(fires("F1"), fires("F2"))
    mark = settings().home / "crashes" / ids[0]
    mark.parent.mkdir(exist_ok=True)
    mark.write_bytes(b"Fatal Python error: Segmentation fault")
    assert runner.finish_small(ids) == ids
    assert mark.exists(), "the step that looks at it counts it"


def test_what_another_works_on_is_left_to_it() -> None:
    ids = received(fires("F1"), fires("F2"))
    with connect() as other:
        assert locks.try_batch(other, ids[0])
        assert runner.finish_small(ids) == ids
    assert runner.finish_small(ids) == []


def test_it_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = received(fires("F1"), fires("F2"))
    monkeypatch.setattr(runner, "LONGEST", -1.0)
    assert runner.finish_small(ids) == ids
    assert states() == ["received", "received"]


def test_a_fault_of_the_file_still_ends_after_three(monkeypatch: pytest.MonkeyPatch) -> None:
    (only,) = received(fires("F1"))

    def odd(_batch: str) -> None:
        raise ValueError

    monkeypatch.setitem(runner.STEPS, "map", odd)
    assert runner.finish_small([only]) == [only]
    with pytest.raises(HubError):
        runner.step("map", [only])
    runner.step("map", [only])
    assert codes(batches(SMALL)[0]) == {"HUB_FAULT": 1}
