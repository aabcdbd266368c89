"""The canonical bytes that are signed: RFC 8785 (JCS) for JSON without fractions, as a manifest is."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Return the canonical UTF-8 of a value that `strict_json.loads` accepts (RFC 8785, 3.2).

    Members are ordered by the UTF-16 code units of their names, strings are escaped as in ECMAScript, no white space.

    >>> canonical({"b": [1, True], "a": "é"}).decode()
    '{"a":"é","b":[1,true]}'

    Raises:
        TypeError: The value holds a float, for which RFC 8785 has a spelling of its own.
    """
    return _serialized(value).encode()


def _serialized(value: Any) -> str:
    if isinstance(value, dict):
        ordered = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_serialized(name)}:{_serialized(value[name])}" for name in ordered) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_serialized(each) for each in value) + "]"
    if isinstance(value, float):
        raise TypeError("A manifest holds no fractions.")
    return json.dumps(value, ensure_ascii=False)
