"""Decoding of text files to UTF-8, strictly by the declared encoding.

Nothing is guessed.  A byte-order mark overrides the declaration, with a finding (ENCODING_CONTRADICTED).  Bytes that
the encoding does not allow reject the file with their line (WRONG_ENCODING).  Most encodings allow almost any bytes, so
a file is also rejected when it is strict UTF-8, or common Chinese, Japanese or Korean text in another encoding.
"""

from __future__ import annotations

import codecs
import re
import threading
from itertools import chain
from typing import TYPE_CHECKING

from connectors.readers.text.character_frequency import LANGUAGES, better_encoding, clear_encoding, decode_sample
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member, Note
    from connectors.readers.format import Format

BLOCK = 1 << 20  # small enough for the decoded text to stay in the cache
BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
NEEDS_BOM = ("utf-16", "utf-32")  # without a mark the byte order is unknown
WIDE = ("utf-16", "utf-32")
ZERO_RATIO, WIDE_LINE_BREAKS = 9, (b"\n\0", b"\0\n", b"\r\0", b"\0\r")
CHINESE = ("gb18030", "gbk", "gb2312")
EURO_HANDLER, WINDOWS_EURO, WINDOWS_EURO_BYTE, PADDING = "riskhub-euro", 0x80, b"\x80", b"\n\n\n\n"
UNICODE = ("utf-", "ascii")  # strict by themselves
EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
BEYOND_ASCII = re.compile("[^\x00-\x7f]")
SAMPLE_BYTES, MIN_CHARACTERS = 1 << 16, 3
LATIN_ZERO_SHARE = 4  # one in so many bytes is zero where ASCII is written in two bytes
_euros = threading.local()  # of the block that is being decoded: the offsets of its euro signs of Windows, and its size
LINE_BREAK = re.compile("\r\n|\r|\n")


def utf8_blocks(member: Member, fmt: Format, note: Note) -> Iterator[bytes]:
    """Yield the text of a file as UTF-8, without byte-order mark.

    Args:
        member: The file.
        fmt: The declared format; only its encoding is used.
        note: Called with ENCODING_CONTRADICTED and REPAIRED_EURO.

    Yields:
        Blocks of about 1 MiB.  A block may end within a line, and in UTF-8 files within a character.

    Raises:
        RejectBatch: EMPTY_FILE, WRONG_ENCODING, TRUNCATED_FILE (the last character is cut off).
    """
    with member.path.open("rb") as file:
        head = file.read(4)
        if not head:
            raise RejectBatch(Finding("EMPTY_FILE", file=member.name))
        encoding, skip = effective_encoding(head, member, fmt, note)
        decoder = codecs.getincrementaldecoder(encoding)(EURO_HANDLER if encoding in CHINESE else "strict")
        euros, first_euro = 0, 0
        if skip == 0 and not encoding.startswith(WIDE) and (wide := _unmarked_utf16(file.read(SAMPLE_BYTES))):
            value = f"{head[:2].hex(' ').upper()} ({wide})"
            raise RejectBatch(Finding("WRONG_ENCODING", file=member.name, line=1, value=value, expected=encoding))
        file.seek(skip)
        position, unchecked = skip, skip == 0 and not encoding.startswith(UNICODE)
        for block in chain(iter(lambda: file.read(BLOCK), b""), [b""]):
            if unchecked and not block.isascii():
                _reject_other_encoding(block, encoding, member, position)
                unchecked = False
            # The decoder may have held back a euro sign of Windows and what follows it until the end.
            text = _decode(decoder, block, encoding, member, position)
            if _euros.offsets:
                first_euro = first_euro or line_at(member, encoding, position + _euros.offsets[0])
                euros += len(_euros.offsets)
            yield block if encoding == "utf-8" else text.encode()
            position += len(block)
    if euros:
        note(Finding("REPAIRED_EURO", file=member.name, line=first_euro, value="80", expected=encoding, count=euros))


def _decode_euro(error: UnicodeError) -> tuple[str, int]:
    """Decode the byte 80 as the euro sign, as code page 936 of Windows does; other errors stay."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == WINDOWS_EURO:
        _euros.offsets.append(error.start - (len(error.object) - _euros.block_bytes))
        return "€", error.start + 1
    raise error


codecs.register_error(EURO_HANDLER, _decode_euro)


def _unmarked_utf16(sample: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: the zeros of its commas and line breaks are on one side.

    A stray zero in UTF-8 text is a fault of its row.
    """
    if b"\0" not in sample:
        return None
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if (high + low) * LATIN_ZERO_SHARE < len(sample) and decode_sample(sample, "utf-8") is not None:
        return None
    if min(high, low) * ZERO_RATIO > max(high, low) or not any(each in sample for each in WIDE_LINE_BREAKS):
        return None
    return "utf-16-be" if high > low else "utf-16-le"


