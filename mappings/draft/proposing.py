"""Proposing: for every column the field that it most likely means, by its name and by its values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from mappings.draft.naming import EXACT, has_part, is_generic, is_row_number, likeness, numbered, plain
from mappings.draft.scoring import CODE, DOUBTED, GUESS, SURE, Score, Target, dates_evidence, score
from standards import standard
from standards.derived_fields import DERIVED

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

    from mappings.draft.column_profile import Column
    from standards import Field, RecordType

Scores = dict[tuple[int, int], Score]  # by column, and by the number of fields that score alike
NUMBER_OF: dict[Hashable, int] = {}  # what the score of a field depends on
DRAW = 0.03
FEWEST = 2  # rows that can show that a column identifies them
LIKE = 1.25  # what all columns together must fit a record type by, above guessing, for it to be written;
LIKE_EACH = 0.25  # where they are few, each of them on average;
LEAD = 0.4  # and by how much more than any other type
RIVALS = 3  # record types that are named where none is written
CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?", re.ASCII)
NO_COLUMNS = {"status", "attachment", "link", "text", "measure"}  # lists that hardly any file brings
OF_THE_EVENT = (
    "alarm_at",
    "visit_at",
    "recall_date",
    "declared",
    "sampled",
    "insp_date",
    "inspected",
    "notified",
    "injured",
)
NUMBERING = ("_no", "_id")  # how names of fields with numbers end
NUMBERS = (" no", " number", " id", " num", "编号", "号码", "单号")  # how names of numbers end


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

    @property
    def sure_of(self) -> frozenset[str]:
        """The fields that are written as rules from this column."""
        return frozenset((self.path, *self.also)) if self.path is not None and self.sure else frozenset()


@dataclass(frozen=True)
class Draft:
    """The proposals for all columns of a sample as one record type, the key first found, and the event's time."""

    record_type: RecordType
    proposals: list[Proposal]
    key: Column | None
    key_sure: bool = False
    event: Column | None = None
    filled: frozenset[str] = field(default_factory=frozenset)
    rivals: tuple[str, ...] | None = None  # where the columns are like no record type: those that come nearest

    @property
    def own_paths(self) -> Collection[str]:
        """The paths of the fields of the record itself, without its children."""
        return {each.path for each in self.record_type.tables[""].fields.values()}

    @property
    def likeness(self) -> float:
        """How well all columns together fit the record type, above guessing.

        Fields that every type has and generic names count for none.
        """
        common = common_fields(self.record_type.begins)
        return sum(
            max(p.confidence - GUESS, 0)
            for p in self.proposals
            if p.path and p.path not in common and not is_generic(p.column.name)
        )


def propose(columns: Sequence[Column], record_type: str | None = None) -> Draft:
    """Return the draft of a mapping for these columns.

    Args:
        columns: The columns of the sample, from `profile`.
        record_type: The record type; None: the one whose fields the columns are most like.  Where they are like none,
            only what every record has is proposed for sure, and a person chooses the type.
    """
    if record_type:
        return _as(standard().types[record_type], columns, {})
    known: Scores = {}
    types = standard().types.values()
    drafts = sorted((_as(each, columns, known) for each in types), key=lambda draft: -draft.likeness)
    enough = min(LIKE, LIKE_EACH * len(columns))
    best, second = drafts[0].likeness, drafts[1].likeness
    return drafts[0] if best >= enough and best - second >= LEAD else _undecided(drafts)


@cache
def common_fields(begins: str) -> dict[str, Field]:
    """Return the fields, by their paths, that every record has, of whatever type.

    Args:
        begins: The field that says when, `event_at` or `valid_from`: every type has one of them.
    """
    own, *others = (
        {each.path: each for each in record_type.tables[""].fields.values()}
        for record_type in sorted(standard().types.values(), key=lambda each: each.begins != begins)
    )
    return {path: each for path, each in own.items() if path == begins or all(path in other for other in others)}


def _undecided(drafts: Sequence[Draft]) -> Draft:
    """Return the draft without a type: sure is only what every type has, and what is sure whichever type it is."""
    common = common_fields(drafts[0].record_type.begins)
    proposals = []
    for at, each in enumerate(drafts[0].proposals):
        agreed = {
            path: wanted
            for path, wanted in common.items()
            if all(path in draft.proposals[at].sure_of for draft in drafts if path in draft.own_paths)
            and (path != drafts[0].record_type.begins or _is_called(each.column, wanted))
        }
        proposals.append(_of_every_type(each, agreed))
    return replace(
        drafts[0],
        rivals=tuple(draft.record_type.name for draft in drafts[:RIVALS] if draft.likeness),
        filled=frozenset(path for each in proposals if each.sure for path in (each.path, *each.also) if path),
        proposals=proposals,
    )


