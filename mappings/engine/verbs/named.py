"""`named:`: codes whose names stand in a text, such as the substance in "Sudan 1 - unauthorised colour".

The names are the labels of a list of the standard and those of its aliases (`<list>_alias`).  They are compared word by
word, small and capital letters alike; a word is a run of letters or of digits, or a single Chinese character.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import by_distinct
from mappings.engine.model.rule import Outcome
from standards.ancestry import ancestors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mappings.engine.model.rule import Moment
    from standards import CodeList

HAN = "\u4e00-\u9fff"
TOKEN = re.compile(f"[{HAN}]|[^\\W\\d_{HAN}]+|[0-9]+")
SHORTEST = 2  # Chinese characters of a name that may stand within a longer run of them: 铅 is not 铅笔

Tokens = tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """The codes of `name`, or their ancestors in the list `into`.

    Of names that lie in one another the longest counts.  A text that names none, or several with different codes, gives
    null, which is no fault: the rule after this one may know more, and the sender's words have a field of their own.
    """

    lists: Mapping[str, CodeList]
    name: str
    into: str

    @cached_property
    def _meanings(self) -> dict[Tokens, str]:
        """The code that each name means, for names that mean one."""
        found: dict[Tokens, set[str]] = defaultdict(set)
        codes = self.lists[self.name].table
        for column in ("label_zh", "label_en"):
            for text, code in zip(codes[column].to_pylist(), codes["code"].to_pylist(), strict=True):
                found[tokens(text or "")].add(code)
        if f"{self.name}_alias" in self.lists:
            aliases = self.lists[f"{self.name}_alias"].table
            for text, code in zip(aliases["code"].to_pylist(), aliases["parent"].to_pylist(), strict=True):
                found[tokens(text)].add(code)
        return {name: code for name, (code, *others) in found.items() if name and not others}

    @cached_property
    def _by_first(self) -> dict[str, list[Tokens]]:
        """The names by their first word, longest first."""
        found: dict[str, list[Tokens]] = defaultdict(list)
        for name in sorted(self._meanings, key=len, reverse=True):
            found[name[0]].append(name)
        return found

    @cached_property
    def _wanted(self) -> dict[str, str | None]:
        """What each code stands for in the list `into`."""
        codes = self.lists[self.name].codes
        if self.into == self.name:
            return {code: code for code in codes.to_pylist()}
        known = self.lists[self.into].codes
        found = pa.nulls(len(codes), pa.string())
        for level in ancestors(self.lists, self.name, codes):
            found = pc.coalesce(found, pc.if_else(pc.is_in(level, value_set=known), level, None))
        return dict(zip(codes.to_pylist(), found.to_pylist(), strict=True))

    def __call__(self, text: pa.Array, _: Moment) -> Outcome:
        """Return the code of each text."""
        return Outcome(by_distinct(text, lambda each: [self._code(one) for one in each], pa.string()))

    def _code(self, text: str) -> str | None:
        found = {self._wanted[self._meanings[name]] for name in self._in(tokens(text))} - {None}
        return found.pop() if len(found) == 1 else None

    def _in(self, text: Tokens) -> Iterator[Tokens]:
        """Yield the names in a text, from left to right, the longest at each place."""
        at = 0
        while at < len(text):
            fits = (name for name in self._by_first.get(text[at], ()) if text[at : at + len(name)] == name)
            name = next((each for each in fits if _is_whole(each, text, at)), None)
            if name is not None:
                yield name
            at += len(name) if name else 1


def tokens(text: str) -> Tokens:
    """Return the words of a text, in small letters.

    >>> tokens("Benzo(a)pyrene, 铅(以Pb计)")
    ('benzo', 'a', 'pyrene', '铅', '以', 'pb', '计')
    """
    return tuple(TOKEN.findall(unicodedata.normalize("NFKC", text).lower()))


def _is_whole(name: Tokens, text: Tokens, at: int) -> bool:
    """Whether a name of one Chinese character has no other beside it, as it has in a longer word."""
    if len(name) >= SHORTEST or not _is_han(name[0]):
        return True
    return not any(_is_han(each) for each in (*text[at - 1 : at], *text[at + 1 : at + 2]))


def _is_han(token: str) -> bool:
    return re.fullmatch(f"[{HAN}]", token) is not None
