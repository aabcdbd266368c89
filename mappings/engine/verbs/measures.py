"""`measure:`: a laboratory's result or limit split into its parts: qualifier, number, ends of a range, unit.

A number is taken only where the whole text can be read in one way: 10⁴ CFU/g, 1.2×10^4, <0.01 mg/kg, 2.5~3.0, 12.3±0.4.
A lost superscript (1.2×103), a comma that may part thousands, decimals or two results, and numbers in other signs
(½, ①, 三万) stay text, with the finding MEASURE_AS_TEXT.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, Inexact, InvalidOperation, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct
from mappings.engine.model.rule import Fault, Outcome

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment

NAMED_PARTS = ("qualifier", "unit")  # the others are numbers
REMEMBERED = 1 << 14
WIDEST = 28  # digits of a number, zeros included

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
PLAIN = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){2,}(?:[.][0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+[.][0-9]+|[0-9]+(?:[.][0-9]+)?|[.][0-9]+)"
)
POWER = r"10(?:\s?\^\s?[(]?[+-]?[0-9]{1,3}[)]?|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})"
NUMBER = rf"[+-]?(?:{PLAIN}\s?[×xX*·]\s?{POWER}|{POWER}|{PLAIN}(?:\s?[eE][+-]?[0-9]{{1,3}})?)"
FACTORS = re.compile(
    rf"(?P<sign>[+-]?)(?:(?P<plain>{PLAIN})\s?[×xX*·]\s?)?10\s?\^?\s?[(]?(?P<power>[+-]?[0-9]+|[⁺⁻⁰-⁹¹²³]+)[)]?"
)
POWERS = re.compile(POWER)
BELOW = {"<": "lt", "小于": "lt", "低于": "lt", "少于": "lt", "≤": "le", "≦": "le", "⩽": "le", "<=": "le", "=<": "le",
         "不大于": "le", "不超过": "le", "不高于": "le", "不多于": "le", "最大": "le",
         ">": "gt", "大于": "gt", "高于": "gt", "超过": "gt", "≥": "ge", "≧": "ge", "⩾": "ge", ">=": "ge", "=>": "ge",
         "不小于": "ge", "不低于": "ge", "不少于": "ge", "至少": "ge", "最小": "ge",
         "=": "eq", "约": "about", "大约": "about", "≈": "about"}  # fmt: skip
BEHIND = {"以下": "le", "以内": "le", "以上": "ge", "及以上": "ge", "及以下": "le"}
SIGN = "|".join(sorted(map(re.escape, BELOW), key=len, reverse=True))
ONE = re.compile(rf"(?P<sign>{SIGN})?\s*(?P<one>{NUMBER})\s*(?P<rest>.*)", re.DOTALL)
TWO = re.compile(
    rf"(?P<low>{NUMBER})\s*(?P<unit>[^0-9\s~±至到-]*)\s*(?:~|～|-|–|—|至|到)\s*(?P<high>{NUMBER})\s*(?P<rest>.*)",
    re.DOTALL,
)
AROUND = re.compile(rf"[(]?(?P<one>{NUMBER})\s*(?:±|\+/-|\+-)\s*(?P<by>{NUMBER})[)]?\s*(?P<rest>.*)", re.DOTALL)
WITHOUT = re.compile(
    r"(?:未检出|未检测出|未检见|不得检出|不应检出|不得测出|阴性|n\.?\s?d\.?|not\s+detected|negative)"
    rf"\s*+[(]?(?:检出限|定量限|方法检出限|lod|loq|mdl|dl|<|≤|:|=|\s)*+(?P<limit>{NUMBER})?+(?P<rest>[^()]*+)[)]?",
    re.IGNORECASE,
)
WITH = re.compile(r"检出|阳性|positive|detected", re.IGNORECASE)
SIGNS_OF_UNITS = r"A-Za-zµμΩΩÅ%‰°℃℉\u4e00-\u9fff"
UNIT = re.compile(
    rf"[{SIGNS_OF_UNITS}(\[][{SIGNS_OF_UNITS}()\[\]²³⁻¹₂₃ -]*[23]?"
    rf"(?:[/·.][0-9]{{0,4}}\s?[{SIGNS_OF_UNITS}(\[][{SIGNS_OF_UNITS}()\[\]²³⁻¹₂₃ -]*[23]?)*"
)
MULTIPLIES = re.compile(
    r"[百千十]?[万亿]|[百千十兆](?![克瓦米帕卡焦升伏安赫分])|(?:hundred|thousand|million|billion|dozen)", re.IGNORECASE
)
POWERED = re.compile(r"[eExX]\s*[+-]?[0-9]")
CHINESE = re.compile("[零〇一二三四五六七八九十百千万亿两]{2,}")


@dataclass(frozen=True)
class Measure:
    """The parts of a text: `qualifier` is a code of the list `measure_qualifier`, numbers are in `unit`."""

    qualifier: str = "text"
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    detection_limit: Decimal | None = None
    unit: str | None = None


NOTHING_FOUND = Measure("not_detected")


@dataclass(frozen=True)
class Measures:
    """One part of measured values; numbers are exact or none.

    `not_detected` are texts by which a feed says that nothing was found, such as -1: they are no numbers.
    """

    part: str
    type: pa.DataType
    not_detected: frozenset[str] = frozenset()

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return the part of each value, null where it has none; MEASURE_AS_TEXT where a number could not be taken."""
        values = by_distinct(text, lambda texts: [self._part(each) for each in texts], self.type)
        if self.part != "value":
            return Outcome(values)
        unread = by_distinct(text, lambda texts: [self._unread(each) for each in texts], pa.bool_())
        unread = pc.fill_null(unread, fill_value=False)
        return Outcome(values, (Fault("MEASURE_AS_TEXT", unread),) if any_true(unread) else ())

    def _measure(self, text: str) -> Measure:
        return NOTHING_FOUND if text in self.not_detected else measure_of(text)

    def _part(self, text: str) -> Any:
        found = getattr(self._measure(text), self.part)
        return exact(found, self.type) if isinstance(found, Decimal) else found

    def _unread(self, text: str) -> bool:
        """Whether a text begins like a number, and none was taken."""
        found = self._measure(text)
        if self._part(text) is not None or found.qualifier not in {"text", "eq", "lt", "le", "gt", "ge", "about"}:
            return False
        head = text.lstrip("<>=≤≥≈约+-.( ")[:1]
        return bool(head) and (unicodedata.category(head) in {"Nd", "Nl", "No"} or CHINESE.match(text) is not None)


