"""JSON as a manifest may use it: small, shallow, every name once, whole numbers only, no half characters.

What Python's parser would let through, or choke on, is refused before or while it parses: a manifest is written by
somebody else's program, or by somebody who wants to see what happens.
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
    """Return the value that `body` (UTF-8, perhaps with a BOM) holds; raise NotStrict for anything doubtful."""
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
    _refuse_signs(value)
    return value


def _depth(body: bytes) -> int:
    """Return how deep brackets are nested, what stands in strings left aside; too deep a text ends the parser."""
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


def _refuse_signs(value: Any) -> None:
    """Refuse control characters, and halves of surrogate pairs, of which no two programs would sign the same bytes."""
    if isinstance(value, str):
        if UNSIGNED.search(value):
            raise NotStrict("sign")
    elif isinstance(value, dict):
        for name, each in value.items():
            _refuse_signs(name)
            _refuse_signs(each)
    elif isinstance(value, list):
        for each in value:
            _refuse_signs(each)
