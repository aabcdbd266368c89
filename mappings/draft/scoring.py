"""Scoring: how well a column and a field of the standard go together, by the column's name and by its values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from mappings.draft.naming import EXACT, has_part, is_generic, likeness, symbol_in
from mappings.engine.text.repair import half_width
from mappings.suggest import texts_of
from standards import standard
from standards.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.draft.column_profile import Column
    from standards import Field

GUESS = 0.4  # below this a field is not even named
SURE = 0.72  # from here on a proposal is written as a rule; below it is a TODO
DOUBTED = SURE - 0.02  # a proposal with a doubt has at most this score
STRAY = 0.02  # share of a column's numbers that may lie outside of a field's limits: slips, and 99 for "unknown"
HALF = 0.5  # of the rows must have what every record needs
OWN_FORM = 80  # a list with so many codes is not rebuilt by an agency
MANY = 300  # an agency's own code list has fewer values
OVERLAP = 0.6  # share of a column's values that must be codes or labels of a list to count for it
WORLD = ("region", "country", "currency", "unit")  # lists of what everybody calls the same: here values decide
UNLIKE = 0.2  # share of a column's values below which they count against a list of the world
FEW, OWN = 20, 100  # distinct values: so few may be an agency's own code list, so many are hardly ever one
CODE = re.compile(r"[\w./:-]{1,64}", re.ASCII)  # form of a number: no blanks, no sentences
SPOKEN = ("name", "text", "narrative", "summary", "description", "remark")  # ends of the names of text fields
UNIT = 0.1  # what it counts that the column's name says a unit like the field's
PARTY = "party"
PARTY_PARTS = (  # one of them is part of the name of a column about a party
    *("manufactur", "company", "firm", "enterprise", "declarant", "importer", "exporter", "seller", "courier", "agent"),
    *("owner", "producer", "consignee", "sampled", "生产", "企业", "公司", "申报", "收货", "收发货", "货主"),
    *("被抽样", "被抽检"),
)


@dataclass(frozen=True)
class Target:
    """A field that a column may mean: its full path (`product.name`, `goods.0.hs_code`)."""

    path: str
    field: Field

    @property
    def block(self) -> str:
        """The list or block that the field is in, "" for a field of the record."""
        first, dot, _ = self.path.partition(".")
        return first if dot else ""


class Score(NamedTuple):
    """How well a column and a field go together: `fit` in all (above 1 where values fit), `like` by name (0 to 1)."""

    fit: float
    like: float
    evidence: tuple[str, ...] = ()


def score(column: Column, target: Target) -> Score:
    """Return how well column and field go together, and why.

    A doubt about the pair keeps it below SURE: a person decides then.
    """
    block = target.block
    like, called = likeness(column.name, target.field, {"goods": "product"}.get(block, block).replace("_", " "))
    evidence = [f"called like “{called}”"] if like >= GUESS else []
    fit = like * 0.8 if block == PARTY and not _names_party(column.name) else like
    fit, value_evidence = _by_values(fit, column, target.field)
    if fit < GUESS:
        return Score(fit, like)
    doubts = list(_doubts(like, column, target.field))
    return Score(min(fit, DOUBTED) if doubts else fit, like, (*evidence, *value_evidence, *doubts))


def _doubts(like: float, column: Column, wanted: Field) -> Iterator[str]:
    """Yield the doubts about a pair whose name and kind of values fit."""
    if like < EXACT and not column.values:
        yield "empty in the sample"
    if wanted.required and column.filled < HALF * column.rows:
        yield f"empty in {column.rows - column.filled} of {column.rows} rows"
    if wanted.name == "event_at" and like < EXACT and has_part(column.name, "of_the_record"):
        yield "the name speaks of another time than the event's"
    if wanted.name == "source_record_no" and column.counts_rows:
        yield "it counts the rows of this file"
    if column.when.first_of_month:
        yield "always the first of a month: perhaps a month"
    if column.decimals is not None and wanted.name.endswith(SPOKEN) and not wanted.name.endswith("_code_text"):
        yield "numbers where words are meant"
    if pa.types.is_decimal(wanted.arrow) or pa.types.is_integer(wanted.arrow):
        share, worst = column.share_outside(wanted.minimum, wanted.maximum)
        if worst is not None and share > STRAY:
            yield f"{share:.0%} of its numbers are outside of {_limits(wanted)}, such as {worst:g}"
    yield from _doubts_of_values(like, column, wanted)


def _doubts_of_values(like: float, column: Column, wanted: Field) -> Iterator[str]:
    """Yield the doubts from the distinct values: one value only, values that are no codes, a generic name."""
    if column.constant and (like < EXACT or (wanted.codelist is not None and wanted.codelist not in WORLD)):
        yield "one value in all rows"
    listed = len(column.plain_values & _texts(wanted.codelist)) / max(len(column.values), 1) if wanted.codelist else 0
    if wanted.codelist and not listed and column.values and _is_of_another_form(column, wanted.codelist):
        yield f"its values do not have the form of the codes of {wanted.codelist}"
    if is_generic(column.name) and (listed < OVERLAP or all(map(str.isdigit, column.values))):
        yield "a name that may mean anything"


def _limits(wanted: Field) -> str:
    if wanted.maximum is None:
        return f"{wanted.minimum:g} or more"
    return f"{wanted.minimum:g} to {wanted.maximum:g}" if wanted.minimum is not None else f"{wanted.maximum:g} or less"


def _is_of_another_form(column: Column, codelist: str) -> bool:
    """Whether a column holds codes, and the codes of this large list have another form."""
    codes = _codes_of(codelist)
    if len(codes) < OWN_FORM or not all(map(CODE.fullmatch, column.values)):
        return False
    lengths = {len(code) for code in codes}
    return all(len(value) not in lengths or (value.isdigit() != next(iter(codes)).isdigit()) for value in column.values)


@cache
def _codes_of(codelist: str) -> frozenset[str]:
    return frozenset(standard().codelists[codelist].codes.to_pylist())


def _names_party(name: str) -> bool:
    return any(part in name.casefold() for part in PARTY_PARTS)


def _by_values(score: float, column: Column, wanted: Field) -> tuple[float, list[str]]:  # noqa: PLR0911 - one per kind
    evidence = []
    if pa.types.is_timestamp(wanted.arrow) or pa.types.is_date(wanted.arrow):
        if not column.dated:
            return score * 0.3, []
        fits = column.timed == pa.types.is_timestamp(wanted.arrow)
        return score + (0.1 if fits else 0.02), [dates_evidence(column)]
    if column.dated and column.decimals is None:
        return score * 0.3, []
    if pa.types.is_boolean(wanted.arrow):
        return (score + 0.1, ["yes or no"]) if column.yes_no else (score * 0.6, [])
    if pa.types.is_decimal(wanted.arrow) or pa.types.is_integer(wanted.arrow):
        return _by_numbers(score, column, wanted)
    if wanted.codelist and column.values:
        known = _texts(wanted.codelist)
        share = len(column.plain_values & known) / len(column.values)
        evidence = [f"{share:.0%} of its {len(column.values)} words are in the list {wanted.codelist}"]
        if share >= OVERLAP:
            return max(score + 0.2, 0.5) if len(known) > 1 else score, evidence
        return (score * 0.6, evidence) if _contradicted(column, wanted.codelist, share) else (score, evidence)
    if column.yes_no:
        return score * 0.7, []
    return score, evidence


def _by_numbers(score: float, column: Column, wanted: Field) -> tuple[float, list[str]]:
    if column.decimals is None:
        return score * (0.3 if column.values else 0.9), []
    evidence = [f"numbers with {column.decimals} places"]
    if _same_kind_of_unit(column.name, wanted.unit):
        return score + 0.08 + UNIT, [*evidence, f"in a unit that can be turned into {wanted.unit}"]
    return score + 0.08, evidence


def _same_kind_of_unit(name: str, unit: str | None) -> bool:
    """Whether the unit in a column's name can be turned into that of a field: 万元 into CNY."""
    one, other = unit_of(symbol_in(name) or ""), unit_of(unit or "")
    return one is not None and other is not None and one.base == other.base


def dates_evidence(column: Column) -> str:
    """Return how the dates of a column are written, and what of it is not what it seems."""
    if column.when.rivals:
        return f"dates as {' or '.join(column.when.rivals)}: no value tells which"
    forms = f"dates as {', '.join(column.dates)}"
    return f"{forms}; every time is midnight, so the day is meant" if column.when.midnight else forms


@cache
def _texts(codelist: str) -> frozenset[str]:
    return frozenset(half_width(text).casefold() for text, _ in texts_of(codelist))


def _contradicted(column: Column, codelist: str, share: float) -> bool:
    """Whether the values of a column count against a list: too many, or not the common names of these things."""
    if codelist in WORLD:
        return share < UNLIKE
    count = len(column.values)
    return count > MANY or (share < UNLIKE / 4 and count > max(FEW, min(OWN, 2 * len(_texts(codelist)) / 3)))
