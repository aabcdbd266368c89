"""Everyday ways to write a place: each is read as one division and said, or kept out with the candidates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.verbs.gazetteer import Gazetteer, everyday, letters, short
from mappings.engine.verbs.place_names import simplified
from mappings.engine.verbs.regions import Regions
from standards import standard
from tests.support.folders import Never

LISTS = standard().codelists
DAY = date(2026, 10, 2)
VERBS = {within: Regions(LISTS["region"], within, LISTS["region_alias"]) for within in ("", "46")}
PLACES = Gazetteer.of(LISTS["region"], LISTS["region_alias"])


def read(name: str, within: str = "", day: date = DAY) -> tuple[str | None, str | None, Any]:
    """Return the code of a name, the code of the finding about it, and what the finding says."""
    outcome = VERBS[within](pa.array([name]), Never(1, day))
    said = [(fault.code, fault.expected[0].as_py()) for fault in outcome.faults if fault.where[0].as_py()]
    assert len(said) <= 1
    return (outcome.values[0].as_py(), *(said[0] if said else (None, None)))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("昌江县", "469026"),
        ("白沙县", "469025"),
        ("乐东自治县", "469027"),
        ("保亭 县", "469029"),
        ("海南省 昌江 县", "469026"),
        ("美兰区(海口市)", "460108"),
        ("天涯区（三亚）", "460204"),
        ("460107琼山区", "460107"),
        ("秀英区 460105", "460105"),
        ("五指山市(原通什市)", "469001"),
        ("三亚市(市本级)", "460200"),
        ("琼海市嘉积镇", "469002"),
        ("海南省文昌市文城镇霞洞村", "469005"),
        ("海口市秀英区海秀街道办事处", "460105"),
        ("海南省省直辖县级行政区划琼海市", "469002"),
        ("海南省直辖县级行政单位 定安县", "469021"),
        ("海南省海口市市辖区龙华区", "460106"),
        ("琼中县", "469030"),
        ("海南省陵水县", "469028"),
        ("通什市", "469001"),
        ("460001", "469001"),
        ("460107001000", "460107"),
        ("洋浦经济开发区", "460400"),
        ("儋州市洋浦经济开发区", "460400"),
        ("三沙市西沙群岛", "460321"),
        ("洋浦", "460400"),
        ("八所镇", "469007"),
        ("460105007001", "460105"),
        ("469021100", "469021"),
        ("4602", "460200"),
        ("崖县", "460200"),
        ("东方黎族自治县", "469007"),
        ("460029", "460400"),
        ("海口市振东区", "460108"),
        ("樂東縣", "469027"),
        ("瓊海市", "469002"),
        ("Danzhou", "460400"),
        ("Ding'an County", "469021"),
        ("Sānyà", "460200"),
        ("Meilan District, Haikou, Hainan, China", "460108"),
        ("Hainan Province, Haikou City, Xiuying", "460105"),
    ],
)
def test_everyday_names_of_hainan_are_read_and_said(name: str, code: str) -> None:
    found, finding, told = read(name, within="46")
    assert (found, finding) == (code, "REPAIRED_CODE")
    assert told == f"{code} {PLACES.by_code[code][-1].label}"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("宣武区", "110102"),
        ("上海市卢湾区", "310101"),
        ("广州市东山区", "440104"),
        ("大庸市", "430800"),
        ("中甸县", "533401"),
        ("宜昌县", "420506"),
        ("广西省", "450000"),
        ("Peking", "110000"),
        ("上海市上海市黄浦区", "310101"),
        ("湖北省-自治区直辖县级行政区划仙桃市", "429004"),
        ("新疆维吾尔自治区自治区直辖县级行政单位石河子市", "659001"),
        ("海西州", "632800"),
        ("四川省凉山州会理县", "513402"),
        ("思茅市", "530800"),  # the district that the other Simao became lies in it
        ("Inner Mongolia", "150000"),
        ("廣東省深圳市龍崗區", "440307"),
    ],
)
def test_renamed_places_elsewhere(name: str, code: str) -> None:
    assert read(name)[:2] == (code, "REPAIRED_CODE")


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("龙华区", ["440309", "460106"]),
        ("Longhua District", ["440309", "460106"]),
        ("雄安新区", ["130629", "130632", "130638"]),
        ("地级巢湖市", ["340181", "340200", "340500"]),
        ("吴县市光福镇", ["320506", "320507"]),
        ("金华县", ["330702", "330703"]),
    ],
)
def test_of_several_places_none_is_chosen(name: str, candidates: list[str]) -> None:
    code, finding, told = read(name)
    assert (code, finding) == (None, "AMBIGUOUS_REGION")
    assert [each.split()[0] for each in told.split(" · ")] == candidates


@pytest.mark.parametrize(
    "name",
    [
        "龙华区(深圳市)",  # what stands in brackets is elsewhere
        "460105龙华区",  # code and name disagree
        "海口市天河区",
        "海南省某某镇",  # nobody can say in which county
        "外省",
        "460999001",
        "46010",
        "4601060000000",
        "Longhua District, Shenzhen",
    ],
)
def test_what_contradicts_itself_is_not_read(name: str) -> None:
    assert read(name, within="46")[:2] == (None, "UNKNOWN_REGION")


def test_an_old_name_on_a_day_on_which_it_held_needs_no_repair() -> None:
    assert read("闸北区", day=date(2014, 5, 1)) == ("310108", None, None)
    assert read("闸北区") == ("310106", "REPAIRED_CODE", "310106 静安区")
    assert read("洋浦", day=date(2010, 5, 1))[:2] == ("469003", "REPAIRED_CODE")


def test_every_division_of_hainan_is_read_by_each_of_its_names() -> None:
    today = [ones[-1] for code, ones in PLACES.by_code.items() if code.startswith("46") and ones[-1].holds(DAY)]
    county = [one for one in today if one.official and not one.code.endswith("0000")]
    assert len(county) > 25
    for one in county:
        for name in {
            one.label,
            short(one.label),
            f"海南省{one.label}",
            f"海南 {short(one.label)}",
            *everyday(one.label),
        }:
            assert read(name, within="46")[0] == one.code, name


@given(st.sampled_from(LISTS["region"].table["code"].to_pylist()), st.dates(date(1985, 1, 1), date(2026, 11, 1)))
def test_the_codes_of_townships_mean_their_county(code: str, day: date) -> None:
    whole, longer = read(code, day=day), read(f"{code}001", day=day)
    assert longer[0] == whole[0]
    assert longer[1] == ("REPAIRED_CODE" if whole[0] else whole[1])


def test_a_name_is_made_of_letters_and_simplified_characters() -> None:
    assert letters("Xī'ān City") == "xiancity"
    assert simplified("瓊中縣") == "琼中县"
    assert everyday("琼中黎族苗族自治县") == {"琼中县", "琼中自治县"}
    assert everyday("龙华区") == set()


def test_an_alias_leads_to_a_place_of_today_and_is_needed() -> None:
    aliases = LISTS["region_alias"].table.to_pylist()
    without = Regions(LISTS["region"])
    names = [name for row in aliases for name in (row["label_zh"], row["label_en"])]
    codes = without(pa.array(names), Never(len(names), DAY)).values.to_pylist()
    for at, row in enumerate(aliases):
        assert PLACES.by_code[row["parent"]][-1].holds(DAY), row
        assert {row["parent"]} != set(codes[2 * at : 2 * at + 2]), f"the list itself tells {row['label_zh']}"
