"""One JSON object per line (ndjson, jsonl), streamed; a line that is no JSON makes one faulty row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.readers.encoding import utf8_blocks
from connectors.readers.header import cleaned
from connectors.readers.kinds import require
from connectors.readers.nested import chunks, shape_of
from connectors.readers.strict_json import BadJsonError, loads, record_of
from connectors.rows import Fault, shortened
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.format import Format
    from connectors.readers import Limits, Member, Note
    from connectors.readers.nested import Record
    from connectors.rows import Chunk

LONGEST = 64 << 20  # bytes of one line, after which the file is given up


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per line of all members; empty lines are none.

    Raises RejectBatch: WRONG_FORMAT, BAD_DOCUMENT (no line is JSON), TRUNCATED_FILE, READER_LIMIT, and what
    `utf8_blocks` raises.
    """
    yield from chunks(members, _records(fmt, limits, note))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns that the records have; the whole delivery is read for that."""
    return [cleaned(name) for name in shape_of(members, _records(fmt, limits, lambda _: None)).members]


def _records(fmt: Format, limits: Limits, note: Note) -> Callable[[Member], Iterable[Record | Fault | None]]:
    told: set[Member] = set()

    def records(member: Member) -> Iterator[Record | Fault | None]:
        require(member, None, expected="ndjson")
        noting = note if member not in told else lambda _: None
        told.add(member)
        faults = good = 0
        first = None
        for number, line, ended in _lines(member, fmt, noting):
            found = _record(line, limits, member, number, ended=ended) if line.strip() else None
            faults += isinstance(found, Fault)
            good += found is not None and not isinstance(found, Fault)
            first = first or (found if isinstance(found, Fault) else None)
            yield found
        if first and not good and faults > 1:
            wrong = Finding("BAD_DOCUMENT", file=member.name, line=1, value="no line is JSON", expected="ndjson")
            raise RejectBatch(wrong)

    return records


def _lines(member: Member, fmt: Format, note: Note) -> Iterator[tuple[int, str, bool]]:
    """Yield number and text of every line, and whether it ends with a line break."""
    rest, number = b"", 0
    for block in utf8_blocks(member, fmt, note):
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            yield number, line.decode(), True
        if len(rest) > LONGEST:
            raise RejectBatch(
                Finding("READER_LIMIT", file=member.name, line=number + 1, value=f"{LONGEST} bytes in a line")
            )
    if rest:
        yield number + 1, rest.decode(), False


def _record(line: str, limits: Limits, member: Member, number: int, *, ended: bool) -> Record | Fault:
    try:
        item = loads(line)
    except BadJsonError as error:
        if error.ended and not ended:
            raise RejectBatch(Finding("TRUNCATED_FILE", file=member.name, line=number, value=error.what)) from None
        return Fault("BAD_RECORD", shortened(line))
    if not isinstance(item, dict):
        return Fault("BAD_RECORD", shortened(line))
    return record_of(item, limits.cell_bytes)
