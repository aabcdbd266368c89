"""JSON texts: numbers keep their digits, and nothing is taken that the standard (RFC 8259) leaves undecided."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from connectors.labels import plain
from connectors.readers.rows import Fault
from connectors.readers.tree.flatten import DEEPEST, OWN, FaultyRecordError, Node, Record, checked


class BadJsonError(ValueError):
    """A text is not JSON; `ended` when it breaks off rather than being wrong."""

    def __init__(self, what: str, line: int | None = None, *, ended: bool = False) -> None:
        self.what, self.line, self.ended = what, line, ended
        super().__init__(what)


class Unfit(str):
    """What stands in a text that is no JSON by the standard, such as NaN or a key that stands twice: an odd value."""

    __slots__ = ()


def loads(text: str, *, lenient: bool = False) -> Any:
    """Return the value of a JSON text, numbers as written; raise BadJsonError, also for double keys and NaN.

    When `lenient`, these two are `Unfit` in the place of the value or of the object: of a list of records that costs
    one.
    """
    try:
        return (LENIENT if lenient else DECODER).decode(text)
    except RecursionError:
        raise BadJsonError("nested too deeply", 1) from None
    except json.JSONDecodeError as error:
        ended = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        raise BadJsonError(error.msg, error.lineno, ended=ended) from None


def _refused(constant: str) -> NoReturn:
    raise BadJsonError(constant)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadJsonError("duplicate key " + next(name for name in names if names.count(name) > 1))
    return found


def _members_or_unfit(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Unfit:
    try:
        return _members(pairs)
    except BadJsonError as error:
        return Unfit(error.what)


LENIENT = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=Unfit, object_pairs_hook=_members_or_unfit
)  # fmt: skip
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refused, object_pairs_hook=_members)


def record_of(item: Any, limit: int) -> Record | Fault:
    """Return a record with its members flattened; a Fault when a text is over `limit` bytes or cannot be written."""
    try:
        return _flat(item, limit) if isinstance(item, dict) else {OWN: _node(item, OWN, limit)}
    except FaultyRecordError as error:
        return error.fault
    except RecursionError:
        return Fault("CELL_TOO_LONG", f"{OWN}: nested too deeply")


def _flat(members: dict[str, Any], limit: int, above: str = "", depth: int = 0) -> Record:
    flat: Record = {}
    for name, value in members.items():
        path = above + plain(checked(name, "name", limit))
        if isinstance(value, dict):
            found = _flat(value, limit, f"{path}/", depth)
        elif path in flat:
            raise FaultyRecordError(Fault("CELL_ERROR", f"{path}: duplicate key"))
        else:
            flat[path] = checked(value, path, limit) if type(value) is str else _node(value, path, limit, depth)
            continue
        if twice := found.keys() & flat.keys():
            raise FaultyRecordError(Fault("CELL_ERROR", f"{min(twice)}: duplicate key"))
        flat |= found
    return flat


def _node(value: Any, path: str, limit: int, depth: int = 0) -> Node:
    if isinstance(value, Unfit):
        raise FaultyRecordError(Fault("CELL_ERROR", f"{path}: {plain(value)}"))
    if isinstance(value, str):
        return checked(value, path, limit)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if depth == DEEPEST:
            raise FaultyRecordError(Fault("CELL_TOO_LONG", f"{path}: nested too deeply"))
        return [
            _flat(item, limit, depth=depth + 1) if isinstance(item, dict) else _node(item, path, limit, depth + 1)
            for item in value
        ]
    return None
