"""The encoding of a text that has no declared one.

Certain are: a byte-order mark; strict UTF-8; UTF-16 and UTF-32 where nothing else decodes to text; and Chinese,
Japanese or Korean that is common text in exactly one encoding (`character_frequency`).  Single-byte encodings are never
certain: almost any bytes are text in all of them.  Their order comes from chardet, a detector trained on 80 languages,
and their readings are shown side by side for a person to choose.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.text.character_frequency import (
    FAMILIES,
    LANGUAGES,
    MIN_LEAD,
    MIN_SCORE,
    clear_encoding,
    decode_sample,
    log_odds,
)
from connectors.readers.text.encoding import BLOCK, BOMS
from hub.personal import masked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLE_BYTES, LATER_BLOCK_BYTES = 1 << 18, 1 << 13  # bytes inspected in all, and of each block after the first
CAPITALS_BYTES = 1 << 12  # bytes by which a text is found to be in capitals
MAX_READINGS, EXCERPT_LENGTH, EXCERPT_LEAD, MAX_LINES = (
    5,
    48,
    12,
    200,
)  # readings, characters of a line, those before the first one beyond ASCII, lines
# Characters that no table has; a C1 control other than the line break 0x85 shows that a text is no ISO 8859.
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ufffd]")
LONG_NUMBER = re.compile(r"\d{5,}")  # perhaps of a person, and no evidence of an encoding
ESCAPES = (
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"\x1b\$\)[AEG]"), "iso2022_cn"),
    (re.compile(rb"\x1b(?:\$[@B]|\$\([@BDOPQ]|\([JI])"), "iso2022_jp"),
    (re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}"), "hz"),
)
MAX_DOUBTFUL, LAST_OF_TWO = 8, "\u07ff"  # characters; the last one that takes two bytes in UTF-8
BESIDE_ASCII = re.compile("[0-9A-Za-z][\xa0-\xff]|[\xa0-\xff][0-9A-Za-z]")
UTF_7 = re.compile(rb"\+([A-Za-z0-9/+]{3,})(?:-|(?![A-Za-z0-9/+]))")
WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\r\f\x0e\x0f\x1a\x1b")
CONTROL_SHARE = 0.2  # share of the bytes: so many controls are parts of wider characters
MAX_UNICODE_BLOCKS, MIN_BYTES = 4, 16  # blocks of Unicode that a text of letters uses; bytes that are enough to decide
DAMAGED_UTF_8_RATIO = 5  # times as many good characters as bad bytes: damaged UTF-8
# What chardet may return, by the names of Python, in the order in which equal readings are named.
DETECTABLE = (
    "cp1252", "iso8859-1", "iso8859-15", "cp1250", "iso8859-2", "cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866",
    "cp855", "mac-cyrillic", "cp1253", "iso8859-7", "cp1254", "iso8859-9", "cp1255", "iso8859-8", "cp1256",
    "iso8859-6", "cp1257", "iso8859-13", "iso8859-4", "iso8859-3", "iso8859-10", "iso8859-14", "iso8859-16", "cp1258",
    "cp874", "tis-620", "cp437", "cp737", "cp775", "cp850", "cp852", "cp857", "cp858", "cp860", "cp861", "cp862",
    "cp863", "cp864", "cp865", "cp869", "cp720", "mac-roman", "mac-latin2", "mac-greek", "mac-turkish", "mac-iceland",
    "kz1048", "ptcp154", "koi8-t", "hp-roman8", "cp037", "cp500", "cp1026", "cp273", "cp424", "cp875", "cp1125",
    "cp1006", "gb18030", "big5", "cp950", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "johab",
    "shift_jis_2004", "euc_jis_2004",
)  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """The encoding to decode a text with.

    Attributes:
        encoding: The likeliest one.
        certain: Whether no other encoding is possible.
        readings: Unless it is certain: names of encodings (joined by ", " when they decode the whole sample alike), and
            a line of the text in them, the likeliest first.
        unreadable: An encoding that the text certainly has and that no reader decodes.
    """

    encoding: str
    certain: bool = True
    readings: tuple[tuple[str, str], ...] = ()
    unreadable: str | None = None

    def shown(self) -> str:
        """Return the readings as one line, for a finding or a comment.

        >>> Guess("cp1252", certain=False, readings=(("cp1252", "Größe"), ("cp1251", "GrцЯe"))).shown()
        'cp1252: Größe | cp1251: GrцЯe'
        """
        return " | ".join(f"{names}: {line}" for names, line in self.readings)


def guess(path: Path) -> Guess:
    """Return the encoding of a text file.

    Args:
        path: The file; all of it is read.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for bom, name in BOMS:
        if head.startswith(bom):
            return Guess(name)
    profile = _profile(path)
    if profile.wide:
        found = _wide_guess(path, few_controls=profile.control_share < CONTROL_SHARE)
    elif profile.is_utf_8:
        found = _short_guess(profile.sample) if profile.sample else _ascii_guess(path)
    else:
        found = _damaged_guess(profile.sample) or _east_asian_guess(profile.sample, path)
    return found or _detected_guess(profile.sample)


