"""Trouble of ours for tests: a kernel that falls over a value, as a library may over one that nobody has thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true
from pipeline.transform import isolate

if TYPE_CHECKING:
    import pytest

    from mappings.engine import Refined, Source


def fails_on(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mapping of any batch that holds the word in its first column fall over it, quoting it as Arrow does."""
    mapped = isolate.refine

    def broken(rows: pa.RecordBatch, source: Source) -> Refined:
        if any_true(pc.fill_null(pc.match_substring(rows.column(0), word), fill_value=False)):
            raise pa.ArrowInvalid(f"Integer value {word} not in range")
        return mapped(rows, source)

    monkeypatch.setattr(isolate, "refine", broken)
