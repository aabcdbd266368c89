"""What became of the divisions: every ended code leads to codes in force, and known places to the right ones."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

import standards.rebuild
from mappings.engine.verbs.gazetteer import Gazetteer
from standards import standard

LISTS = standard().codelists
PLACES = Gazetteer.of(LISTS["region"])
TODAY = date(2026, 10, 2)
DECIDED = Path(standards.rebuild.__file__).with_name("divisions") / "successors.csv"


def became(code: str, ended: date | None = None) -> list[str]:
    """Return the codes in force today that a code leads to: its last period, or the one that ended on a day."""
    periods = PLACES.by_code[code]
    old = next(one for one in periods if one.until == ended) if ended else periods[-1]
    return [one.code for one in PLACES.of_another_time([old], TODAY)]


def undecided() -> dict[tuple[str, date], str]:
    with DECIDED.open(encoding="utf-8", newline="") as stream:
        return {
            (row["code"], date.fromisoformat(row["valid_to"])): row["reason"]
            for row in csv.DictReader(stream)
            if not row["replaced_by"]
        }


def test_every_ended_code_leads_to_codes_in_force_or_says_why_not() -> None:
    nowhere = {
        (one.code, one.until)
        for periods in PLACES.by_code.values()
        for one in periods
        if one.until < date.max and not PLACES.of_another_time([one], TODAY)
    }
    assert nowhere == set(undecided())
    assert all(undecided().values())
    assert len(nowhere) == 11


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        ("110103", ["110101"]),  # Chongwen joined Dongcheng in 2010
        ("310224", ["310115"]),  # Chuansha became Pudong
        ("321028", ["321204"]),  # Tai county, the city of Jiangyan, its district
        ("330721", ["330702", "330703"]),  # Jinhua county was divided
        ("341400", ["340100", "340200", "340500"]),  # the prefecture of Chaohu went to three cities
        ("370623", ["370681"]),  # Huang county is Longkou
        ("371200", ["370116", "370117"]),  # Laiwu joined Jinan as two districts
        ("420400", ["421002"]),  # Shashi is a district of Jingzhou
        ("442129", ["460400"]),  # Dan county of Guangdong, Danzhou of Hainan
        ("442221", ["460200"]),  # Ya county is Sanya
        ("460004", ["460107"]),  # Qiongshan
        ("469033", ["460323"]),  # Ledong until 2007, then the Zhongsha Islands
        ("512323", ["500119"]),  # Nanchuan went to Chongqing
        ("650300", ["659001"]),  # Shihezi
        ("320571", ["320576"]),  # Suzhou Industrial Park, a zone of the statistics
    ],
)
def test_what_known_places_became(code: str, codes: list[str]) -> None:
    assert sorted(became(code)) == codes


def test_a_code_that_was_given_to_another_place_does_not_lead_to_it() -> None:
    assert became("469031", date(2007, 1, 1)) == ["469026"]  # Changjiang, before the Xisha Islands had the code
    assert became("469033", date(2007, 1, 1)) == ["469027"]
    assert became("469025", date(1996, 1, 1)) == ["469021"]


@pytest.mark.parametrize(
    ("code", "label", "since", "until"),
    [
        ("460300", "三沙市", date(2012, 6, 21), date.max),
        ("460321", "西沙区", date(2020, 4, 18), date.max),
        ("460322", "南沙区", date(2020, 4, 18), date.max),
        ("460400", "儋州市", date(2015, 2, 19), date.max),
        ("420600", "襄阳市", date(2010, 12, 9), date.max),
        ("610881", "神木市", date(2017, 4, 9), date.max),
        ("130881", "平泉市", date(2017, 4, 3), date.max),
        ("330103", "下城区", date.min, date(2021, 4, 9)),
        ("360112", "新建区", date(2015, 12, 1), date.max),  # not the day in 2019 on which it took in Wanli
        ("130171", "石家庄高新技术产业开发区", date(2016, 8, 1), date.max),
    ],
)
def test_days_that_are_known(code: str, label: str, since: date, until: date) -> None:
    [one] = [one for one in PLACES.by_code[code] if one.label == label]
    assert (one.since, one.until) == (since, until)


def test_english_names_end_with_the_kind_of_the_division() -> None:
    names = dict(zip(*(LISTS["region"].table[name].to_pylist() for name in ("label_zh", "label_en")), strict=True))
    assert names["碑林区"] == "Beilin District"
    assert names["漯河市"] == "Luohe City"
    assert names["科尔沁右翼前旗"] == "Horqin Right Wing Front Banner"
    kinds = {"Urban", "Suburban", "Forest"}
    cut = {zh for zh, en in names.items() if kinds & set(en.split()[1:-1])}
    assert cut == {"神农架林区"}
    assert not [en for en in names.values() if any(len(word) > 16 for word in en.replace("-", " ").split())]