def guess_declared(path: Path, declared: str) -> Guess:
    """Return the encoding of a text that declares it itself, such as an XML document.

    Args:
        path: The file.
        declared: The encoding that it declares; certain when the bytes decode alike without it.

    Raises:
        LookupError: Python does not know the encoding.
    """
    found = guess(path)
    declared_name = codecs.lookup(declared).name
    if declared_name.startswith("utf-8") or found.encoding.startswith("utf-8"):
        return Guess("utf-8")  # its decoder is strict
    sample = _profile(path).sample
    text = decode_sample(sample, declared_name)
    if text is not None and text == decode_sample(sample, found.encoding):
        return Guess(declared_name)
    names = [declared_name, *(name.split(", ")[0] for name, _ in found.readings or ((found.encoding, ""),))]
    return Guess(declared_name, certain=False, readings=_readings(sample, [*dict.fromkeys(names)]))


def decodes(path: Path, encoding: str) -> bool:
    """Whether a whole file can be decoded with an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _ByteProfile(NamedTuple):
    """The bytes of a file: whether strict UTF-8, whether wider text, share of controls, and a sample."""

    is_utf_8: bool
    wide: bool
    control_share: float
    sample: bytes


def _profile(path: Path) -> _ByteProfile:
    """Read all of a file; the sample are lines with bytes beyond ASCII from all parts, or the beginning."""
    pieces, room, size, controls, zeros, rest = list[bytes](), SAMPLE_BYTES, 0, 0, False, b""
    for block in chain(_blocks(path), [b""]):
        size += len(block)
        controls += len(block) - len(block.translate(None, CONTROLS))
        zeros = zeros or b"\0" in block
        data, rest = rest + block, b""
        if data.isascii() or not room:
            continue
        lines = data.splitlines(keepends=True)
        if block and len(lines[-1]) < LATER_BLOCK_BYTES:
            rest = lines.pop()  # it may go on in the next block
        piece = b"".join(line for line in lines if not line.isascii())
        pieces.append(piece[: min(room, LATER_BLOCK_BYTES if pieces else SAMPLE_BYTES)])
        room -= len(pieces[-1])
    share = controls / max(size, 1)
    wide = zeros or share >= CONTROL_SHARE
    sample = _head(path, SAMPLE_BYTES) if wide else b"".join(pieces)
    return _ByteProfile(decodes(path, "utf-8"), wide, share, sample)


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _ascii_guess(path: Path) -> Guess:
    """Return UTF-8, unless the text is 7-bit and switches to another character set by escapes."""
    for block in _blocks(path):
        for escape, name in ESCAPES:
            if escape.search(block):
                return Guess("utf-8", certain=False, unreadable=name)
        if len({each[1] for each in UTF_7.finditer(block) if _is_utf_7(each[0])}) > 1:
            return Guess("utf-8", certain=False, unreadable="utf_7")
    return Guess("utf-8")


def _is_utf_7(piece: bytes) -> bool:
    try:
        text = piece.decode("utf_7")
    except UnicodeDecodeError:
        return False
    return not text.isascii() and all(unicodedata.category(char)[0] in "LMPZ" for char in text)


def _wide_guess(path: Path, *, few_controls: bool) -> Guess | None:
    """Return UTF-16 or UTF-32 without a mark, certain where the other byte order gives no text.

    Text that is not East Asian has letters of few blocks of 256 characters; in the other byte order nearly each letter
    is in another block.  UTF-8 may contain a few controls too (`few_controls`); they are faults of their rows.
    """
    sample = _head(path, SAMPLE_BYTES)
    texts = {name: text for name in WIDE if (text := decode_sample(sample, name)) and not NOT_TEXT.search(text)}
    if not texts:
        return Guess("utf-8") if decodes(path, "utf-8") else None
    if full := [name for name in texts if name.startswith("utf-32")]:
        return Guess(full[0])  # three of four bytes are nearly fixed
    spread = {name: len({ord(char) >> 8 for char in text}) for name, text in texts.items()}
    score = {name: log_odds(text, name) if name in LANGUAGES else 0.0 for name, text in texts.items()}
    best = min(texts, key=lambda name: (-score[name] if score[name] >= MIN_SCORE else 0.0, spread[name]))
    rest = [name for name in texts if name != best]
    clear = spread[best] <= MAX_UNICODE_BLOCKS and all(spread[name] >= 2 * spread[best] + 2 for name in rest)
    plausible = score[best] >= MIN_SCORE and all(score[best] - score[name] >= MIN_LEAD for name in rest)
    if (clear or plausible) and len(sample) >= MIN_BYTES and decodes(path, best):
        return Guess(best)
    if few_controls and decodes(path, "utf-8"):
        return Guess("utf-8")
    return Guess(best, certain=False, readings=_readings(sample, [best, *rest, "utf-8"]))


def _short_guess(sample: bytes) -> Guess:
    """Return UTF-8; uncertain for the few bytes that are also a common Chinese word, such as those of 也."""
    text, chinese = sample.decode("utf-8", "ignore"), decode_sample(sample, "gb18030")
    beyond_ascii = [char for char in text if char > "\x7f"]
    too_many = len(beyond_ascii) > MAX_DOUBTFUL or max(beyond_ascii, default="") > LAST_OF_TWO
    if too_many or chinese is None or BESIDE_ASCII.search(text):
        return Guess("utf-8")
    if log_odds(chinese, "gb18030") <= 0:
        return Guess("utf-8")
    return Guess("utf-8", certain=False, readings=_readings(sample, ["utf-8", "gb18030"]))


def _damaged_guess(sample: bytes) -> Guess | None:
    """Return UTF-8 for a text that mostly is; its reader reports the wrong line."""
    text = sample.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= char <= "\udcff" for char in text)
    good = sum(char > "\x7f" for char in text) - bad
    return Guess("utf-8") if good >= DAMAGED_UTF_8_RATIO * bad else None


def _east_asian_guess(sample: bytes, path: Path) -> Guess | None:
    """Return the only two-byte encoding in which the text is common text."""
    name = clear_encoding(sample)
    return Guess(name) if name and decodes(path, name) else None


def _detected_guess(sample: bytes) -> Guess:
    names = [
        name
        for name in _ranked(sample)
        if (text := decode_sample(sample, name)) is not None and not NOT_TEXT.search(text)
    ]
    readings = _readings(sample, names or ["iso8859-1"])
    return Guess(readings[0][0].split(", ")[0], certain=False, readings=readings)


def _ranked(sample: bytes) -> list[str]:
    """Return the encodings that a text may have, the likeliest first."""
    scores = _detector_scores(sample)
    for name in DETECTABLE:  # the detector is trained on lower case
        text = decode_sample(sample[:CAPITALS_BYTES], name) or ""
        if sum(map(str.isupper, text)) > sum(map(str.islower, text)):
            small = text.lower().encode(name, "ignore")
            scores[name] = max(scores.get(name, 0.0), _detector_scores(small).get(name, 0.0))
    found = sorted(scores, key=lambda name: -scores[name])
    near = [name for each in found[:MAX_READINGS] for name in _family(each)]
    return [*dict.fromkeys([*found[:1], *near, *found, *DETECTABLE[:2]])]


def _detector_scores(sample: bytes) -> dict[str, float]:
    """Return the confidence of the detector in each encoding."""
    import chardet  # noqa: PLC0415 - slow to import, and most files are UTF-8

    detected = chardet.detect_all(sample, compat_names=False, ignore_threshold=True)
    named = [(codecs.lookup(each["encoding"]).name, each["confidence"]) for each in detected if each["encoding"]]
    return {name: confidence for name, confidence in named if name in DETECTABLE}


@cache
def _family(name: str) -> tuple[str, ...]:
    return next((family for family in FAMILIES if name in family), (name,))


def _readings(sample: bytes, names: list[str]) -> tuple[tuple[str, str], ...]:
    """Return one line in each encoding; encodings that decode the whole sample alike are joined."""
    texts: dict[str, list[str]] = {}
    for name in names:
        text = decode_sample(sample, name)
        if text is not None and (text in texts or len(texts) < MAX_READINGS):
            texts.setdefault(text, []).append(name)
    lines = [line for line in sample.splitlines()[:MAX_LINES] if not line.isascii()] or [sample]
    line = max(lines, key=lambda each: len({_excerpt(each, alike[0]) for alike in texts.values()}))
    return tuple((", ".join(_by_frequency(alike)[:MAX_READINGS]), _excerpt(line, alike[0])) for alike in texts.values())


def _by_frequency(names: list[str]) -> list[str]:
    """Return encodings that decode alike, the most frequent first."""
    return sorted(names, key=lambda name: DETECTABLE.index(name) if name in DETECTABLE else -1)


def _excerpt(line: bytes, name: str) -> str:
    """Return a piece of a decoded line, around the first character beyond ASCII."""
    text = LONG_NUMBER.sub("…", masked(line.decode(name, "replace").strip()))  # before it is cut, so that no part stays
    first = next((at for at, char in enumerate(text) if char > "\x7f"), 0)
    begin = max(0, first - EXCERPT_LEAD) if len(text) > EXCERPT_LENGTH else 0
    return text[begin : begin + EXCERPT_LENGTH]
