"""The hazard of a record that lists none is that of its failed test items: columnar, and one by one as a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.run.failed_items import hazards_of
from mappings.engine.run.main_hazard import with_main_hazard
from standards import standard
from tests.support.folders import refine, rows_of, source_of

if TYPE_CHECKING:
    from pathlib import Path

RECORD = standard().types["market_sampling"]
UNDER = {"lead": "lead", "salmonella": "pathogen", "papaverine": "natural_toxin", "ash": None}  # of the list analyte
CLASSES = {"lead": "chemical", "pathogen": "biological", "natural_toxin": "chemical", "fire": "physical"}
ITEM = st.fixed_dictionaries(
    {
        "verdict_code": st.sampled_from([None, "pass", "fail"]),
        "hazard_type_code": st.sampled_from([None, "fire", "lead"]),
        "analyte_code": st.sampled_from([None, *(code for code in UNDER if UNDER[code])]),
    }
)
HAZARD = st.fixed_dictionaries(
    {
        "class_code": st.sampled_from([None, "environmental"]),
        "agent_text": st.sampled_from(["x"]),
    }
)
RECORDS = st.lists(st.tuples(st.lists(HAZARD, max_size=2), st.lists(ITEM, max_size=3)), max_size=5)


def made(name: str, lists: list[list[dict[str, Any]]]) -> tuple[pa.Table, pa.Array]:
    rows = [at for at, items in enumerate(lists) for _ in items]
    items = [each for items in lists for each in items]
    return pa.Table.from_pylist(items, schema=RECORD.tables[name].arrow), pa.array(rows, pa.int64())


def reference(hazards: list[dict[str, Any]], items: list[dict[str, Any]]) -> tuple[str | None, str | None]:
    """Return class and type of the hazard of one record, by the rule as it is written."""
    if hazards:
        return next((each["class_code"] for each in hazards if each["class_code"]), None), None
    for each in items:
        code = each["hazard_type_code"] or UNDER.get(each["analyte_code"])
        if each["verdict_code"] == "fail" and code:
            return CLASSES[code], code
    return None, None


@given(RECORDS)
def test_it_is_the_same_as_one_by_one(records: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]) -> None:
    fields = RECORD.tables[""].arrow
    main = pa.table({each.name: pa.nulls(len(records), each.type) for each in fields}, schema=fields)
    hazards = hazards_of(
        {
            "hazard": made("hazard", [each for each, _ in records]),
            "test_item": made("test_item", [each for _, each in records]),
        }
    )
    assert hazards is not None
    found = with_main_hazard(main, *hazards)
    told = zip(*(found[name].to_pylist() for name in ("hazard_class_code", "hazard_type_code")), strict=True)
    assert list(told) == [reference(*each) for each in records]


def test_the_codes_of_this_test_lie_where_it_says() -> None:
    analytes = standard().codelists["analyte"]
    known = [code for code, above in UNDER.items() if above]
    assert analytes.parents(pa.array(known)).to_pylist() == [UNDER[code] for code in known]


def test_a_type_without_either_list_has_no_hazard() -> None:
    assert hazards_of({}) is None
    nothing = made("hazard", [])
    assert hazards_of({"hazard": nothing}) is nothing


BODY = """\
fields:
  source_record_no: no
  sample_no: no
  event_at: {column: at, datetime: ["%Y-%m-%d"], tz: UTC}
  verdict_code: {constant: fail}
  test_item.0.item_text: item
  test_item.0.verdict_code: verdict
  test_item.0.analyte_code: {column: item, named: analyte}
"""


def test_a_mapping_need_not_fill_hazards(tmp_path: Path) -> None:
    source = source_of(tmp_path, BODY, record_type="market_sampling")
    cells = {"item": ["铅(以Pb计)", "沙门氏菌", "小零件"], "verdict": ["fail", "pass", "fail"]}
    batch = rows_of({"no": list("123"), "at": ["2026-01-01"] * 3, **cells})
    found = refine(batch, source).tables[""]
    assert found["hazard_type_code"].to_pylist() == ["lead", None, None]
    assert found["hazard_class_code"].to_pylist() == ["chemical", None, None]
    assert found["severity_code"].to_pylist() == [None] * 3
