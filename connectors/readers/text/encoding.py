"""Bytes to UTF-8, strictly: the declared encoding is believed until the bytes contradict it, and then it is said.

Nothing is guessed.  A byte-order mark beats the declaration (ENCODING_CONTRADICTED).  Bytes that the encoding cannot
hold reject the file with their line (WRONG_ENCODING).  Most encodings can hold almost anything, so a file is also
refused when its bytes are strict UTF-8, or everyday Chinese, Japanese or Korean in another encoding than agreed.
"""

from __future__ import annotations

import codecs
import re
import threading
from itertools import chain
from typing import TYPE_CHECKING

from connectors.readers.text.character_frequency import LANGUAGES, read_as, the_better_one, the_clear_one
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member, Note
    from connectors.readers.format import Format

BLOCK = 1 << 20  # small enough for the decoded text to stay in the cache
MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
NEED_A_MARK = ("utf-16", "utf-32")  # without one nobody knows which byte comes first
WIDE = ("utf-16", "utf-32")
MOSTLY, BREAKS_OF_TWO_BYTES = 9, (b"\n\0", b"\0\n", b"\r\0", b"\0\r")
CHINESE = ("gb18030", "gbk", "gb2312")
EURO, WINDOWS_EURO, WINDOWS_EURO_BYTE, PADDING = "riskhub-euro", 0x80, b"\x80", b"\n\n\n\n"
UNICODE = ("utf-", "ascii")  # strict by themselves
EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
BEYOND_ASCII = re.compile("[^\x00-\x7f]")
SAMPLE, FEWEST = 1 << 16, 3
OF_LATIN = 4  # of so many bytes at least one is zero where ASCII is written in two bytes
_met = threading.local()  # where the block that is being decoded had a euro sign of Windows, and its size
LINE_BREAK = re.compile("\r\n|\r|\n")


def utf8_blocks(member: Member, fmt: Format, note: Note) -> Iterator[bytes]:
    """Yield the text of a file as UTF-8 in blocks of about 1 MiB, without byte-order mark.

    A block may end in the middle of a line, and in UTF-8 files in the middle of a character.
    Raises RejectBatch: EMPTY_FILE, WRONG_ENCODING, TRUNCATED_FILE.
    """
    with member.path.open("rb") as file:
        head = file.read(4)
        if not head:
            raise RejectBatch(Finding("EMPTY_FILE", file=member.name))
        encoding, skip = encoding_of(head, member, fmt, note)
        decoder = codecs.getincrementaldecoder(encoding)(EURO if encoding in CHINESE else "strict")
        euros, first_euro = 0, 0
        if skip == 0 and not encoding.startswith(WIDE) and (wide := _unmarked(file.read(SAMPLE))):
            told = f"{head[:2].hex(' ').upper()} ({wide})"
            raise RejectBatch(Finding("WRONG_ENCODING", file=member.name, line=1, value=told, expected=encoding))
        file.seek(skip)
        passed, doubt = skip, skip == 0 and not encoding.startswith(UNICODE)
        for block in chain(iter(lambda: file.read(BLOCK), b""), [b""]):
            if doubt and not block.isascii():
                _contradict(block, encoding, member, passed)
                doubt = False
            # The decoder may have held back a euro sign of Windows and what follows it until the end.
            text = _decoded(decoder, block, encoding, member, passed)
            if _met.euros:
                first_euro = first_euro or line_at(member, encoding, passed + _met.euros[0])
                euros += len(_met.euros)
            yield block if encoding == "utf-8" else text.encode()
            passed += len(block)
    if euros:
        note(Finding("REPAIRED_EURO", file=member.name, line=first_euro, value="80", expected=encoding, count=euros))


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Read the byte 80, which code page 936 of Windows alone has, as the euro sign; anything else stays a fault."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == WINDOWS_EURO:
        _met.euros.append(error.start - (len(error.object) - _met.size))
        return "€", error.start + 1
    raise error


codecs.register_error(EURO, _euro)


