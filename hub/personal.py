"""Numbers of persons that can be recognised by themselves, wherever they stand in a text.

A value is masked by a mark that says what stood there: `[***id]`, `[***phone]`.  The marks are Latin words in every
language, so that a text is masked the same way whoever reads it; `***` is what they have in common with a hidden cell.
A number is recognised in full-width signs, with any blanks and dashes, and with signs between its digits that nobody
sees.

- `id`: GB 11643: 18 digits with province and day of birth, the first 17 of them (in an identifier, with the right check
  digit too or a birth before 2000), or 15 digits with province and day of birth; a Hong Kong identity card with its
  check digit
- `phone`: mainland mobile numbers with or without +86, and fixed lines with their area code set apart
- `passport`: Chinese passports, permits for Hong Kong, Macao and Taiwan; without a word for them only in a narrative
- `card`: bank cards of 16 or 19 digits with the right check digit (ISO/IEC 7812) and no date in them
- `plate`: vehicle plates (GA 36), those of new-energy vehicles included
- `mail`: e-mail addresses
- `account`: names of WeChat and numbers of QQ after a word for them; letters alone only after `:`, `号` or the like

Sources: GB 11643-1999; GA 36-2018; the numbering plan of MIIT for 1[3-9] mobile numbers; the 1999 rule of 15 digits.
The forms of accounts (6 to 20 signs from a letter on; 5 to 11 digits) are from general knowledge, not from a document.
"""

from __future__ import annotations

import re
from datetime import date
from enum import IntEnum
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from hub.glyphs import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MASK = "***"
PERSON = "person"
QUOTED = 200  # characters that are shown of the words of another program


class Depth(IntEnum):
    """How much of a text is taken for personal: the less free a column is, the surer a form must be."""

    THING = -1  # bar codes, lots: eleven digits are a UPC, never a telephone
    IDENTIFIER = 0  # record numbers, codes of things: an 18-digit number needs its check digit
    VALUE = 1  # dates, amounts, coded words
    NAME = 2  # names, titles, labels, models
    NARRATIVE = 3  # sentences


PROVINCES = frozenset(map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55)))) | {
    *("61", "62", "63", "64", "65", "71", "81", "82", "83", "91")
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
OF_NUMBERS = 2016  # from this year on, place + day + serial is rather the number of a case than a mistyped identity
OLDER = 2000  # before this year nobody numbers what is still sent: also a record number is then a mistyped identity
FIRST_YEAR, PAST = 1850, 2100  # of a day of birth: wide, for a mistyped year is still somebody's number

# Signs that look like ordinary ones: full-width letters and digits, all blanks, all dashes.
BLANKS = (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
DASHES = (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63)
FULL = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(BLANKS, ord(" "))
    | dict.fromkeys(DASHES, ord("-"))
)
# What cannot be seen between two digits does not part them; the class is of literal signs, for both kinds of patterns.
UNSEEN = re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), INVISIBLE)
_UNSEEN = re.compile(UNSEEN)
GAP = "[ -]?"
# Nor are they the places of a decimal number, such as a longitude of eleven places.
NO_DIGIT_BEFORE, NO_DIGIT_AFTER = r"(?<![0-9])(?<![0-9]\.)", r"(?![0-9])(?!\.[0-9])"
# The id of a batch of the afternoon, 20261129-140113-90017e2c, has eleven digits like those of a telephone.
NO_BATCH = r"(?!(?<=[0-9]{8}-)[0-9]{6}-[0-9a-f]{8}(?![0-9A-Za-z]))"
PLACE_SIGNS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
PLATE_SIGN = "A-HJ-NP-Z"
BORN = "(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
RESIDENT = f"[1-9][0-9]{{5}} ?{BORN} ?[0-9]{{3}}[0-9Xx]?"  # hyphens stand in case numbers: 460108-20261003-0017
SPACED = "[1-9](?: ?[0-9]){16} ?[0-9Xx]"
OLD_RESIDENT = "[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}"
MOBILE = f"1[3-9][0-9](?:{GAP}[0-9]){{8}}"
DOTTED = "1[3-9][0-9][./·_][0-9]{4}[./·_][0-9]{4}"
FIXED = r"(?:\(0[0-9]{2,3}\) ?|0[0-9]{2,3}[ -])[2-8][0-9]{6,7}"
CARD = f"[3-6][0-9]{{3}}(?:{GAP}[0-9]{{4}}){{3}}(?:{GAP}[0-9]{{3}})?"
PASSPORT = "(?:E[A-HJ-NP-Z][0-9]{7}|[DEGKPS][0-9]{8}|1[45][0-9]{7}|[HMCLT][0-9]{8}(?:[0-9]{2})?|C[A-Z][0-9]{7})"
BARE_PASSPORT = "(?:E[A-HJ-NP-Z][0-9]{7}|[EG][0-9]{8}|[HM][0-9]{10})"
HONG_KONG = r"[A-Z]{1,2}[0-9]{6}\([0-9A]\)"
PLATE_BODY = f"(?:[0-9{PLATE_SIGN}]{{4}}[挂学警港澳]|[0-9{PLATE_SIGN}]{{5,6}})"
PLATE = f"[{PLACE_SIGNS}][{PLATE_SIGN}][·•. -]?{PLATE_BODY}"
MAIL = r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
MESSENGER = "微信|扣扣|[Ww]e[Cc]hat|WECHAT|[Ww]eixin|[Vv][Xx]|[Ww][Xx]|QQ|qq"
ANNOUNCED = "(?:号码|帐号|账号|号|群|ID|id)?(?:[:=是为]|加我)?"  # what stands between the word and the name
ACCOUNT = f"(?:{MESSENGER}) ?{ANNOUNCED} ?(?P<account>[A-Za-z][A-Za-z0-9_-]{{5,19}}|[1-9][0-9]{{4,10}})"
SPEAKS = re.compile(r"(?:护照|通行证|回乡证|台胞证|证件|证号|passport|permit|travel doc)[^0-9]{0,12}$", re.IGNORECASE)
CALLS = re.compile(r"(?:卡号|账号|帐号|银行卡|card)[^0-9]{0,8}$", re.IGNORECASE)

