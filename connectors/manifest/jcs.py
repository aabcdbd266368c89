"""The bytes that are signed: RFC 8785 (JCS) for JSON without fractions, which is all that a manifest may hold."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Return the canonical UTF-8 of a value that `strict.loads` has let through.

    Members are ordered by the UTF-16 code units of their names, strings escaped as ECMAScript does, no blanks.  Raises
    TypeError for a float, which RFC 8785 would spell in a way of its own.
    """
    return _spelt(value).encode()


def _spelt(value: Any) -> str:
    if isinstance(value, dict):
        ordered = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_spelt(name)}:{_spelt(value[name])}" for name in ordered) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_spelt(each) for each in value) + "]"
    if isinstance(value, float):
        raise TypeError("A manifest holds no fractions.")
    return json.dumps(value, ensure_ascii=False)
