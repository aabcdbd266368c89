"""Code lists are whole: codes are unique in time, point at codes that exist, and are said in both languages."""

from __future__ import annotations

from datetime import date
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hub.errors import FixTheHub
from standards import CodeList, standard
from standards.ancestry import ancestors
from standards.codelist import COLUMNS, code_list
from standards.prefixes import curies, wrong_mappings

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
    assert {path.stem for path in FOLDER.glob("*.csv")} == {*LISTS, "prefixes"}


@pytest.mark.parametrize("name", LISTS)
def test_list_says_where_it_comes_from(name: str) -> None:
    each = LISTS[name]
    for text in (each.title, each.source, each.made):
        assert set(text) == {"en", "zh"}
        assert all(value == value.strip() != "" for value in text.values())
    assert each.edition


ABOUT = {
    "title": {"en": "A", "zh": "甲"},
    "source": {"en": "s", "zh": "来源"},
    "edition": "1",
    "made": {"en": "m", "zh": "制"},
}
HEAD = "code,label_zh,label_en,parent,valid_from,valid_to,replaced_by,source"


def test_file_may_lack_the_columns_that_only_some_lists_have(tmp_path: Path) -> None:
    path = tmp_path / "grade.csv"
    path.write_text(f"{HEAD},rank,same_as\na,甲,A,,,,,s,2,eu-rag:1 fda-class:I\nb,乙,B,,,,,s,,\n", "utf-8")
    grade = code_list(path, ABOUT)
    assert grade.table.schema == COLUMNS
    assert grade.table["rank"].to_pylist() == [2, None]
    assert grade.table["definition_en"].to_pylist() == [None, None]
    assert list(curies(grade)) == [("a", "eu-rag:1"), ("a", "fda-class:I")]


@pytest.mark.parametrize(
    ("head", "about", "why"),
    [
        (HEAD.replace(",source", ""), ABOUT, "source is missing"),
        (f"{HEAD},sameas", ABOUT, "sameas is unknown (did you mean same_as?)"),
        (HEAD, {**ABOUT, "editoin": "1"}, "editoin is unknown (did you mean edition?)"),
        (HEAD, {name: text for name, text in ABOUT.items() if name != "made"}, "made is missing"),
    ],
)
def test_list_that_is_not_read_whole_is_refused(tmp_path: Path, head: str, about: dict[str, Any], why: str) -> None:
    path = tmp_path / "grade.csv"
    path.write_text(f"{head}\n{',' * head.count(',')}\n", "utf-8")
    with pytest.raises(FixTheHub) as refused:
        code_list(path, about)
    assert refused.value.why == why


def test_wrong_mappings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "grade.csv"
    wrong = "neiss-disp:8 neiss-disp:3 what:1 eu-rag:  eu-rag:4 rasff:Heavy%20metals rasff:Heavy"
    path.write_text(f"{HEAD},same_as\na,甲,A,,,,,s,{wrong}\n", "utf-8")
    assert wrong_mappings(code_list(path, ABOUT), LISTS) == [
        "grade: a: 'neiss-disp:3' is no code of injury_disposition",
        "grade: a: 'what:1' has no known prefix and code",
        "grade: a: 'eu-rag:' has no known prefix and code",
        "grade: a: '' has no known prefix and code",
        "grade: a: 'rasff:Heavy' is no code of rasff_hazard_category",
    ]


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
    codes = set(LISTS[name].codes.to_pylist())
    parents = codes | set(LISTS[LISTS[name].parents_in].codes.to_pylist())
    for row in rows(name):
        assert row["parent"] is None or row["parent"] in parents, f"{name}: {row['code']} has parent {row['parent']}"
        after = set((row["replaced_by"] or "").split())
        assert after <= codes, f"{name}: {row['code']}"
        assert row["code"] not in after, f"{name}: {row['code']} replaces itself"
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
    words = [label for label in english if not any(sign.isdigit() for sign in label)]  # 2,4-D is how it is written
    assert not [label for label in words if label.isupper() and len(label) > 4], f"{name} shouts"


@pytest.mark.parametrize("name", LISTS)
def test_no_code_lies_under_itself(name: str) -> None:
    known = sum(len(LISTS[each].codes) for each in {name, LISTS[name].parents_in})
    codes = LISTS[name].codes
    assert len(list(islice(ancestors(LISTS, name, codes), known + 1))) <= known


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


@pytest.mark.parametrize("name", LISTS)
def test_the_name_of_a_code_is_that_of_its_latest_period(name: str) -> None:
    latest = {row["code"]: row for row in sorted(rows(name), key=lambda row: row["valid_from"] or date.min)}
    for code, row in latest.items():
        assert [LISTS[name].name_of(code, language) for language in ("zh", "en")] == [
            row["label_zh"] or "",
            row["label_en"] or "",
        ]
    assert LISTS[name].name_of("no such code", "en") is None


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


@pytest.mark.parametrize(
    ("code", "label"),
    [("A97", "百帕"), ("HPA", "百升纯酒精"), ("D46", "伏安"), ("VA", "伏安每千克"), ("TPR", "十对"), ("TP", "十包")],
)
def test_units_mean_what_recommendation_20_says(code: str, label: str) -> None:
    assert [row["label_zh"] for row in rows("unit") if row["code"] == code] == [label]


