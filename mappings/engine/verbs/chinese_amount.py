"""`chinese_amount:`: an amount in words (壹万贰仟叁佰元伍角整) or in digits (3.5万元, 1,200元) in yuan.

An amount is taken only where the whole text can be read in one way.  一万二 (12000 in speech, 10002 as it is written)
and 3万5 are none, nor is an amount of another currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from mappings.engine.arrays import by_distinct, failed
from mappings.engine.model.rule import Outcome

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment
    from mappings.engine.verbs.numbers import Numbers

# Every sign of a number is one letter below: digits are digits, the others are these factors.
FACTORS = {"S": 10, "B": 100, "Q": 1_000, "W": 10_000, "Y": 100_000_000}
DIGITS = ("零〇", "一壹弌幺", "二贰貳弍两兩", "三叁參叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
SIGNS = {"S": "十拾什", "B": "百佰", "Q": "千仟", "W": "万萬", "Y": "亿億"}
PLAIN = str.maketrans(
    {sign: str(digit) for digit, signs in enumerate(DIGITS) for sign in signs}
    | {sign: letter for letter, signs in SIGNS.items() for sign in signs}
)
SPELLINGS = "".join((*DIGITS, *SIGNS.values()))
AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY)?[:\s]*(?P<sign>[-负])?\s*[¥￥]?\s*"
    rf"(?P<whole>[{SPELLINGS}]+|[0-9][0-9.,]*(?:[十百千万亿]{{1,3}}(?:[0-9]+[十百千万亿]{{1,3}})*)?)"
    rf"\s*(?:人民币)?(?:[元圆圓块](?:(?P<jiao>[{SPELLINGS}0-9])[角毛])?(?:零?(?P<fen>[{SPELLINGS}0-9])分)?)?[整正]?",
    re.IGNORECASE,
)
# An amount within a sentence ends with 元, or with the sentence.  All of a number belongs to it, also what makes it
# unreadable, such as the other end of a range: the amount is never a part of what is written.
SIGN = rf"[0-9０-９{SPELLINGS}]"
RUN = rf"{SIGN}(?:{SIGN}|[.,．， \u00a0\u3000]{{1,2}}(?=[0-9０-９十百千万亿]))*+"
ENDS = rf"\s*[元圆圓](?:[{SPELLINGS}0-9]角)?(?:[{SPELLINGS}0-9]分)?整?|(?=[。；;，,、）)]|$)"
WITHIN = rf"{RUN}(?:{ENDS})(?:\s*(?:至|到|[-~～—–])\s*{RUN}元?)?"
WHOLE = rf"(?<!{SIGN})(?<![0-9０-９][.,．， \u00a0\u3000])(?<![0-9０-９][,，] )"  # nothing of a number stands before it
SECTION = r"0?(?:[1-9]Q)?0?(?:[1-9]B)?0?(?:[1-9]?S)?0?[1-9]?"  # below ten thousand
SPELT = re.compile(rf"(?:({SECTION})Y)?(?:({SECTION})W)?({SECTION})")
TWO_WAYS = re.compile(r"[BQWY][1-9](?![SBQWY])")  # 一万二: the last digit may stand for thousands or for ones
BARE = re.compile(r"(?<![0-9SBQ])[WY]")  # ten thousand of nothing
PLACE = re.compile(r"([1-9]?)([QBS]?)")
NUMERAL = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:[.][0-9]+)?")
GROUPED = re.compile("[SBQ]?W?Y?")  # 千万 and 万亿, and not 亿万 or 百十
PARTS = re.compile(r"([0-9.,]+)([SBQWY]*)")


@dataclass(frozen=True)
class ChineseAmounts:
    """Amounts of money in yuan; `numbers` makes them values of the field."""

    numbers: Numbers
    beside: tuple[str, ...] = ()  # words next to which the amount stands in a text
    added: bool = False  # several amounts next to these words are added up

    def __call__(self, text: pa.Array, moment: Moment) -> Outcome:
        """Return amounts in yuan; null with BAD_NUMBER for what is none, OUT_OF_RANGE for what is too large.

        With `beside` the amount is the only one next to one of these words; a text without one gives null, and one with
        several that differ BAD_NUMBER, unless they are `added`.
        """
        if self.beside:
            taken = sum_next_to if self.added else next_to
            text = by_distinct(text, lambda texts: [taken(each, self.beside) for each in texts], pa.string())
        spelt = by_distinct(text, lambda texts: [in_digits(each) for each in texts], pa.string())
        values = self.numbers(spelt, moment).values
        return Outcome(values, self.numbers.faults(spelt, failed(text, values)))


def in_digits(text: str) -> str | None:
    """Return an amount as a plain number of yuan, None where it can be read in no way or in two.

    >>> in_digits("壹万贰仟叁佰元伍角整"), in_digits("3.5万元"), in_digits("一万二")
    ('12300.50', '35000.00', None)
    """
    found = AMOUNT.fullmatch(text)
    if found is None:
        return None
    whole = found["whole"].translate(PLAIN)
    yuan = _numerals(whole) if found["whole"][0].isascii() else _spelt(whole)
    tenths, hundredths = (_digit(found[part]) for part in ("jiao", "fen"))
    if yuan is None or tenths is None or hundredths is None:
        return None
    if (found["jiao"] or found["fen"]) and yuan % 1:
        return None
    amount = yuan + tenths * Decimal("0.1") + hundredths * Decimal("0.01")
    return f"{-amount if found['sign'] else amount:f}"


def next_to(text: str, terms: tuple[str, ...]) -> str | None:
    """Return the amount in a text that stands before or behind one of some words; all of them where they differ.

    >>> next_to("没收违法所得1800.00元；并处70000元罚款", ("罚款",)), next_to("罚款人民币贰万元", ("罚款",))
    ('70000元', '贰万元')
    """
    amounts = {in_digits(each): each for each in _beside(text, terms)}
    return "、".join(amounts.values()) or None


def sum_next_to(text: str, terms: tuple[str, ...]) -> str | None:
    """Return the sum of the amounts in a text that stand next to one of some words; all of them where one is none.

    >>> sum_next_to("罚款81万元；按日连续处罚81万元。", ("罚款", "处罚"))
    '1620000.00'
    """
    found = _beside(text, terms)
    amounts = [in_digits(each) for each in found]
    if not found or None in amounts:
        return "、".join(found) or None
    return f"{sum(map(Decimal, filter(None, amounts))):f}"


def _beside(text: str, terms: tuple[str, ...]) -> list[str]:
    """Return the amounts in a text that stand before or behind one of some words, in their order."""
    either = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    found = re.findall(
        rf"(?:{either})(?:金额)?(?:为|：|:)?\s*(?:人民币)?[¥￥]?\s*({WITHIN})"
        rf"|{WHOLE}({WITHIN})(?:的)?(?:行政)?(?:{either})",
        text,
    )
    return [each for pair in found for each in pair if each]


def _digit(sign: str | None) -> int | None:
    plain = (sign or "0").translate(PLAIN)
    return int(plain) if plain.isdecimal() else None


def _spelt(text: str) -> Decimal | None:
    """Return what digits and factors say together: 1W2Q3B is 12300."""
    if text == "0":
        return Decimal(0)
    found = SPELT.fullmatch(text)
    if found is None or TWO_WAYS.search(text) or BARE.search(text):
        return None
    sections = [_section(part) if part else None for part in found.groups()]
    if 0 in sections:
        return None
    return sum((Decimal(each or 0) * by for each, by in zip(sections, (10**8, 10**4, 1), strict=True)), Decimal(0))


def _section(text: str) -> int:
    places = PLACE.findall(text.replace("0", ""))
    return sum(int(digit or 1) * FACTORS.get(factor, 1) for digit, factor in places if digit or factor)


def _numerals(text: str) -> Decimal | None:
    """Return numbers times their factors, the greatest first: 1Y2000W is 120000000."""
    total, least = Decimal(0), None
    for number, signs in PARTS.findall(text):
        if not NUMERAL.fullmatch(number):
            return None
        factor = 1
        if not GROUPED.fullmatch(signs):
            return None
        for sign in signs:
            factor *= FACTORS[sign]
        amount = Decimal(number.replace(",", "")) * factor
        if least is not None and amount >= least:
            return None
        total, least = total + amount, factor
    return total
