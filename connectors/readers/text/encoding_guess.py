"""Which encoding a text has of which nobody has said it.

Certain are: a byte-order mark; strict UTF-8; UTF-16 and UTF-32 that read as text and nothing else does; and Chinese,
Japanese or Korean that is everyday text in one encoding and in no other (`everyday`).  Encodings of one byte a
character are never certain: almost any bytes are text in all of them.  Their order comes from chardet, a detector
trained on 80 languages, and their readings are shown side by side for a person to choose.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.text.character_frequency import APART, FAMILIES, LANGUAGES, SURE, bits, read_as, the_clear_one
from connectors.readers.text.encoding import BLOCK, MARKS
from hub.personal import masked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLE, LATER = 1 << 18, 1 << 13  # bytes looked at altogether, and of each block after the first
CAPITALS = 1 << 12  # bytes in which a text is told to be written in capitals
MOST, SHOWN, BEFORE, TRIED = 5, 48, 12, 200  # readings, characters of a line, those before the first doubt, lines
# Signs that no table has: a C1 control (0x85, a line break, aside) shows that a text is no ISO 8859.
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ufffd]")
LONG_NUMBER = re.compile(r"\d{5,}")  # of a person, perhaps: no use for telling encodings apart
ESCAPES = (
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"\x1b\$\)[AEG]"), "iso2022_cn"),
    (re.compile(rb"\x1b(?:\$[@B]|\$\([@BDOPQ]|\([JI])"), "iso2022_jp"),
    (re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}"), "hz"),
)
FEW, LAST_OF_TWO = 8, "\u07ff"  # characters; the last one that takes two bytes in UTF-8
IN_A_WORD = re.compile("[0-9A-Za-z][\xa0-\xff]|[\xa0-\xff][0-9A-Za-z]")
UTF_7 = re.compile(rb"\+([A-Za-z0-9/+]{3,})(?:-|(?![A-Za-z0-9/+]))")
WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
CONTROLS = bytes(each for each in range(32) if each not in b"\t\n\r\f\x0e\x0f\x1a\x1b")
ODD = 0.2  # of the bytes: so many controls are half of a wider character
BLOCKS, FEWEST = 4, 16  # blocks that a text of letters and signs is in; bytes that are enough to say so
WHOLE_UTF_8 = 5  # times as many good characters as bad bytes: damaged UTF-8, and nothing else
# What chardet may answer, and Python calls by these names; the order is the one in which equal readings are named.
KNOWN = (
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
    """The encoding to read a text with; unless it is certain, how a line of it reads in each that it may be.

    `readings` are names of encodings (those that read the whole sample alike together) and the line, the likeliest
    first.  `unreadable` is an encoding that the text certainly has and that no reader reads.
    """

    encoding: str
    sure: bool = True
    readings: tuple[tuple[str, str], ...] = ()
    unreadable: str | None = None

    def shown(self) -> str:
        """Return the readings as a finding or a comment shows them."""
        return " | ".join(f"{names}: {line}" for names, line in self.readings)


def guess(path: Path) -> Guess:
    """Return the encoding of a text file; all of it is looked at."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in MARKS:
        if head.startswith(mark):
            return Guess(name)
    seen = _seen(path)
    if seen.wide:
        found = _wide(path, few=seen.odd < ODD)
    elif seen.utf_8:
        found = _short(seen.sample) if seen.sample else _of_ascii(path)
    else:
        found = _damaged(seen.sample) or _east_asian(seen.sample, path)
    return found or _guessed(seen.sample)


def as_declared(path: Path, declared: str) -> Guess:
    """Return the encoding of a text that says of itself which it has: believed when it could have been guessed."""
    found = guess(path)
    said = codecs.lookup(declared).name
    if said.startswith("utf-8") or found.encoding.startswith("utf-8"):
        return Guess("utf-8")  # its reader is strict
    sample = _seen(path).sample
    text = read_as(sample, said)
    if text is not None and text == read_as(sample, found.encoding):
        return Guess(said)
    names = [said, *(name.split(", ")[0] for name, _ in found.readings or ((found.encoding, ""),))]
    return Guess(said, sure=False, readings=_readings(sample, [*dict.fromkeys(names)]))