def _unmarked(sample: bytes) -> str | None:
    """Return the order of bytes of UTF-16 without a mark: the zeros of its commas and line breaks are on one side.

    A stray zero in a text that is UTF-8 is the business of its row.
    """
    if b"\0" not in sample:
        return None
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if (high + low) * OF_LATIN < len(sample) and read_as(sample, "utf-8") is not None:
        return None
    if min(high, low) * MOSTLY > max(high, low) or not any(each in sample for each in BREAKS_OF_TWO_BYTES):
        return None
    return "utf-16-be" if high > low else "utf-16-le"


def whole_text(member: Member, fmt: Format, note: Note) -> str:
    """Return a whole file as text."""
    return b"".join(utf8_blocks(member, fmt, note)).decode()


def encoding_of(head: bytes, member: Member, fmt: Format, note: Note) -> tuple[str, int]:
    """Return the encoding to read with and the length of the mark, from the first four bytes."""
    declared = codecs.lookup(fmt.encoding).name.removesuffix("-sig")
    mark, marked = next(((mark, name) for mark, name in MARKS if head.startswith(mark)), (b"", declared))
    if not marked.startswith(declared):
        note(Finding("ENCODING_CONTRADICTED", file=member.name, value=marked, expected=fmt.encoding))
    if marked in NEED_A_MARK:
        first = head.hex(" ").upper()
        raise RejectBatch(Finding("WRONG_ENCODING", file=member.name, line=1, value=first, expected=fmt.encoding))
    return marked, len(mark)


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, encoding: str, member: Member, passed: int) -> str:
    _met.euros, _met.size = [], len(block)
    if not block and decoder.getstate()[0][:1] == WINDOWS_EURO_BYTE:
        _met.size = len(PADDING)
        return decoder.decode(PADDING)[: -len(PADDING)]  # at the very end it would lose what follows the sign
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        # What the decoder held back of the block before stands in front of this one in `error.object`.
        offset = passed - (len(error.object) - len(block)) + error.start
        wrong = error.object[error.start : max(error.end, error.start + 1)].hex(" ").upper()
        line = line_at(member, encoding, offset)
        if not block:
            raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=line, value=wrong)) from None
        raise RejectBatch(
            Finding("WRONG_ENCODING", file=member.name, line=line, value=wrong, expected=encoding)
        ) from None


def line_at(member: Member, encoding: str, offset: int) -> int:
    """Return the 1-based line that the byte at `offset` stands on."""
    decoder, breaks, held = codecs.getincrementaldecoder(encoding)("replace"), 0, ""
    with member.path.open("rb") as file:
        while offset and (block := file.read(min(BLOCK, offset))):
            offset -= len(block)
            text = held + decoder.decode(block)
            held = "\r" if text.endswith("\r") else ""  # it may be half of a line break
            breaks += len(LINE_BREAK.findall(text.removesuffix("\r")))
    return 1 + breaks + len(held)


def _contradict(block: bytes, encoding: str, member: Member, passed: int) -> None:
    """Raise RejectBatch when a block must be in another encoding than the agreed one."""
    first = next(place for place, byte in enumerate(block) if byte > 0x7F)  # noqa: PLR2004 - the end of ASCII
    sample = block[first : first + SAMPLE]
    utf_8 = "utf-8" if _is_utf8(block, encoding) else None
    for rival in (utf_8, the_clear_one(sample), the_better_one(sample, encoding)):
        if rival and read_as(sample, rival) != read_as(sample, encoding):
            raise RejectBatch(
                Finding(
                    "WRONG_ENCODING",
                    file=member.name,
                    line=line_at(member, encoding, passed + first),
                    value=f"{block[first : first + 3].hex(' ').upper()} ({rival})",
                    expected=encoding,
                )
            )


def _is_utf8(block: bytes, agreed: str) -> bool:
    """Whether a block is valid UTF-8 of more characters than another text has by chance.

    Bytes of GB18030 are UTF-8 of two bytes a character for whole words, so there East Asian characters must come out.
    """
    text = read_as(block, "utf-8")
    if text is None:
        return False
    if agreed in LANGUAGES:
        return EAST_ASIAN.search(text) is not None
    return len(BEYOND_ASCII.findall(text)) >= FEWEST or EAST_ASIAN.search(text) is not None
