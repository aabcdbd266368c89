"""A batch that was staged by another edition of the standard is mapped anew, whatever step it has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from hub.settings import settings
from pipeline.intake.receive import receive_ready
from pipeline.steps.runner import run, step
from pipeline.transform.staging import Work
from standards import standard
from tests.support.exchange import ask, batches, counts, drop
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse.connection import owner_url

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("done", [["map"], ["map", "validate"]])
def test_batch_that_waits_while_the_standard_changes(
    done: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    assert SmallSource(tmp_path / "sources").folder.exists()
    drop(SMALL, "1.csv", fires("F1", "F2,2026-05-01 10:00,,note"))
    [batch_id] = receive_ready(SMALL)
    for verb in done:
        step(verb, [batch_id])
    work = Work(batch_id)
    held = work.read("part-00000/fire_incident", "record")
    names = ["region" if name == "region_code" else name for name in held.column_names]
    work.write("part-00000/fire_incident", "record", held.rename_columns(names))
    with psycopg.connect(owner_url()) as conn:
        conn.execute("update ledger.batch set standard_version = '1.3.0'")
    run(SMALL)
    [batch] = batches(SMALL)
    assert (batch["state"], counts(batch)) == ("acknowledged", {"read": 2, "new": 2})
    assert (
        ask("select region_code, standard_version from core.fire_incident join ledger.batch using (batch_id)")
        == [{"region_code": "460100", "standard_version": standard().version}] * 2
    )