def holds(path: Path, encoding: str) -> bool:
    """Whether a whole file can be read in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _Seen(NamedTuple):
    """What the bytes of a file are: strict UTF-8 or not, with the zeros and controls of wider text, and odd lines."""

    utf_8: bool
    wide: bool
    odd: float
    sample: bytes


def _seen(path: Path) -> _Seen:
    """Look at all of a file; the sample are lines with bytes beyond ASCII from everywhere, or the beginning."""
    kept, room, size, odd, zeros, rest = list[bytes](), SAMPLE, 0, 0, False, b""
    for block in chain(_blocks(path), [b""]):
        size += len(block)
        odd += len(block) - len(block.translate(None, CONTROLS))
        zeros = zeros or b"\0" in block
        data, rest = rest + block, b""
        if data.isascii() or not room:
            continue
        lines = data.splitlines(keepends=True)
        if block and len(lines[-1]) < LATER:
            rest = lines.pop()  # it may go on in the next block
        piece = b"".join(line for line in lines if not line.isascii())
        kept.append(piece[: min(room, LATER if kept else SAMPLE)])
        room -= len(kept[-1])
    share = odd / max(size, 1)
    wide = zeros or share >= ODD
    sample = _head(path, SAMPLE) if wide else b"".join(kept)
    return _Seen(holds(path, "utf-8"), wide, share, sample)


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _of_ascii(path: Path) -> Guess:
    """Return UTF-8, unless the text is of seven bits and switches to another set of characters by escapes."""
    for block in _blocks(path):
        for escape, name in ESCAPES:
            if escape.search(block):
                return Guess("utf-8", sure=False, unreadable=name)
        if len({each[1] for each in UTF_7.finditer(block) if _is_utf_7(each[0])}) > 1:
            return Guess("utf-8", sure=False, unreadable="utf_7")
    return Guess("utf-8")


def _is_utf_7(piece: bytes) -> bool:
    try:
        text = piece.decode("utf_7")
    except UnicodeDecodeError:
        return False
    return not text.isascii() and all(unicodedata.category(char)[0] in "LMPZ" for char in text)


def _wide(path: Path, *, few: bool) -> Guess | None:
    """Return UTF-16 or UTF-32 without a mark, certain where the other order of bytes makes no text.

    A text that is no East Asian one has letters of few blocks of 256 characters; with its bytes the other way round
    nearly each of its letters is in another block.  `few` controls are met in UTF-8 too, and are told row by row.
    """
    sample = _head(path, SAMPLE)
    texts = {name: text for name in WIDE if (text := read_as(sample, name)) and not NO_TEXT.search(text)}
    if not texts:
        return Guess("utf-8") if holds(path, "utf-8") else None
    if full := [name for name in texts if name.startswith("utf-32")]:
        return Guess(full[0])  # three of four bytes have hardly any choice
    spread = {name: len({ord(char) >> 8 for char in text}) for name, text in texts.items()}
    score = {name: bits(text, name) if name in LANGUAGES else 0.0 for name, text in texts.items()}
    best = min(texts, key=lambda name: (-score[name] if score[name] >= SURE else 0.0, spread[name]))
    rest = [name for name in texts if name != best]
    clear = spread[best] <= BLOCKS and all(spread[name] >= 2 * spread[best] + 2 for name in rest)
    everyday = score[best] >= SURE and all(score[best] - score[name] >= APART for name in rest)
    if (clear or everyday) and len(sample) >= FEWEST and holds(path, best):
        return Guess(best)
    if few and holds(path, "utf-8"):
        return Guess("utf-8")
    return Guess(best, sure=False, readings=_readings(sample, [best, *rest, "utf-8"]))


def _short(sample: bytes) -> Guess:
    """Return UTF-8, in doubt only for the few bytes that are an everyday Chinese word too, such as those of 也."""
    text, chinese = sample.decode("utf-8", "ignore"), read_as(sample, "gb18030")
    odd = [char for char in text if char > "\x7f"]
    if len(odd) > FEW or max(odd, default="") > LAST_OF_TWO or chinese is None or IN_A_WORD.search(text):
        return Guess("utf-8")
    if bits(chinese, "gb18030") <= 0:
        return Guess("utf-8")
    return Guess("utf-8", sure=False, readings=_readings(sample, ["utf-8", "gb18030"]))


def _damaged(sample: bytes) -> Guess | None:
    """Return UTF-8 for a text that mostly is: its reader says which line is not."""
    text = sample.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= char <= "\udcff" for char in text)
    good = sum(char > "\x7f" for char in text) - bad
    return Guess("utf-8") if good >= WHOLE_UTF_8 * bad else None


def _east_asian(sample: bytes, path: Path) -> Guess | None:
    """Return the two-byte encoding in which alone the text is everyday text."""
    name = the_clear_one(sample)
    return Guess(name) if name and holds(path, name) else None


def _guessed(sample: bytes) -> Guess:
    names = [
        name for name in _ranked(sample) if (text := read_as(sample, name)) is not None and not NO_TEXT.search(text)
    ]
    readings = _readings(sample, names or ["iso8859-1"])
    return Guess(readings[0][0].split(", ")[0], sure=False, readings=readings)


def _ranked(sample: bytes) -> list[str]:
    """Return the encodings that a text may have, the likeliest first."""
    odds = _odds(sample)
    for name in KNOWN:  # the detector has learnt from small letters
        text = read_as(sample[:CAPITALS], name) or ""
        if sum(map(str.isupper, text)) > sum(map(str.islower, text)):
            small = text.lower().encode(name, "ignore")
            odds[name] = max(odds.get(name, 0.0), _odds(small).get(name, 0.0))
    found = sorted(odds, key=lambda name: -odds[name])
    near = [name for each in found[:MOST] for name in _family(each)]
    return [*dict.fromkeys([*found[:1], *near, *found, *KNOWN[:2]])]


def _odds(sample: bytes) -> dict[str, float]:
    """Return what the detector thinks of each encoding."""
    import chardet  # noqa: PLC0415 - it takes a while, and most files are UTF-8

    told = chardet.detect_all(sample, compat_names=False, ignore_threshold=True)
    named = [(codecs.lookup(each["encoding"]).name, each["confidence"]) for each in told if each["encoding"]]
    return {name: confidence for name, confidence in named if name in KNOWN}


@cache
def _family(name: str) -> tuple[str, ...]:
    return next((family for family in FAMILIES if name in family), (name,))


def _readings(sample: bytes, names: list[str]) -> tuple[tuple[str, str], ...]:
    """Return one line in each encoding, those that read the whole sample alike together."""
    texts: dict[str, list[str]] = {}
    for name in names:
        text = read_as(sample, name)
        if text is not None and (text in texts or len(texts) < MOST):
            texts.setdefault(text, []).append(name)
    lines = [line for line in sample.splitlines()[:TRIED] if not line.isascii()] or [sample]
    line = max(lines, key=lambda each: len({_line(each, alike[0]) for alike in texts.values()}))
    return tuple((", ".join(_common(alike)[:MOST]), _line(line, alike[0])) for alike in texts.values())


def _common(names: list[str]) -> list[str]:
    """Return encodings that read alike, the commonest first."""
    return sorted(names, key=lambda name: KNOWN.index(name) if name in KNOWN else -1)


def _line(line: bytes, name: str) -> str:
    """Return a piece of a line as it reads, around the first character beyond ASCII."""
    text = LONG_NUMBER.sub("…", masked(line.decode(name, "replace").strip()))  # before it is cut: no part is left
    first = next((at for at, char in enumerate(text) if char > "\x7f"), 0)
    begin = max(0, first - BEFORE) if len(text) > SHOWN else 0
    return text[begin : begin + SHOWN]
