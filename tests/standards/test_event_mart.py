"""What a record means for risk: the keyword `mart` is read as it is written, and refused where it makes no sense."""

from __future__ import annotations

from typing import Any

import pytest

from standards import standard
from standards.event_mart import ADVERSE, NO_EVENT, NOT_ADVERSE, OUTCOMES, mart_slips, parsed_mart
from standards.rules import Condition
from tests.support.changed_standard import changed_types

LAST = {"is": "occurred"}
FATAL = {"some": "person.outcome_code", "in": ["fatal"]}


def test_every_type_whose_records_happen_says_what_they_mean() -> None:
    stated = {each.name for each in standard().types.values() if each.mart is not None}
    assert stated == {each.name for each in standard().types.values() if each.begins == "event_at"}
    tests = {each.name for each in standard().types.values() if each.mart and each.mart.is_activity}
    assert tests == {
        *("customs_declaration", "port_inspection", "market_sampling", "lab_test_result", "acceptance_result"),
        *("vehicle_emission_test", "market_check"),
    }


def test_every_outcome_is_of_one_kind_and_some_type_has_it() -> None:
    rows = standard().codelists[OUTCOMES].table.select(["code", "parent"]).to_pylist()
    parents = {row["code"]: row["parent"] for row in rows}
    kinds = {ADVERSE, NOT_ADVERSE, "not_known"}
    assert {code for code, parent in parents.items() if parent is None} == {*kinds, NO_EVENT}
    used = {each.code for one in standard().types.values() if one.mart for each in one.mart.outcomes}
    assert used == parents.keys() - kinds


def test_the_parts_of_the_keyword() -> None:
    written = {
        "outcome": [{"when": [FATAL, {"some": "product", "given": True}], "is": "died"}, LAST],
        "deaths": ["death_count", {"sum": "casualty.death_count"}, {"count": FATAL}, {"when": FATAL, "is": 1}],
        "instead": {"product_name": ["food_text", ["vehicle.make", "vehicle.model"]]},
    }
    assert list(mart_slips(written)) == []
    mart = parsed_mart(written)
    fatal = Condition("outcome_code", "in", ("fatal",), "person")
    assert mart.outcomes[0].when == (fatal, Condition("", "given", (True,), "product"))
    assert [(each.name, each.child, each.counted, each.number) for each in mart.deaths] == [
        ("death_count", "", None, 0),
        ("death_count", "casualty", None, 0),
        ("", "", fatal, 0),
        ("", "", None, 1),
    ]
    assert [[(each.child, each.name) for each in places] for places in mart.instead["product_name"]] == [
        [("", "food_text")],
        [("vehicle", "make"), ("vehicle", "model")],
    ]
    assert list(mart.conditions) == [*mart.outcomes[0].when, fatal, fatal]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "an object with a list `outcome`"),
        ({"outcome": []}, "an object with a list `outcome`"),
        ({"outcome": [LAST], "death": ["n"]}, "death (did you mean deaths?)"),
        ({"outcome": [{"when": FATAL, "is": "died"}]}, "every outcome but the last has `when`"),
        ({"outcome": [LAST, LAST]}, "every outcome but the last has `when`"),
        ({"outcome": [{"if": FATAL, "is": "died"}, LAST]}, "outcome/0 has `is`, and perhaps `when`"),
        ({"outcome": [{"when": {"some": "product"}, "is": "died"}, LAST]}, "outcome/0: no condition"),
        ({"outcome": [LAST], "activity": "yes"}, "activity is true or false"),
        ({"outcome": [LAST], "deaths": [{"count": {"field": "n", "given": True}}]}, "deaths has a field, sum, count"),
        ({"outcome": [LAST], "injured": [{"sum": "casualty"}]}, "injured has a field, sum, count"),
        ({"outcome": [LAST], "injured": [{"when": FATAL, "is": True}]}, "injured has a field, sum, count"),
        ({"outcome": [LAST], "weight": 1}, "weight is a name"),
        ({"outcome": [LAST], "instead": {"name": ["food_text"]}}, "instead names fields for summary"),
        ({"outcome": [LAST], "instead": {"summary": [[]]}}, "instead names fields for summary"),
    ],
)
def test_a_slip_is_named(written: Any, said: str) -> None:
    assert any(said in slip for slip in mart_slips(written)), list(mart_slips(written))


def stated(**changes: Any) -> Any:
    return lambda schema: schema["mart"].update(changes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda schema: schema.pop("mart"), "says what they mean for risk"),
        (stated(outcome=[{"is": "flunked"}]), "event_outcome has no code flunked"),
        (stated(outcome=[{"when": {"field": "verdict_code", "in": ["no"]}, "is": "failed"}, LAST]), "no code no"),
        (stated(outcome=[{"when": {"field": "verdict", "given": True}, "is": "failed"}, LAST]), "list verdict"),
        (stated(outcome=[{"when": {"some": "goods", "given": True}, "is": "failed"}, LAST]), "field or list goods"),
        (stated(outcome=[{"when": {"field": "lon", "starts": ["1"]}, "is": "failed"}, LAST]), "about text only"),
        (stated(deaths=["dead"]), "field or list dead"),
        (stated(injured=[{"sum": "test_item.hurt"}]), "field or list test_item.hurt"),
        (stated(weight="kilos"), "field or list kilos"),
        (stated(products="goods"), "no list goods"),
        (stated(instead={"summary": ["what_text"]}), "field or list what_text"),
    ],
)
def test_what_the_type_does_not_bear_out_is_refused(tmp_path: Any, change: Any, said: str) -> None:
    from hub.errors import FixTheHub  # noqa: PLC0415

    with pytest.raises(FixTheHub) as refused:
        changed_types(tmp_path, change)
    assert said in refused.value.why
