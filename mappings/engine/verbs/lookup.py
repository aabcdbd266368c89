"""`crosswalk:` and `boolean:`: values that must be in a list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, by_distinct
from mappings.engine.model.rule import Fault, Outcome
from mappings.engine.text.repair import half_width
from standards.likeness import alike

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mappings.engine.model.rule import Moment

SHORT_LIST = 6  # values of a list that a finding shows whole where none is like the unknown one
MOST_NAMED = 12  # the same, of a list whose texts are the names of few codes
MOST_LIKE = 200  # distinct unknown values that get suggestions; a wrong column is not worth more


@dataclass(frozen=True)
class Lookup:
    """A list of source values and what each means.  An entry for the empty text stands for a blank."""

    meanings: Mapping[str, str | bool | None]
    type: pa.DataType

    @cached_property
    def _texts(self) -> pa.Array:
        return pa.array(list(self.meanings), pa.string())

    @cached_property
    def _values(self) -> pa.Array:
        return pa.array(list(self.meanings.values()), self.type)

    @cached_property
    def _halved(self) -> dict[str, str]:
        """Each value by its half-width form: what is full-width in the file may be half-width in the list."""
        return {half_width(each): each for each in reversed(list(self.meanings))}

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return the meanings; null with UNKNOWN_CODE for a value that is not in the list."""
        filled = pc.fill_null(text, "") if "" in self.meanings else text
        index = pc.index_in(filled, value_set=self._texts)
        unknown = pc.and_(pc.is_valid(filled), pc.is_null(index))
        if not any_true(unknown):
            return Outcome(self._values.take(index))
        repaired = self._repaired(filled, unknown)
        index = pc.coalesce(index, repaired)
        unknown = pc.and_(unknown, pc.is_null(repaired))
        faults = (Fault("REPAIRED_WIDTH", pc.is_valid(repaired)), Fault("UNKNOWN_CODE", unknown))
        if any_true(unknown):
            nearest = pc.replace_with_mask(pa.nulls(len(text), pa.string()), unknown, self._nearest(filled, unknown))
            faults = (faults[0], Fault("UNKNOWN_CODE", unknown, nearest, self.some))
        return Outcome(self._values.take(index), faults)

    def _repaired(self, text: pa.Array, unknown: pa.Array) -> pa.Array:
        """Return the index of values that are in the list but for full-width signs, null elsewhere."""
        left = pc.if_else(unknown, text, None)
        found = by_distinct(left, lambda each: [self._halved.get(half_width(text)) for text in each], pa.string())
        return pc.index_in(found, value_set=self._texts) if found.null_count < len(found) else found.cast(pa.int32())

    @cached_property
    def some(self) -> str:
        """All values of a short list, the first ones of a longer one."""
        known = [each for each in self.meanings if each]
        return self._whole(known) or " · ".join(known[:SHORT_LIST])

    def _nearest(self, text: pa.Array, unknown: pa.Array) -> pa.Array:
        known = [each for each in self.meanings if each]

        def suggest(texts: list[str]) -> list[str | None]:
            return [(nearest_texts(each, known) if at < MOST_LIKE else None) or whole for at, each in enumerate(texts)]

        whole = self._whole(known)
        return by_distinct(text.filter(unknown), suggest, pa.string())

    def _whole(self, known: list[str]) -> str | None:
        """Return all values of a short list; where several texts name one code, or yes and no, one of each.

        Texts name a code where each code stands among them by itself and before its label, as in the crosswalks of
        templates.
        """
        names: dict[str | bool, str] = {}
        for text in sorted(known, key=str.isascii):  # words before numbers and letters
            meaning = self.meanings[text]
            if meaning is not None:
                names.setdefault(meaning, text)
        named = len(names) <= MOST_NAMED and all(_is_named(each, known) for each in names)
        shown = list(names.values()) if named else known
        return " · ".join(shown) if named or len(shown) <= SHORT_LIST else None


def _is_named(meaning: object, known: list[str]) -> bool:
    """Whether a meaning is among the texts by its own name: a code alone and before its label, true and false."""
    if isinstance(meaning, bool):
        return str(meaning).lower() in known
    return meaning in known and any(each.startswith(f"{meaning} ") for each in known)


def nearest_texts(text: str, known: list[str]) -> str | None:
    """Return the known values that are most like `text`, None when none is."""
    return " · ".join(alike(text, known)) or None