def exact(number: Decimal, type_: pa.DataType) -> Decimal | None:
    """Return a number as the type of a field has it, None where it would have to be rounded or has no room."""
    with localcontext(prec=WIDEST + type_.scale) as context:
        context.traps[Inexact] = context.traps[InvalidOperation] = True
        try:
            found = number.quantize(Decimal(1).scaleb(-type_.scale))
        except (Inexact, InvalidOperation):
            return None
    return found if found.adjusted() < type_.precision - type_.scale else None


@lru_cache(REMEMBERED)
def measure_of(text: str) -> Measure:
    """Return the parts of a measured value; all are empty but its text where it can be read in no way or in two."""
    text = text.strip()
    return _not_found(text) or _between(text) or _around(text) or _single(text) or Measure()


def _not_found(text: str) -> Measure | None:
    if WITH.fullmatch(text):
        return Measure("detected")
    found = WITHOUT.fullmatch(text)
    if found is None:
        return None
    limit, unit = _number(found["limit"]), _unit(found["rest"] or "")
    return Measure("not_detected", detection_limit=limit, unit=unit or None) if unit is not None else None


def _between(text: str) -> Measure | None:
    found = TWO.fullmatch(text)
    if found is None:
        return None
    low, high, unit = _number(found["low"]), _number(found["high"]), _unit(found["rest"])
    mid = found["unit"].strip()
    if low is None or high is None or unit is None or low >= high or (mid and mid != unit):
        return None
    return Measure("range", low=low, high=high, unit=unit or None)


def _around(text: str) -> Measure | None:
    found = AROUND.fullmatch(text)
    if found is None:
        return None
    one, by, unit = _number(found["one"]), _number(found["by"]), _unit(found["rest"])
    if one is None or by is None or unit is None or by < 0:
        return None
    return Measure("eq", one, one - by, one + by, unit=unit or None)


def _single(text: str) -> Measure | None:
    found = ONE.fullmatch(text)
    if found is None:
        return None
    sign, rest = BELOW.get(found["sign"] or "="), found["rest"].strip()
    for ending, qualifier in BEHIND.items():
        if rest.endswith(ending) and not found["sign"]:
            sign, rest = qualifier, rest.removesuffix("(含)").removesuffix(ending).strip()
    one, unit = _number(found["one"]), _unit(rest)
    if one is None or unit is None or sign is None:
        return None
    return Measure(sign, one, unit=unit or None)


def _unit(rest: str) -> str | None:
    """Return the unit behind a number, "" for none; None where what stands there is no unit."""
    rest = rest.strip()
    if not rest:
        return ""
    if POWERED.match(rest) or MULTIPLIES.match(rest) or not UNIT.fullmatch(rest):
        return None
    return rest


def _number(written: str | None) -> Decimal | None:
    """Return the number that is written, exactly."""
    if written is None:
        return None
    factors = FACTORS.fullmatch(written) if POWERS.search(written) else None
    try:
        if factors is None:
            return Decimal(written.replace(",", "").replace(" ", ""))
        power = Decimal(1).scaleb(int(factors["power"].translate(SUPERSCRIPTS)))
        plain = Decimal((factors["plain"] or "1").replace(",", ""))
        return (-plain if factors["sign"] == "-" else plain) * power
    except (InvalidOperation, ValueError):
        return None
