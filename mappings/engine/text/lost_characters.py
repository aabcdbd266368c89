"""Text that lost characters for good: what programs leave where they could not read or write them.

U+FFFD, the sign for it; `ï¿½`, the same read once more as Windows-1252; 锟斤拷, the same read as GBK; 烫烫烫 and
屯屯屯, memory that was never filled, read as GBK; `????`, characters that the target's encoding does not have.  Nobody
but the sender can say what stood there.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.glyphs import PRIVATE
from mappings.engine.arrays import any_true

SIGNS = ("\ufffd", "ï¿½", "锟斤", "斤拷", "烫烫烫", "屯屯屯", "葺葺葺")
MARKS = (b"??", *(sign.encode() for sign in SIGNS))
# Up to three question marks that end a sentence follow a word and are followed by none.
LOST = rf"{'|'.join(SIGNS)}|(?:^|[^\pL\pN\pP])\?\?+|\?\?+[\pL\pN]|^\?\?+|\?{{4}}"
HIGH, LOW_PRIVATE = 0xEF, 0xA4  # U+F000 to U+F8FF begin with EF 80 to EF A3


def lost(text: pa.Array, written: bytes) -> pa.Array | None:
    """Return where a text lost characters, None when nowhere; `written` are the bytes of all of it."""
    if not any(mark[:1] in written and mark in written for mark in MARKS):
        return None
    return _found(text, LOST)


def private(text: pa.Array, written: bytes) -> pa.Array | None:
    """Return where a text has characters that only their sender's fonts know, None when nowhere."""
    if not any(lead in written for lead in (b"\xee", b"\xf3", b"\xf4")) and not _has_high(written):
        return None
    return _found(text, PRIVATE)


def _has_high(written: bytes) -> bool:
    if b"\xef" not in written:
        return False
    points = np.frombuffer(written, np.uint8)
    return bool((points[np.flatnonzero(points == HIGH) + 1] < LOW_PRIVATE).any())


def _found(text: pa.Array, pattern: str) -> pa.Array | None:
    found = pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)
    return found if any_true(found) else None
