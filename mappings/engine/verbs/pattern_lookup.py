"""`crosswalk:` with `match:`: entries that a text starts with, contains or matches.

Several entries may fit one text.  With one code between them that is the code; with several, the order
does not decide: it is AMBIGUOUS_CODE.  An entry that is the whole text settles it, which is how such a text is mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct, false, only_where
from mappings.engine.model.rule import Fault, Outcome
from mappings.engine.text.repair import half_width
from mappings.engine.verbs.lookup import Lookup

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment

FITS = {"starts": pc.starts_with, "contains": pc.match_substring, "regex": pc.match_substring_regex}
NAMED = 6  # entries that a finding about an ambiguous text names
NUMBER = pa.int32()


@dataclass(frozen=True)
class PatternLookup(Lookup):
    """Entries and what each means; `match`, one of `FITS`, is how an entry fits a text."""

    match: str = "contains"

    @cached_property
    def _codes(self) -> list[str | bool | None]:
        return list(dict.fromkeys(self.meanings.values()))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The place in `_codes` of what each entry means."""
        return {entry: self._codes.index(code) for entry, code in self.meanings.items()}

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return the meanings; null with UNKNOWN_CODE where no entry fits, AMBIGUOUS_CODE where they contradict."""
        filled = pc.fill_null(text, "") if "" in self.meanings else text
        encoded = pc.dictionary_encode(filled)
        texts, at = encoded.dictionary, encoded.indices
        found, clash = self._fit(texts)
        lost = pc.and_not(pc.is_null(found), clash)
        wide = false(len(texts))
        if any_true(lost):
            halved = by_distinct(only_where(lost, texts), lambda each: [half_width(each) for each in each], pa.string())
            second, clashing = self._fit(
                only_where(pc.fill_null(pc.not_equal(halved, texts), fill_value=False), halved)
            )
            found, clash, wide = pc.coalesce(found, second), pc.or_(clash, clashing), pc.is_valid(second)
        entries = pa.array([self._fitting(each) for each in only_where(clash, texts).to_pylist()], pa.string())
        unknown = _taken(pc.and_not(pc.is_null(found), clash), at)
        faults = [
            Fault("REPAIRED_WIDTH", _taken(wide, at)),
            Fault("AMBIGUOUS_CODE", _taken(clash, at), entries.take(at)),
        ]
        if any_true(unknown):
            near = pc.replace_with_mask(pa.nulls(len(text), pa.string()), unknown, self._nearest(filled, unknown))
            faults.append(Fault("UNKNOWN_CODE", unknown, near, self.some))
        return Outcome(pa.array(self._codes, self.type).take(found).take(at), tuple(faults))

    def _fit(self, texts: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return the number of each text's code, and where entries of several codes fit."""
        found, clash = pa.nulls(len(texts), NUMBER), false(len(texts))
        for entry, number in self._numbers.items():
            if not entry:
                continue  # stands for a blank
            hit = pc.fill_null(FITS[self.match](texts, entry), fill_value=False)
            clash = pc.or_(clash, pc.and_(hit, pc.fill_null(pc.not_equal(found, number), fill_value=False)))
            found = pc.if_else(pc.and_(hit, pc.is_null(found)), pa.scalar(number, NUMBER), found)
        numbers = pa.array(self._numbers.values(), NUMBER)
        whole = numbers.take(pc.index_in(texts, value_set=self._texts))
        clash = pc.and_(clash, pc.is_null(whole))
        return only_where(pc.invert(clash), pc.coalesce(whole, found)), clash

    def _fitting(self, text: str | None) -> str | None:
        """Return the entries that fit an ambiguous text, with their codes."""
        if text is None:
            return None
        tried = pa.array([text, half_width(text)], pa.string())
        fits = (entry for entry in self.meanings if entry and any_true(FITS[self.match](tried, entry)))
        return " · ".join(f"{entry} = {self.meanings[entry] or 'ignored'}" for entry in list(fits)[:NAMED])


def _taken(mask: pa.Array, at: pa.Array) -> pa.Array:
    return pc.fill_null(mask.take(at), fill_value=False)