# A search in one go over many texts (RE2: no looking around): it may find too much, never too little.
WIDE = "[０-９Ａ-Ｚａ-ｚ＠]"
ODD = f"[－{''.join(map(chr, (*BLANKS, *DASHES)))}]"
DISGUISED = f"{WIDE}|[0-9]{ODD}+[0-9]|{UNSEEN}"
ROUGH_NUMBER = f"{MOBILE}|{DOTTED}|{RESIDENT}|{SPACED}|{OLD_RESIDENT}|[A-Za-z0-9]@[A-Za-z0-9]|{DISGUISED}"
ROUGH_PLATE = f"[{PLACE_SIGNS}][{PLATE_SIGN}][·•. -]?[0-9{PLATE_SIGN}]{{4}}"
ROUGH_TEXT = f"{ROUGH_NUMBER}|{FIXED}|{CARD}|[A-Z][0-9]{{6}}[(（]|{ROUGH_PLATE}|[A-Z1][A-Z0-9][0-9]{{7}}|{MESSENGER}"


def rough(depth: Depth) -> str:
    """Return the pattern (RE2) without which no text of such a column holds anything personal."""
    return ROUGH_TEXT if depth >= Depth.NAME else ROUGH_NUMBER


def mark(kind: str) -> str:
    """Return what stands in the place of a hidden value of a kind."""
    return f"[{MASK}{kind}]"


def half(text: str) -> str:
    """Return the text with full-width signs as ordinary ones; every character keeps its place."""
    return text if text.isascii() else text.translate(FULL)


def masked(text: str, depth: Depth = Depth.NARRATIVE) -> str:
    """Return the text with every number of a person replaced by its mark."""
    spans = list(found(text, depth))
    if not spans:
        return text
    parts, at = [], 0
    for begin, end, kind in spans:
        parts += [text[at:begin], mark(kind)]
        at = end
    return "".join([*parts, text[at:]])


def quoted(text: str, most: int = QUOTED) -> str:
    """Return the words of another program (a driver, a server, a library) as a fault may show them.

    They may quote a value: numbers of persons are hidden before the text is cut, so that no part of one is left.
    """
    return masked(" ".join(text.split()))[:most]


class PersonalNumber(NamedTuple):
    """Where a number of a person stands in a text, and its kind."""

    begin: int  # 0-based
    end: int  # of the first character after it
    kind: str  # phone, resident_id ..., as its mark names it


def found(text: str, depth: Depth = Depth.NARRATIVE) -> Iterator[PersonalNumber]:
    """Yield every number of a person in a text, from left to right, none within another."""
    plain, at = half(text), 0
    places: Sequence[int] = range(len(plain))
    if not plain.isascii() and _UNSEEN.search(plain):
        places = [place for place, char in enumerate(plain) if not _UNSEEN.match(char)]
        plain = "".join(plain[place] for place in places)
    pattern = FORMS[depth >= Depth.NAME]
    while hit := pattern.search(plain, at):
        kind = str(hit.lastgroup)
        if TESTS[kind](hit, plain, depth):
            begin, end = hit.span(kind)
            yield PersonalNumber(places[begin], places[end - 1] + 1, KINDS.get(kind, kind))
            at = hit.end()
        else:  # something else may begin within it
            at = hit.start() + 1


def resident(number: str) -> bool:
    """Whether 18 characters are a resident identity number with the right check digit and a day of birth.

    Not python-stdnum's `is_valid`: that also wants the county to have existed in the year of birth, which turns away
    people who were registered later, and does not know the residents of Hong Kong, Macao and Taiwan (81, 82, 83).
    A test holds that the check digit is python-stdnum's; every person of a file passes here, so this one is in C.
    """
    return (
        len(number) == len(WEIGHTS) + 1
        and number[:-1].isdigit()
        and CHECKS[sum(map(mul, WEIGHTS, map(int, number[:-1]))) % len(CHECKS)] == number[-1].upper()
        and _is_day(number[6:14])
    )


def _is_day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return FIRST_YEAR <= day.year < PAST


