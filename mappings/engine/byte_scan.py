"""One scan over the bytes of a whole column, so that most columns are never searched text by text.

A scan may report too much, never too little: `hub/personal.py` searches what it reports with exact patterns.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.personal import MESSENGER, UNSEEN, WIDE, Depth
from hub.personal import ODD as ODD_SIGN
from mappings.engine.arrays import text_bytes

if TYPE_CHECKING:
    import numpy.typing as npt

NUMBER = 11  # digits of the shortest number that is searched for in codes, amounts and dates: a mobile telephone's
SHORTEST = 6  # bytes of the shortest text that is searched: a name of two signs, an address like a@b.cn
FEW = 300  # distinct values of a column that holds codes
SAMPLE = 1000  # texts that show whether a column holds codes
CHUNK = 1 << 16  # bytes scanned at a time: numpy's intermediate arrays stay in the processor's cache
ZERO, ONE, BLANK, TEN = np.uint8(ord("0")), np.uint8(ord("1")), np.uint8(ord(" ")), np.uint8(10)
PLACES_OF_ODD = (*range(0x80, 0x3400), *range(0xF900, 0x10000), *range(0xE0000, 0xE1000))  # where such signs can be
# Six digits stand side by side in every number but a telephone's, which begins with 1 and two more, and an identity
# number that is written with blanks, which has as many digits and blanks:
SPACED = 18


class ByteScan:
    """Properties of the bytes of a column's texts, each computed on first use."""

    def __init__(self, text: pa.Array) -> None:
        self.text = text

    @cached_property
    def written(self) -> bytes:
        """The UTF-8 bytes of all texts, end to end."""
        return text_bytes(self.text)

    @cached_property
    def places(self) -> npt.NDArray[np.int32]:
        """Where each text begins in `written`, and where the last one ends."""
        if len(self.text) == 0:
            return np.zeros(1, np.int32)
        places = np.frombuffer(self.text.buffers()[1], np.int32)
        places = places[self.text.offset : self.text.offset + len(self.text) + 1]
        begins: npt.NDArray[np.int32] = np.subtract(places, places[0], dtype=np.int32)
        return begins

    @cached_property
    def lengths(self) -> npt.NDArray[np.int32]:
        """How many bytes each text has."""
        sizes: npt.NDArray[np.int32] = np.diff(self.places)
        return sizes

    @cached_property
    def longest(self) -> int:
        """The bytes of the longest text, 0 when there is none."""
        return int(self.lengths.max(initial=0))

    @cached_property
    def sizes(self) -> frozenset[int]:
        """All lengths that occur, but for 0."""
        return frozenset(np.flatnonzero(np.bincount(self.lengths)).tolist()) - {0}

    @cached_property
    def ascii(self) -> bool:
        """Whether all signs are ASCII."""
        return self.written.isascii()

    @cached_property
    def digits_only(self) -> bool:
        """Whether all signs are digits."""
        return self.written.isdigit()

    @cached_property
    def has_digit(self) -> bool:
        """Whether a digit stands in any text."""
        signs = np.frombuffer(self.written, np.uint8)
        return any(bool(((signs[at : at + CHUNK] - ZERO) < TEN).any()) for at in range(0, len(signs), CHUNK))

    @cached_property
    def few(self) -> pa.DictionaryArray | None:
        """The texts as a dictionary when few of them are distinct, else None."""
        if len(self.text) > SAMPLE and pc.count_distinct(self.text[:SAMPLE]).as_py() > FEW:
            return None
        encoded = pc.dictionary_encode(self.text)
        return encoded if len(encoded.dictionary) <= FEW else None

    def may_match(self, pattern: str) -> bool:
        """Whether a pattern (RE2) is found in the texts end to end; where it matches one sign, whether in any."""
        ends = pa.py_buffer(np.array([0, len(self.written)], np.int32).tobytes())
        whole = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(self.written)])
        return bool(pc.match_substring_regex(whole, pattern)[0].as_py())

    def may_hold_number(self, depth: Depth) -> bool:
        """Whether a text may hold a number of a person or an address, as `hub/personal.py` finds them at this depth."""
        if self.longest < SHORTEST:
            return False
        if b"@" in self.written or (not self.ascii and _has_odd(self.written)):
            return True
        if depth >= Depth.NAME:
            return self.has_digit or self.may_match(MESSENGER)
        return self.longest >= NUMBER and self._has_run() and self._most_digits() >= NUMBER

    def _has_run(self) -> bool:
        """Whether digits stand side by side in one text as they do in a number of a person, gaps left out."""
        signs = np.frombuffer(self.written, np.uint8)
        goes_on = np.ones(len(signs) + 1, np.bool_)
        goes_on[self.places] = False
        for at in range(0, len(signs), CHUNK):
            part = signs[at : at + CHUNK + SPACED]
            inside = goes_on[at + 1 : at + len(part)]
            digit = (part - ZERO) < TEN
            two = digit[:-1] & digit[1:] & inside
            three = two[:-1] & two[1:]
            if (three & (part[: len(three)] == ONE)).any() or (three[:-3] & two[2:-2] & three[3:]).any():
                return True
            blank = part == BLANK
            if blank.any() and _runs(digit | blank, inside, SPACED).any():
                return True
        return False

    def _most_digits(self) -> int:
        """Return how many digits the text with the most of them has."""
        counted = np.zeros(len(self.written) + 1, np.int32)
        np.cumsum((np.frombuffer(self.written, np.uint8) - ZERO) < TEN, dtype=np.int32, out=counted[1:])
        return int(np.diff(counted[self.places]).max(initial=0))


def _runs(flags: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_], size: int) -> npt.NDArray[np.bool_]:
    """Return where `size` flags begin that are all set; `inside`: where a byte continues the text before it."""
    found, had = flags[:-1] & flags[1:] & inside, 2
    while had < size:
        step = min(had - 1, size - had)  # both runs have a byte in common: nothing between them is left out
        found = found[:-step] & found[step:]
        had += step
    return found


def _has_odd(written: bytes) -> bool:
    """Whether there is a sign that resembles an ordinary one, or an invisible one."""
    signs = np.frombuffer(written, np.uint8)
    for lead, known in ODD.items():
        if bytes([lead]) in written:
            at = np.flatnonzero(signs == lead)
            if known[signs[at + 1], signs[np.minimum(at + 2, len(signs) - 1)]].any():
                return True
    return False


def _odd() -> dict[int, npt.NDArray[np.bool_]]:
    """Return by first byte (UTF-8) the second and third bytes of these signs; of two bytes, any third."""
    known: dict[int, npt.NDArray[np.bool_]] = {}
    odd = re.compile(f"{WIDE}|{ODD_SIGN}|{UNSEEN}")
    for sign in filter(odd.match, map(chr, PLACES_OF_ODD)):
        lead, second, *more = sign.encode()
        table = known.setdefault(lead, np.zeros((256, 256), np.bool_))
        table[second, more[0] if more else slice(None)] = True
    return known


ODD = _odd()
