"""How everyday a text is as Chinese, Japanese or Korean: the strongest sign that bytes were read in the right encoding.

A two-byte encoding reads almost any bytes as *some* characters.  Read in the right one they are the characters that
everybody uses; read in a wrong one they are spread over the thousands that nobody does.  Each character adds the
logarithm (to base 2) of how much likelier it is in real text than by chance; 20 bits are odds of a million to one.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

TABLES = Path(__file__).with_name("character_frequency.yml")
# What a character adds by its rank in the language's table; measured on word frequencies of the four languages.
RANKS = ((64, 4.0), (128, 2.5), (256, 1.7), (512, 0.9), (1024, -0.4))
RARE, FOREIGN, IMPOSSIBLE, KANA, KANA_ELSEWHERE = -3.0, -4.0, -8.0, 2.5, -2.0
# Which languages an encoding is used for; encodings of one line are of one family and mostly read alike.
SURE, APART = 20.0, 20.0  # bits of the best reading, and those by which it leads; wrong readings reach 12
FAMILIES = (
    ("gb18030",),
    ("big5", "cp950", "big5hkscs"),
    ("shift_jis", "cp932"),
    ("euc_jp",),
    ("euc_kr", "cp949"),
    ("johab",),
)
LANGUAGES = {
    "gb18030": ("zh", "hant"),
    **dict.fromkeys(FAMILIES[1], ("hant",)),
    **dict.fromkeys((*FAMILIES[2], *FAMILIES[3]), ("ja",)),
    **dict.fromkeys((*FAMILIES[4], *FAMILIES[5]), ("ko",)),
    **dict.fromkeys(("utf-16-le", "utf-16-be"), ("zh", "hant", "ja", "ko")),
}
RUN = re.compile("[^\x00-\x7f]+")
HAN = re.compile("[\u4e00-\u9fff]")
HIRAGANA_TO_KATAKANA, WIDE_SIGNS = range(0x3040, 0x3100), range(0xFF00, 0xFF5F)


def bits(text: str, encoding: str) -> float:
    """Return how much likelier a text is real than read wrongly, in bits, for the best language of its encoding.

    What is repeated counts once: the same wrong word a hundred times is no better proof than once.
    """
    runs = sorted(set(RUN.findall(text)))
    return max(sum(_bits(char, language) for run in runs for char in run) for language in LANGUAGES[encoding])


def the_clear_one(sample: bytes) -> str | None:
    """Return the two-byte encoding in which alone a sample is everyday text, None when that is not clear.

    The members of a family must read it alike.
    """
    scored = []
    for family in FAMILIES:
        texts = {name: text for name in family if (text := read_as(sample, name)) is not None}
        if texts:
            alike = len({*texts.values()}) == 1
            scored.append((max(bits(text, name) for name, text in texts.items()), next(iter(texts)), alike))
    scored.sort(reverse=True)
    if not scored or scored[0][0] < SURE or (len(scored) > 1 and scored[0][0] - scored[1][0] < APART):
        return None
    _, name, alike = scored[0]
    return name if alike else None


def the_better_one(sample: bytes, agreed: str) -> str | None:
    """Return the two-byte encoding in which a sample may be everyday text while it is none in the agreed one."""
    text = read_as(sample, agreed)
    if agreed not in LANGUAGES or text is None or bits(text, agreed) > -SURE:
        return None
    rivals = {name: bits(other, name) for name in LANGUAGES if (other := read_as(sample, name)) is not None}
    best = max(rivals, key=lambda name: rivals[name])
    return best if rivals[best] >= 0 else None


def read_as(sample: bytes, encoding: str) -> str | None:
    """Return a sample as text, None when it is none; a character that its end cuts in two is no fault."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except (UnicodeDecodeError, LookupError):
        return None


@cache
def _bits(char: str, language: str) -> float:
    known = _table(language).get(char)
    if known is not None:
        return known
    kind = unicodedata.category(char)
    if kind in {"Cn", "Co"}:
        return IMPOSSIBLE
    if ord(char) in HIRAGANA_TO_KATAKANA:
        return KANA if language == "ja" else KANA_ELSEWHERE
    if kind[0] in "PSZ" or ord(char) in WIDE_SIGNS:
        return 0.0
    return RARE if HAN.match(char) and language != "ko" else FOREIGN


@cache
def _table(language: str) -> dict[str, float]:
    characters = "".join(_tables()[language].split())
    return {char: next(odds for rank, odds in RANKS if at < rank) for at, char in enumerate(characters)}


@cache
def _tables() -> dict[str, str]:
    tables: dict[str, str] = yaml.safe_load(TABLES.read_text("utf-8"))
    return tables
