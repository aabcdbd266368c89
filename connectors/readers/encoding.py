"""Bytes to UTF-8, strictly: the declared encoding is believed until the bytes contradict it, and then it is said.

Nothing is guessed.  A byte-order mark beats the declaration (ENCODING_CONTRADICTED).  Bytes that the encoding cannot
hold reject the file with their line (WRONG_ENCODING).  GB18030 can hold almost anything, so a file declared as such is
also refused when its bytes are Chinese in strict UTF-8, or everyday Chinese in Big5 and rare characters in GB18030.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.format import Format
    from connectors.readers import Member, Note

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
CHINESE_LEGACY = ("gb18030", "gbk", "gb2312")
EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
BIG5_LEVEL_1, GB2312_LEVEL_1 = range(0xA440, 0xC67F), range(0xB0A1, 0xD7FA)  # the everyday characters
SAMPLE, FEWEST = 1 << 16, 5
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
        file.seek(skip)
        decoder = codecs.getincrementaldecoder(encoding)()
        passed, doubt = skip, skip == 0 and encoding in CHINESE_LEGACY
        while block := file.read(BLOCK):
            if doubt and not block.isascii():
                _contradict(block, encoding, member, passed)
                doubt = False
            text = _decoded(decoder, block, encoding, member, passed)
            yield block if encoding == "utf-8" else text.encode()
            passed += len(block)
        _decoded(decoder, b"", encoding, member, passed)


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
    """Raise RejectBatch when a block that is declared as GB18030 must be something else."""
    first = next(place for place, byte in enumerate(block) if byte > 0x7F)  # noqa: PLR2004 - the end of ASCII
    for rival, evident in (("utf-8", _is_utf8(block)), ("big5", is_big5(block[first : first + SAMPLE]))):
        if evident:
            raise RejectBatch(
                Finding(
                    "WRONG_ENCODING",
                    file=member.name,
                    line=line_at(member, encoding, passed + first),
                    value=f"{block[first : first + 3].hex(' ').upper()} ({rival})",
                    expected=encoding,
                )
            )


def _is_utf8(block: bytes) -> bool:
    """Whether a block is valid UTF-8 with East Asian characters: GB18030 text is not, beyond a few characters."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(block)
    except UnicodeDecodeError:
        return False
    return EAST_ASIAN.search(text) is not None


def is_big5(sample: bytes) -> bool:
    """Whether a sample is everyday Chinese when read as Big5, and mostly rare characters as GB18030."""
    try:
        text = codecs.getincrementaldecoder("big5")().decode(sample)
        other = codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError:
        return False
    as_big5 = [code for code in (_code(char, "big5") for char in text) if code]
    as_gb = [_code(char, "gb2312") for char in other if not char.isascii()]
    everyday = sum(code in BIG5_LEVEL_1 for code in as_big5)
    common = sum(code in GB2312_LEVEL_1 for code in as_gb)
    return len(as_big5) >= FEWEST and everyday >= 0.9 * len(as_big5) and common <= 0.5 * len(as_gb)


def is_gb(sample: bytes) -> bool:
    """Whether most of what a sample holds as GB18030 is ordinary Chinese: ü and a letter are a rare sign there."""
    text = codecs.getincrementaldecoder("gb18030")("replace").decode(sample)
    codes = [_code(char, "gb2312") for char in text if not char.isascii()]
    return 2 * sum(code > 0 for code in codes) >= len(codes)


def _code(char: str, encoding: str) -> int:
    return 0 if char.isascii() else int.from_bytes(char.encode(encoding, "ignore"))
