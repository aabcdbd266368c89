"""The official cases of the keywords that the standard uses, through the kernels and through the reference.

Both are asked about a value of a field.  A column holds one type, so the kernels are asked where the case's value is of
the keyword's own type; the reference is asked always.  Where the house means something else than JSON Schema on
purpose, the case stands in `HOUSE` with the reason, and both must then say what the house says.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hub.errors import FixTheHub
from standards import standard
from standards.keywords import VALUES, readable, refuse_unknown
from tests.support.reference import CODE_OF, House
from tests.support.reference_rules import Context, context
from validation.records import kernels
from validation.records.kernels import Bounds
from validation.records.table_check import TableCheck

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from standards import Field

FOLDER = "hostile/json-schema-test-suite/tests/draft2020-12"
LATEST = date(2026, 11, 25)
FIELD = standard().types["fire_incident"].tables[""].fields["incident_no"]
DECIMAL = pa.decimal128(18, 4)
FILES = {
    "minimum": "minimum.json",
    "maximum": "maximum.json",
    "exclusiveMinimum": "exclusiveMinimum.json",
    "maxLength": "maxLength.json",
    "pattern": "pattern.json",
    "date": "optional/format/date.json",
    "date-time": "optional/format/date-time.json",
}
# What the house means otherwise, by the words of the case: (file, case) -> (verdict of the house, why).
HOUSE: dict[tuple[str, str], tuple[bool, str]] = {}
ENGINES = ("kernels", "reference")


def cases(suite: Path, file: str) -> list[tuple[str, dict[str, Any], Any, bool]]:
    groups = json.loads((suite / file).read_text("utf-8"))
    return [
        (f"{group['description']}: {test['description']}", group["schema"], test["data"], test["valid"])
        for group in groups
        for test in group["tests"]
    ]


def by_reference(schema: dict[str, Any], value: Any) -> bool:
    context.set(Context(None, LATEST))
    plain = {key: each for key, each in schema.items() if key != "$schema"}
    exact = Decimal(str(value)) if isinstance(value, float) else value
    return bool(House(plain).is_valid(exact))


def by_kernels(keyword: str, bound: Any, value: Any) -> bool | None:
    """Return the verdict, None where a column of the keyword's type cannot hold the value."""
    checks: dict[str, tuple[type | tuple[type, ...], pa.DataType, Field, Callable[[Field], Any]]] = {
        "minimum": ((int, float), DECIMAL, replace(FIELD, arrow=DECIMAL, minimum=bound), kernels.in_range),
        "maximum": ((int, float), DECIMAL, replace(FIELD, arrow=DECIMAL, maximum=bound), kernels.in_range),
        "exclusiveMinimum": ((int, float), DECIMAL, replace(FIELD, arrow=DECIMAL, above=bound), kernels.in_range),
        "maxLength": (str, pa.string(), replace(FIELD, max_length=bound), kernels.of_length),
        "pattern": (str, pa.string(), replace(FIELD, pattern=bound), kernels.of_pattern),
    }
    kinds, arrow, field, kernel = checks[keyword]
    if not isinstance(value, kinds) or isinstance(value, bool):
        return None
    try:
        cell = pa.array([Decimal(str(value)) if arrow == DECIMAL else value], arrow)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return None
    judged = TableCheck(pa.table({"row": pa.array([0], pa.int64()), FIELD.name: cell}), "", None)
    kernel(field)(judged, Bounds(LATEST))
    return not judged.findings


