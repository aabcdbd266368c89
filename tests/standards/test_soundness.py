"""What the files of the standard must not say: each slip is refused, with its place and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hub.errors import FixTheHub
from standards import standard
from standards.rules import slips
from tests.support.changed_standard import changed_types

if TYPE_CHECKING:
    from pathlib import Path


MESSAGE = {"en": "x", "zh": "x"}


def test_the_standard_itself_is_sound(tmp_path: Path) -> None:
    assert changed_types(tmp_path, lambda _: None).keys() == standard().types.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"compare": ["sample_no", "<=", "no_such_field"]}, "no field or list no_such_field"),
        ({"compare": ["sample_no", "<=", "event_at"]}, "of different types"),
        ({"compare": ["sample_no", "<=", "verdict_code"], "slack_hours": 4}, "only times have slack_hours"),
        ({"times": ["sample_no", "sample_no", "sample_no"]}, "about numbers only"),
        ({"parent": ["verdict_code", "region_code"]}, "the parents of verdict are not in region"),
        ({"part": ["sample_no", 3, 2, "region.csv"]}, "from one character to the same or a later one"),
        ({"part": ["sample_no", 3, 8, "regions.csv"]}, "no code list regions"),
        ({"part": ["lon", 3, 8, "region.csv"]}, "about text only"),
        ({"grade": ["no_such.csv", "verdict_code", "lon", "lat"]}, "no thresholds no_such"),
        ({"grade": ["fire_grade.csv", "verdict_code", "lon", "lat"]}, "fire_grade is about death_count"),
        ({"in": ["verdict_code", ["fail", "flunked"]]}, "verdict has no code flunked"),
        ({"in": ["sample_no", [3]]}, "sample_no does not have values such as 3"),
        ({"when": {"field": "verdict_code", "in": ["x"]}, "require": ["lon"]}, "verdict has no code x"),
        ({"when": {"field": "lon", "starts": ["1"]}, "require": ["lat"]}, "starts is about text only"),
        ({"when": {"field": "region_code", "starts": [""]}, "require": ["lat"]}, "starts is about text only"),
        ({"when": {"some": "test_item.no", "given": True}, "require": ["lon"]}, "when: there is no field test_item.no"),
        ({"when": {"some": "nothing.no", "given": True}, "require": ["lon"]}, "when: there is no field nothing.no"),
        ({"some": ["no_such_list.code", ["x"]]}, "no field or list no_such_list.code"),
        ({"refers": ["test_item.item", "test_item.nothing"]}, "no field or list test_item.nothing"),
        ({"count": ["no_such_list", "==", "lon"]}, "no field or list no_such_list"),
        ({"count": ["test_item", "==", "sample_no"]}, "about numbers only"),
        ({"count": ["test_item", "==", "lon"], "where": {"field": "no", "given": True}}, "where: there is no field"),
        ({"id": "passed_with_failed_item", "require": ["lon"]}, "two rules are called passed_with_failed_item"),
    ],
)
def test_a_rule_that_says_nothing_true_is_refused(tmp_path: Path, rule: dict[str, Any], named: str) -> None:
    whole = {"id": "trial", "level": "error", "message": MESSAGE, **rule}
    with pytest.raises(FixTheHub) as refused:
        changed_types(tmp_path, lambda schema: schema["rules"].append(whole))
    assert "market_sampling" in str(refused.value)
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({}, "this one has none"),
        ({"require": ["a"], "forbid": ["b"]}, "this one has require, forbid"),
        ({"require": ["a"], "wen": {"field": "b", "given": True}}, "wen (did you mean when?)"),
        ({"require": ["a"], "tolerance": 0.1}, "tolerance (nothing reads it beside require)"),
        ({"require": ["a"], "level": "fatal"}, "level is one of error, warning"),
        ({"require": ["a"], "message": {"en": "x"}}, "a message in en and zh"),
        ({"compare": ["a", "=", "b"]}, "not of the form"),
        ({"in": ["a", "b"]}, "not of the form"),
        ({"bounds": ["a", 1]}, "not of the form"),
        ({"refers": ["a", "b"]}, "not of the form"),
        ({"together": ["a"]}, "not of the form"),
        ({"require": ["a"], "when": {"field": "b"}}, "a condition has"),
        ({"require": ["a"], "when": {"field": "b", "in": "x"}}, "a condition has"),
        ({"require": ["a"], "when": {"field": "b", "given": "yes"}}, "a condition has"),
        ({"require": ["a"], "when": {"field": "b", "in": ["x"], "given": True}}, "a condition has"),
        ({"count": ["a", "==", "b"], "where": {"in": ["x"]}}, "a condition has"),
        ({"require": ["a"], "when": {"some": "list", "given": True}}, "a condition has"),
        ({"require": ["a"], "when": {"field": "b", "starts": "x"}}, "a condition has"),
    ],
)
def test_a_rule_that_is_written_otherwise_is_refused(rule: dict[str, Any], named: str) -> None:
    assert any(named in slip for slip in slips({"id": "trial", "level": "error", "message": MESSAGE, **rule}))


def said(**kind: Any) -> dict[str, Any]:
    return {"label": MESSAGE, "description": "X.", "description_zh": "X。", **kind}


def test_a_list_within_a_list_is_refused_with_the_cure(tmp_path: Path) -> None:
    def change(schema: dict[str, Any]) -> None:
        inner = said(type="array", items={"type": "object", "properties": {}})
        schema["properties"]["vehicle"] = said(type="array", items={"type": "object", "properties": {"person": inner}})

    with pytest.raises(FixTheHub, match="list within a list") as refused:
        changed_types(tmp_path, change)
    assert refused.value.where == "market_sampling.schema.json: person"
    assert "<parent>_no" in refused.value.next_step


def test_a_rule_over_a_list_at_the_items_of_another_is_refused(tmp_path: Path) -> None:
    rule = {"id": "trial", "level": "error", "message": MESSAGE, "some": ["test_item.item"]}

    def change(schema: dict[str, Any]) -> None:
        schema["properties"]["test_item"]["items"].setdefault("rules", []).append(rule)

    with pytest.raises(FixTheHub, match="rule trial is written at the items"):
        changed_types(tmp_path, change)


def test_a_type_changes_nothing_of_a_block(tmp_path: Path) -> None:
    with pytest.raises(FixTheHub, match="region_code is stated in circumstances") as refused:
        changed_types(
            tmp_path, lambda schema: schema["properties"].update(region_code=said(type="string", maxLength=3))
        )
    assert refused.value.where == "market_sampling.schema.json"


def test_a_name_that_the_database_would_cut_is_refused(tmp_path: Path) -> None:
    name = "x" * 64
    with pytest.raises(FixTheHub, match=f"{name} is longer than the 63 bytes"):
        changed_types(tmp_path, lambda schema: schema["properties"].update({name: said(type="string", maxLength=3)}))


def test_a_code_list_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixTheHub, match="there is no code list no_such"):
        changed_types(
            tmp_path, lambda schema: schema["properties"].update(trial=said(type="string", codelist="no_such.csv"))
        )


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("register", "a record of the kind register needs a valid_from"),
        ("happening", "kind is one of event, notice, interval, register, plan"),
        (None, "kind is one of event"),
    ],
)
def test_a_record_says_when_as_its_kind_does(tmp_path: Path, kind: str | None, named: str) -> None:
    def change(schema: dict[str, Any]) -> None:
        del schema["kind"]
        schema.update({"kind": kind} if kind else {})

    with pytest.raises(FixTheHub, match=named):
        changed_types(tmp_path, change)


def test_a_period_without_a_first_day_must_be_able_to_say_that_it_is_unknown(tmp_path: Path) -> None:
    def change(schema: dict[str, Any]) -> None:
        del schema["properties"]["is_start_unknown"]
        schema["rules"] = []

    with pytest.raises(FixTheHub, match="a record of the kind interval needs a valid_from"):
        changed_types(tmp_path, change, "credit_event")


def test_a_record_has_a_moment_or_a_period_not_both(tmp_path: Path) -> None:
    with pytest.raises(FixTheHub, match="one of event_at, valid_from, not both"):
        changed_types(tmp_path, lambda schema: schema["allOf"].append({"$ref": "blocks/period.schema.json"}))
