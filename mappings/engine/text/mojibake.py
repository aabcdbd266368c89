"""Text whose UTF-8 was once read as GBK or Windows-1252 and stored like that: 鍖椾含 for 北京, cafÃ© for café.

It is put right only where that is certain: the whole value must be valid UTF-8 in the wrong encoding, and of more signs
than honest text has by chance.

Text that lost characters for good is only found: U+FFFD; `ï¿½`, the same read once more as Windows-1252; 锟斤拷, the
same read as GBK; 烫烫烫 and 屯屯屯, memory that was never filled, read as GBK; `????`, characters that the target's
encoding does not have.  Only the sender knows the original.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.glyphs import PRIVATE
from mappings.engine.arrays import any_true

# How the first sign that is not ASCII looks: the bytes E4 to E9 and 80 to BF (a Chinese sign in UTF-8) read as GBK, or
# C2 to F4 and 80 to BF read as Windows-1252, which has no signs for five of these bytes.
OF_CHINESE = "".join(
    bytes([lead, trail]).decode("gb18030") for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xC0)
)
BYTES = {bytes([each]).decode("cp1252", "ignore") or chr(each): each for each in range(0x80, 0x100)} | {
    chr(each): each
    for each in range(0x80, 0xA0)  # as ISO 8859-1 would have them
}
LEADS, TRAILS = "\u00c2-\u00f4", "".join(char for char, byte in BYTES.items() if byte < 0xC0)  # noqa: PLR2004 - of UTF-8
SUSPECT = rf"^[\x00-\x7f]*(?:[{OF_CHINESE}]|[{LEADS}][{TRAILS}])"
CHINESE = re.compile("[\u4e00-\u9fff\u3000-\u3011\uff01-\uff5e]")
LONG = re.compile("[\u0800-\U0010ffff]")  # three bytes or more
REPLACEMENT = "\ufffd"
SHORT = re.compile("[\u0080-\u07ff]")
LOST_SIGNS = ("\ufffd", "ï¿½", "锟斤", "斤拷", "烫烫烫", "屯屯屯", "葺葺葺")
LOST_BYTES = (b"??", *(sign.encode() for sign in LOST_SIGNS))
# Up to three question marks that end a sentence follow a word and are followed by none.
LOST = rf"{'|'.join(LOST_SIGNS)}|(?:^|[^\pL\pN\pP])\?\?+|\?\?+[\pL\pN]|^\?\?+|\?{{4}}"
HIGH, LOW_PRIVATE = 0xEF, 0xA4  # U+F000 to U+F8FF begin with EF 80 to EF A3


def read_again(text: str) -> tuple[str, bool]:
    r"""Return a text as its UTF-8 bytes read, and whether that is certainly the original.

    A text that is no mojibake comes back as it is.  A suspect that is not certain stays in the record as it was, with
    a warning.

    >>> read_again("å\x8c—äº¬å¸‚")
    ('北京市', True)
    >>> read_again("café")
    ('café', True)
    """
    return _from_latin(text) or _from_chinese(text) or (text, True)


def _from_latin(text: str) -> tuple[str, bool] | None:
    try:
        decoded = bytes(BYTES.get(char, ord(char)) for char in text).decode()
    except ValueError:  # a sign that Windows-1252 does not have, or no UTF-8
        return None
    if REPLACEMENT in decoded:
        return text, True  # lost characters cannot be restored; `lost` reports them
    # One sign of two bytes can be genuine: Ã® may be a name and its mark.
    return decoded, bool(LONG.search(decoded)) or len(SHORT.findall(decoded)) > 1


def _from_chinese(text: str) -> tuple[str, bool] | None:
    try:
        again = text.encode("gb18030").decode()
    except ValueError:
        return None
    # Common signs must have come out, and rare ones gone in.
    sure = len(CHINESE.findall(again)) > 1 and not SHORT.search(again) and _is_common(again) and not _is_common(text)
    return again, sure


def _is_common(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def lost(text: pa.Array, written: bytes) -> pa.Array | None:
    """Return where a text lost characters, None when nowhere; `written` are the bytes of all of it."""
    if not any(sign[:1] in written and sign in written for sign in LOST_BYTES):
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
