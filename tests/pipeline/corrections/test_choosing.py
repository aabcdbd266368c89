"""Which rows an answer holds: the first that fit, whatever the others weigh."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.corrections.select_rows import choose
from pipeline.transform.quarantine import EVIDENCE

if TYPE_CHECKING:
    import pytest


def evidence(*sizes: int) -> pa.Table:
    """Return rows that were kept out, the last one of the file first."""
    lines = [
        {"row": row, "source_line": row, "original": json.dumps({"a": "x" * size}), "findings": "[]"}
        for row, size in enumerate(sizes)
    ]
    return pa.Table.from_pylist(lines[::-1], schema=EVIDENCE)


def test_the_first_rows_that_fit_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.corrections.select_rows.BYTES", 100)
    chosen = choose(evidence(10, 40, 90, 1), ["a"], None, "en")
    assert [len(bad.cells["a"]) for bad in chosen.rows] == [10, 40]
    assert chosen.of == 4


def test_a_weight_that_no_32_bits_hold_still_counts() -> None:
    heavy = evidence(1 << 20)  # one buffer, that all rows share
    many = pa.concat_tables([heavy.set_column(0, EVIDENCE.field("row"), [[row]]) for row in range(4_200)])
    chosen = choose(many, ["a"], None, "en")
    assert len(chosen.rows) == 23
    assert chosen.of == 4_200
