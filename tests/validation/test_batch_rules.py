"""Batch rules: figures that add up over parts, suites, and one verdict of comparison and Great Expectations."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import FixTheHub
from standards import standard
from validation.batches import suites
from validation.batches.drift import Limit
from validation.batches.figures import Figures, merged, profile
from validation.batches.suites import declared_limits, suite
from validation.batches.verdict import by_great_expectations, judge_figures, within

if TYPE_CHECKING:
    from pathlib import Path

FIRE = standard().types["fire_incident"]
ALL = [(FIRE, set(FIRE.tables[""].fields))]
EDGES = [0.0, -1.0, 0.1, 1 / 3, 1e-9, 1e15, 2.0**53, math.inf, -math.inf]


def fires(causes: list[str | None], areas: list[float | None]) -> pa.Table:
    table = FIRE.tables[""]
    columns = {name: pa.nulls(len(causes), field.arrow) for name, field in table.fields.items()}
    columns["cause_code"] = pa.array(causes)
    columns["area_m2"] = pa.array(areas, pa.float64()).cast(table.fields["area_m2"].arrow)
    return pa.table(columns)


PARTS = [fires(["gas", None, "arson"], [1.0, 100.0, 0.0]), fires(["gas"], [None])]


def figures(*parts: pa.Table) -> Figures:
    lines = merged(profile([(FIRE.tables[""], part)]) for part in parts)
    return Figures.of(lines, sum(part.num_rows for part in parts), ["a", "b"])


def test_figures_add_up_over_the_parts() -> None:
    found = figures(*PARTS)
    assert found == figures(pa.concat_tables(PARTS)), "how a batch was cut must not matter"
    assert (found.rows, found.records) == (4, {"fire_incident": 4})
    assert found.fill["fire_incident.cause_code"] == 0.75
    assert found.codes["fire_incident.cause_code"] == {"gas": pytest.approx(2 / 3), "arson": pytest.approx(1 / 3)}
    level = found.level["fire_incident.area_m2"]
    assert (level.mean, level.count) == (pytest.approx(math.log(10)), 2), "zero has no logarithm and is not counted"
    assert level.spread == pytest.approx(math.log(10))


def test_figures_survive_the_ledger() -> None:
    found = figures(*PARTS)
    assert Figures.from_dict(json.loads(json.dumps(found.as_dict()))) == found


def test_many_codes_are_kept_as_a_few() -> None:
    found = figures(fires([f"c{number}" for number in range(80)], [None] * 80)).codes["fire_incident.cause_code"]
    assert len(found) == 51
    assert found[""] == pytest.approx(30 / 80)


@pytest.mark.slow  # it loads Great Expectations
def test_what_the_mapping_states() -> None:
    expect = {"rows": {"min": 10}, "fill": {"cause_code": {"min": 0.9}, "summary": {"max": 0.5}}}
    judged = judge_figures(list(declared_limits(figures(*PARTS), expect, ALL)))
    assert [(each.code, each.field, each.value, each.expected) for each in judged.findings] == [
        ("VOLUME_UNUSUAL", None, "4", "10 ... ∞"),
        ("FILL_UNUSUAL", "fire_incident.cause_code", "75%", "90% ... ∞"),
    ]
    assert [each["code"] for each in judged.reasons] == ["VOLUME_UNUSUAL", "FILL_UNUSUAL"]
    assert {each["engine"].split()[0] for each in judged.results} == {"great_expectations"}
    assert json.loads(json.dumps(judged.results)) == judged.results
    told = judge_figures(list(declared_limits(figures(*PARTS), {**expect, "hold": False}, ALL)))
    assert (len(told.findings), told.reasons) == (2, [])


@pytest.mark.slow
def test_what_a_suite_states_is_a_warning_and_not_for_a_handful_of_rows() -> None:
    few = list(declared_limits(figures(*PARTS), {}, ALL))
    empty = figures(fires([None] * 30, [None] * 30))
    many = list(declared_limits(empty, {}, ALL))
    assert few == []
    assert list(declared_limits(empty, {}, [(FIRE, set())])) == [], (
        "of what a mapping does not fill nothing is expected"
    )
    judged = judge_figures(many)
    assert judged.findings
    assert judged.reasons == []


def test_a_field_of_a_list_counts_against_the_records() -> None:
    sampling = standard().types["market_sampling"]

    def share(products: int) -> list[Limit]:
        main, items = sampling.tables[""], sampling.tables["product"]
        records = pa.table({name: pa.nulls(40, each.arrow) for name, each in main.fields.items()})
        columns = {name: pa.nulls(products, each.arrow) for name, each in items.fields.items()}
        columns["name"] = pa.array(["x"] * products, pa.string())
        found = Figures.of(merged([profile([(main, records), (items, pa.table(columns))])]), 40, [])
        return list(declared_limits(found, {}, [(sampling, {"product.name"})]))

    assert [(each.figure, each.observed) for products in (0, 10, 50) for each in share(products)] == [
        ("fill:market_sampling_product.name", at) for at in (0.0, 0.25, 1.0)
    ]


@pytest.mark.parametrize("name", standard().types)
def test_every_record_type_has_a_suite_that_can_be_read(name: str) -> None:
    assert suite(name)


@pytest.mark.parametrize("text", ["fill: {no_such_field: {min: 1}}", "fill: {area_m2: {mim: 1}}", "fil: {}"])
def test_a_suite_with_a_slip_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fire_incident.yml").write_text(text, "utf-8")
    monkeypatch.setattr(suites, "FOLDER", tmp_path)
    with pytest.raises(FixTheHub, match="do not exist"):
        suite.__wrapped__("fire_incident")


@st.composite
def some_limits(draw: st.DrawFn) -> list[Limit]:
    number = st.sampled_from(EDGES) | st.floats(allow_nan=False) | st.floats(0, 1)
    found = []
    for at in range(draw(st.integers(1, 20))):
        observed = draw(number)
        # Limits near the figure, or on it: that is where two judges may differ.
        bound = st.none() | st.just(observed) | st.just(math.nextafter(observed, math.inf)) | number
        found.append(Limit("FILL_UNUSUAL", f"fill:t.f{at}", observed, draw(bound), draw(bound)))
    return found


@pytest.mark.slow
@settings(max_examples=25)
@given(some_limits())
def test_comparison_and_great_expectations_give_one_verdict(drawn: list[Limit]) -> None:
    usable = [each for each in drawn if each.low is None or each.high is None or each.low <= each.high]
    if usable:
        _, verdicts = by_great_expectations(usable)
        assert verdicts == [within(each) for each in usable]


def test_what_is_usual_costs_nothing() -> None:
    code = (
        "import sys; from validation.batches.verdict import judge_figures; from validation.batches.drift import Limit\n"
        "judged = judge_figures([Limit('VOLUME_UNUSUAL', 'rows', 5, 1, 9)])\n"
        "print(judged.results[0]['engine'], 'great_expectations' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert said == ["comparison", "False"]
