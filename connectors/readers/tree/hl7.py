"""HL7 version 2: each message, from one MSH segment to the next, is a row; batches, files and MLLP framing around them.

Segments end with CR, LF or CRLF.  The encoding is the declared one: MSH-18 is a column like others.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from connectors.readers.header import clean_name
from connectors.readers.magic import bad_document, require_kind
from connectors.readers.text.encoding import utf8_blocks
from connectors.readers.tree.flatten import FaultyRecordError, infer_shape, read_chunks
from connectors.readers.tree.hl7_message import HEADERS, Layout, Signs
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk, Fault
    from connectors.readers.tree.flatten import Record

MESSAGE, FILE, BATCH = HEADERS
ENDS = {"BTS": BATCH, "FTS": FILE}
BLOCK_START, BLOCK_END = "\x0b", "\x1c"  # around each message where it was sent over a socket (MLLP)
MAX_LINE_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 64 << 20


class _Line(NamedTuple):
    """A line of a file that is not empty: its 1-based number and its text."""

    number: int
    text: str


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per message of all members.

    Raises:
        RejectBatch: WRONG_FORMAT, TRUNCATED_FILE (an end that a batch, a file or a frame needs is not there, or a batch
            has fewer messages than it says), BAD_DOCUMENT (more messages than it says, a segment outside a message),
            READER_LIMIT, DUPLICATE_COLUMN, and what `utf8_blocks` raises.
    """
    layout = Layout.of(fmt, limits.cell_bytes)
    yield from read_chunks(members, _records(fmt, layout, note), layout.lists())


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns of the messages; the whole delivery is read for that."""
    layout = Layout.of(fmt, limits.cell_bytes)
    shape = infer_shape(members, _records(fmt, layout, lambda _: None), layout.lists())
    return [clean_name(name) for name in shape.members]


def _records(fmt: Format, layout: Layout, note: Note) -> Callable[[Member], Iterable[Record | Fault]]:
    noted: set[Member] = set()  # the second pass over a file notes nothing anew

    def records(member: Member) -> Iterator[Record | Fault]:
        for segments in messages(member, fmt, note if member not in noted else lambda _: None):
            try:
                yield layout.record(segments)
            except FaultyRecordError as error:
                yield error.fault
        noted.add(member)

    return records


def messages(member: Member, fmt: Format, note: Note) -> Iterator[list[str]]:
    """Yield the segments of each message of a file, without the segments of batches and files.

    Raises:
        RejectBatch: As for `read`.
    """
    require_kind(member, None, expected="hl7")
    envelopes, segments, size = _Envelopes(member), list[str](), 0
    for number, text in _lines(member, fmt, note):
        line, name = envelopes.unframed(text), text.lstrip(BLOCK_START)[:3]
        if segments and (name in (*HEADERS, *ENDS) or not line):
            yield segments
            segments, size = [], 0
        if not line:
            continue
        if BLOCK_START in line or BLOCK_END in line:  # where one message ends and another begins, within a segment
            raise envelopes.misplaced(line, number)
        if name in HEADERS or name in ENDS:
            envelopes.pass_through(name, line, number)
        elif not segments:
            raise envelopes.misplaced(line, number)
        if name == MESSAGE or segments:
            segments.append(line)
            size += len(line)
        if size > MAX_MESSAGE_BYTES:
            limit = f"{MAX_MESSAGE_BYTES} bytes in a message"
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, line=number, value=limit))
    if segments:
        yield segments
    envelopes.close()


class _Envelopes:
    """The batches, the file and the frames around messages, which say how many there are and where they end."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.open: dict[str, int] = {}  # the batch and the file that are open, with what was counted in them
        self.framed = False
        self.begun = False
        self.separators: dict[str, str] = {}

    def unframed(self, text: str) -> str:
        """Return a line without the bytes of MLLP."""
        if text.startswith(BLOCK_START):
            self.framed = True
        if text.endswith(BLOCK_END):
            self.framed = False
        return text.removeprefix(BLOCK_START).removesuffix(BLOCK_END)

    def pass_through(self, name: str, line: str, number: int) -> None:
        """Count a message or a batch, and compare the count that an end states."""
        self.begun = True
        if name in ENDS:
            opener = ENDS[name]
            if opener not in self.open:
                raise self.misplaced(line, number)
            self._compare(self.open.pop(opener), self._declared(opener, line), number)
            return
        for above in {MESSAGE: (BATCH,), BATCH: (FILE,), FILE: ()}[name]:
            if above in self.open:
                self.open[above] += 1
        if name != MESSAGE:
            if name in self.open:
                raise self.misplaced(line, number)
            self.open[name] = 0
            self.separators[name] = line[3:4]

    def _declared(self, opener: str, line: str) -> str:
        separator = self.separators[opener]
        return (line.split(separator)[1] if separator and separator in line else "").strip()

    def _compare(self, counted: int, declared: str, number: int) -> None:
        if not declared.isdecimal() or int(declared[:18]) == counted:
            return
        code = "TRUNCATED_FILE" if int(declared[:18]) > counted else "BAD_DOCUMENT"
        value = f"{counted} / {declared[:18]}"
        raise RejectBatch(Finding(code, file=self.member.name, line=number, value=value, expected="HL7"))

    def misplaced(self, line: str, number: int) -> RejectBatch:
        """Return the rejection for a line that is not where HL7 has it, or of a file that is not HL7."""
        if not self.begun:
            expected = "HL7: MSH | BHS | FHS"
            return RejectBatch(
                Finding("WRONG_FORMAT", file=self.member.name, line=number, value=quoted(line[:3]), expected=expected)
            )
        return RejectBatch(
            Finding("BAD_DOCUMENT", file=self.member.name, line=number, value=quoted(line[:3]), expected="HL7")
        )

    def close(self) -> None:
        """Check that everything that was opened has its end."""
        if not self.begun:
            raise bad_document(self.member, "MSH", "HL7")
        missing = [end for end, opener in ENDS.items() if opener in self.open] + ["MLLP 1C"] * self.framed
        if missing:
            raise RejectBatch(Finding("TRUNCATED_FILE", file=self.member.name, value=", ".join(missing)))


