"""Code lists are whole: codes are unique in time, point at codes that exist, and are said in both languages."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from standards import CodeList, standard

LISTS = standard().codelists
FOLDER = Path(__file__).resolve().parents[2] / "standards" / "codelists"


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = LISTS[name].table.to_pylist()
    return found


def in_force(name: str, code: str, day: date | None) -> bool:
    days = pa.array([day], pa.date32())
    held: bool = LISTS[name].in_force(pa.array([code]), days)[0].as_py()
    return held


def test_index_and_files_are_the_same_lists() -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_codes_do_not_overlap_in_time(name: str) -> None:
    periods = sorted((row["code"], row["valid_from"] or date.min, row["valid_to"] or date.max) for row in rows(name))
    for code, start, end in periods:
        assert code, f"{name} has a row without a code"
        assert code == code.strip()
        assert start < end, f"{name}: {code} ends before it begins"
    for (one, _, end), (other, start, _) in pairwise(periods):
        assert one != other or end <= start, f"{name}: {one} stands twice at {start}"


@pytest.mark.parametrize("name", LISTS)
def test_parents_and_successors_exist(name: str) -> None:
    parents = set(LISTS[LISTS[name].parents_in].codes.to_pylist())
    codes = set(LISTS[name].codes.to_pylist())
    for row in rows(name):
        assert row["parent"] is None or row["parent"] in parents, f"{name}: {row['code']} has parent {row['parent']}"
        assert row["replaced_by"] is None or row["replaced_by"] in codes - {row["code"]}, f"{name}: {row['code']}"
        assert row["replaced_by"] is None or row["valid_to"], f"{name}: {row['code']} is replaced but never ends"
        assert row["source"], f"{name}: {row['code']} has no source"


@pytest.mark.parametrize("name", LISTS)
def test_labels_are_in_both_languages(name: str) -> None:
    assert set(LISTS[name].title) == {"en", "zh"}
    for language in LISTS[name].labels:
        labels = LISTS[name].table[f"label_{language}"]
        missing = LISTS[name].table["code"].filter(pc.or_(pc.is_null(labels), pc.equal(labels, "")))
        assert not missing.to_pylist(), f"{name} lacks {language} labels"
    english = LISTS[name].table["label_en"].drop_null().to_pylist()
    assert not [label for label in english if label.isupper() and len(label) > 4], f"{name} shouts"


def test_hazards_stand_under_the_five_classes_of_the_policy() -> None:
    classes = {"health": "健康", "physical": "物理", "chemical": "化学", "biological": "生物", "environmental": "环境"}
    found = {row["code"]: row["label_zh"][:2] for row in rows("hazard_class")}
    assert found == classes
    assert {row["parent"] for row in rows("hazard_type")} == set(classes)


@pytest.mark.parametrize(
    ("code", "day", "held"),
    [
        ("469003", date(2014, 12, 31), True),
        ("469003", date(2016, 1, 1), False),
        ("460400", date(2014, 12, 31), False),
        ("460400", date(2015, 2, 19), True),
        ("460400", date(2026, 1, 1), True),
        ("460300", date(2010, 1, 1), False),  # Sansha is of 2012
        ("460202", date(2020, 1, 1), True),
        ("440000", date(1985, 1, 1), True),
        ("460000", date(1985, 1, 1), False),  # Hainan was part of Guangdong until 1988
        ("500000", date(1990, 1, 1), False),  # Chongqing part of Sichuan until 1997
        ("510200", date(1990, 1, 1), True),
        ("330103", date(2024, 1, 1), False),  # merged in 2021
        ("330113", date(2024, 1, 1), True),
        ("810000", date(2024, 1, 1), True),
        ("710000", date(2024, 1, 1), True),
        ("469003", None, True),  # without a day: was it ever a code
        ("469099", None, False),
    ],
)
def test_region_is_judged_by_the_day(code: str, day: date | None, held: bool) -> None:  # noqa: FBT001
    assert in_force("region", code, day) is held


def test_danzhou_says_what_replaced_it() -> None:
    [danzhou] = [row for row in rows("region") if row["code"] == "469003"]
    assert (danzhou["label_zh"], danzhou["label_en"], danzhou["replaced_by"]) == ("儋州市", "Danzhou City", "460400")
    assert LISTS["region"].parents(pa.array(["469003", "460105", "460000"])).to_pylist() == ["469000", "460100", None]


def test_region_keeps_renamed_codes_apart() -> None:
    names = {row["label_zh"]: (row["valid_from"], row["valid_to"]) for row in rows("region") if row["code"] == "460001"}
    assert names == {"通什市": (date(1988, 1, 1), date(2001, 1, 1)), "五指山市": (date(2001, 1, 1), date(2004, 1, 1))}


def test_every_province_of_today_is_there() -> None:
    table = LISTS["region"].table
    today = table.filter(pc.is_null(table["valid_to"]))
    provinces = set(today.filter(pc.is_null(today["parent"]))["code"].to_pylist())
    assert len(provinces) == 34
    assert len(today) > 3300


def test_nulls_stay_null_and_order_is_kept() -> None:
    codes = pa.chunked_array([["CHN", None], ["XXX", "SUN", "SUN"]])
    days = pa.chunked_array([[None, date(2020, 1, 1)], [None, date(1990, 1, 1), date(2020, 1, 1)]], pa.date32())
    assert LISTS["country"].in_force(codes, days).to_pylist() == [True, None, False, True, False]
    assert LISTS["country"].in_force(codes, None).to_pylist() == [True, None, False, True, True]


def test_a_code_may_come_back() -> None:
    table = pa.table(
        {
            "code": ["a", "a", "b"],
            "parent": ["x", "y", None],
            "valid_from": pa.array([None, date(2010, 1, 1), None], pa.date32()),
            "valid_to": pa.array([date(2000, 1, 1), None, None], pa.date32()),
        }
    )
    days = pa.array([date(1999, 12, 31), date(2000, 1, 1), date(2010, 1, 1)], pa.date32())
    again = CodeList("again", table)
    assert again.in_force(pa.array(["a", "a", "a"]), days).to_pylist() == [True, False, True]
    assert again.parents(pa.array(["a", "b"])).to_pylist() == ["y", None]
    assert again.codes.to_pylist() == ["a", "b"]


def test_helper_lists_lead_to_codes() -> None:
    def parent(name: str, code: str) -> Any:
        return LISTS[name].parents(pa.array([code]))[0].as_py()

    for alias in ("CN", "CHN", "China", "中国", "PR China"):
        assert parent("country_alias", alias) == "CHN"
    assert parent("country_alias", "Czech Republic") == "CZE"
    assert parent("country_alias", "Côte d'Ivoire") == "CIV"
    assert parent("country_gacc", "502") == "USA"
    assert parent("unit_gacc", "035") == "KGM"
    assert parent("injury_product", "1333") == "scooter"
    assert parent("rasff_hazard_category", "Mycotoxins") == "mycotoxin"
