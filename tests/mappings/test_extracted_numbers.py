"""A part of a number is no number: `extract` takes 10 out of 10⁴, and no verb that makes numbers may keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mappings.engine.compile.bind import MAKES
from tests.support.folders import FIRE, refine, rows_of, source_of

if TYPE_CHECKING:
    from pathlib import Path

RULES = {
    "integer": "death_count: {column: a, integer: true, ",
    "decimal": "area_m2: {column: a, decimal: 2, ",
    "unit": "area_m2: {column: a, unit: m2, from: m2, ",
    "measure": "area_m2: {column: a, measure: value, ",
    "chinese_amount": "loss_cny: {column: a, chinese_amount: true, ",
}
PARTS = ["10⁴", "1.2E4", "3×10", "5½", "7^2"]
WHOLE = ["10", "7 m", "about 12"]


@pytest.mark.parametrize("verb", sorted({*MAKES["int64"], *MAKES["decimal"]}))
def test_a_part_of_a_number_is_told(verb: str, tmp_path: Path) -> None:
    assert verb in RULES, "give the verb a rule here"
    source = source_of(tmp_path, f"{FIRE}  {RULES[verb]}extract: '([0-9]+)'}}\n")
    texts = [*PARTS, *WHOLE]
    made = refine(rows_of({"no": list("abcdefgh"), "at": ["2026-05-01"] * len(texts), "a": texts}), source)
    field = RULES[verb].partition(":")[0]
    values = made.tables[""][field].to_pylist()
    found = {line["row"] for line in made.findings.to_pylist() if line["field"] == field}
    assert [at for at, value in enumerate(values) if value is None] == sorted(found) == list(range(len(PARTS)))