def read_text(member: Member, fmt: Format, note: Note) -> str:
    """Return a whole file as text.

    Raises:
        RejectBatch: What `utf8_blocks` raises.
    """
    return b"".join(utf8_blocks(member, fmt, note)).decode()


def effective_encoding(head: bytes, member: Member, fmt: Format, note: Note) -> tuple[str, int]:
    """Return the encoding to decode with, by byte-order mark or else by declaration.

    Args:
        head: The first four bytes of the file.
        member: The file, for findings.
        fmt: The declared format.
        note: Called with ENCODING_CONTRADICTED.

    Returns:
        The name of the encoding, and the length of the mark in bytes.

    Raises:
        RejectBatch: WRONG_ENCODING; UTF-16 or UTF-32 is declared without a byte order, and there is no mark.
    """
    declared = codecs.lookup(fmt.encoding).name.removesuffix("-sig")
    bom, marked = next(((bom, name) for bom, name in BOMS if head.startswith(bom)), (b"", declared))
    if not marked.startswith(declared):
        note(Finding("ENCODING_CONTRADICTED", file=member.name, value=marked, expected=fmt.encoding))
    if marked in NEEDS_BOM:
        first = head.hex(" ").upper()
        raise RejectBatch(Finding("WRONG_ENCODING", file=member.name, line=1, value=first, expected=fmt.encoding))
    return marked, len(bom)


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, encoding: str, member: Member, position: int) -> str:
    held_euro = not block and encoding in CHINESE and decoder.getstate()[0][:1] == WINDOWS_EURO_BYTE
    given = PADDING if held_euro else block  # without padding the decoder loses what follows the sign
    _euros.offsets, _euros.block_bytes = [], len(given)
    try:
        text = decoder.decode(given, final=not given)
        return text[: -len(PADDING)] if held_euro else text
    except UnicodeDecodeError as error:
        # What the decoder held back of the block before stands in front of this one in `error.object`.
        offset = position - (len(error.object) - len(given)) + error.start
        wrong = error.object[error.start : max(error.end, error.start + 1)].hex(" ").upper()
        line = line_at(member, encoding, offset)
        if not block:
            raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=line, value=wrong)) from None
        raise RejectBatch(
            Finding("WRONG_ENCODING", file=member.name, line=line, value=wrong, expected=encoding)
        ) from None


def line_at(member: Member, encoding: str, offset: int) -> int:
    """Return the 1-based line of the byte at an offset.

    Args:
        member: The file.
        encoding: With which it is decoded; wrong bytes are replaced.
        offset: In bytes from the beginning of the file.
    """
    decoder, breaks, pending = codecs.getincrementaldecoder(encoding)("replace"), 0, ""
    with member.path.open("rb") as file:
        while offset and (block := file.read(min(BLOCK, offset))):
            offset -= len(block)
            text = pending + decoder.decode(block)
            pending = "\r" if text.endswith("\r") else ""  # it may be half of a line break
            breaks += len(LINE_BREAK.findall(text.removesuffix("\r")))
    return 1 + breaks + len(pending)


def require_encoding(member: Member, encoding: str) -> None:
    """Check a file that something else decodes: XML, whose parser takes the encoding that the document declares.

    Raises:
        RejectBatch: WRONG_ENCODING, where the first text beyond ASCII must be in another encoding.
    """
    if encoding.startswith((*UNICODE, *WIDE)):
        return
    with member.path.open("rb") as file:
        position = 0
        while block := file.read(BLOCK):
            if not block.isascii():
                _reject_other_encoding(block, encoding, member, position)
                return
            position += len(block)


def _reject_other_encoding(block: bytes, encoding: str, member: Member, position: int) -> None:
    """Raise RejectBatch when a block must be in another encoding than the declared one."""
    first = next(place for place, byte in enumerate(block) if byte > 0x7F)  # noqa: PLR2004 - the end of ASCII
    sample = block[first : first + SAMPLE_BYTES]
    utf8 = "utf-8" if _is_utf8(block, encoding) else None
    for rival in (utf8, clear_encoding(sample), better_encoding(sample, encoding)):
        if rival and decode_sample(sample, rival) != decode_sample(sample, encoding):
            raise RejectBatch(
                Finding(
                    "WRONG_ENCODING",
                    file=member.name,
                    line=line_at(member, encoding, position + first),
                    value=f"{block[first : first + 3].hex(' ').upper()} ({rival})",
                    expected=encoding,
                )
            )


def _is_utf8(block: bytes, declared: str) -> bool:
    """Whether a block is valid UTF-8 with more characters than other text has by chance.

    Whole words of GB18030 are valid UTF-8 of two bytes a character, so for such encodings East Asian characters must
    result.
    """
    text = decode_sample(block, "utf-8")
    if text is None:
        return False
    if declared in LANGUAGES:
        return EAST_ASIAN.search(text) is not None
    return len(BEYOND_ASCII.findall(text)) >= MIN_CHARACTERS or EAST_ASIAN.search(text) is not None
