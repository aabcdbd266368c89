"""Crosswalks, booleans, places and tokens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from hub.errors import FixTheHub
from hub.pseudonyms import token_key
from hub.settings import settings
from mappings.engine.verbs.gazetteer import short
from mappings.engine.verbs.lookup import Lookup
from mappings.engine.verbs.regions import Regions
from mappings.engine.verbs.tokens import Tokens, is_plausible
from standards import standard
from tests.support.folders import Never

if TYPE_CHECKING:
    from mappings.engine.model.rule import Outcome


def faults(outcome: Outcome) -> dict[str, list[Any]]:
    """Return the expected texts by code, of the faults that occurred."""
    found = {}
    for fault in outcome.faults:
        hits = [at for at, wrong in enumerate(fault.where.to_pylist()) if wrong]
        if hits:
            told = fault.expected.to_pylist() if isinstance(fault.expected, pa.Array) else [fault.expected]
            found[fault.code] = [told[at] if len(told) > 1 else told[0] for at in hits]
    return found


def test_crosswalk_has_three_outcomes() -> None:
    walk = Lookup({"电气": "electrical", "无": None}, pa.string())
    outcome = walk(pa.array(["电气", "无", "电器", None]), Never(4))
    assert outcome.values.to_pylist() == ["electrical", None, None, None]
    assert list(faults(outcome)) == ["UNKNOWN_CODE"]
    assert faults(outcome)["UNKNOWN_CODE"] == ["电气"]


def test_a_crosswalk_may_speak_of_blanks() -> None:
    assert Lookup({"": "none", "x": "y"}, pa.string())(pa.array([None, "x"]), Never(2)).values.to_pylist() == [
        "none",
        "y",
    ]


def test_full_width_words_are_found_and_said() -> None:
    outcome = Lookup({"A(1)": "a", "（二）": "b"}, pa.string())(pa.array(["Ａ（１）", "（二）", "(二)"]), Never(3))
    assert outcome.values.to_pylist() == ["a", "b", "b"]
    assert len(faults(outcome)["REPAIRED_WIDTH"]) == 2


def test_of_codes_with_several_names_one_name_each_is_proposed() -> None:
    texts = {"存续": "active", "注销": "ended", "active": "active", "active 存续": "active", "ended": "ended"}
    named = texts | {"ended 注销": "ended", "Active": "active", "active Active": "active"}
    assert faults(Lookup(named, pa.string())(pa.array(["在业"]), Never(1))) == {"UNKNOWN_CODE": ["存续 · 注销"]}
    numbers = {str(number): str(number % 2) for number in range(9)}
    assert faults(Lookup(numbers, pa.string())(pa.array(["xyz"]), Never(1))) == {"UNKNOWN_CODE": [None]}
    yes = dict.fromkeys(["1", "TRUE", "true", "yes", "是"], True) | dict.fromkeys(
        ["0", "FALSE", "false", "no", "否"], False
    )
    assert faults(Lookup(yes, pa.bool_())(pa.array(["有"]), Never(1))) == {"UNKNOWN_CODE": ["是 · 否"]}


def test_booleans() -> None:
    outcome = Lookup({"是": True, "Y": True, "否": False}, pa.bool_())(
        pa.array(["是", "Ｙ", "否", "?", None]), Never(5)
    )
    assert outcome.values.to_pylist() == [True, True, False, None, None]
    assert list(faults(outcome)) == ["REPAIRED_WIDTH", "UNKNOWN_CODE"]


def places(day: date | None, *names: str, within: str = "46") -> tuple[list[str | None], dict[str, list[Any]]]:
    verb = Regions(standard().codelists["region"], within)
    outcome = verb(pa.array(names, pa.string()), Never(len(names), day))
    return outcome.values.to_pylist(), faults(outcome)


@pytest.mark.parametrize(
    "name",
    [
        "龙华",
        "龙华区",
        "海口市龙华区",
        "海口龙华区",
        "海南省海口市龙华区",
        "海南省 海口市 龙华区",
        "海南/海口/龙华",
        "460106",
    ],
)
def test_a_place_by_all_its_names(name: str) -> None:
    assert places(date(2020, 1, 1), name) == (["460106"], {})


def test_a_place_on_the_day_of_the_event() -> None:
    for day, code in (
        (date(2010, 1, 1), "469003"),
        (date(2015, 3, 1), "460400"),
        (date(2026, 1, 1), "460400"),
        (None, "460400"),
    ):
        assert places(day, "儋州市") == ([code], {})


def test_a_code_of_another_time_is_read_and_said() -> None:
    assert places(date(2026, 1, 1), "469003") == (["460400"], {"REPAIRED_CODE": ["460400 儋州市"]})
    assert places(date(2010, 1, 1), "460400") == (["469003"], {"REPAIRED_CODE": ["469003 儋州市"]})
    assert places(date(2026, 1, 1), "文昌县") == (["469005"], {"REPAIRED_CODE": ["469005 文昌市"]})


def test_ambiguous_names_name_the_candidates() -> None:
    values, found = places(date(2020, 1, 1), "龙华区", within="")
    assert values == [None]
    assert found == {"AMBIGUOUS_REGION": ["440309 龙华区 · 460106 龙华区"]}


def test_unknown_places_name_the_nearest() -> None:
    values, found = places(date(2020, 1, 1), "隆华区", "朝阳区", "460199", "x")
    assert values == [None] * 4
    assert "龙华区" in found["UNKNOWN_REGION"][0]
    assert len(found["UNKNOWN_REGION"]) == 4


def test_where_a_division_is_known_at_other_times_the_day_is_named() -> None:
    values, found = places(date(1926, 3, 25), "460105", "460199", "朝阳区")
    assert values == [None] * 3
    first, *others = found["UNKNOWN_REGION"]
    assert first.endswith("(1926-03-25)")
    assert "1926" not in str(others), "of what is no division here at any time, the day is not the fault"


def test_short_names() -> None:
    names = ["琼中黎族苗族自治县", "龙华区", "海南省", "广西壮族自治区", "东区", "海南藏族自治州"]
    assert [short(name) for name in names] == ["琼中", "龙华", "海南", "广西", "东区", "海南"]


def tokens(purpose: str, *texts: str | None) -> list[str | None]:
    return Tokens(purpose)(pa.array(texts, pa.string()), Never(len(texts))).values.to_pylist()


@pytest.mark.usefixtures("known_key")
def test_one_person_has_one_token_however_it_is_written() -> None:
    one, two, three, blank = tokens("person", valid_id(), f" {valid_id().lower()} ", wide(valid_id()), None)
    assert one == two == three
    assert blank is None
    assert one is not None
    assert len(one) == 44
    assert one != tokens("driver", valid_id())[0]


@pytest.mark.usefixtures("known_key")
def test_check_digits_and_passports() -> None:
    wrong = valid_id()[:-1] + ("0" if valid_id()[-1] != "0" else "1")
    values = tokens("person", wrong, valid_id()[:-1], "12345678", "E12345678", "H-1", "无", hong_kong())
    assert [value is None for value in values] == [True, True, True, False, True, True, False]
    outcome = Tokens("person")(pa.array([wrong]), Never(1))
    assert faults(outcome) == {"BAD_IDENTIFIER": ["GB 11643"]}


@pytest.mark.usefixtures("known_key")
def test_the_number_of_a_vehicle_is_checked_where_its_country_prescribes_it() -> None:
    right = ["LTESTVNA010000001", "ltestvna010000001", "1M8GDM9AXKP042788", "WDB6703742N083329"]
    wrong = ["LTESTVNA110000001", "1M8GDM9A1KP042788", "WDB6703742N08332", "WDB6703742N08332O", "P012301293847"]
    assert [value is None for value in tokens("vin", *right)] == [False] * 4
    assert len(set(tokens("vin", *right))) == 3
    assert None not in tokens("vin", "LYLTEST0X26000018", "SZAN4X20001867036"), "X is a letter, and a check digit"
    assert tokens("vin", "LYLTEST0XX6000018", "WDBXXXXXXXXXXXXXX", "LYLTEST0*26000018") == [None] * 3
    assert tokens("vin", *wrong) == [None] * 5
    assert faults(Tokens("vin")(pa.array(wrong[:1]), Never(1))) == {"BAD_IDENTIFIER": ["GB 16735"]}
    assert None not in tokens("chassis", *wrong), "of another purpose nothing is known"


@given(st.from_regex(r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True))
def test_the_check_digit_is_that_of_python_stdnum(body: str) -> None:
    assert is_plausible(body + ric.calc_check_digit(body + "0"))
    assert not is_plausible(body + ("1" if ric.calc_check_digit(body + "0") != "1" else "2"))


def test_the_key_is_made_once_and_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("RISKHUB_TOKEN_KEY", raising=False)
    monkeypatch.setenv("RISKHUB_HOME", str(tmp_path))
    settings.cache_clear()
    token_key.cache_clear()
    try:
        first = token_key("person")
        path = tmp_path / "secrets" / "token.key"
        assert path.stat().st_mode & 0o777 == 0o600
        token_key.cache_clear()
        assert token_key("person") == first
        token_key.cache_clear()
        path.write_text("short")
        with pytest.raises(FixTheHub):
            token_key("person")
    finally:
        settings.cache_clear()
        token_key.cache_clear()


@pytest.mark.usefixtures("known_key")
def test_the_derivation_never_changes() -> None:
    assert tokens("person", "E12345678") == ["01384b08ffd6853f01acb45e6e088817dd9345e98336"]


def hong_kong() -> str:
    return valid_id("81000019900307123")


def valid_id(body: str = "46010519900307123") -> str:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)
