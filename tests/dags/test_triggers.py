"""The hint: told at first sight, again when a file has changed and stands still, and again while anything stays."""

from __future__ import annotations

import asyncio
import time
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.airflow, pytest.mark.usefixtures("airflow")]


def tells(looks: list[dict[str, tuple[int, int]]], every: float = 1.0) -> list[int]:
    """Return at which of the looks, `every` seconds apart, the DAG is woken."""
    from dags.triggers import ChangeTracker  # noqa: PLC0415 - imports Airflow

    memory = ChangeTracker()
    return [at for at, seen in enumerate(looks) if memory.should_fire(seen, 1000 + at * every)]


A, LONGER, B = {"a": (1, 1)}, {"a": (2, 2)}, {"b": (1, 1)}


def test_a_new_file_is_told_at_once_and_one_that_goes_is_not() -> None:
    assert tells([{}, A, A, {}, {}, A]) == [1, 5]
    assert tells([A, A, A | B, B]) == [0, 2]


def test_a_growing_file_is_told_again_when_it_stands_still() -> None:
    growing = [{"a": (size, size)} for size in range(1, 4)]
    assert tells([*growing, growing[-1], growing[-1]]) == [0, 3]


def test_reminders_come_ever_more_rarely_but_never_end() -> None:
    at = tells([A] * 4000)
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert gaps == [15, 30, 60, 120, 240, 480, 600, 600, 600, 600, 600]


def test_a_change_makes_the_reminders_frequent_again() -> None:
    assert tells([A] * 100 + [LONGER] * 50)[-3:] == [101, 116, 146]


def test_what_cannot_be_a_delivery_wakes_nobody(tmp_path: Path) -> None:
    from dags.triggers import list_deliveries  # noqa: PLC0415

    for name in (".hidden", "~$open.xlsx", "a.part", "b.TMP", "c.filepart"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a.part")
    assert list_deliveries(str(tmp_path)) == {}
    assert list_deliveries(str(tmp_path / "nowhere")) == {}
    assert list_deliveries(str(tmp_path / "a.part")) == {}
    (tmp_path / "数据.csv").write_bytes(b"xy")
    assert {name: size for name, (size, _) in list_deliveries(str(tmp_path)).items()} == {"数据.csv": 2}


def test_the_trigger_fires_soon_after_a_drop(tmp_path: Path) -> None:
    from dags.triggers import FolderHint  # noqa: PLC0415

    async def drop_and_wait() -> tuple[Any, float]:
        events = FolderHint(folder=str(tmp_path), poll=0.1).run()
        first = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.25)
        assert not first.done()
        (tmp_path / "a.csv").write_bytes(b"x")
        dropped = time.monotonic()
        event = await asyncio.wait_for(first, 30)
        return event.payload, time.monotonic() - dropped

    payload, seconds = asyncio.run(drop_and_wait())
    assert payload == {"files": 1}
    assert seconds < 20


def test_triggers_are_made_again_from_what_they_tell() -> None:
    from dags.triggers import FolderHint, Start  # noqa: PLC0415

    for trigger in (FolderHint(folder="/x", poll=2.0), Start()):  # type: ignore[no-untyped-call]
        path, values = trigger.serialize()
        module, _, name = path.rpartition(".")
        assert getattr(import_module(module), name)(**values).serialize() == (path, values)
