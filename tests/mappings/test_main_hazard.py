"""The hazard of a record is taken from its list of hazards: columnar, and one by one as a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FixTheHub
from mappings.engine.run.main_hazard import with_main_hazard
from standards import standard
from standards.derived_fields import DERIVED
from tests.support.small_source import SMALL, SmallSource

if TYPE_CHECKING:
    from pathlib import Path

from mappings.engine import read_source

RANKS = {
    row["code"]: -1 if row["rank"] is None else row["rank"]
    for row in standard().codelists["severity"].table.to_pylist()
}
ITEM = st.fixed_dictionaries(
    {
        "class_code": st.sampled_from([None, "chemical", "physical"]),
        "type_code": st.sampled_from([None, "lead", "fire", "allergen"]),
        "severity_code": st.sampled_from([None, *RANKS]),
        "is_main": st.sampled_from([None, True, False]),
    }
)
CLASSES = {None: None, "lead": "chemical", "fire": "physical", "allergen": "health"}  # of lead, two levels up
RECORD = standard().types["recall"]


def reference(items: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Return class, type and severity of the main hazard, by the rule as it is written."""
    main = [each for each in items if each["is_main"]]
    pool = main or items
    worst = max((RANKS.get(each["severity_code"], -1) for each in pool), default=-1)
    pool = [each for each in pool if RANKS.get(each["severity_code"], -1) == worst]
    pool = [each for each in pool if each["class_code"] or each["type_code"]] or pool
    if not pool:
        return (None,) * len(DERIVED)
    item = {**pool[0], "class_code": pool[0]["class_code"] or CLASSES[pool[0]["type_code"]]}
    return tuple(item[name] for name in DERIVED.values())


@given(st.lists(st.lists(ITEM, max_size=4), max_size=5))
def test_it_is_the_same_as_one_by_one(records: list[list[dict[str, Any]]]) -> None:
    main = RECORD.tables[""].arrow.empty_table()
    main = pa.table({each.name: pa.nulls(len(records), each.type) for each in main.schema}, schema=main.schema)
    rows = [at for at, items in enumerate(records) for _ in items]
    fields = RECORD.tables["hazard"].arrow
    items = pa.Table.from_pylist([each for items in records for each in items], schema=fields)
    found = with_main_hazard(main, items, pa.array(rows, pa.int64()))
    assert found.schema == main.schema
    assert list(zip(*(found[name].to_pylist() for name in DERIVED), strict=True)) == [reference(r) for r in records]


@pytest.mark.parametrize(
    ("field", "cure"),
    [
        ("hazard_class_code", "hazard.0.class_code"),
        ("hazard_type_code", "hazard.0.type_code"),
        ("severity_code", "hazard.0.severity_code"),
    ],
)
def test_a_rule_for_it_is_refused(field: str, cure: str, tmp_path: Path) -> None:
    small = SmallSource(tmp_path)
    small.map("  narrative: note\n", f"  narrative: note\n  {field}: note\n")
    with pytest.raises(FixTheHub) as refused:
        read_source(tmp_path / SMALL)
    assert f"{field} is taken from the list of hazards; write {cure}." in str(refused.value.why)
