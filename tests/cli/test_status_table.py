"""The table of sources that `riskhub status` prints: numbers end below the end of their heading, in each language."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from cli.screen import guarded
from hub.i18n import say
from tests.support.exchange import submit
from tests.support.small_source import SMALL, fires
from warehouse.connection import connect

if TYPE_CHECKING:
    from tests.support.small_source import SmallSource

NUMBERS = ("batches", "working", "held", "rejected", "quarantined")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.usefixtures("warehouse")
def test_numbers_of_sources_end_below_each_other(
    small: SmallSource, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert small
    monkeypatch.setenv("COLUMNS", "160")
    submit(SMALL, "1.csv", fires("F1", "F2,2026-05-01 10:00,no such cause"))
    with connect() as conn:
        conn.execute("update ledger.batch set quarantined = 1234567, read = read + 1234566")
    capsys.readouterr()
    guarded(["--language", language, "status"])
    lines = capsys.readouterr().out.splitlines()
    heading, row = next((above, below) for above, below in pairwise(lines) if SMALL in below)
    ends = [cell_len(row[: found.end()]) for found in re.finditer(r"(?<= )[\d,]+(?= )", row)][: len(NUMBERS)]
    names = [say(f"status.{name}", language) for name in NUMBERS]
    below = [cell_len(heading[: heading.index(f" {name} ") + 1 + len(name)]) for name in names]
    assert "1,234,567" in row
    assert ends == below


@pytest.mark.usefixtures("warehouse")
def test_counts_of_sources_are_numbers(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    assert small
    submit(SMALL, "1.csv", fires("F1", "F2,2026-05-01 10:00,no such cause"))
    capsys.readouterr()
    guarded(["status", "--json"])
    (source,) = json.loads(capsys.readouterr().out)["sources"]
    assert [source[name] for name in NUMBERS] == [1, 0, 0, 0, 1]
