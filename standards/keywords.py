"""The keywords that a schema of the standard may use: every one of them is compiled, any other one is refused.

A validator ignores a keyword that it does not know, so a slip (`minLenght`), or a rule that only one of the two engines
understands, would pass unnoticed and admit wrong records.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from hub.errors import FixTheHub
from hub.messages import error_of
from standards.event_mart import mart_slips
from standards.rules import slips

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = frozenset({"$schema", "title", "description", "description_zh", "label", "source", "examples"})
SHAPE = frozenset({"$ref", "type", "allOf", "properties", "required", "items", "maxItems", "unevaluatedProperties"})
VALUES = frozenset({"format", "maxLength", "minimum", "maximum", "exclusiveMinimum", "pattern", "scale"})
HOUSE = frozenset({"codelist", "open", "unit", "identifier", "sensitivity", "share", "moment", "future"})
WHOLE = frozenset({"kind", "rules", "mart"})  # about a record or a block as a whole
KNOWN = NAMES | SHAPE | VALUES | HOUSE | WHOLE
FORMATS = ("date", "date-time")
# lookaround and comments, back references, classes and escapes by name, possessive
ONE_ENGINE = re.compile(r"\\[1-9kpPzZuUN]|\(\?[=!<>#]|\(\?P=|[*+?}]\+")


def refuse_unknown(schema: dict[str, Any], path: Path) -> None:
    """Raise FixTheHub, naming file, place and the nearest known keyword, for every keyword that nothing compiles."""
    wrong = list(_unknown(schema, ""))
    if wrong:
        raise error_of(FixTheHub, "standard.bad_schema", where=path.name, why="\n".join(wrong))


def readable(pattern: str) -> bool:
    """Whether both engines read a pattern: RE2, which judges columns, and Python's `re`, which is the reference."""
    try:
        re.compile(pattern, re.ASCII)
    except re.error:
        return False
    return not ONE_ENGINE.search(pattern)


def _unknown(schema: dict[str, Any], place: str) -> Iterator[str]:
    for keyword in sorted(schema.keys() - KNOWN):
        near = get_close_matches(keyword, KNOWN, 1)
        yield f"{place or '/'}: {keyword}" + (f" (did you mean {near[0]}?)" if near else "")
    if schema.get("type") == "string" and schema.get("format") not in {None, *FORMATS}:
        yield f"{place}: format {schema['format']} (known: {', '.join(FORMATS)})"
    if "pattern" in schema and not readable(schema["pattern"]):
        yield f"{place}: pattern {schema['pattern']} (only what RE2 and Python's `re` both read)"
    for at, rule in enumerate(schema.get("rules", [])):
        yield from (f"{place}/rules/{at} ({rule.get('id')}): {slip}" for slip in slips(rule))
    if "mart" in schema:
        yield from (f"{place}/mart: {slip}" for slip in mart_slips(schema["mart"]))
    for name, each in schema.get("properties", {}).items():
        yield from _unknown(each, f"{place}/properties/{name}")
    for at, each in enumerate(schema.get("allOf", [])):
        yield from _unknown(each, f"{place}/allOf/{at}")
    if isinstance(schema.get("items"), dict):
        yield from _unknown(schema["items"], f"{place}/items")
