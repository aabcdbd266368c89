"""Record rules: single cases with their words, and what is not said twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from hub.finding import findings_of
from standards import standard
from validation.catalogue import catalogue, level_of, levels, render, rule_message
from validation.records.check import check_records
from validation.records.kernels import proposals, successors
from validation.records.rules import broken

FIRE = standard().types["fire_incident"]
PLAIN = {"source_record_no": "1", "incident_no": "1", "event_at": datetime(2026, 3, 2, tzinfo=UTC)}


def judge(*changes: dict[str, Any], known: pa.Table | None = None) -> list[tuple[Any, ...]]:
    """Return (row, code, field, value, expected) of the findings about fires that differ from the plain one.

    What a change has under `product` is the one product of the fire.
    """
    lines = [{**PLAIN, **change} for change in changes]
    fields = FIRE.tables[""].fields
    columns = {name: pa.array([line.get(name) for line in lines], each.arrow) for name, each in fields.items()}
    table = pa.table({"row": pa.array(range(10, 10 + len(lines)), pa.int64()), **columns})
    tables = {"": table, "product": _products(lines)}
    found = check_records(tables, FIRE, known=known, received_at=datetime(2026, 11, 23, tzinfo=UTC))
    return [tuple(line[name] for name in ("row", "code", "field", "value", "expected")) for line in found.to_pylist()]


def _products(lines: list[dict[str, Any]]) -> pa.Table:
    fields = FIRE.tables["product"].fields
    given = [(row, line["product"]) for row, line in enumerate(lines, 10) if "product" in line]
    columns = {name: pa.array([item.get(name) for _, item in given], each.arrow) for name, each in fields.items()}
    rows = pa.array([row for row, _ in given], pa.int64())
    return pa.table({"row": rows, "position": pa.array([0] * len(given), pa.int32()), **columns})


def test_a_plain_record_is_right() -> None:
    assert judge({}, {}) == []


@pytest.mark.parametrize(
    ("change", "want"),
    [
        ({"incident_no": None}, ("MISSING_VALUE", "incident_no", None, None)),
        ({"cause_code": "sorcery"}, ("UNKNOWN_CODE", "cause_code", "sorcery", None)),
        ({"cause_code": "electricl"}, ("UNKNOWN_CODE", "cause_code", "electricl", "electrical")),
        ({"region_code": "469003"}, ("CODE_NOT_IN_FORCE", "region_code", "469003", "460400")),
        ({"area_m2": Decimal("-0.01")}, ("OUT_OF_RANGE", "area_m2", "-0.01", "0 ... ∞")),
        ({"alarm_level": 21}, ("OUT_OF_RANGE", "alarm_level", "21", "0 ... 20")),
        ({"first_unit_text": "队" * 101}, ("TEXT_TOO_LONG", "first_unit_text", "队" * 101, "100 (101)")),
        (
            {"product": {"hs_code": "85044"}},
            ("WRONG_PATTERN", "product.0.hs_code", "85044", "^[0-9]{4}([0-9]{2}){0,3}$"),
        ),
        (
            {"product": {"hs_code": "８５０４"}},
            ("WRONG_PATTERN", "product.0.hs_code", "８５０４", "^[0-9]{4}([0-9]{2}){0,3}$"),
        ),
        ({"product": {"gtin": "4006381333932"}}, ("BAD_IDENTIFIER", "product.0.gtin", "4006381333932", "GTIN")),
        (
            {"event_at": datetime(1899, 12, 31, tzinfo=UTC)},
            ("DATE_OUT_OF_RANGE", "event_at", "1899-12-31T00:00:00Z", "1900-01-01 ... 2026-11-24"),
        ),
        (
            {"arrived_at": datetime(2026, 3, 2, tzinfo=UTC), "alarm_at": datetime(2026, 3, 2, 1, tzinfo=UTC)},
            ("BROKEN_RULE", "arrived_at", "2026-03-02T00:00:00Z", "arrived_before_alarm"),
        ),
        ({"lon": Decimal(110), "coord_sys": "WGS84"}, ("BROKEN_RULE", "lon", "110.000000", "half_a_coordinate")),
        ({"address_text": "路" * 501}, ("TEXT_TOO_LONG", "address_text", "路" * 200 + "…", "500 (501)")),
    ],
)
def test_each_rule(change: dict[str, Any], want: tuple[Any, ...]) -> None:
    assert judge({}, change, {}) == [(11, *want)]


def test_a_code_is_judged_by_the_senders_day_of_the_event() -> None:
    moment = {"event_at": datetime(2015, 2, 18, 20, tzinfo=UTC), "region_code": "460400"}
    found = judge({**moment, "event_date": date(2015, 2, 18)}, {**moment, "event_date": date(2015, 2, 19)})
    assert [each[:3] for each in found] == [(10, "CODE_NOT_IN_FORCE", "region_code")]
    (line,) = found
    assert line[-1] == "(2015-02-18)", "the code began later, so the day may be the fault"


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 3, 4)])
def test_a_day_that_its_moment_has_nowhere(day: date) -> None:
    good = [{"event_date": PLAIN["event_at"].date() + timedelta(days=by)} for by in (-1, 0, 1)]
    (found,) = judge(*good, {"event_date": day})
    assert found == (13, "DATE_OUT_OF_RANGE", "event_date", str(day), "2026-03-01 ... 2026-03-03")


def test_the_range_of_a_day_is_that_of_its_moment() -> None:
    late = {"event_at": datetime(2062, 11, 2, 20, tzinfo=UTC), "event_date": date(2062, 11, 3)}
    assert [each[1:3] for each in judge(late)] == [("DATE_OUT_OF_RANGE", "event_at")]


def test_a_code_is_judged_by_the_day_in_china_without_a_day_of_the_sender() -> None:
    eve = datetime(2015, 2, 18, 15, 59, tzinfo=UTC)
    day = datetime(2015, 2, 18, 16, 0, tzinfo=UTC)
    found = judge({"event_at": eve, "region_code": "460400"}, {"event_at": day, "region_code": "460400"})
    assert [each[:2] for each in found] == [(10, "CODE_NOT_IN_FORCE")]


def test_what_the_mapping_said_is_not_said_again() -> None:
    rows = pa.array([10, 11, 12], pa.int64())
    known = pa.concat_tables(
        [
            findings_of(rows.slice(0, 1), "BAD_DATE", column="x", field="event_at"),
            findings_of(rows.slice(1, 1), "REPAIRED_BLANKS", column="x", field="event_at"),
            findings_of(rows.slice(2, 1), "WRONG_CELL_COUNT"),
        ]
    )
    found = judge({"event_at": None}, {"event_at": None}, {"event_at": None, "incident_no": None}, known=known)
    assert [each[:3] for each in found] == [(11, "MISSING_VALUE", "event_at")]


def test_an_item_that_did_not_come_apart_misses_nothing_else() -> None:
    sampling = standard().types["market_sampling"]
    fields = sampling.tables["test_item"].fields
    needed = next(name for name, each in fields.items() if each.required)
    main = {name: pa.nulls(1, each.arrow) for name, each in sampling.tables[""].fields.items()}
    child = {name: pa.nulls(2, each.arrow) for name, each in fields.items()}
    tables = {
        "": pa.table({"row": pa.array([5], pa.int64()), **main}),
        "test_item": pa.table({"row": pa.array([5, 5], pa.int64()), "position": pa.array([0, 1], pa.int32()), **child}),
    }
    known = findings_of(pa.array([5], pa.int64()), "BAD_SPLIT", column="x", field="test_item.1")
    found = check_records(tables, sampling, known=known)
    assert [each for each in found["field"].to_pylist() if each.startswith("test_item")] == [f"test_item.0.{needed}"]


def test_a_rule_over_several_fields_with_any_of() -> None:
    rule = FIRE.tables[""].rules[0]
    either = type(rule)("x", "error", "any_of", ("a", "b"), {"en": "", "zh": ""})
    columns = [pa.array([1, None, None]), pa.array([None, None, 2])]
    assert broken(either, columns, None).to_pylist() == [False, True, False]


def test_the_catalogue_is_whole() -> None:
    for code, each in catalogue().items():
        assert each.level in {"error", "warning", "repair"}, code
        assert each.scope in {"row", "file"}, code
        for text in (each.title, each.message, each.cure):
            assert set(text) == {"en", "zh"}, code
            assert all(text.values()), code
        for language in ("en", "zh"):
            words = render(code, language, column="C", value="V", field="F", expected="E", line=3, file="f", sheet="s")
            assert "{" not in words.message + words.cure


def test_a_finding_with_nothing_to_say_still_reads() -> None:
    assert render("UNKNOWN_CODE", "en", code="x", value=None, column="C").cure.endswith("tell us what it means.")
    assert render("UNKNOWN_CODE", "zh").message == "取值未知。"


def test_a_broken_rule_speaks_in_the_words_of_the_standard() -> None:
    words = render("BROKEN_RULE", "zh", expected="half_a_coordinate")
    assert words.message == rule_message("half_a_coordinate", "zh") != "half_a_coordinate"


def test_levels_are_joined_by_column() -> None:
    codes = pa.chunked_array([["BAD_DATE", "REPAIRED_WIDTH"], ["NO_ROWS", None]])
    assert levels(codes).to_pylist() == ["error", "repair", "warning", None]
    with pytest.raises(KeyError):
        level_of("NO_SUCH_CODE")


def test_a_code_that_ended_is_told_its_last_successors() -> None:
    regions = standard().codelists["region"]
    codes = pa.array(["469003", "130103", "469031", "460105", None])
    assert successors(regions, codes).to_pylist() == ["460400", "130102 130104", "460321", None, None]


@pytest.mark.parametrize(
    ("name", "value", "proposed"),
    [
        ("currency", "RMB", []),  # RUB is like it by chance, and roubles are no yuan
        ("currency", "cny", ["CNY"]),
        ("currency", "元", []),
        ("currency", "人民币", ["CNY 人民币"]),
        ("fire_cause", "electricl", ["electrical"]),
    ],
)
def test_a_code_is_proposed_where_it_is_meant(name: str, value: str, proposed: list[str]) -> None:
    assert proposals(standard().codelists[name], value) == proposed
