"""JSON documents (RFC 8259): the records are a list at a path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from connectors.readers.header import clean_name
from connectors.readers.magic import require_kind
from connectors.readers.rows import Fault
from connectors.readers.text.encoding import read_text
from connectors.readers.tree.flatten import FaultyRecordError, infer_shape, read_chunks
from connectors.readers.tree.keyed import by_key
from connectors.readers.tree.strict_json import BadJsonError, InvalidValue, parse_json, record_of
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format
    from connectors.readers.rows import Chunk
    from connectors.readers.tree.flatten import Record


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per record of all members.

    Raises:
        RejectBatch: WRONG_FORMAT, BAD_DOCUMENT (also for duplicate keys, NaN, too deep nesting), TRUNCATED_FILE,
            READER_LIMIT, DUPLICATE_COLUMN, and what `read_text` raises.
    """
    yield from read_chunks(members, _records(fmt, limits, note))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns of the records; the whole delivery is read for that."""
    shape = infer_shape(members, _records(fmt, limits, lambda _: None))
    return [clean_name(name) for name in shape.members]


def _records(fmt: Format, limits: Limits, note: Note) -> Callable[[Member], Iterable[Record | Fault]]:
    parsed: dict[Member, list[Any]] = {}

    def records(member: Member) -> Iterator[Record | Fault]:
        if member not in parsed:  # the second pass over one file need not parse it again
            parsed.clear()
            parsed[member] = _select_records(
                _document(member, fmt, note if member not in noted else lambda _: None), member, fmt
            )
            noted.add(member)
        for item in parsed[member]:
            yield _record(item, fmt, limits)

    noted: set[Member] = set()
    return records


def _record(item: Any, fmt: Format, limits: Limits) -> Record | Fault:
    record = record_of(item, limits.cell_bytes)
    if not fmt.keyed or isinstance(record, Fault):
        return record
    try:
        return by_key(record, dict(fmt.keyed))
    except FaultyRecordError as error:
        return error.fault


def _document(member: Member, fmt: Format, note: Note) -> Any:
    require_kind(member, None, expected="json")
    text = read_text(member, fmt, note)
    try:
        return parse_json(text, lenient=True)
    except BadJsonError as error:
        if error.truncated:
            cut = Finding("TRUNCATED_FILE", file=member.name, line=error.line, value=error.message)
            raise RejectBatch(cut) from None
        bad = Finding("BAD_DOCUMENT", file=member.name, line=error.line, value=error.message, expected="JSON")
        raise RejectBatch(bad) from None


def _select_records(document: Any, member: Member, fmt: Format) -> list[Any]:
    """Return the records at the declared path: the items of a list, or one object."""
    lost = [name for name in fmt.members if not isinstance(document, dict) or name not in document]
    if lost:
        raise _wrong_format(document, member, lost[0])
    for name in fmt.records.split("/") if fmt.records else ():
        if isinstance(document, InvalidValue):
            break
        if not isinstance(document, dict) or name not in document:
            raise _wrong_format(document, member, fmt.records or "")
        document = document[name]
    if isinstance(document, InvalidValue):
        raise RejectBatch(Finding("BAD_DOCUMENT", file=member.name, value=document, expected="JSON"))
    if document is None and fmt.records:
        return []  # programs write null for an empty list
    if fmt.records and not isinstance(document, list | dict):
        raise _wrong_format(document, member, fmt.records or "")
    return document if isinstance(document, list) else [document]


def _wrong_format(found: Any, member: Member, wanted: str) -> RejectBatch:
    """Return the rejection of a document without what is wanted: its records, or a member; it is quoted as JSON."""
    match found:
        case dict():
            content = ", ".join(found)
        case list():
            content = "[ ]"
        case str():
            content = found
        case _:
            content = json.dumps(found)
    return RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=quoted(content), expected=f"JSON: {wanted}"))
