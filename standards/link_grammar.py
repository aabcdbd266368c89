"""The grammar of a link: every key is known, every field exists, and nothing is compared that may not be shared."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hub.json_types import JsonObject
    from standards import Field, Standard

LINK: dict[str, type] = {"id": str, "label": dict, "sides": list, "on": list, "compare": list, "basis": dict}
SIDE: dict[str, type] = {"record_type": str, "item": str}
COMPARISON: dict[str, type] = {
    "id": str, "fields": list, "message": dict, "op": str, "tolerance": float, "days": int, "digits": int, "same": list,
}  # fmt: skip
MUST = {"link": {"id", "label", "sides", "on", "compare"}, "side": {"record_type"}, "rule": {"id", "fields", "message"}}
OPS = ("==", ">=")
TWO = 2
HAN = re.compile("[\u4e00-\u9fff]")


def wrong_in(written: object, name: str, standard: Standard) -> list[str]:
    """Return what is wrong with a link that stands in the file `name`; nothing when it is sound."""
    shape = list(_shape(written, name))
    return list(_meaning(written, standard)) if isinstance(written, dict) and not shape else shape


def _shape(written: Any, name: str) -> Iterator[str]:
    if not isinstance(written, dict):
        yield "/: not a mapping"
        return
    yield from _closed(written, LINK, MUST["link"], "")
    if written.get("id") != name:
        yield f"/id: {written.get('id')} is not the name of the file, {name}"
    yield from _texts(written, ("label", "basis"), "")
    yield from _sides(written.get("sides"))
    yield from _pairs(written.get("on"), "/on")
    for at, rule in enumerate(_list(written.get("compare"))):
        place = f"/compare/{at}"
        if not isinstance(rule, dict):
            yield f"{place}: not a mapping"
            continue
        yield from _closed(rule, COMPARISON, MUST["rule"], place)
        yield from _texts(rule, ("message",), place)
        yield from _pairs([rule[key] for key in ("fields", "same") if key in rule], place)
    ids = [rule.get("id") for rule in _list(written.get("compare")) if isinstance(rule, dict)]
    yield from (f"/compare: {each} stands there twice" for each in sorted({str(x) for x in ids if ids.count(x) > 1}))


def _sides(sides: Any) -> Iterator[str]:
    if len(_list(sides)) != TWO:
        yield "/sides: exactly two are needed"
    for at, side in enumerate(_list(sides)):
        place = f"/sides/{at}"
        yield from _closed(side, SIDE, MUST["side"], place) if isinstance(side, dict) else [f"{place}: not a mapping"]


def _closed(given: JsonObject, known: dict[str, type], must: set[str], place: str) -> Iterator[str]:
    for key, value in given.items():
        if key not in known:
            near = get_close_matches(str(key), known, 1)
            yield f"{place}/{key}: unknown key" + (f" (did you mean {near[0]}?)" if near else "")
        elif isinstance(value, bool) or not isinstance(value, (int, float) if known[key] is float else known[key]):
            yield f"{place}/{key}: {value!r} is not what stands here ({known[key].__name__})"
    for key in sorted(must - given.keys()):
        yield f"{place}/{key}: is missing"


def _texts(given: JsonObject, keys: Iterable[str], place: str) -> Iterator[str]:
    for key in keys:
        if key not in given:
            continue
        if not isinstance(given[key], dict) or set(given[key]) != {"en", "zh"}:
            yield f"{place}/{key}: needs en and zh, and nothing else"
            continue
        for language, text in given[key].items():
            if not isinstance(text, str) or not text.strip():
                yield f"{place}/{key}/{language}: {text!r} is no text"
            elif language == "zh" and not HAN.search(text):
                yield f"{place}/{key}/zh: {text!r} is not Chinese"
            elif language == "en" and HAN.search(text):
                yield f"{place}/{key}/en: {text!r} is not English"


def _pairs(pairs: Any, place: str) -> Iterator[str]:
    if not _list(pairs):
        yield f"{place}: at least one pair of fields is needed"
    for pair in _list(pairs):
        if len(_list(pair)) != TWO or not all(isinstance(each, str) for each in pair):
            yield f"{place}: {pair!r} is no pair of fields"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _meaning(written: JsonObject, standard: Standard) -> Iterator[str]:
    """Yield what does not fit the standard; called for what has the right shape only."""
    for at, side in enumerate(written["sides"]):
        record_type = standard.types.get(side["record_type"])
        if record_type is None:
            yield f"/sides/{at}/record_type: {side['record_type']}{_near(side['record_type'], standard.types)}"
        elif record_type.schema["share"] == "none":
            yield f"/sides/{at}/record_type: {side['record_type']} is not shared, so nobody may be told of it"
        elif side.get("item", "") not in record_type.tables:
            yield f"/sides/{at}/item: {side['item']}{_near(side['item'], record_type.tables)}"
        else:
            continue
        return
    for pair in written["on"]:
        yield from _pair(written, pair, "/on", standard)
    for rule in written["compare"]:
        place = f"/compare/{rule['id']}"
        yield from _pair(written, rule["fields"], place, standard)
        if "same" in rule:
            yield from _pair(written, rule["same"], f"{place}/same", standard)
        yield from _options(rule, _field(written, 0, rule["fields"][0], standard), place)


def _pair(written: JsonObject, pair: list[str], place: str, standard: Standard) -> Iterator[str]:
    fields = [_field(written, at, path, standard) for at, path in enumerate(pair)]
    for at, (path, field) in enumerate(zip(pair, fields, strict=True)):
        if field is None:
            known = [
                each.path for each in standard.types[written["sides"][at]["record_type"]].tables[""].fields.values()
            ]
            yield f"{place}: {written['sides'][at]['record_type']} has no field {path}{_near(path, known)}"
        elif field.sensitivity == "personal" or field.share == "none":
            yield f"{place}: {path} is {field.sensitivity}, share {field.share}; it may not be compared across agencies"
    left, right = fields
    if left is not None and right is not None and _kind(left.arrow) != _kind(right.arrow):
        yield f"{place}: {pair[0]} is {left.arrow} and {pair[1]} is {right.arrow}"


def _field(written: JsonObject, at: int, path: str, standard: Standard) -> Field | None:
    side = written["sides"][at]
    tables = standard.types[side["record_type"]].tables
    first, _, rest = path.partition(".")
    item = side.get("item")
    table, name = (tables[item], rest) if item and first == item else (tables[""], path)
    return next((field for field in table.fields.values() if field.path == name), None)


def _kind(arrow: pa.DataType) -> str:
    return "number" if pa.types.is_decimal(arrow) or pa.types.is_integer(arrow) else str(arrow)


def _options(rule: JsonObject, field: Field | None, place: str) -> Iterator[str]:
    if field is None:
        return
    number = _kind(field.arrow) == "number"
    fits = {
        "tolerance": number,
        "op": number,
        "days": pa.types.is_date(field.arrow),
        "digits": field.arrow == pa.string(),
    }
    yield from (
        f"{place}/{key}: does not go with {field.arrow}" for key, fit in fits.items() if key in rule and not fit
    )
    if rule.get("op", "==") not in OPS:
        yield f"{place}/op: {rule['op']} (known: {', '.join(OPS)})"
    if not 0 <= rule.get("tolerance", 0) < 1:
        yield f"{place}/tolerance: {rule['tolerance']} is no share from 0 to 1"
    if rule.get("digits", 1) < 1 or rule.get("days", 0) < 0:
        yield f"{place}: a number of digits or days is positive"


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else " is not in the standard"
