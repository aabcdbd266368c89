"""Batch rules: Great Expectations over a profile of a few lines."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow as pa

from validation.batches import judge_batch
from validation.profile import merged, profile

PARTS = [
    {
        "": pa.table({"row": [0, 1], "row_hash": [b"", b""], "a": ["x", None], "b": ["1", "1"]}),
        "c": pa.table({"row": [0], "d": [1]}),
    },
    {
        "": pa.table({"row": [2, 3], "row_hash": [b"", b""], "a": ["x", "y"], "b": ["1", None]}),
        "c": pa.table({"row": [2], "d": [2]}),
    },
]


def test_a_profile_adds_up_over_the_parts() -> None:
    lines = merged(profile(part) for part in PARTS).to_pylist()
    assert lines == [
        {"table": "", "column": "a", "rows": 4, "nulls": 1, "distinct": 2},
        {"table": "", "column": "b", "rows": 4, "nulls": 1, "distinct": 1},
        {"table": "c", "column": "d", "rows": 2, "nulls": 0, "distinct": 1},
    ]


def test_volume_and_fill() -> None:
    figures = merged(profile(part) for part in PARTS)
    judged = judge_batch(
        figures, {"rows": {"min": 10, "max": 20}}, {"a": (0.99, 1.0), "b": (0.7, 0.8), "gone": (1.0, 1.0)}
    )
    assert [(each.code, each.field, each.value, each.expected) for each in judged.findings] == [
        ("VOLUME_UNUSUAL", None, "4", "10 ... 20"),
        ("FILL_UNUSUAL", "a", "75%", "79% ... 100%"),
    ]
    assert json.loads(json.dumps(judged.result))["success"] is False
    assert len(judged.result["results"]) == 3
    assert judge_batch(figures, {"rows": {"min": 1, "max": 4}}).findings == []
    assert judge_batch(figures, {"rows": {"min": 1}}, rows=0).findings[0].expected == "1 ... ∞"


def test_nothing_expected_costs_nothing() -> None:
    code = (
        "import sys; from validation.batches import judge_batch; from validation.profile import PROFILE\n"
        "judge_batch(PROFILE.empty_table(), {}); print('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == [
        "False"
    ]
