r"""What a number format of a spreadsheet shows besides the digits: a unit, a prefix, a scale, or nothing.

`0!.0,"万元"` shows 35000 as 3.5万元, and `"XF"0000` shows 17 as XF0017: the sender means what is shown.  The number is
given exactly, not rounded as the format rounds it, with the scale and the literals that are shown.  What has no such
text, for example a number divided by a thousand without a literal that says so, is a fault of the cell: either number
may be meant.  Currency signs, brackets, colours and blanks are decoration.
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

SHOWN_OTHERWISE = "SHOWN_OTHERWISE"
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
SIGNED_SECTIONS = 2  # from so many sections on, negative numbers have one of their own


@dataclass(frozen=True)
class Section:
    """One section of a number format.

    Attributes:
        before: Literals before the digits.
        after: Literals after the digits.
        scale: Power of ten by which the number is divided.
        pattern: Digits and the literals between them, for whole numbers.
        digits: Whether digits are shown at all.
        negates: Whether a minus sign stands before the digits.
        minus: Whether a minus sign, a bracket or a colour shows that a number is negative.
        condition: Comparison and operand, such as `[>=100]`.
    """

    before: str = ""
    after: str = ""
    scale: int = 0
    pattern: tuple[str, ...] = ()
    digits: bool = True
    negates: bool = False
    minus: bool = True
    condition: tuple[str, Decimal] | None = None

    @property
    def plain(self) -> bool:
        """Whether the section shows nothing but the number."""
        return self.digits and not (self.before or self.after or self.scale or self.pattern)


@lru_cache(1024)
def parse_format(code: str) -> tuple[Section, ...]:
    """Return the sections of a format code for numbers; none when it shows nothing but the number.

    >>> parse_format("0.00"), parse_format('0"元"')[0].after
    ((), '元')
    """
    parts = _split(code)
    found = tuple(_section(part) for part in parts[:3] if "@" not in LITERAL.sub("", part))  # `@` is of texts
    if len(found) > 1 and not any(each.condition for each in found) and found[1].minus is False and found[1].digits:
        return found
    if found and found[0].negates and found[0].condition is None:  # a positive number is seen with a minus sign
        return found
    return () if all(each.plain for each in _relevant(found)) else found


def _relevant(found: Sequence[Section]) -> list[Section]:
    """Return the sections that matter: many formats hide zero or show a dash for it."""
    return [each for at, each in enumerate(found) if at < 2 or each.condition]  # noqa: PLR2004 - the third is of zero


def make_sections(before: str, after: str, scale: int) -> tuple[Section, ...]:
    """Return the sections of a format whose parts are known, such as one of OpenDocument.

    Args:
        before: Literal before the number.
        after: Literal after the number.
        scale: Power of ten by which the number is divided.
    """
    shown_texts = [each if set(each) - DECORATION else "" for each in (before, after)]
    section = Section(shown_texts[0], shown_texts[1], scale)
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
    texts, commas, percent, plain, minus = [""], 0, 0, False, False
    condition: tuple[str, Decimal] | None = None
    pattern: list[str] = []
    point = seen = False
    for match in TOKEN.finditer(code):
        literal = ""
        if match["digit"]:
            if not point:
                pattern += [texts.pop()] if seen and texts[-1] else []
                texts = texts if seen and texts else [*texts, ""] if not seen else [""]
                pattern.append(match["digit"])
            commas, seen = 0, True
            continue
        if match["general"]:
            seen, texts = True, [*texts, ""]
            continue
        if match["exponent"]:
            plain = True
        elif match["bracket"] is not None:
            condition = _condition(match["bracket"]) or condition
            minus = minus or bool(COLOURS.fullmatch(match["bracket"]))
            sign = match["bracket"]
            literal = sign[1:].partition("-")[0] if sign.startswith("$") else ""
        elif match["quoted"] is not None or match["escaped"] is not None:
            literal = match["quoted"] if match["quoted"] is not None else match["escaped"]
        elif match["other"] == "," and seen:
            commas += 1
        elif match["other"] == ".":
            point = True
        elif match["other"] == "/":
            plain = True
        elif match["other"] == "%":
            percent, literal = percent + 1, "%"
        elif match["other"]:
            literal = match["other"]
        minus = minus or bool(set(literal) & set("-(—"))
        texts[-1] += literal
    if plain:
        return Section(minus=True, condition=condition)
    before, after = (texts[0], texts[-1]) if len(texts) > 1 else (texts[0], "") if not seen else ("", texts[0])
    between = [each for each in pattern if each not in "0#?"]
    scale = 3 * commas - 2 * percent
    if between == ["."]:
        scale += len(pattern) - pattern.index(".") - 1
        pattern = []
    elif not between:
        pattern = []
    shown_texts = [each if set(each) - DECORATION else "" for each in (before, after)]
    digits = seen or bool(condition and before)
    negates = seen and not shown_texts[0] and "-" in before
    return Section(
        shown_texts[0] if seen else before,
        shown_texts[1],
        scale,
        tuple(pattern),
        seen and digits,
        negates,
        minus,
        condition,
    )


def _condition(text: str) -> tuple[str, Decimal] | None:
    found = CONDITION.fullmatch(text)
    return (found[1], Decimal(found[2])) if found else None


def displayed(number: Decimal, sections: Sequence[Section], zeros: int = 0) -> str | Fault:
    """Return what a format shows of a number, with all its digits.

    Args:
        number: The value of the cell.
        sections: Of its format.
        zeros: Width to which whole numbers are padded.

    Returns:
        The text; a Fault SHOWN_OTHERWISE when another number or nothing is shown.

    >>> displayed(Decimal(35000), parse_format('0!.0,"万元"'))
    '3.5万元'
    """
    at, section = _select_section(number, sections)
    plain = format(number.normalize() if number % 1 else number.to_integral_value(), "f")
    if section is None:
        return Fault(SHOWN_OTHERWISE, plain)
    if not section.digits:
        return section.before or Fault(SHOWN_OTHERWISE, plain)
    if _is_ambiguous(number, at, section, single=len(sections) < SIGNED_SECTIONS):
        return Fault(SHOWN_OTHERWISE, plain)
    if section.plain:
        return plain
    scaled = number.scaleb(-section.scale)
    text = format(scaled.normalize() if scaled % 1 else scaled.to_integral_value(), "f")
    if section.pattern:
        if scaled % 1 or scaled < 0:
            return Fault(SHOWN_OTHERWISE, plain)
        text = _fill_pattern(text, section.pattern)
    elif zeros and not scaled % 1:
        text = f"{int(scaled):0{zeros + (scaled < 0)}d}"
    sign, text = ("-", text[1:]) if text.startswith("-") and section.before else ("", text)
    return f"{sign}{section.before}{text}{section.after}".strip()


def _is_ambiguous(number: Decimal, at: int, section: Section, *, single: bool) -> bool:
    """Return whether the digits alone are another number than what is seen: its sign, or how often it was divided."""
    if section.condition is None and section.negates and at == 0 and number > 0:
        return True
    if section.plain:
        return number < 0 and at == 1 and not section.minus and section.condition is None and not single
    return bool(section.scale) and not section.after.strip() and not section.before.strip()


def _select_section(number: Decimal, sections: Sequence[Section]) -> tuple[int, Section | None]:
    """Return the section that a number is shown by, None when none shows it."""
    if any(each.condition for each in sections):
        for at, each in enumerate(sections):
            if each.condition is None or COMPARE[each.condition[0]](number, each.condition[1]):
                return at, each
        return len(sections), None
    at = 1 if number < 0 and len(sections) > 1 else 2 if not number and len(sections) > 2 else 0  # noqa: PLR2004
    return at, sections[at] if at < 2 or sections[at].digits or sections[at].before else Section()  # noqa: PLR2004


def _fill_pattern(digits: str, pattern: Sequence[str]) -> str:
    """Return the digits of a whole number in the places of a pattern, with the words between them."""
    rest, filled = digits, ""
    first = next(at for at, sign in enumerate(pattern) if sign in "0#?")
    for at in range(len(pattern) - 1, -1, -1):
        sign = pattern[at]
        if sign not in "0#?":
            filled = sign + filled
            continue
        digit, rest = rest[-1:], rest[:-1]
        filled = (digit or ("0" if sign == "0" else "")) + filled
        if at == first:
            filled = rest + filled
    return filled
