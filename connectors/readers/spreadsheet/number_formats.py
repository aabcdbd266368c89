r"""What a number format of a spreadsheet shows besides the digits: a unit, a prefix, a scale, nothing at all.

`0!.0,"万元"` shows 35000 as 3.5万元, and `"XF"0000` shows 17 as XF0017: the sender means what is seen.  The number is
given exactly, not rounded as the format rounds it, with the scale and the words that are seen.  What cannot be told so,
such as a number divided by a thousand without a word that says it, is a fault of the cell: nobody can tell which of the
two the sender means.  Signs of currencies, brackets, colours and blanks are decoration.
(ECMA-376 part 1, 18.8.31; `!` escapes like `\` in East Asian editions.)
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from connectors.readers.rows import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DIFFERS = "SHOWN_OTHERWISE"
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General)|(?P<exponent>E[+-])'
    r"|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
LITERAL = re.compile(r'"[^"]*"|[\\!].')
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
COLOURS = re.compile(r"(?i)black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+|[黑蓝青绿红白黄洋]+色?")
DECORATION = frozenset("¥￥$€£()+-—_ \u00a0\u3000，,：:'")
MOST = 2  # of the sections for numbers that may be without a minus sign


@dataclass(frozen=True)
class Section:
    """One section of a format: the words around the digits, and by which power of ten the number is divided."""

    before: str = ""
    after: str = ""
    scale: int = 0
    pattern: tuple[str, ...] = ()  # digits and the words between them, for whole numbers
    digits: bool = True  # whether digits are shown at all
    negates: bool = False  # whether a minus sign stands before the digits
    minus: bool = True  # whether a minus sign, a bracket or a colour tells a negative number
    condition: tuple[str, Decimal] | None = None

    @property
    def plain(self) -> bool:
        """Whether it shows nothing but the number."""
        return self.digits and not (self.before or self.after or self.scale or self.pattern)


@lru_cache(1024)
def sections_of(code: str) -> tuple[Section, ...]:
    """Return the sections of a format for numbers; none when all that they show is the number."""
    parts = _split(code)
    found = tuple(_section(part) for part in parts[:3] if "@" not in LITERAL.sub("", part))  # `@` is of texts
    if len(found) > 1 and not any(each.condition for each in found) and found[1].minus is False and found[1].digits:
        return found
    if found and found[0].negates and found[0].condition is None:  # a positive number is seen with a minus sign
        return found
    return () if all(each.plain for each in _relevant(found)) else found


def _relevant(found: Sequence[Section]) -> list[Section]:
    """Return the sections that matter: many formats hide a zero, or show a dash for it, and mean no more by that."""
    return [each for at, each in enumerate(found) if at < 2 or each.condition]  # noqa: PLR2004 - the third is of zero


def section_of(before: str, after: str, scale: int) -> tuple[Section, ...]:
    """Return the format of other programs, of which the parts are known: words around the number, and the scale."""
    kept = [each if set(each) - DECORATION else "" for each in (before, after)]
    section = Section(kept[0], kept[1], scale)
    return () if section.plain else (section,)


def _split(code: str) -> list[str]:
    """Return the sections; a semicolon in quotes separates none."""
    parts = [""]
    for match in TOKEN.finditer(code):
        if match[0] == ";":
            parts.append("")
        else:
            parts[-1] += match[0]
    return parts


def _section(code: str) -> Section:  # noqa: C901, PLR0912 - one branch for each kind of sign
    words, commas, percent, plain, minus = [""], 0, 0, False, False
    condition: tuple[str, Decimal] | None = None
    pattern: list[str] = []
    point = seen = False
    for match in TOKEN.finditer(code):
        word = ""
        if match["digit"]:
            if not point:
                pattern += [words.pop()] if seen and words[-1] else []
                words = words if seen and words else [*words, ""] if not seen else [""]
                pattern.append(match["digit"])
            commas, seen = 0, True
            continue
        if match["general"]:
            seen, words = True, [*words, ""]
            continue
        if match["exponent"]:
            plain = True
        elif match["bracket"] is not None:
            condition = _condition(match["bracket"]) or condition
            minus = minus or bool(COLOURS.fullmatch(match["bracket"]))
            sign = match["bracket"]
            word = sign[1:].partition("-")[0] if sign.startswith("$") else ""
        elif match["quoted"] is not None or match["escaped"] is not None:
            word = match["quoted"] if match["quoted"] is not None else match["escaped"]
        elif match["other"] == "," and seen:
            commas += 1
        elif match["other"] == ".":
            point = True
        elif match["other"] == "/":
            plain = True
        elif match["other"] == "%":
            percent, word = percent + 1, "%"
        elif match["other"]:
            word = match["other"]
        minus = minus or bool(set(word) & set("-(—"))
        words[-1] += word
    if plain:
        return Section(minus=True, condition=condition)
    before, after = (words[0], words[-1]) if len(words) > 1 else (words[0], "") if not seen else ("", words[0])
    between = [each for each in pattern if each not in "0#?"]
    scale = 3 * commas - 2 * percent
    if between == ["."]:
        scale += len(pattern) - pattern.index(".") - 1
        pattern = []
    elif not between:
        pattern = []
    kept = [each if set(each) - DECORATION else "" for each in (before, after)]
    digits = seen or bool(condition and before)
    negates = seen and not kept[0] and "-" in before
    return Section(
        kept[0] if seen else before, kept[1], scale, tuple(pattern), seen and digits, negates, minus, condition
    )


def _condition(text: str) -> tuple[str, Decimal] | None:
    found = CONDITION.fullmatch(text)
    return (found[1], Decimal(found[2])) if found else None


def shown(number: Decimal, sections: Sequence[Section], zeros: int = 0) -> str | Fault:
    """Return what is seen of a number, exactly; a Fault when what is seen is another number or nothing."""
    at, section = _chosen(number, sections)
    plain = format(number.normalize() if number % 1 else number.to_integral_value(), "f")
    if section is None:
        return Fault(DIFFERS, plain)
    if not section.digits:
        return section.before or Fault(DIFFERS, plain)
    if _seen_otherwise(number, at, section, alone=len(sections) < MOST):
        return Fault(DIFFERS, plain)
    if section.plain:
        return plain
    scaled = number.scaleb(-section.scale)
    text = format(scaled.normalize() if scaled % 1 else scaled.to_integral_value(), "f")
    if section.pattern:
        if scaled % 1 or scaled < 0:
            return Fault(DIFFERS, plain)
        text = _laid_out(text, section.pattern)
    elif zeros and not scaled % 1:
        text = f"{int(scaled):0{zeros + (scaled < 0)}d}"
    sign, text = ("-", text[1:]) if text.startswith("-") and section.before else ("", text)
    return f"{sign}{section.before}{text}{section.after}".strip()


def _seen_otherwise(number: Decimal, at: int, section: Section, *, alone: bool) -> bool:
    """Return whether the digits alone are another number than what is seen: its sign, or how often it was divided."""
    if section.condition is None and section.negates and at == 0 and number > 0:
        return True
    if section.plain:
        return number < 0 and at == 1 and not section.minus and section.condition is None and not alone
    return bool(section.scale) and not section.after.strip() and not section.before.strip()


def _chosen(number: Decimal, sections: Sequence[Section]) -> tuple[int, Section | None]:
    """Return the section that a number is shown by, None when none shows it."""
    if any(each.condition for each in sections):
        for at, each in enumerate(sections):
            if each.condition is None or COMPARE[each.condition[0]](number, each.condition[1]):
                return at, each
        return len(sections), None
    at = 1 if number < 0 and len(sections) > 1 else 2 if not number and len(sections) > 2 else 0  # noqa: PLR2004
    return at, sections[at] if at < 2 or sections[at].digits or sections[at].before else Section()  # noqa: PLR2004


def _laid_out(digits: str, pattern: Sequence[str]) -> str:
    """Return the digits of a whole number in the places of a pattern, with the words between them."""
    rest, made = digits, ""
    first = next(at for at, sign in enumerate(pattern) if sign in "0#?")
    for at in range(len(pattern) - 1, -1, -1):
        sign = pattern[at]
        if sign not in "0#?":
            made = sign + made
            continue
        digit, rest = rest[-1:], rest[:-1]
        made = (digit or ("0" if sign == "0" else "")) + made
        if at == first:
            made = rest + made
    return made
