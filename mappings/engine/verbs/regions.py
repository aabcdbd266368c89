"""`region:`: a place name or code to the GB/T 2260 code that was in force on the day of the event."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct
from mappings.engine.model.rule import Fault, Outcome
from mappings.engine.verbs.gazetteer import GENERIC, Gazetteer
from mappings.engine.verbs.lookup import MOST_LIKE, nearest_texts
from mappings.engine.verbs.place_names import readings

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment
    from mappings.engine.verbs.gazetteer import Division
    from standards import CodeList

CODE = re.compile(r"[0-9]{6}", re.ASCII)
SHOWN = 6  # candidates that a finding names
NEVER = date.max  # a row without a day is judged by today's names: they have no end
FOUND, REPAIRED, AMBIGUOUS, UNKNOWN = range(4)


class Resolved(NamedTuple):
    """What one name means in one period: its code, how it was found, and what a finding names as expected."""

    code: str | None
    kind: int  # FOUND, REPAIRED, AMBIGUOUS or UNKNOWN
    expected: str | None = None
    of_another_time: bool = False  # UNKNOWN on this day, and known on others


@dataclass(frozen=True)
class Regions:
    """Names and codes of one code list; `within` keeps to codes that begin so."""

    codes: CodeList
    within: str = ""
    aliases: CodeList | None = None

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The code list by name; read on the first use."""
        return Gazetteer.of(self.codes, self.aliases)

    @cached_property
    def _edges(self) -> list[date]:
        return sorted(self.gazetteer.edges)

    def __call__(self, text: pa.Array, moment: Moment) -> Outcome:
        """Return codes; null with UNKNOWN_REGION or AMBIGUOUS_REGION; REPAIRED_CODE for a name of another time."""
        names = pc.dictionary_encode(text)
        days = moment.event_day()
        periods = self._periods(days)
        pairs = pc.dictionary_encode(
            pc.add(pc.multiply(pc.cast(names.indices, pa.int64()), len(self._edges) + 1), periods)
        )
        distinct = names.dictionary.to_pylist()
        resolved = [
            self._resolve(distinct[pair // (len(self._edges) + 1)], pair % (len(self._edges) + 1))
            for pair in pairs.dictionary.to_pylist()
        ]
        values, kinds, expected, elsewhere = (
            pa.array([each[at] for each in resolved], type_).take(pairs.indices)
            for at, type_ in enumerate((pa.string(), pa.int8(), pa.string(), pa.bool_()))
        )
        if any_true(elsewhere):  # then the day may be the fault
            expected = pc.if_else(elsewhere, with_day(expected, days), expected)
        codes = {REPAIRED: "REPAIRED_CODE", AMBIGUOUS: "AMBIGUOUS_REGION", UNKNOWN: "UNKNOWN_REGION"}
        faults = (
            Fault(code, pc.fill_null(pc.equal(kinds, kind), fill_value=False), expected) for kind, code in codes.items()
        )
        return Outcome(values, tuple(faults))

    def _periods(self, days: pa.Array) -> pa.Array:
        """Return for each day between which changes of the list it lies: within a period every name means the same."""

        def place(each: list[date | None]) -> list[int]:
            return [bisect_right(self._edges, day or NEVER) for day in each]

        return pc.fill_null(by_distinct(days, place, pa.int64()), len(self._edges))

    def _resolve(self, name: str, period: int) -> Resolved:
        """Resolve one name in one period: by what it is called officially, else by an everyday way of writing."""
        day = self._edges[period - 1] if period else date.min
        ever = self.gazetteer.by_code.get(name, []) if CODE.fullmatch(name) else self.gazetteer.named(name)
        resolved = self._settled(ever, day, FOUND)
        if resolved is None:
            others = (self._settled(found, day, REPAIRED) for found in readings(name, self.gazetteer))
            resolved = next((each for each in others if each is not None), None)
        here = any(one.code.startswith(self.within) for one in ever)
        return resolved or Resolved(None, UNKNOWN, self._nearest(name), here)

    def _settled(self, ever: list[Division], day: date, kind: int) -> Resolved | None:
        """Return the one of these divisions that held on a day, or that they became; None when none did."""
        here = [one for one in ever if one.code.startswith(self.within)]
        held = list({one.code: one for one in self.gazetteer.in_force(here, day)}.values())
        if not held:
            kind = REPAIRED
            moved = self.gazetteer.of_another_time(ever, day)
            held = outermost([one for one in moved if one.code.startswith(self.within)])
        if not held:
            return None
        if len(held) > 1:
            return Resolved(None, AMBIGUOUS, " · ".join(f"{one.code} {one.label}" for one in held[:SHOWN]))
        return Resolved(held[0].code, kind, f"{held[0].code} {held[0].label}" if kind == REPAIRED else None)

    def _nearest(self, name: str) -> str | None:
        """Return the known names most like `name`; a column that is no place at all is not searched for ever."""
        if self._suggested.setdefault(name, len(self._suggested)) >= MOST_LIKE:
            return None
        return nearest_texts(name, self._known)

    @cached_property
    def _suggested(self) -> dict[str, int]:
        return {}

    @cached_property
    def _known(self) -> list[str]:
        last = (ones[-1] for code, ones in self.gazetteer.by_code.items() if code.startswith(self.within))
        known = (one.label for one in last if one.until == date.max and not GENERIC.match(one.label))
        return list(dict.fromkeys(known))


def with_day(expected: pa.Array, days: pa.Array) -> pa.Array:
    """Return what would have been right with the day of the event behind it in brackets; the day alone without it."""
    day = pc.binary_join_element_wise("(", pc.cast(days, pa.string()), ")", "")
    return pc.coalesce(pc.binary_join_element_wise(expected, day, " "), day, expected)


def outermost(found: list[Division]) -> list[Division]:
    """Return only the one that contains all others, where there is one: it is right whichever of them is meant."""
    around = [one for one in found if all(other.code.startswith(one.stem) for other in found)]
    return around[:1] or found
