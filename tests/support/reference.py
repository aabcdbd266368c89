"""The same record rules through `jsonschema`, one record at a time: slow, and the measure of `records.py`.

House semantics on top of JSON Schema 2020-12: digits are ASCII and `$` is the very end of a text; numbers are exact
decimals; a day lies between 1900 and the day after receipt; `codelist`, `identifier` and `rules` are checked.  Used in
tests and by those who doubt a verdict, never on the data path.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from operator import gt, lt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from standards import RecordType, documents, standard
from validation.records.kernels import checker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

CHINA = ZoneInfo("Asia/Shanghai")
CODE_OF = {
    "required": "MISSING_VALUE",
    "minimum": "OUT_OF_RANGE",
    "maximum": "OUT_OF_RANGE",
    "maxLength": "TEXT_TOO_LONG",
    "pattern": "WRONG_PATTERN",
    "format": "DATE_OUT_OF_RANGE",
    "identifier": "BAD_IDENTIFIER",
}


@dataclass(frozen=True)
class Context:
    """What a verdict depends on beside the record: the day it happened, and the latest day that it may name."""

    day: date | None
    latest: date


context: ContextVar[Context] = ContextVar("context")


def verdict(record: dict[str, Any], record_type: RecordType, received_at: datetime) -> set[tuple[str, str]]:
    """Return (field path, finding code) of everything that is wrong with one record as a JSON value."""
    event = record.get("event_at")
    day = _moment(event).astimezone(CHINA).date() if event else None
    context.set(Context(day, received_at.astimezone(UTC).date() + timedelta(days=1)))
    return {_told(error) for error in _validator(record_type.name).iter_errors(record)}


def records_of(tables: dict[str, pa.Table], record_type: RecordType) -> dict[int, dict[str, Any]]:
    """Return the records of tables as JSON values by row: nested, without nulls, times as text."""
    main = record_type.tables[""]
    found = {line["row"]: _nested(line, main.fields) for line in tables[""].to_pylist()}
    for child, table in tables.items():
        if child:
            for line in sorted(table.to_pylist(), key=lambda each: (each["row"], each["position"])):
                found[line["row"]].setdefault(child, []).append(_nested(line, record_type.tables[child].fields))
    return found


def _nested(line: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in fields.items():
        if line[name] is not None:
            *above, last = each.path.split(".")
            place = found
            for part in above:
                place = place.setdefault(part, {})
            place[last] = _plain(line[name])
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _told(error: ValidationError) -> tuple[str, str]:
    path = [str(part) for part in error.absolute_path]
    if error.validator == "required":
        path.append(str(error.message).split("'")[1])
    code, about = getattr(error, "told", (CODE_OF.get(str(error.validator), str(error.validator)), None))
    return ".".join([*path, about] if about else path), code


@cache
def _validator(record_type: str) -> Draft202012Validator:
    # Without `$schema`: jsonschema would judge a referred document that has one by its own rules, not by the house's.
    own = {name: {key: each[key] for key in each if key != "$schema"} for name, each in documents().items()}
    resources = [(name, Resource.from_contents(schema, DRAFT202012)) for name, schema in own.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    house: Draft202012Validator = House(own[standard().types[record_type].schema["$id"]], registry=registry)
    return house


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    strict = re.sub(r"(?<!\\)\$", r"\\Z", pattern)
    if isinstance(instance, str) and not re.search(strict, instance, re.ASCII):
        yield ValidationError("pattern")


def _bound(keyword: str, wrong: Callable[[Any, Any], bool]) -> Callable[..., Iterator[ValidationError]]:
    def check(_: Any, bound: float, instance: Any, __: Any) -> Iterator[ValidationError]:
        numeric = isinstance(instance, int | float | Decimal) and not isinstance(instance, bool)
        if numeric and wrong(Decimal(str(instance)), Decimal(str(bound))):
            yield ValidationError(keyword)

    return check


def _format(_: Any, name: str, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    endless = "expiry" in str(schema.get("label")).lower()
    latest = date.max if endless else context.get().latest
    if name == "date" and not date(1900, 1, 1) <= date.fromisoformat(instance) <= latest:
        yield ValidationError("format")
    if name == "date-time":
        end = datetime(latest.year, latest.month, latest.day, tzinfo=UTC) + timedelta(days=1)
        if not datetime(1900, 1, 1, tzinfo=UTC) <= _moment(instance) <= end:
            yield ValidationError("format")


def _codelist(_: Any, name: str, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    if schema.get("open") or not isinstance(instance, str):
        return
    periods = _periods(name.removesuffix(".csv")).get(instance)
    day = context.get().day
    if periods is None:
        yield _error("UNKNOWN_CODE")
    elif day is not None and not any((since or date.min) <= day < (until or date.max) for since, until in periods):
        yield _error("CODE_NOT_IN_FORCE")


def _identifier(_: Any, name: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not checker(name)(instance):
        yield ValidationError("identifier")


def _rules(_: Any, rules: list[dict[str, Any]], instance: Any, __: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    flat = flat_fields(instance)
    for rule in rules:
        if any(kind in rule for kind in ("unique", "sum", "count", "denies")):
            yield from (_error(_level(rule), path) for path in broken_across(rule, instance, flat))
        elif not _holds(rule, {name: value for name, (_, value) in flat.items()}):
            words = next(
                rule[kind] for kind in ("compare", "together", "requires", "any_of", "parent", "times") if kind in rule
            )
            path = flat[words[0]][0] if words[0] in flat else words[0]
            yield _error(_level(rule), path)


def _level(rule: dict[str, Any]) -> str:
    return "BROKEN_RULE" if rule["level"] == "error" else "UNLIKELY_VALUES"


def broken_across(rule: dict[str, Any], record: dict[str, Any], flat: dict[str, tuple[str, Any]]) -> Iterator[str]:
    """Yield the paths of what breaks a rule over a record and its children."""
    if "unique" in rule:
        child = rule["unique"][0].partition(".")[0]
        names = [path.removeprefix(f"{child}.") for path in rule["unique"]]
        seen: list[list[Any]] = []
        for at, item in enumerate(record.get(child, [])):
            said = [flat_fields(item).get(name.replace(".", "_"), ("", None))[1] for name in names]
            if None not in said and said in seen:
                yield f"{child}.{at}.{names[0]}"
            seen.append(said)
        return
    if "denies" in rule:
        path, inner, ours, outer = rule["denies"]
        child, _, name = path.partition(".")
        if record.get(ours) == outer and any(item.get(name) == inner for item in record.get(child, [])):
            yield ours
        return
    path, op, total = rule["sum"] if "sum" in rule else rule["count"]
    child, _, name = path.partition(".")
    items = record.get(child, [])
    values = [flat_fields(item).get(name.replace(".", "_"), ("", None))[1] if name else 1 for item in items]
    if items and None not in values and total in flat and not _is_about(sum(values), op, flat[total][1], rule):
        yield flat[total][0]


def _is_about(found: Any, op: str, stated: Any, rule: dict[str, Any]) -> bool:
    slack = abs(stated) * Decimal(str(rule.get("tolerance", 0)))
    low, high = stated - slack, stated + slack
    above, below = found <= high, found >= low
    return bool({"==": above and below, "<=": above, "<": found < high, ">=": below, ">": found > low}[op])


def flat_fields(record: dict[str, Any], path: str = "") -> dict[str, tuple[str, Any]]:
    """Return (path, value) by column name: a rule calls `product.name` as its column is called, product_name."""
    found: dict[str, tuple[str, Any]] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found |= flat_fields(value, f"{path}{key}.")
        else:
            found[f"{path}{key}".replace(".", "_")] = (f"{path}{key}", value)
    return found


def _holds(rule: dict[str, Any], record: dict[str, Any]) -> bool:
    if "compare" in rule:
        return _compares(rule, record)
    if "together" in rule:
        return len({name in record for name in rule["together"]}) == 1
    if "requires" in rule:
        first, *others = rule["requires"]
        return first not in record or all(name in record for name in others)
    if "any_of" in rule:
        return any(name in record for name in rule["any_of"])
    if "times" in rule:
        one, two, three = (record.get(name) for name in rule["times"])
        return one is None or two is None or three is None or _is_about(one * two, "==", three, rule)
    child, parent = (record.get(name) for name in rule["parent"])
    above = _parents(rule["parent"][0]).get(child) if isinstance(child, str) else None
    return above is None or parent is None or above == parent


def _compares(rule: dict[str, Any], record: dict[str, Any]) -> bool:
    left, op, right = rule["compare"]
    if left not in record or right not in record:
        return True
    one, two = (_comparable(record[name]) for name in (left, right))
    slack = timedelta(hours=rule.get("slack_hours", 0))
    if slack:
        one = one + slack if op.startswith(">") else one - slack
    return bool({"<=": one <= two, "<": one < two, ">=": one >= two, ">": one > two, "==": one == two}[op])


def _comparable(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _error(code: str, about: str | None = None) -> ValidationError:
    error = ValidationError(code)
    error.told = (code, about)  # type: ignore[attr-defined]
    return error


@cache
def _periods(name: str) -> dict[str, list[tuple[date | None, date | None]]]:
    found: dict[str, list[tuple[date | None, date | None]]] = {}
    for row in standard().codelists[name].table.to_pylist():
        found.setdefault(row["code"], []).append((row["valid_from"], row["valid_to"]))
    return found


@cache
def _parents(field: str) -> dict[str, str | None]:
    return {row["code"]: row["parent"] for row in standard().codelists[field].table.to_pylist()}


def _closed_by_its_columns(*_: Any) -> Iterator[ValidationError]:
    """Pass: a record from a table has no property too many, and where a `$ref` fails, known ones would be unknown."""
    yield from ()


House = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "minimum": _bound("minimum", lt),
        "maximum": _bound("maximum", gt),
        "pattern": _pattern,
        "format": _format,
        "codelist": _codelist,
        "identifier": _identifier,
        "rules": _rules,
        "unevaluatedProperties": _closed_by_its_columns,
    },
)
