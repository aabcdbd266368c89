"""The subject of a rule: which text a field is made from, before any conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, failed
from mappings.engine.model.rule import Fault, named_group
from mappings.engine.text.document_numbers import normal_numbers

if TYPE_CHECKING:
    from mappings.engine.model.rule import Rule
    from mappings.engine.run.scope import Scope

POWERED = r"[0-9]\s?[⁰¹²³⁴-⁹⁺⁻₀-₉½⅓⅔¼¾⅕-⅞①-⑳]|[0-9]\s?\^|[0-9]\s?[×xX*·]\s?10(?:$|[^0-9.,])"
EXPONENT = "[0-9]\\s?[eE][+-]?[0-9]"


def subject_text(rule: Rule, scope: Scope, where: pa.Array | None = None) -> tuple[pa.Array, list[Fault]]:
    """Return the text that a rule works on, and the faults on the way.

    The text is null where there is none, and where the rule does not fill its field.

    Args:
        rule: The rule.
        scope: The scope of its columns.
        where: Where it fills its field (boolean).
    """
    cells = [scope.text(cell, rule, where) for cell in rule.cells]
    faults: list[Fault] = []
    match rule.subject:
        case "column" | "item":
            text = cells[0]
        case "first":
            text = pc.coalesce(*cells)
        case "join":
            widths = rule.options.get("widths") or [0] * len(cells)
            cells = [padded(cell, width)[0] if width else cell for cell, width in zip(cells, widths, strict=True)]
            text = _joined(cells, rule.options.get("with", ""))
        case _:
            text, faults = _computed(rule, cells)
    return _shaped(rule, text, faults)


def _joined(cells: list[pa.Array], separator: str) -> pa.Array:
    """Join the filled cells; null where none is filled (Arrow would drop such an element altogether)."""
    nothing = pc.is_null(pc.coalesce(*cells))
    first = pc.if_else(nothing, "", cells[0])
    joined = pc.binary_join_element_wise(first, *cells[1:], separator, null_handling="skip")
    return pc.if_else(nothing, pa.scalar(None, pa.string()), joined)


def _computed(rule: Rule, cells: list[pa.Array]) -> tuple[pa.Array, list[Fault]]:
    assert rule.function is not None  # noqa: S101 - else the rule was refused
    text = rule.function(*cells)
    expected = (rule.function.__doc__ or "").strip().split("\n")[0]
    return text, [Fault("WRONG_PATTERN", failed(cells[0], text), expected)]


def _shaped(rule: Rule, text: pa.Array, faults: list[Fault]) -> tuple[pa.Array, list[Fault]]:
    whole = text
    if "extract" in rule.options:
        pattern = rule.options["extract"]
        found = pc.struct_field(pc.extract_regex(text, named_group(pattern)), "value")
        lost = failed(text, found)
        if "unmatched" not in rule.options and any_true(lost):
            faults = [*faults, Fault("WRONG_PATTERN", lost, pattern)]
        text = found
        if pa.types.is_decimal(rule.target.arrow) or pa.types.is_integer(rule.target.arrow):
            text, cut = _whole_numbers(whole, found)
            faults = [*faults, *([Fault("BAD_NUMBER", cut)] if any_true(cut) else ())]
    case = rule.options.get("case")
    if case:
        text = pc.utf8_upper(text) if case == "upper" else pc.utf8_lower(text)
    if "pad" in rule.options:
        text, short = padded(text, rule.options["pad"])
        faults = [*faults, *([Fault("REPAIRED_PADDING", short)] if any_true(short) else ())]
    if "document_no" in rule.options:
        text = normal_numbers(text, court=rule.options["document_no"] == "court")
    if "prefix" in rule.options:
        text = pc.binary_join_element_wise(rule.options["prefix"], text, "")
    return text, faults


def _whole_numbers(whole: pa.Array, found: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the numbers that were taken out of texts, without those of which only a part was, and where these are.

    10⁴ is not 10, and 1.2E4 is not 1.2.
    """
    powered = pc.match_substring_regex(whole, POWERED)
    short = pc.and_(pc.match_substring_regex(whole, EXPONENT), pc.invert(pc.match_substring_regex(found, "[eE]")))
    cut = pc.fill_null(pc.or_kleene(powered, short), fill_value=False)
    cut = pc.and_(cut, pc.is_valid(found))
    return pc.if_else(cut, pa.scalar(None, pa.string()), found), cut


def padded(text: pa.Array, width: int) -> tuple[pa.Array, pa.Array]:
    """Return texts of digits with the zeros that were left out at their front, and where there were any."""
    size = pc.utf8_length(text)
    short = pc.and_kleene(pc.less(size, width), pc.match_substring_regex(text, "^[0-9]+$"))
    short = pc.fill_null(short, fill_value=False)
    return (pc.if_else(short, pc.utf8_lpad(text, width, padding="0"), text) if any_true(short) else text), short