def _is_called(column: Column, wanted: Field) -> bool:
    """Whether a column has a field's name, and one that says what it is of."""
    return likeness(column.name, wanted)[0] >= EXACT and not is_generic(column.name)


def _of_every_type(each: Proposal, common: Mapping[str, Field]) -> Proposal:
    """Return the proposal without the fields that only one type has; when nothing is left of it, it is a guess."""
    paths = [path for path in (each.path, *each.also) if path is not None and path in common]
    if not paths:
        return replace(each, confidence=min(each.confidence, SURE - 0.01), also=())
    return replace(each, path=paths[0], target=common[paths[0]], also=tuple(paths[1:]))


def _as(record_type: RecordType, columns: Sequence[Column], known: Scores) -> Draft:
    """Return the draft as one record type; `known` has the scores of the types before, and gets those of this one."""
    key = _key(columns)
    firsts = frozenset(base for base, number in (numbered(column.name) for column in columns) if number == 1)
    tried = [
        (found, column.name, target)
        for column in columns
        if not column.personal and not column.listed
        for target, kind in _targets(record_type, column, firsts)
        for found in [_scored(column, target, kind, known)]
    ]
    named = {name for found, name, _ in tried if found.like >= EXACT}  # by fields that are called so to the letter
    scores = [each for each in tried if each[0].fit >= GUESS]
    units = sum(each.codelist == "unit" for table in record_type.tables.values() for each in table.fields.values())
    chosen: dict[str, Proposal] = {}
    taken: dict[str, float] = {}  # how well a field fits the column that has it
    by_name = {column.name: column for column in columns}
    # of two columns that are called alike the one nearer to the record: its own number, and not that of a part
    for found, name, target in sorted(scores, key=lambda each: (-each[0].fit, each[1].count("/"))):
        fit = found.fit
        if name in chosen or target.path in taken:
            continue
        rivals = [
            s.fit
            for s, n, t in scores
            if n == name
            and t.path != target.path
            and taken.get(t.path, 0.0) < s.fit + DRAW
            and not _is_of_an_item(t, s, target, found)
        ]
        margin = fit - max(rivals, default=0.0)
        sure = fit
        either = fit < EXACT and max(rivals, default=0.0) >= SURE  # by its name it may be either
        of_another = found.like < EXACT and name in named  # by its name another field, but not by its values
        if margin < DRAW or either or of_another:
            sure = min(fit, DOUBTED)
        if target.field.codelist == "unit" and units > 1:  # a unit of which of its amounts?
            sure = min(sure, DOUBTED)
        chosen[name] = Proposal(by_name[name], target.path, target.field, round(min(sure, 1.0), 2), found.evidence)
        taken[target.path] = fit
    proposals = [chosen.get(column.name, Proposal(column)) for column in columns]
    return _completed(Draft(record_type, proposals, key, key is not None and _is_sure_key(key)))


def _is_of_an_item(rival: Target, rivalling: Score, target: Target, found: Score) -> bool:
    """Whether a rival is a field of an item, and the other one, of the record itself, is called so to the letter.

    A flat file that says how many died says it of the whole, and not of one of several groups, and its number is that
    of the record.  But a country or a mass may be that of an item as well, and so may what is called like both.
    """
    if "." not in rival.path or "." in target.path or found.like < EXACT:
        return False
    if pa.types.is_integer(target.field.arrow) or target.field.name.endswith(NUMBERING):
        return True
    return rival.field.name != target.field.name and rivalling.like < EXACT


def _key(columns: Sequence[Column]) -> Column | None:
    """Return the column that identifies rows: unique, and with the name, or at least the form, of a number.

    Never a date, an amount or a personal value, which are unique by chance, nor what only counts the rows of this file.
    """
    usable = [each for each in columns if each.unique and not _is_no_number(each)]
    coded = [column for column in usable if all(map(CODE.fullmatch, column.values))]
    named = [column for column in usable if _called_like_a_number(column)]
    return next(iter(sorted(named, key=_number_likeness, reverse=True) or coded), None)


def _is_no_number(column: Column) -> bool:
    fraction = column.decimals is not None and column.decimals > 0
    return bool(
        column.personal
        or column.dated
        or column.listed
        or fraction
        or (column.counts_rows and not _named_exactly(column))
        or has_part(column.name, "amount")
        or has_part(column.name, "of_somebody")
        or any(map(CLOCK.fullmatch, column.values))
    )


def _named_exactly(column: Column) -> bool:
    return _number_likeness(column) >= EXACT and not is_row_number(column.name)


