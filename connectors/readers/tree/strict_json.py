"""JSON parsed strictly (RFC 8259): numbers keep their digits; duplicate keys and NaN are errors."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from connectors.labels import plain
from connectors.readers.rows import Fault
from connectors.readers.tree.flatten import MAX_LIST_DEPTH, OWN_TEXT, FaultyRecordError, Node, Record, check_text


class BadJsonError(ValueError):
    """A text is not JSON.

    Attributes:
        message: What is wrong.
        line: 1-based line of the error; None where that is unknown.
        truncated: Whether the text is incomplete rather than wrong.
    """

    def __init__(self, message: str, line: int | None = None, *, truncated: bool = False) -> None:
        self.message, self.line, self.truncated = message, line, truncated
        super().__init__(message)


class InvalidValue(str):
    """A value that RFC 8259 does not allow or leaves undefined: NaN, or an object with a duplicate key."""

    __slots__ = ()


def parse_json(text: str, *, lenient: bool = False) -> Any:
    """Return the value of a JSON text, numbers as the texts that are written.

    Args:
        text: The document.
        lenient: Whether NaN and objects with duplicate keys become `InvalidValue`, so that they cost one record only.

    Raises:
        BadJsonError: The text is not JSON, is nested too deeply, or (unless lenient) has NaN or a duplicate key.

    >>> parse_json('{"id": 7.10}')
    {'id': '7.10'}
    >>> parse_json('[NaN]', lenient=True)
    ['NaN']
    """
    try:
        return (LENIENT_DECODER if lenient else STRICT_DECODER).decode(text)
    except RecursionError:
        raise BadJsonError("nested too deeply", 1) from None
    except json.JSONDecodeError as error:
        truncated = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        raise BadJsonError(error.msg, error.lineno, truncated=truncated) from None


def _reject_constant(constant: str) -> NoReturn:
    raise BadJsonError(constant)


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadJsonError("duplicate key " + next(name for name in names if names.count(name) > 1))
    return found


def _unique_members_or_invalid(pairs: list[tuple[str, Any]]) -> dict[str, Any] | InvalidValue:
    try:
        return _unique_members(pairs)
    except BadJsonError as error:
        return InvalidValue(error.message)


LENIENT_DECODER = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=InvalidValue, object_pairs_hook=_unique_members_or_invalid
)  # fmt: skip
STRICT_DECODER = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=_reject_constant, object_pairs_hook=_unique_members
)


def record_of(item: Any, limit: int) -> Record | Fault:
    """Return an item of a JSON document as a record with flattened members.

    Args:
        item: A parsed value; one that is no object becomes the member `.`.
        limit: Bytes (UTF-8) of the longest text.

    Returns:
        The record; a Fault when a text is too long or not writable, a path occurs twice, or the nesting is too deep.

    >>> record_of({"a": {"b": "1"}, "c": ["2"]}, 100)
    {'a/b': '1', 'c': ['2']}
    """
    try:
        return _flatten(item, limit) if isinstance(item, dict) else {OWN_TEXT: _to_node(item, OWN_TEXT, limit)}
    except FaultyRecordError as error:
        return error.fault
    except RecursionError:
        return Fault("CELL_TOO_LONG", f"{OWN_TEXT}: nested too deeply")


def _flatten(members: dict[str, Any], limit: int, parent_path: str = "", depth: int = 0) -> Record:
    flat: Record = {}
    for name, value in members.items():
        path = parent_path + plain(check_text(name, "name", limit))
        if isinstance(value, dict):
            found = _flatten(value, limit, f"{path}/", depth)
        elif path in flat:
            raise FaultyRecordError(Fault("CELL_ERROR", f"{path}: duplicate key"))
        else:
            flat[path] = check_text(value, path, limit) if type(value) is str else _to_node(value, path, limit, depth)
            continue
        if repeated := found.keys() & flat.keys():
            raise FaultyRecordError(Fault("CELL_ERROR", f"{min(repeated)}: duplicate key"))
        flat |= found
    return flat


def _to_node(value: Any, path: str, limit: int, depth: int = 0) -> Node:
    if isinstance(value, InvalidValue):
        raise FaultyRecordError(Fault("CELL_ERROR", f"{path}: {plain(value)}"))
    if isinstance(value, str):
        return check_text(value, path, limit)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if depth == MAX_LIST_DEPTH:
            raise FaultyRecordError(Fault("CELL_TOO_LONG", f"{path}: nested too deeply"))
        return [
            _flatten(item, limit, depth=depth + 1) if isinstance(item, dict) else _to_node(item, path, limit, depth + 1)
            for item in value
        ]
    return None
