"""Scoring: how well a column and a field of the standard go together, by the column's name and by its values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from mappings.draft.naming import has_part, is_generic, likeness
from mappings.engine.text.repair import half_width
from mappings.suggest import texts_of
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.draft.column_profile import Column
    from standards import Field

GUESS = 0.4  # below this a field is not even named
SURE = 0.72  # from here on a proposal is written as a rule; below it is a TODO
DOUBTED = SURE - 0.02  # a proposal with a doubt has at most this score
EXACT = 0.95  # a name that is a field's own, or what people call it
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
PARTY_LIKE = ("producer", "sampled_unit", "consignee", "recaller", "party")


@dataclass(frozen=True)
class Target:
    """A field that a column may mean: its full path (`product.name`, `goods.0.hs_code`)."""

    path: str
    field: Field


def score(column: Column, target: Target) -> tuple[float, tuple[str, ...]]:
    """Return how well column and field go together (0 to 1), and why.

    A doubt about the pair keeps it below SURE: a person decides then.
    """
    parts = target.path.split(".")
    block = parts[0] if len(parts) > 1 else ""
    like, called = likeness(column.name, target.field, {"goods": "product"}.get(block, block).replace("_", " "))
    evidence = [f"called like “{called}”"] if like >= GUESS else []
    fit = like * 0.8 if block in PARTY_LIKE and not _names_party(column.name, block) else like
    fit, value_evidence = _by_values(fit, column, target.field)
    fit = min(fit, 1.0)
    if fit < GUESS:
        return fit, ()
    doubts = list(_doubts(like, column, target.field))
    return min(fit, DOUBTED) if doubts else fit, (*evidence, *value_evidence, *doubts)


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
    if column.decimals is not None and wanted.name.endswith(SPOKEN):
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


def _names_party(name: str, block: str) -> bool:
    parts = {
        "producer": ("生产", "producer", "manufactur"),
        "sampled_unit": ("被抽样", "被抽检", "sampled"),
        "consignee": ("收货", "收发货", "consignee"),
        "recaller": ("召回", "recall", "company", "firm"),
        "party": ("declarant", "importer", "exporter", "seller", "courier", "agent", "owner", "申报", "收发货", "货主"),
    }
    return any(part in name.casefold() for part in parts[block])


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
        if column.decimals is None:
            return score * (0.3 if column.values else 0.9), []
        return score + 0.08, [f"numbers with {column.decimals} places"]
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
