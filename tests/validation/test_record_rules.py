"""Record rules: single cases with their words, and what is not said twice."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from hub.finding import findings_of
from standards import standard
from validation.catalogue import catalogue, level_of, levels, render, rule_message
from validation.records.check import check_records
from validation.records.rules import broken

FIRE = standard().types["fire_incident"]
PLAIN = {"source_record_no": "1", "incident_no": "1", "event_at": datetime(2026, 3, 2, tzinfo=UTC)}


def judge(*changes: dict[str, Any], known: pa.Table | None = None) -> list[tuple[Any, ...]]:
    """Return (row, code, field, value, expected) of the findings about fires that differ from the plain one."""
    lines = [{**PLAIN, **change} for change in changes]
    fields = FIRE.tables[""].fields
    columns = {name: pa.array([line.get(name) for line in lines], each.arrow) for name, each in fields.items()}
    table = pa.table({"row": pa.array(range(10, 10 + len(lines)), pa.int64()), **columns})
    found = check_records({"": table}, FIRE, known=known, received_at=datetime(2026, 11, 23, tzinfo=UTC))
    return [tuple(line[name] for name in ("row", "code", "field", "value", "expected")) for line in found.to_pylist()]


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
        ({"unit_text": "队" * 101}, ("TEXT_TOO_LONG", "unit_text", "队" * 101, "100")),
        ({"product_hs_code": "85044"}, ("WRONG_PATTERN", "product.hs_code", "85044", "^[0-9]{4}([0-9]{2}){0,3}$")),
        (
            {"product_hs_code": "８５０４"},
            ("WRONG_PATTERN", "product.hs_code", "８５０４", "^[0-9]{4}([0-9]{2}){0,3}$"),
        ),
        ({"product_gtin": "4006381333932"}, ("BAD_IDENTIFIER", "product.gtin", "4006381333932", "GTIN")),
        (
            {"event_at": datetime(1899, 12, 31, tzinfo=UTC)},
            ("DATE_OUT_OF_RANGE", "event_at", "1899-12-31T00:00:00Z", "1900-01-01 ... 2026-11-24"),
        ),
        (
            {"arrived_at": datetime(2026, 3, 2, tzinfo=UTC), "alarm_at": datetime(2026, 3, 2, 1, tzinfo=UTC)},
            ("BROKEN_RULE", "arrived_at", "2026-03-02T00:00:00Z", "arrived_before_alarm"),
        ),
        ({"lon": Decimal(110), "coord_sys": "WGS84"}, ("BROKEN_RULE", "lon", "110.000000", "half_a_coordinate")),
        ({"address_text": "路" * 501}, ("TEXT_TOO_LONG", "address_text", "路" * 200 + "…", "500")),
    ],
)
def test_each_rule(change: dict[str, Any], want: tuple[Any, ...]) -> None:
    assert judge({}, change, {}) == [(11, *want)]


def test_a_code_is_judged_by_the_day_of_the_event_in_china() -> None:
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