@pytest.mark.parametrize("keyword", ["minimum", "maximum", "exclusiveMinimum", "maxLength", "pattern"])
def test_the_cases_of_a_keyword(keyword: str, shared: Callable[[str], Path]) -> None:
    asked = dict.fromkeys(ENGINES, 0)
    for words, schema, value, valid in cases(shared(FOLDER), FILES[keyword]):
        bound = schema[keyword]
        if keyword == "pattern" and not readable(bound):
            continue  # `\p{...}`: refused where the schema is read
        if keyword == "maxLength" and bound != int(bound):
            continue
        expected = HOUSE.get((FILES[keyword], words), (valid, ""))[0]
        assert by_reference(schema, value) == expected, f"reference: {words}"
        asked["reference"] += 1
        ours = by_kernels(keyword, int(bound) if keyword == "maxLength" else bound, value)
        if ours is not None:
            assert ours == expected, f"kernels: {words}"
            asked["kernels"] += 1
    assert min(asked.values()) >= 3, asked


# keyword, its value, values that it lets pass, values that it does not: of our own, by the text of the standard
OWN: list[tuple[str, Any, list[Any], list[Any]]] = [
    ("minimum", 1.1, [1.1, 2, 2.6, 1000000], [0.6, 1.0999, 0, -5]),
    ("minimum", -2, [-2, -1, 0, -2.0], [-2.0001, -3, -100]),
    ("maximum", 3.0, [2.6, 3, 3.0, -7], [3.5, 3.0001, 4]),
    ("maximum", 300, [299.97, 300, 300.0], [300.5, 301]),
    ("exclusiveMinimum", 1.1, [1.1001, 2], [1.1, 0, -5]),
    ("maxLength", 2, ["", "f", "fo", "海口", "\U0001f4a9\U0001f4a9", "e\u0301"], ["foo", "海口市", "\U0001f4a9" * 3]),
    ("pattern", "^a*$", ["", "a", "aaa"], ["abc", "b", " a"]),
    ("pattern", "a+", ["xxaayy", "a"], ["xx", "", "A"]),
    ("pattern", "^[0-9]{6}$", ["460100"], ["46010", "4601000", "46010O", "460100\n"]),
]


@pytest.mark.parametrize(("keyword", "bound", "good", "bad"), OWN)
def test_cases_of_our_own(keyword: str, bound: Any, good: list[Any], bad: list[Any]) -> None:
    for value, valid in [*((each, True) for each in good), *((each, False) for each in bad)]:
        assert by_reference({keyword: bound}, value) == valid, value
        assert by_kernels(keyword, bound, value) == valid, value
    for other in (None, True, [], {}, "x" if keyword in {"minimum", "maximum"} else 12):  # not of the keyword's type
        assert by_reference({keyword: bound}, other), other


@pytest.mark.parametrize("day", ["1900-01-01", "1963-06-19", "2000-02-29", "2024-02-29", "2020-12-31", "2026-11-25"])
@pytest.mark.parametrize("usual", [True, False])
def test_days_of_our_own(day: str, *, usual: bool) -> None:
    asked = date.fromisoformat(day).replace(year=date.fromisoformat(day).year + (0 if usual else 400))
    field = replace(FIELD, arrow=pa.date32())
    judged = TableCheck(pa.table({"row": pa.array([0], pa.int64()), FIELD.name: pa.array([asked])}), "", None)
    kernels.in_time(field)(judged, Bounds(LATEST))
    assert (not judged.findings) == usual
    assert by_reference({"type": "string", "format": "date"}, asked.isoformat()) == usual


@pytest.mark.parametrize("name", ["date", "date-time"])
def test_dates_are_real_days_before_any_rule_sees_them(name: str, shared: Callable[[str], Path]) -> None:
    """A date reaches the rules as a date: what is none has been refused by the mapping, which reads by agreed forms.

    So every valid case must be a day, and judged by nothing but the house's range; the invalid ones cannot be asked.
    """
    asked = 0
    for words, schema, value, valid in cases(shared(FOLDER), FILES[name]):
        if not isinstance(value, str) or not valid or ":60" in value:
            continue  # a leap second is no moment that Python, Arrow or PostgreSQL can hold
        try:
            day = datetime.fromisoformat(value.upper()).replace(tzinfo=UTC).date()
        except ValueError:
            pytest.fail(f"{words}: {value} is a date, and cannot be read as one")
        usual = date(1900, 1, 1) <= day <= LATEST
        field = replace(FIELD, arrow=pa.date32())
        judged = TableCheck(pa.table({"row": pa.array([0], pa.int64()), FIELD.name: pa.array([day])}), "", None)
        kernels.in_time(field)(judged, Bounds(LATEST))
        assert (not judged.findings) == usual, words
        if name == "date":
            assert by_reference(schema, day.isoformat()) == usual, words
        asked += 1
    assert asked >= 1