def _lines(member: Member, fmt: Format, note: Note) -> Iterator[_Line]:
    """Yield the lines of a file that are not blank; CR, LF and CRLF end one."""
    number, rest = 0, b""
    for block in utf8_blocks(member, fmt, note):
        held = rest + block
        cut = b"\r" if held.endswith(b"\r") else b""  # the LF of a CRLF may be in the next block
        *whole, rest = held[: len(held) - len(cut)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        rest += cut
        for line in whole:
            number += 1
            if text := line.decode().strip(" \t"):
                yield _Line(number, text)
        if len(rest) > MAX_LINE_BYTES:
            limit = f"{MAX_LINE_BYTES} bytes in a line"
            raise RejectBatch(Finding("READER_LIMIT", file=member.name, line=number + 1, value=limit))
    if text := rest.decode().strip(" \t\r"):
        yield _Line(number + 1, text)


def find_repeats(member: Member, fmt: Format) -> list[str]:
    """Return the segments and fields that stand several times in a message, as `repeat` names them.

    Messages with unusable signs are passed over.

    Raises:
        RejectBatch: As for `read`.
    """
    listed: set[str] = set()
    fields: set[tuple[str, int]] = set()
    for segments in messages(member, fmt, lambda _: None):
        try:
            signs = Signs.of(segments[0])
        except FaultyRecordError:
            continue
        listed |= {name for name, count in Counter(line[:3] for line in segments).items() if count > 1}
        for line in segments:
            cells = line.split(signs.field)[1:]
            first = 2 if line[:3] in HEADERS else 1
            for number, text in enumerate(cells, first):
                several = signs.repetition and sum(map(bool, text.split(signs.repetition))) > 1
                if several and not (line[:3] in HEADERS and number == first):
                    fields.add((line[:3], number))
    return sorted(listed) + sorted(
        f"{name}/{name}-{number}" if name in listed else f"{name}-{number}" for name, number in fields
    )
