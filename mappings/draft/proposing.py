"""Proposing: for every column the field that it most likely means, by its name and by its values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from mappings.draft.naming import likeness, numbered, plain
from mappings.engine.repair import half_width
from mappings.suggest import texts_of
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mappings.draft.seeing import Column
    from standards import Field, RecordType

SURE = 0.72  # from here on a proposal is written as a rule; below it is a TODO
GUESS = 0.4  # below this it is not even named
DRAW = 0.03
MANY = 300  # distinct words that no code list of one's own has
OVERLAP = 0.6  # share of a column's words that must be codes or labels of a list to speak for it
CODE = re.compile(r"[\w./:-]{1,64}", re.ASCII)  # what a number looks like: no blanks, no sentences
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?", re.ASCII)
NUMBERS = (" no", " number", " id", " num", "编号", "号码", "单号")  # how names of numbers end
WORLD = ("region", "country", "currency", "unit")  # lists of what everybody calls the same: here values decide
UNLIKE = 0.2  # share of a column's words below which its values speak against a list of the world
FEW, OWN = 20, 100  # distinct words: so few may be anybody's own code list, so many are hardly ever one
HALF = 0.5  # of the rows must have a number of their own for a column that is called like one to be the key
PARTY_LIKE = ("producer", "sampled_unit", "consignee", "recaller", "party")


@dataclass(frozen=True)
class Target:
    """A field that a column may mean: its full path (`product.name`, `goods.0.hs_code`)."""

    path: str
    field: Field


@dataclass(frozen=True)
class Proposal:
    """What one column is proposed to mean; `path` None when nothing is like it."""

    column: Column
    path: str | None = None
    target: Field | None = None
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # fields that are filled from the same column, such as the record's number

    @property
    def sure(self) -> bool:
        """Whether it is written as a rule."""
        return self.path is not None and self.confidence >= SURE


@dataclass(frozen=True)
class Draft:
    """The proposals for all columns of a sample as one record type, the key first found, and the event's time."""

    record_type: RecordType
    proposals: list[Proposal]
    key: Column | None
    event: Column | None = None
    filled: frozenset[str] = field(default_factory=frozenset)


def propose(columns: Sequence[Column], record_type: str | None = None) -> Draft:
    """Return the draft for the record type, or for the one whose fields the columns are most like."""
    types = [standard().types[record_type]] if record_type else list(standard().types.values())
    drafts = [_as(each, columns) for each in types]
    return max(drafts, key=lambda draft: sum(max(p.confidence - GUESS, 0) for p in draft.proposals if p.path))


def _as(record_type: RecordType, columns: Sequence[Column]) -> Draft:
    key = _key(columns)
    firsts = frozenset(base for base, number in (numbered(column.name) for column in columns) if number == 1)
    scores = [
        (score, column.name, target, because)
        for column in columns
        if not column.personal and not column.listed
        for target in _targets(record_type, column, firsts)
        for score, because in [_score(column, target)]
        if score >= GUESS
    ]
    chosen: dict[str, Proposal] = {}
    taken: set[str] = set()
    by_name = {column.name: column for column in columns}
    for score, name, target, because in sorted(scores, key=lambda each: -each[0]):
        if name in chosen or target.path in taken:
            continue
        rivals = [s for s, n, t, _ in scores if n == name and t.path != target.path and t.path not in taken]
        margin = score - max(rivals, default=0.0)
        doubt = 0.12 if margin < DRAW else 0.0  # two fields fit alike
        chosen[name] = Proposal(by_name[name], target.path, target.field, round(score - doubt, 2), because)
        taken.add(target.path)
    proposals = [chosen.get(column.name, Proposal(column)) for column in columns]
    return _completed(Draft(record_type, proposals, key))


def _key(columns: Sequence[Column]) -> Column | None:
    """Return the column that tells rows apart: unique, and called like a number, or at least looking like one."""
    usable = [each for each in columns if not (each.personal or each.dates or each.listed or _clocks(each))]
    unique = [column for column in usable if column.unique]
    coded = [column for column in unique if all(map(CODE.fullmatch, column.words))]
    named = [column for column in unique if _called_like_a_number(column)]
    return next(iter(sorted(named, key=_number_likeness, reverse=True) or coded), None)


