"""Labels and rules are told in the words of the record type that the delivery has, for types differ about them."""

from __future__ import annotations

import pytest

from hub.i18n import LANGUAGES
from standards import standard
from standards.rule_fields import OwnRule, judged_fields, path_of, rules_of, wants_filled
from validation.catalogue import render
from validation.records.rules import CODES
from validation.standard_texts import label_of_field, rule_message

RULES = [(name, each) for name, record_type in standard().types.items() for each in rules_of(record_type)]
MARKS = {"en": "contradict", "zh": "矛盾"}


def field_of(name: str, each: OwnRule) -> str:
    if each.rule.kind == "some":
        return each.rule.child
    return path_of(standard().types[name], judged_fields(each)[0]).replace(".*.", ".0.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_every_type_is_told_in_its_own_words(language: str) -> None:
    for name, each in RULES:
        words = render(
            CODES[each.rule.level], language, (name,), expected=each.rule.id, field=field_of(name, each), column="x"
        )
        assert words.message == each.rule.message[language], (name, each.rule.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_type_is_not_known_no_other_type_s_words_are_told(language: str) -> None:
    for name, each in RULES:
        told = rule_message(each.rule.id, language, (), field_of(name, each))
        assert told in {"", each.rule.message[language]}, (name, each.rule.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_the_label_of_its_own_type(language: str) -> None:
    for name, record_type in standard().types.items():
        for child, table in record_type.tables.items():
            for field in table.fields.values():
                path = f"{child}.1.{field.path}" if child else field.path
                words = render("MISSING_VALUE", language, (name,), column=path, field=path)
                assert words.title.endswith(f": {field.label[language]}"), (name, path)
    types = ("case_transfer", "complaint")
    own = [label_of_field("kind_code", language, (each,)) for each in types]
    assert label_of_field("kind_code", language, types) == " / ".join(dict.fromkeys(own)), "a source may have both"
    assert label_of_field("kind_code", "zh") == "", "nothing is said that may be wrong"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_cell_contradicts_nothing(language: str) -> None:
    for name, each in RULES:
        words = render(CODES[each.rule.level], language, (name,), expected=each.rule.id, field=field_of(name, each))
        if wants_filled(each.rule):
            assert MARKS[language] not in words.title + words.cure, (name, each.rule.id)
            labels = standard().types[name].tables[judged_fields(each)[0].child].fields
            assert labels[each.rule.fields[0]].label[language] in words.cure
            path = field_of(name, each)
            of_cell = render(CODES[each.rule.level], language, (name,), expected=each.rule.id, field=path, column=path)
            assert ":" not in of_cell.title, "the field that is named there may be filled"
        if each.rule.kind == "some":
            assert words.title.endswith(f": {standard().types[name].tables[each.rule.child].label[language]}")


@pytest.mark.parametrize(
    ("code", "place", "says"),
    [
        ("BAD_IDENTIFIER", {"expected": "GB 11643"}, {"zh": "不是有效的身份证号码（GB 11643）", "en": "identity card"}),
        (
            "BAD_IDENTIFIER",
            {"expected": "GTIN"},
            {"zh": "商品条码（GTIN）", "en": "barcode number"},
        ),
        ("BAD_NUMBER", {"value": "1,200.50"}, {"zh": "千位分隔符", "en": "thousands"}),
        ("BAD_NUMBER", {"value": "3箱"}, {"zh": "不带单位", "en": "without units"}),
        ("TEXT_TOO_LONG", {"expected": "100 (612)"}, {"zh": "共 612 个字符，超过 100 个字符", "en": "612 characters"}),
        ("OUT_OF_RANGE", {"field": "lat", "value": "110.3"}, {"zh": "经度与纬度是否填反", "en": "swapped"}),
        ("OUT_OF_RANGE", {"field": "death_count", "value": "-1"}, {"zh": "计量单位", "en": "decimal point"}),
        ("OUT_OF_RANGE", {"value": "93岁", "read": "93"}, {"zh": "平台将该单元格读作“93”", "en": "cell as 93"}),
        ("CODE_NOT_IN_FORCE", {"expected": "(1926-03-25)"}, {"zh": "（1926-03-25）无效", "en": "event, 1926-03-25."}),
        ("UNKNOWN_REGION", {"expected": "海口市 (1926-03-25)"}, {"zh": "核对日期 1926-03-25", "en": "date 1926-03-25"}),
        ("UNKNOWN_REGION", {"expected": "海口市 (1926-03-25)"}, {"zh": "最接近的是：海口市。", "en": "known: 海口市."}),
    ],
)
def test_a_cure_meets_the_cause(code: str, place: dict[str, str], says: dict[str, str]) -> None:
    for language, text in says.items():
        words = render(code, language, **place)
        assert text in f"{words.message} {words.cure}"
