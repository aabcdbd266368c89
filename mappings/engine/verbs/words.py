"""`crosswalk:` and `boolean:`: words that must be in a list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct
from mappings.engine.model.rule import Fault, Outcome
from mappings.engine.text.repair import half_width
from standards.likeness import alike

if TYPE_CHECKING:
    from mappings.engine.model.rule import Moment

SHORT_LIST = 6  # words of a list that is told whole where none is like the unknown one
ASKED = 200  # distinct unknown words that suggestions are sought for; a wrong column is not worth more


@dataclass(frozen=True)
class Words:
    """A list of words and what each means.  A word for the empty text stands for a blank."""

    meanings: dict[str, Any]
    type: pa.DataType

    @cached_property
    def _words(self) -> pa.Array:
        return pa.array(list(self.meanings), pa.string())

    @cached_property
    def _values(self) -> pa.Array:
        return pa.array(list(self.meanings.values()), self.type)

    @cached_property
    def _halved(self) -> dict[str, str]:
        """Each word by its half-width form: what is full-width in the file may be half-width in the list."""
        return {half_width(word): word for word in reversed(self.meanings)}

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return the meanings; null with UNKNOWN_CODE for a word that is not in the list."""
        asked = pc.fill_null(text, "") if "" in self.meanings else text
        index = pc.index_in(asked, value_set=self._words)
        unknown = pc.and_(pc.is_valid(asked), pc.is_null(index))
        if not any_true(unknown):
            return Outcome(self._values.take(index))
        repaired = self._repaired(asked, unknown)
        index = pc.coalesce(index, repaired)
        unknown = pc.and_(unknown, pc.is_null(repaired))
        faults = (Fault("REPAIRED_WIDTH", pc.is_valid(repaired)), Fault("UNKNOWN_CODE", unknown))
        if any_true(unknown):
            told = pc.replace_with_mask(pa.nulls(len(text), pa.string()), unknown, self._nearest(asked, unknown))
            faults = (faults[0], Fault("UNKNOWN_CODE", unknown, told))
        return Outcome(self._values.take(index), faults)

    def _repaired(self, text: pa.Array, unknown: pa.Array) -> pa.Array:
        """Return the index of words that are in the list but for full-width signs, null elsewhere."""
        words = pc.if_else(unknown, text, None)
        found = by_distinct(words, lambda each: [self._halved.get(half_width(word)) for word in each], pa.string())
        return pc.index_in(found, value_set=self._words) if found.null_count < len(found) else found.cast(pa.int32())

    def _nearest(self, text: pa.Array, unknown: pa.Array) -> pa.Array:
        known = [word for word in self.meanings if word]

        def suggest(words: list[str]) -> list[str | None]:
            return [(nearest_words(word, known) if at < ASKED else None) or whole for at, word in enumerate(words)]

        whole = " · ".join(known) if len(known) <= SHORT_LIST else None
        return by_distinct(text.filter(unknown), suggest, pa.string())


def nearest_words(word: str, known: list[str]) -> str | None:
    """Return the known words that are most like `word`, None when none is."""
    return " · ".join(alike(word, known)) or None
