"""JSON as a manifest may use it: small, shallow, every name once, integers only, no control or surrogate characters.

A manifest comes from outside.  What Python's parser accepts but other parsers do not, or what makes it fail, is refused
before or while it parses.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from connectors.manifest.errors import Unfit

LARGEST = 1 << 20  # bytes
DEEPEST = 8
WHOLE = 2**53 - 1  # what every JSON implementation keeps exactly (RFC 8785)
STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # one that is not closed goes to the end: no second try
UNSIGNED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class NotStrict(Unfit):
    """The text is not such JSON."""


def loads(body: bytes) -> Any:
    """Return the value of a JSON text in UTF-8, perhaps with a BOM.

    >>> loads(b'{"a": [1]}')
    {'a': [1]}

    Raises:
        NotStrict: It is too large or deep, no JSON, or holds a name twice, a number that is no integer or too large, or
            a character that must not stand in a manifest.
    """
    if len(body) > LARGEST:
        raise NotStrict("larger", expected=f"{LARGEST:,}")
    if _depth(body) > DEEPEST:
        raise NotStrict("deeper", expected=DEEPEST)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotStrict("not_utf8", expected=fault.start) from None
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_float=_fraction, parse_int=_whole, parse_constant=_constant
        )
    except json.JSONDecodeError as fault:
        raise NotStrict("not_json", expected=fault.lineno) from None
    _refuse_characters(value)
    return value


def _depth(body: bytes) -> int:
    """Return how deep brackets outside strings are nested: too deep a text exhausts the stack of the parser."""
    deep = deepest = 0
    for sign in re.sub(rb"[^\[\]{}]", b"", STRING.sub(b"", body)):
        deep += 1 if sign in b"[{" else -1
        deepest = max(deepest, deep)
        if deepest > DEEPEST:
            break
    return deepest


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotStrict("twice", found=name)
        found[name] = value
    return found


def _fraction(_: str) -> NoReturn:
    raise NotStrict("fraction")


def _whole(text: str) -> int:
    if len(text) > len(str(WHOLE)) + 1 or abs(int(text)) > WHOLE:
        raise NotStrict("too_large", expected=len(text.lstrip("-")))  # the digits may be a person's
    return int(text)


def _constant(text: str) -> NoReturn:
    raise NotStrict("not_a_value", found=text)


def _refuse_characters(value: Any) -> None:
    """Refuse control characters, and halves of surrogate pairs, of which no two programs would sign the same bytes."""
    if isinstance(value, str):
        if UNSIGNED.search(value):
            raise NotStrict("sign")
    elif isinstance(value, dict):
        for name, each in value.items():
            _refuse_characters(name)
            _refuse_characters(each)
    elif isinstance(value, list):
        for each in value:
            _refuse_characters(each)
