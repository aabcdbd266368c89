"""How common the characters of a text are in Chinese, Japanese or Korean: evidence for the encoding of its bytes.

A two-byte encoding decodes almost any bytes to some characters.  In the right encoding these are common ones; in a
wrong one they are spread over thousands of rare ones.  Each character adds the logarithm (base 2) of how much likelier
it is in real text than by chance; 20 bits are odds of a million to one.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from pathlib import Path

from hub.yaml_text import load_yaml

TABLES = Path(__file__).with_name("character_frequency.yml")
# What a character adds by its rank in the language's table; measured on word frequencies of the four languages.
RANK_SCORES = ((64, 4.0), (128, 2.5), (256, 1.7), (512, 0.9), (1024, -0.4))
RARE, FOREIGN, IMPOSSIBLE, KANA, KANA_ELSEWHERE = -3.0, -4.0, -8.0, 2.5, -2.0
# Which languages an encoding is used for; encodings of one line are of one family and mostly read alike.
MIN_SCORE, MIN_LEAD = 20.0, 20.0  # bits of the best reading, and of its lead; wrong readings reach 12
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


def log_odds(text: str, encoding: str) -> float:
    """Return how much likelier a text is real than wrongly decoded, for the best language of its encoding.

    Args:
        text: The decoded text.  A repeated run of characters counts once: it is no further evidence.
        encoding: A key of `LANGUAGES`.

    Returns:
        Bits; negative when the characters are rarer than by chance.

    >>> log_odds("火灾原因", "gb18030") > 0 > log_odds("鏆傛棤", "gb18030")
    True
    """
    runs = sorted(set(RUN.findall(text)))
    return max(sum(_char_log_odds(char, language) for run in runs for char in run) for language in LANGUAGES[encoding])


def clear_encoding(sample: bytes) -> str | None:
    """Return the only two-byte encoding in which a sample is common text, None when that is not clear.

    It must score 20 bits and lead by 20; the members of its family must decode the sample alike.

    >>> clear_encoding("我们的国家有很多人和地方".encode("gb18030"))
    'gb18030'
    """
    scored = []
    for family in FAMILIES:
        texts = {name: text for name in family if (text := decode_sample(sample, name)) is not None}
        if texts:
            same = len({*texts.values()}) == 1
            scored.append((max(log_odds(text, name) for name, text in texts.items()), next(iter(texts)), same))
    scored.sort(reverse=True)
    if not scored or scored[0][0] < MIN_SCORE or (len(scored) > 1 and scored[0][0] - scored[1][0] < MIN_LEAD):
        return None
    _, name, same = scored[0]
    return name if same else None


def better_encoding(sample: bytes, declared: str) -> str | None:
    """Return a two-byte encoding in which a sample may be common text, when it is none in the declared one.

    Args:
        sample: Bytes from the first one beyond ASCII on.
        declared: The declared encoding.

    Returns:
        The name; None when the declared encoding is plausible or no other is.
    """
    text = decode_sample(sample, declared)
    if declared not in LANGUAGES or text is None or log_odds(text, declared) > -MIN_SCORE:
        return None
    rivals = {name: log_odds(other, name) for name in LANGUAGES if (other := decode_sample(sample, name)) is not None}
    best = max(rivals, key=lambda name: rivals[name])
    return best if rivals[best] >= 0 else None


def decode_sample(sample: bytes, encoding: str) -> str | None:
    r"""Return a sample as text, None when it is none in this encoding.

    A character that the end of the sample cuts in two is ignored.

    >>> decode_sample("中".encode()[:2], "utf-8"), decode_sample(b"\xff", "utf-8")
    ('', None)
    """
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except (UnicodeDecodeError, LookupError):
        return None


@cache
def _char_log_odds(char: str, language: str) -> float:
    ranked = _table(language).get(char)
    if ranked is not None:
        return ranked
    category = unicodedata.category(char)
    if category in {"Cn", "Co"}:
        return IMPOSSIBLE
    if ord(char) in HIRAGANA_TO_KATAKANA:
        return KANA if language == "ja" else KANA_ELSEWHERE
    if category[0] in "PSZ" or ord(char) in WIDE_SIGNS:
        return 0.0
    return RARE if HAN.match(char) and language != "ko" else FOREIGN


@cache
def _table(language: str) -> dict[str, float]:
    characters = "".join(_tables()[language].split())
    return {char: next(odds for rank, odds in RANK_SCORES if at < rank) for at, char in enumerate(characters)}


@cache
def _tables() -> dict[str, str]:
    tables: dict[str, str] = load_yaml(TABLES.read_text("utf-8"))
    return tables