def _number_likeness(column: Column) -> float:
    return likeness(column.name, standard().types["fire_incident"].tables[""].fields["source_record_no"])[0]


def _called_like_a_number(column: Column) -> bool:
    return _number_likeness(column) >= GUESS or plain(column.name).endswith(NUMBERS)


def _is_sure_key(column: Column) -> bool:
    """Whether both the name and the values of a column show that it identifies rows."""
    return _called_like_a_number(column) and column.rows >= FEWEST and not column.counts_rows


def _completed(draft: Draft) -> Draft:
    """Fill what every record needs from the columns at hand: its number, the time of the event."""
    fields = draft.record_type.tables[""].fields
    required = [f.path for f in fields.values() if f.required and f.arrow == pa.string() and not f.codelist]
    filled = {p.path for p in draft.proposals if p.sure}
    proposals = list(draft.proposals)
    if draft.key is None:  # the column that is called like the type's own number, although it repeats in the sample
        numbered_by = next((p.column for p in proposals if p.path in required and p.sure), None)
        draft = replace(draft, key=numbered_by, key_sure=numbered_by is not None)
    begins = draft.record_type.begins
    event, why_event = _event(proposals, begins)
    for at, each in enumerate(proposals):
        also = [path for path in required if draft.key is each.column and draft.key_sure and path not in filled]
        also += [begins] if each.column is event and begins not in filled else []
        if also and not each.sure:
            path, *rest = also
            target = next(f for f in fields.values() if f.path == path)
            note = why_event if path == begins else "tells every row apart"
            proposals[at] = replace(each, path=path, target=target, confidence=0.8, evidence=(note,), also=tuple(rest))
        elif also:
            proposals[at] = replace(each, also=tuple(also))
    done = {path for p in proposals if p.sure for path in (p.path, *p.also)}
    return replace(draft, proposals=proposals, event=event, filled=frozenset(path for path in done if path))


def _event(proposals: Sequence[Proposal], begins: str) -> tuple[Column | None, str]:
    """Return the column with the time of the event, and the evidence; None where several or none may be it.

    The time at which something was reported, entered or changed is not that of the event.
    """
    sure = next((p.column for p in proposals if p.path == begins and p.sure), None)
    if sure:
        return sure, ""
    dated = [p for p in proposals if p.column.dated and not p.column.personal]
    of_event = [p for p in dated if p.sure and p.target is not None and p.target.name.startswith(OF_THE_EVENT)]
    if of_event:
        return of_event[0].column, ""
    candidates = [p.column for p in dated if not has_part(p.column.name, "of_the_record")]
    if len(dated) == len(candidates) == 1 and not candidates[0].when.first_of_month:
        return candidates[0], f"the only column with dates; {dates_evidence(candidates[0])}"
    return None, ""


def _scored(column: Column, target: Target, kind: int, known: Scores) -> Score:
    """Return the score; record types have most of their fields in common, and such fields score alike."""
    key = (id(column), kind)  # columns may be called alike
    if key not in known:
        known[key] = score(column, target)
    return known[key]


@cache
def _kind(record_type: RecordType, child: str, name: str) -> int:
    """Return a number that is the same for fields that score alike."""
    each = record_type.tables[child].fields[name]
    block = Target(f"{child}.0.{each.path}" if child else each.path, each).block
    names = (block, each.label["zh"], each.label["en"], each.name, each.path.rpartition(".")[2])
    limits = (each.unit, each.minimum, each.maximum, each.required)
    return NUMBER_OF.setdefault((*names, str(each.arrow), each.codelist, *limits), len(NUMBER_OF))


@cache
def _derived(record_type: RecordType, child: str) -> frozenset[str]:
    """Return the fields of a table that the hub fills from others."""
    table = record_type.tables[child]
    local = {column for name in table.fields for column in table.local_time(name).values()}
    return frozenset(local if child else local | DERIVED.keys())


def _targets(record_type: RecordType, column: Column, firsts: frozenset[str]) -> Iterable[tuple[Target, int]]:
    """Yield the fields that a column may mean, each with the number of those that score alike.

    The number in a column's name is a position only where there is a first one.
    """
    base, number = numbered(column.name)
    place = (number or 1) - 1 if base in firsts else 0
    own = record_type.tables[""].fields
    for child, table in record_type.tables.items():
        if child in NO_COLUMNS:
            continue
        derived = _derived(record_type, child)
        for each in table.fields.values():
            if each.name in derived or (place and numbered(each.name)[1] is None and (not child or each.name in own)):
                continue  # address_2 continues address_1: it is no field of its own, and not that of a second party
            path = f"{child}.{place}.{each.path}" if child else each.path
            yield Target(path, each), _kind(record_type, child, each.name)
