"""Characters that stand for another one: private code points of old GB18030 tables, and radicals in the place of words.

GB 18030-2000 had no Unicode code point for some of its characters and used private ones (U+E5E5, U+E766 to U+E864);
editions 2005 and 2022 give them theirs.  Texts copied out of PDF files have Kangxi radicals (U+2F00 to U+2FD5) that
look like the character and are another one.  Both are the same to a reader and different to a program.
"""

from __future__ import annotations

import unicodedata

INVISIBLE = (
    r"[\x{ad}\x{34f}\x{61c}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{200b}-\x{200f}\x{202a}-\x{202e}"
    r"\x{2060}-\x{206f}\x{3164}\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}\x{fff9}-\x{fffb}\x{e0000}-\x{e01ef}]"
)
# What Python's table (edition 2000 with most of GBK) decodes as private still, as in GB 18030-2005 and 2022, annex D.
_STILL_PRIVATE = {
    0xE5E5: 0x3000, 0xE7C7: 0x1E3F, 0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14,
    0xE792: 0xFE15, 0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE816: 0x20087, 0xE817: 0x20089,
    0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8,
    0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
# Where runs of private code points stand in the table: the first of them, the lead byte, and the trail bytes.
_ONCE_PRIVATE = (
    (0xE76C, 0xA2, range(0xE3, 0xE4)),
    (0xE7C8, 0xA8, range(0xBF, 0xC0)),
    (0xE7E7, 0xA9, range(0x89, 0x96)),
    (0xE815, 0xFE, [*range(0x50, 0x7F), *range(0x80, 0xA0)]),
)
_LAST_PRIVATE, _FIRST_PRIVATE = 0xF8FF, 0xE000
# Radicals of the supplement that are whole words; Unicode has a compatibility mapping for two of them only.
_WHOLE_SIGNS = dict(
    zip(
        "⺝⺟⺠⺩⺫⺬⺮⺶⺽⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻲⻳",
        "月母民王目示竹羊臼虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龜亀龟",
        strict=True,
    )
)


def _of_old_tables() -> dict[int, int]:
    found = dict(_STILL_PRIVATE)
    for first, lead, trails in _ONCE_PRIVATE:
        for at, trail in enumerate(trails):
            code = ord(bytes([lead, trail]).decode("gb18030"))
            if not _FIRST_PRIVATE <= code <= _LAST_PRIVATE:
                found.setdefault(first + at, code)
    return found


MEANT: dict[int, int] = {
    **_of_old_tables(),
    **{code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)},
    **{ord(radical): ord(word) for radical, word in _WHOLE_SIGNS.items()},
}
# How they begin in UTF-8, and how the private code points do that mean nothing to anybody but their sender.
BEGINNINGS = (b"\xee", *(bytes([0xE2, second]) for second in range(0xBA, 0xC0)))
PRIVATE = r"[\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}]"


def as_meant(text: str) -> str:
    """Return a text with the characters that are meant in the place of those that look like them."""
    return text.translate(MEANT)
