"""JSON: numbers keep their digits, and nothing is taken that the standard (RFC 8259) leaves undecided."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from connectors.readers.encoding import whole_text
from connectors.readers.header import cleaned
from connectors.readers.kinds import require
from connectors.readers.nested import OWN, FaultyRecordError, Node, Record, checked, chunks, shape_of
from connectors.rows import Fault
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.format import Format
    from connectors.readers import Limits, Member, Note
    from connectors.rows import Chunk


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per record of all members.

    Raises RejectBatch: WRONG_FORMAT, BAD_DOCUMENT (also for double keys, NaN, too deep nesting), TRUNCATED_FILE,
    READER_LIMIT, and what `whole_text` raises.
    """
    yield from chunks(members, _records(fmt, limits, note))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns that the records have; the whole delivery is read for that."""
    shape = shape_of(members, _records(fmt, limits, lambda _: None))
    return [cleaned(name) for name in shape.members]


def _records(fmt: Format, limits: Limits, note: Note) -> Callable[[Member], Iterable[Record | Fault]]:
    parsed: dict[Member, list[Any]] = {}

    def records(member: Member) -> Iterator[Record | Fault]:
        if member not in parsed:  # the second pass over one file need not parse it again
            parsed.clear()
            parsed[member] = _found(_document(member, fmt, note if member not in seen else lambda _: None), member, fmt)
            seen.add(member)
        for item in parsed[member]:
            yield _record(item, limits)

    seen: set[Member] = set()
    return records


def _document(member: Member, fmt: Format, note: Note) -> Any:
    require(member, None, expected="json")
    text = whole_text(member, fmt, note)

    def bad(what: str, line: int | None = None) -> NoReturn:
        raise RejectBatch(Finding("BAD_DOCUMENT", file=member.name, line=line, value=what, expected="JSON"))

    def members_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            bad("duplicate key " + next(name for name in names if names.count(name) > 1))
        return found

    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=bad, object_pairs_hook=members_of)
    except RecursionError:
        bad("nested too deeply", 1)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            cut = Finding("TRUNCATED_FILE", file=member.name, line=error.lineno, value=error.msg)
            raise RejectBatch(cut) from None
        bad(error.msg, error.lineno)


def _found(document: Any, member: Member, fmt: Format) -> list[Any]:
    """Return the records at the agreed path: the list there, or the one object."""
    for name in fmt.records.split("/") if fmt.records else ():
        if not isinstance(document, dict) or name not in document:
            has = ", ".join(document) if isinstance(document, dict) else type(document).__name__
            raise RejectBatch(
                Finding("WRONG_FORMAT", file=member.name, value=has[:200], expected=f"JSON: {fmt.records}")
            )
        document = document[name]
    return document if isinstance(document, list) else [document]


def _record(item: Any, limits: Limits) -> Record | Fault:
    try:
        return _flat(item, limits) if isinstance(item, dict) else {OWN: _node(item, OWN, limits)}
    except FaultyRecordError as error:
        return error.fault
    except RecursionError:
        return Fault("CELL_TOO_LONG", f"{OWN}: nested too deeply")


def _flat(members: dict[str, Any], limits: Limits, above: str = "") -> Record:
    flat: Record = {}
    for name, value in members.items():
        path = above + checked(name, "name", limits.cell_bytes)
        found = _flat(value, limits, f"{path}/") if isinstance(value, dict) else {path: _node(value, path, limits)}
        if twice := found.keys() & flat.keys():
            raise FaultyRecordError(Fault("CELL_ERROR", f"{min(twice)}: duplicate key"))
        flat |= found
    return flat


def _node(value: Any, path: str, limits: Limits) -> Node:
    if isinstance(value, str):
        return checked(value, path, limits.cell_bytes)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_flat(item, limits) if isinstance(item, dict) else _node(item, path, limits) for item in value]
    return None
