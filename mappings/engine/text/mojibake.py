"""Text whose UTF-8 was once read as GBK or Windows-1252 and stored like that: 鍖椾含 for 北京, cafÃ© for café.

It is put right only where that is certain: the whole value must be valid UTF-8 in the wrong encoding, and of more signs
than honest text has by chance.
"""

from __future__ import annotations

import re

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


def read_again(text: str) -> tuple[str, bool]:
    """Return the text as its UTF-8 reads, and whether that is certainly what was meant; a text that is none as it is.

    A suspect that is not certain stays as it is and should be looked at by somebody.
    """
    return _from_latin(text) or _from_chinese(text) or (text, True)


def _from_latin(text: str) -> tuple[str, bool] | None:
    try:
        meant = bytes(BYTES.get(char, ord(char)) for char in text).decode()
    except ValueError:  # a sign that Windows-1252 does not have, or no UTF-8
        return None
    if REPLACEMENT in meant:
        return text, True  # what was lost before cannot be put right; `lost` tells it
    # One sign of two bytes can be meant as it stands: Ã® may be a name and its mark.
    return meant, bool(LONG.search(meant)) or len(SHORT.findall(meant)) > 1


def _from_chinese(text: str) -> tuple[str, bool] | None:
    try:
        meant = text.encode("gb18030").decode()
    except ValueError:
        return None
    # Common signs must have come out, and rare ones gone in.
    sure = len(CHINESE.findall(meant)) > 1 and not SHORT.search(meant) and _is_common(meant) and not _is_common(text)
    return meant, sure


def _is_common(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
