"""Scoring: how well a column and a field of the standard go together, by the column's name and by its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from mappings.draft.naming import likeness
from mappings.engine.repair import half_width
from mappings.suggest import texts_of

if TYPE_CHECKING:
    from mappings.draft.seeing import Column
    from standards import Field

GUESS = 0.4  # below this a field is not even named
MANY = 300  # distinct words that no code list of one's own has
OVERLAP = 0.6  # share of a column's words that must be codes or labels of a list to speak for it
WORLD = ("region", "country", "currency", "unit")  # lists of what everybody calls the same: here values decide
UNLIKE = 0.2  # share of a column's words below which its values speak against a list of the world
FEW, OWN = 20, 100  # distinct words: so few may be anybody's own code list, so many are hardly ever one
PARTY_LIKE = ("producer", "sampled_unit", "consignee", "recaller", "party")


@dataclass(frozen=True)
class Target:
    """A field that a column may mean: its full path (`product.name`, `goods.0.hs_code`)."""

    path: str
    field: Field


def score(column: Column, target: Target) -> tuple[float, tuple[str, ...]]:
    """Return how well column and field go together (0 to 1), and why."""
    parts = target.path.split(".")
    block = parts[0] if len(parts) > 1 else ""
    fit, like = likeness(column.name, target.field, {"goods": "product"}.get(block, block).replace("_", " "))
    evidence = [f"called like “{like}”"] if fit >= GUESS else []
    if block in PARTY_LIKE and not _speaks_of(column.name, block):
        fit *= 0.8
    fit, seen = _by_values(fit, column, target.field)
    return min(fit, 1.0), (*evidence, *seen)


def _speaks_of(name: str, block: str) -> bool:
    words = {
        "producer": ("生产", "producer", "manufactur"),
        "sampled_unit": ("被抽样", "被抽检", "sampled"),
        "consignee": ("收货", "收发货", "consignee"),
        "recaller": ("召回", "recall", "company", "firm"),
        "party": ("declarant", "importer", "exporter", "seller", "courier", "agent", "owner", "申报", "收发货", "货主"),
    }
    return any(word in name.casefold() for word in words[block])


def _by_values(score: float, column: Column, wanted: Field) -> tuple[float, list[str]]:  # noqa: PLR0911 - one per kind
    seen = []
    if pa.types.is_timestamp(wanted.arrow) or pa.types.is_date(wanted.arrow):
        if not column.dates:
            return score * 0.3, []
        fits = column.timed == pa.types.is_timestamp(wanted.arrow)
        return score + (0.1 if fits else 0.02), [f"dates as {', '.join(column.dates)}"]
    if column.dates and column.decimals is None:
        return score * 0.3, []
    if pa.types.is_boolean(wanted.arrow):
        return (score + 0.1, ["yes or no"]) if column.yes_no else (score * 0.6, [])
    if pa.types.is_decimal(wanted.arrow) or pa.types.is_integer(wanted.arrow):
        if column.decimals is None:
            return score * (0.3 if column.words else 0.9), []
        return score + 0.08, [f"numbers with {column.decimals} places"]
    if wanted.codelist and column.words:
        known = _words_of(wanted.codelist)
        share = sum(half_width(word).casefold() in known for word in column.words) / len(column.words)
        seen = [f"{share:.0%} of its {len(column.words)} words are in the list {wanted.codelist}"]
        if share >= OVERLAP:
            return max(score + 0.2, 0.5) if len(known) > 1 else score, seen
        return (score * 0.6, seen) if _contradicted(column, wanted.codelist, share) else (score, seen)
    if column.yes_no:
        return score * 0.7, []
    return score, seen


@cache
def _words_of(codelist: str) -> frozenset[str]:
    return frozenset(half_width(text).casefold() for text, _ in texts_of(codelist))


def _contradicted(column: Column, codelist: str, share: float) -> bool:
    """Whether the words of a column speak against a list: too many, or not what everybody calls these things."""
    if codelist in WORLD:
        return share < UNLIKE
    words = len(column.words)
    return words > MANY or (share < UNLIKE / 4 and words > max(FEW, min(OWN, 2 * len(_words_of(codelist)) / 3)))