def _a_resident(hit: re.Match[str], plain: str, depth: Depth) -> bool:
    number = re.sub("[ -]", "", hit[0]).upper()
    if resident(number):
        return number[:2] in PROVINCES
    if depth == Depth.IDENTIFIER and hit[0].strip() != plain.strip():
        return False
    latest = OLDER if depth == Depth.IDENTIFIER else OF_NUMBERS
    return _is_day(number[6:14]) and int(number[6:10]) < latest and number[:2] in PROVINCES


def _a_spaced_resident(hit: re.Match[str], _: str, __: Depth) -> bool:
    number = hit[0].replace(" ", "")
    return resident(number) and number[:2] in PROVINCES


def _an_old_resident(hit: re.Match[str], _: str, depth: Depth) -> bool:
    return depth in {Depth.VALUE, Depth.NARRATIVE} and hit[0][:2] in PROVINCES and _is_day(f"19{hit[0][6:12]}")


def _a_mobile(hit: re.Match[str], plain: str, depth: Depth) -> bool:
    if depth == Depth.THING:
        return False
    if depth == Depth.IDENTIFIER:  # the whole cell, without anything around it
        return hit[0].strip() == plain.strip()
    return True


def _a_card(hit: re.Match[str], plain: str, _: Depth) -> bool:
    digits = re.sub("[ -]", "", hit[0])
    if len(digits) not in {16, 19} or not _luhn(digits):
        return False
    if CALLS.search(plain[: hit.start()]) or digits != hit[0]:
        return True
    return digits.startswith("62") and not any(_is_day(digits[at : at + 8]) for at in range(len(digits) - 7))


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(each - 9 if each > 9 else each for each in doubled)) % 10 == 0  # noqa: PLR2004


def _a_passport(hit: re.Match[str], plain: str, depth: Depth) -> bool:
    if SPEAKS.search(plain[: hit.start()]):
        return True
    bare = re.fullmatch(BARE_PASSPORT, hit[0]) is not None
    return depth >= Depth.NARRATIVE and bare and not _is_day(hit[0][1:9])


def _in_hong_kong(hit: re.Match[str], _: str, __: Depth) -> bool:
    letters, digits, check = re.fullmatch(r"([A-Z]{1,2})([0-9]{6})\(([0-9A])\)", hit[0]).groups()  # type: ignore[union-attr]
    values = [36, *(ord(each) - 55 for each in letters)][-2:] + [int(each) for each in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0123456789A"[-total % 11] == check


def _a_plate(hit: re.Match[str], _: str, __: Depth) -> bool:
    return sum(char.isdigit() for char in hit[0]) > 1


def _an_account(hit: re.Match[str], plain: str, _: Depth) -> bool:
    lead, name = plain[hit.start() : hit.start("account")].strip(), hit["account"]
    if lead[-1] in ":=是为号我Dd":
        return True
    if name.isdigit():  # a name of WeChat begins with a letter
        return lead[0] in "Qq扣"
    return any(sign in "0123456789_-" for sign in name)


def _always(_: re.Match[str], __: str, ___: Depth) -> bool:
    return True


NUMBERS = {
    "mail": MAIL,
    "id": rf"{NO_DIGIT_BEFORE}{RESIDENT}{NO_DIGIT_AFTER}",
    "spaced": rf"{NO_DIGIT_BEFORE}{SPACED}{NO_DIGIT_AFTER}",
    "old": rf"{NO_DIGIT_BEFORE}{OLD_RESIDENT}{NO_DIGIT_AFTER}",
    "phone": rf"{NO_DIGIT_BEFORE}{NO_BATCH}(?:\+?(?:00)?86{GAP})?(?:{MOBILE}|{DOTTED}){NO_DIGIT_AFTER}",
}
TEXTS = {
    "card": rf"{NO_DIGIT_BEFORE}{CARD}{NO_DIGIT_AFTER}",
    "fixed": rf"{NO_DIGIT_BEFORE}{FIXED}{NO_DIGIT_AFTER}",
    "hongkong": rf"(?<![A-Za-z0-9]){HONG_KONG}",
    "passport": rf"(?<![A-Za-z0-9.-]){PASSPORT}(?![A-Za-z0-9])",
    "plate": rf"{PLATE}(?![0-9A-Za-z])",
    "account": rf"(?<![A-Za-z0-9]){ACCOUNT}(?![A-Za-z0-9])",
}
FORMS = [
    re.compile(
        "|".join(pattern if f"(?P<{name}>" in pattern else f"(?P<{name}>{pattern})" for name, pattern in forms.items())
    )
    for forms in (NUMBERS, NUMBERS | TEXTS)
]
KINDS = {"old": "id", "spaced": "id", "fixed": "phone", "hongkong": "id"}
TESTS: dict[str, Callable[[re.Match[str], str, Depth], bool]] = {
    "mail": _always,
    "id": _a_resident,
    "spaced": _a_spaced_resident,
    "old": _an_old_resident,
    "phone": _a_mobile,
    "card": _a_card,
    "fixed": _always,
    "hongkong": _in_hong_kong,
    "passport": _a_passport,
    "plate": _a_plate,
    "account": _an_account,
}
