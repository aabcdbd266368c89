"""JSON documents: the records are a list somewhere within."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from connectors.readers.header import clean_name
from connectors.readers.magic import require_kind
from connectors.readers.text.encoding import read_text
from connectors.readers.tree.flatten import chunks, shape_of
from connectors.readers.tree.strict_json import BadJsonError, Unfit, loads, record_of
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk, Fault
    from connectors.readers.tree.flatten import Record


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per record of all members.

    Raises RejectBatch: WRONG_FORMAT, BAD_DOCUMENT (also for double keys, NaN, too deep nesting), TRUNCATED_FILE,
    READER_LIMIT, and what `read_text` raises.
    """
    yield from chunks(members, _records(fmt, limits, note))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns that the records have; the whole delivery is read for that."""
    shape = shape_of(members, _records(fmt, limits, lambda _: None))
    return [clean_name(name) for name in shape.members]


def _records(fmt: Format, limits: Limits, note: Note) -> Callable[[Member], Iterable[Record | Fault]]:
    parsed: dict[Member, list[Any]] = {}

    def records(member: Member) -> Iterator[Record | Fault]:
        if member not in parsed:  # the second pass over one file need not parse it again
            parsed.clear()
            parsed[member] = _found(_document(member, fmt, note if member not in seen else lambda _: None), member, fmt)
            seen.add(member)
        for item in parsed[member]:
            yield record_of(item, limits.cell_bytes)

    seen: set[Member] = set()
    return records


def _document(member: Member, fmt: Format, note: Note) -> Any:
    require_kind(member, None, expected="json")
    text = read_text(member, fmt, note)
    try:
        return loads(text, lenient=True)
    except BadJsonError as error:
        if error.ended:
            cut = Finding("TRUNCATED_FILE", file=member.name, line=error.line, value=error.what)
            raise RejectBatch(cut) from None
        bad = Finding("BAD_DOCUMENT", file=member.name, line=error.line, value=error.what, expected="JSON")
        raise RejectBatch(bad) from None


def _found(document: Any, member: Member, fmt: Format) -> list[Any]:
    """Return the records at the agreed path: the list there, or the one object."""
    for name in fmt.records.split("/") if fmt.records else ():
        if isinstance(document, Unfit):
            break
        if not isinstance(document, dict) or name not in document:
            raise _other(document, member, fmt)
        document = document[name]
    if isinstance(document, Unfit):
        raise RejectBatch(Finding("BAD_DOCUMENT", file=member.name, value=document, expected="JSON"))
    if document is None and fmt.records:
        return []  # programs write null for an empty list
    if fmt.records and not isinstance(document, list | dict):
        raise _other(document, member, fmt)
    return document if isinstance(document, list) else [document]


def _other(found: Any, member: Member, fmt: Format) -> RejectBatch:
    """Return the verdict that something else stands in the place of the records, said in the signs of JSON."""
    match found:
        case dict():
            has = ", ".join(found)
        case list():
            has = "[ ]"
        case str():
            has = found
        case _:
            has = json.dumps(found)
    return RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=quoted(has), expected=f"JSON: {fmt.records}"))