def test_required_is_told_by_its_name() -> None:
    assert not by_reference({"required": ["a"]}, {"b": 1})
    assert by_reference({"required": ["a"]}, {"a": 1})


@pytest.mark.parametrize(
    ("schema", "value", "valid", "why"),
    [
        ({"pattern": r"^\d+$"}, "１２３", False, "digits are ASCII"),
        ({"pattern": r"^\d+$"}, "123\n", False, "`$` is the very end"),
        ({"pattern": r"^\w+$"}, "é", False, "letters of a class are ASCII"),
        ({"pattern": "a"}, "xay", True, "a pattern may be anywhere unless it is anchored"),
        ({"maxLength": 2}, "汉字", True, "a length counts characters, not bytes"),
        ({"maxLength": 1}, "🐲", True, "a character beyond the first plane is one"),
        ({"maxLength": 1}, "e\u0301", False, "a combining mark is a character of its own"),
        ({"minimum": 0.1}, 0.1, True, "decimals are exact"),
        ({"maximum": 0.3}, 0.3, True, "decimals are exact"),
        ({"maximum": 0.3}, 0.3001, False, "decimals are exact"),
    ],
)
def test_house_semantics(schema: dict[str, Any], value: Any, valid: bool, why: str) -> None:  # noqa: FBT001 - a case
    ((keyword, bound),) = schema.items()
    assert by_reference(schema, value) is valid, why
    assert by_kernels(keyword, bound, value) is valid, why


def test_every_keyword_about_values_is_covered() -> None:
    assert VALUES - {"scale"} == {"format", *FILES} - {"date", "date-time"}
    assert set(CODE_OF) >= VALUES - {"scale"}


@pytest.mark.parametrize(
    "pattern",
    [
        *("^a$", r"\d{2}\.", "(?i)x", "(?:a|b)+", r"\p{L}", "(?=a)", "(?<!a)b", r"(a)\1", r"a\Z", "a++", "(", "(?>a)"),
        *(r"\u00e9", r"\N{DIGIT ONE}", "(?#a)b", "(?P<x>a)(?P=x)", "a{2}+"),
    ],
)
def test_a_pattern_is_one_that_both_engines_read(pattern: str) -> None:
    def reads(compiling: Callable[[], Any], error: type[Exception]) -> bool:
        try:
            compiling()
        except error:
            return False
        return True

    python = reads(lambda: re.compile(pattern, re.ASCII), re.error)
    arrow = reads(lambda: pc.match_substring_regex(pa.array([""]), pattern), pa.ArrowInvalid)
    assert readable(pattern) == (python and arrow)


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"minLenght": 1}, "minLenght"),
        ({"properties": {"a": {"type": "string", "enum": ["x"]}}}, "/properties/a: enum"),
        ({"properties": {"a": {"items": {"maxlength": 3}}}}, "did you mean maxLength?"),
        ({"allOf": [{"not": {}}]}, "/allOf/0: not"),
        ({"properties": {"a": {"type": "string", "format": "email"}}}, "format email"),
        ({"properties": {"a": {"pattern": r"^\p{L}$"}}}, r"/properties/a: pattern ^\p{L}$"),
        ({"properties": {"a": {"pattern": "(?=a)"}}}, "/properties/a: pattern (?=a)"),
    ],
)
def test_what_nothing_compiles_is_refused(schema: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(FixTheHub) as caught:
        refuse_unknown(schema, tmp_path / "x.schema.json")
    assert told in str(caught.value.why)
