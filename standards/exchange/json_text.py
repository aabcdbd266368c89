"""JSON with every digit of its numbers: the standard library writes decimals as floats only."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def json_text(value: Any, depth: int = 0) -> str:
    """Return a value as JSON text; a decimal has the digits that it has.

    >>> print(json_text({"a": [Decimal("0.10"), {"c": 2}], "b": "码"}))
    {
     "a": [
      0.10,
      {
       "c": 2
      }
     ],
     "b": "码"
    }
    """
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict) and value:
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {json_text(each, depth + 1)}" for key, each in value.items()]
        return _within("{", parts, "}", depth)
    if isinstance(value, list) and value:
        return _within("[", [json_text(each, depth + 1) for each in value], "]", depth)
    return json.dumps(value, ensure_ascii=False)


def _within(start: str, parts: list[str], end: str, depth: int) -> str:
    line = "\n" + " " * (depth + 1)
    return f"{start}{line}{f',{line}'.join(parts)}\n{' ' * depth}{end}"