def test_a_deprecated_unit_has_ended_unless_the_customs_declare_in_it() -> None:
    assert not in_force("unit", "HAR", date(2026, 1, 1))
    assert in_force("unit", "H18", date(2026, 1, 1))
    assert in_force("unit", "HJ", date(2026, 1, 1))


def test_every_customs_unit_leads_to_a_unit_in_force() -> None:
    for row in rows("unit_gacc"):
        assert in_force("unit", row["parent"], date(2026, 1, 1)), row["code"]


@pytest.mark.parametrize(
    ("name", "code", "day", "held"),
    [
        ("country", "ZAR", date(1997, 7, 13), True),
        ("country", "ZAR", date(1997, 7, 14), False),
        ("country", "AFI", date(1977, 12, 31), True),  # ISO gives the year alone
        ("country", "SSD", date(2011, 7, 8), False),
        ("country", "SSD", date(2011, 7, 9), True),
        ("country", "ATF", date(2026, 1, 1), True),  # the same letters for more land until 1979
        ("currency", "ATS", date(2002, 2, 28), True),
        ("currency", "ATS", date(2002, 3, 1), False),
        ("currency", "SLL", date(2024, 4, 1), False),
        ("currency", "XCG", date(2025, 3, 30), False),
        ("currency", "BGN", date(2025, 12, 31), True),
        ("trade_mode", "9710", date(2020, 6, 30), False),
        ("trade_mode", "9810", date(2020, 7, 1), True),
        ("trade_mode", "0139", date(2018, 8, 1), False),
        ("customs_office", "4206", date(2018, 7, 31), True),
        ("customs_office", "4206", date(2018, 8, 1), False),
        ("injury_product", "5042", date(2019, 12, 31), True),
        ("injury_product", "5042", date(2020, 1, 1), False),
        ("injury_product", "5022", date(2020, 1, 1), True),
        ("injury_product", "5045", date(2023, 12, 31), False),
        ("injury_product", "5046", date(2024, 1, 1), True),
        ("body_part", "78", date(2016, 1, 1), False),
        ("injury_diagnosis", "70", date(2016, 1, 1), False),
    ],
)
def test_codes_are_judged_by_the_day(name: str, code: str, day: date, held: bool) -> None:  # noqa: FBT001
    assert in_force(name, code, day) is held


def test_what_iso_withdrew_says_what_replaced_it() -> None:
    successors = {row["code"]: row["replaced_by"] for row in rows("country")}
    found = {code: successors[code] for code in ("ZAR", "TMP", "FXX", "YMD", "BUR", "BYS", "NTZ", "YUG")}
    assert found == {
        "ZAR": "COD", "TMP": "TLS", "FXX": "FRA", "YMD": "YEM", "BUR": "MMR", "BYS": "BLR", "NTZ": None, "YUG": "SCG",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "worst_last"),
    [
        ("severity", ["none", "minor", "moderate", "severe", "fatal"]),
        ("risk_level", ["none", "low", "medium", "high", "serious"]),
        ("fire_grade", ["ordinary", "major", "serious", "very_serious"]),
        ("precision", ["second", "minute", "hour", "day", "week", "month", "quarter", "year"]),
    ],
)
def test_grades_are_ranked_and_what_is_not_known_is_not(name: str, worst_last: list[str]) -> None:
    ranked = sorted((row["rank"], row["code"]) for row in rows(name) if row["rank"] is not None)
    assert [code for _, code in ranked] == worst_last
    assert len({rank for rank, _ in ranked}) == len(ranked)
    assert {row["code"] for row in rows(name)} - set(worst_last) <= {"unknown", "undecided"}


@pytest.mark.parametrize("name", ["severity", "risk_level", "fire_grade"])
def test_grades_say_what_they_mean(name: str) -> None:
    for row in rows(name):
        assert row["definition_zh"], row["code"]
        assert row["definition_en"], row["code"]


def test_lists_that_are_ours_say_so() -> None:
    for name in ("fire_cause", "place_use"):
        assert {row["source"] for row in rows(name)} == {"riskhub standard"}
    toys = {row["code"]: row["source"] for row in rows("sampling_category")}
    assert (toys["toy"], toys["grain"]) == ("riskhub standard", "National food sampling plan categories")


def test_helper_lists_lead_to_codes() -> None:
    def parent(name: str, code: str) -> Any:
        return LISTS[name].parents(pa.array([code]))[0].as_py()

    for alias in ("CN", "CHN", "China", "中国", "PR China"):
        assert parent("country_alias", alias) == "CHN"
    assert parent("country_alias", "Czech Republic") == "CZE"
    assert parent("country_alias", "Côte d'Ivoire") == "CIV"
    assert parent("country_alias", "薩摩亞") == "WSM"
    assert parent("country_alias", "圣马丁") is None, "two countries have this name"
    assert parent("country_gacc", "210") == "CEU"
    assert parent("country_gacc", "299") == "ZAA"
    assert parent("country_gacc", "502") == "USA"
    assert parent("unit_gacc", "035") == "KGM"
    assert parent("injury_product", "1333") == "scooter"
    assert parent("rasff_hazard_category", "Mycotoxins") == "mycotoxin"