def _clocks(column: Column) -> bool:
    return any(map(CLOCK.fullmatch, column.words))


def _number_likeness(column: Column) -> float:
    return likeness(column.name, standard().types["fire_incident"].tables[""].fields["source_record_no"])[0]


def _called_like_a_number(column: Column) -> bool:
    return _number_likeness(column) >= GUESS or plain(column.name).endswith(NUMBERS)


def _completed(draft: Draft) -> Draft:
    """Fill what every record needs from the columns at hand: its number, the time of the event."""
    fields = draft.record_type.tables[""].fields
    required = [f.path for f in fields.values() if f.required and f.arrow == pa.string() and not f.codelist]
    filled = {p.path for p in draft.proposals if p.sure}
    proposals = list(draft.proposals)
    if draft.key is None:  # the column that is called like the type's own number, although it repeats in the sample
        numbered_by = next((p.column for p in proposals if p.path in required and p.sure), None)
        draft = replace(draft, key=numbered_by)
    event = next((p.column for p in proposals if p.path == "event_at" and p.sure), None)
    if event is None:
        dated = [p for p in proposals if p.column.dates and not p.column.personal]
        best = next((p for p in dated if p.sure), dated[0] if dated else None)
        event = best.column if best else None
    for at, each in enumerate(proposals):
        also = [path for path in required if draft.key is each.column and path not in filled]
        also += ["event_at"] if each.column is event and "event_at" not in filled else []
        if also and not each.sure:
            path, *rest = also
            target = next(f for f in fields.values() if f.path == path)
            is_key = each.column is draft.key
            why = "tells every row apart" if is_key else "dates"
            alone = _called_like_a_number(each.column) if is_key else sum(bool(c.column.dates) for c in proposals) == 1
            confidence = 0.8 if alone else 0.6
            proposals[at] = replace(
                each, path=path, target=target, confidence=confidence, evidence=(why,), also=tuple(rest)
            )
        elif also:
            proposals[at] = replace(each, also=tuple(also))
    done = {path for p in proposals if p.sure for path in (p.path, *p.also)}
    return replace(draft, proposals=proposals, event=event, filled=frozenset(path for path in done if path))


def _targets(record_type: RecordType, column: Column, firsts: frozenset[str]) -> Iterable[Target]:
    """Yield the fields that a column may mean; its number is a position only where there is a first one."""
    base, number = numbered(column.name)
    place = (number or 1) - 1 if base in firsts else 0
    for child, table in record_type.tables.items():
        for each in table.fields.values():
            if each.name.endswith("_precision"):
                continue
            yield Target(f"{child}.{place}.{each.path}" if child else each.path, each)


@cache
def _words_of(codelist: str) -> frozenset[str]:
    return frozenset(half_width(text).casefold() for text, _ in texts_of(codelist))


def _contradicted(column: Column, codelist: str, share: float) -> bool:
    """Whether the words of a column speak against a list: too many, or not what everybody calls these things."""
    if codelist in WORLD:
        return share < UNLIKE
    words = len(column.words)
    return words > MANY or (share < UNLIKE / 4 and words > max(FEW, min(OWN, 2 * len(_words_of(codelist)) / 3)))


def _score(column: Column, target: Target) -> tuple[float, tuple[str, ...]]:
    """Return how well column and field go together (0 to 1), and why."""
    parts = target.path.split(".")
    block = parts[0] if len(parts) > 1 else ""
    score, like = likeness(column.name, target.field, {"goods": "product"}.get(block, block).replace("_", " "))
    evidence = [f"called like “{like}”"] if score >= GUESS else []
    if block in PARTY_LIKE and not _speaks_of(column.name, block):
        score *= 0.8
    score, seen = _by_values(score, column, target.field)
    return min(score, 1.0), (*evidence, *seen)


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
