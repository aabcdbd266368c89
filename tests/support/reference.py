"""The same record rules through `jsonschema`, one record at a time: slow, and the measure of `records.py`.

House semantics on top of JSON Schema 2020-12: digits are ASCII and `$` is the very end of a text; numbers are exact
decimals; a day lies between 1900 and the day after receipt; `codelist`, `identifier` and `rules` are checked.  Used in
tests and by those who doubt a verdict, never on the data path.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from operator import gt, le, lt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from standards import RecordType, documents, standard
from standards.schema import SCHEMAS
from tests.support.reference_rules import Context, applies, broken_places, context, flat_fields
from validation.records.kernels import checker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

CHINA = ZoneInfo("Asia/Shanghai")
CODE_OF = {
    "required": "MISSING_VALUE",
    "minimum": "OUT_OF_RANGE",
    "maximum": "OUT_OF_RANGE",
    "exclusiveMinimum": "OUT_OF_RANGE",
    "maxItems": "OUT_OF_RANGE",
    "maxLength": "TEXT_TOO_LONG",
    "pattern": "WRONG_PATTERN",
    "format": "DATE_OUT_OF_RANGE",
    "identifier": "BAD_IDENTIFIER",
}


def verdict(
    record: dict[str, Any], record_type: RecordType, received_at: datetime, folder: Path = SCHEMAS
) -> set[tuple[str, str]]:
    """Return (field path, finding code) of everything that is wrong with one record as a JSON value.

    `folder` holds the schemas, those of the standard unless a test has its own.
    """
    event, day = record.get("event_at"), record.get("event_date", record.get("valid_from"))
    moment = datetime.fromisoformat(event).astimezone(CHINA).date() if event else None
    day = date.fromisoformat(day) if day else moment
    context.set(Context(day, received_at.astimezone(UTC).date() + timedelta(days=1)))
    plain = {child for child, table in record_type.tables.items() if table.plain}
    found = {_told(error) for error in _validator(record_type, folder).iter_errors(record)}
    return {(f"{path}.code" if "." in path and path.partition(".")[0] in plain else path, code) for path, code in found}


def records_of(tables: dict[str, pa.Table], record_type: RecordType) -> dict[int, dict[str, Any]]:
    """Return the records of tables as JSON values by row: nested, without nulls, times as text."""
    main = record_type.tables[""]
    found = {line["row"]: _nested(line, main.fields) for line in tables[""].to_pylist()}
    for child, table in tables.items():
        if child:
            about = record_type.tables[child]
            for line in sorted(table.to_pylist(), key=lambda each: (each["row"], each["position"])):
                item = line["code"] if about.plain else _nested(line, about.fields)
                found[line["row"]].setdefault(child, []).append(item)
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
    # null stands only where a list of plain codes has an item without a code
    kind = "required" if error.validator == "type" and error.instance is None else str(error.validator)
    code, about = getattr(error, "told", (CODE_OF.get(kind, kind), None))
    return ".".join([*path, about] if about else path), code


@cache
def _validator(record_type: RecordType, folder: Path) -> Draft202012Validator:
    # Without `$schema`: jsonschema would judge a referred document that has one by its own rules, not by the house's.
    own = {name: {key: each[key] for key in each if key != "$schema"} for name, each in documents(folder).items()}
    resources = [(name, Resource.from_contents(schema, DRAFT202012)) for name, schema in own.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    house: Draft202012Validator = House(own[record_type.schema["$id"]], registry=registry)
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
    if "moment" in schema:
        return  # see _rules: how early or late it may be is a matter of the moment
    latest = date.max if schema.get("future") else context.get().latest
    if name == "date" and not date(1900, 1, 1) <= date.fromisoformat(instance) <= latest:
        yield ValidationError("format")
    if name == "date-time":
        midnight = datetime(latest.year, latest.month, latest.day, tzinfo=UTC)
        end = midnight if latest == date.max else midnight + timedelta(days=1)
        if not datetime(1900, 1, 1, tzinfo=UTC) <= datetime.fromisoformat(instance) <= end:
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


def _rules(_: Any, rules: list[dict[str, Any]], instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    flat = flat_fields(instance)
    for name, each in schema.get("properties", {}).items():
        if "moment" in each and name in instance and each["moment"] in instance:
            there = datetime.fromisoformat(instance[each["moment"]]).astimezone(UTC).date()
            if abs((date.fromisoformat(instance[name]) - there).days) > 1:
                yield _error("DATE_OUT_OF_RANGE", name)
    for each in rules:
        rule = each | {"list": _list_of(each["parent"][0], schema)} if "parent" in each else each
        if applies(rule, instance, flat):
            yield from (_error(_level(rule), path) for path in broken_places(rule, instance, flat))


def _list_of(path: str, schema: dict[str, Any]) -> str:
    """Return the name of the code list of a field beside a rule; the same name means another list elsewhere."""
    about = schema["properties"]
    for name in path.split("."):
        about = about[name] if "properties" not in about else about["properties"][name]
    return str(about["codelist"]).removesuffix(".csv")


def _level(rule: dict[str, Any]) -> str:
    return "BROKEN_RULE" if rule["level"] == "error" else "UNLIKELY_VALUES"


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


def _closed_by_its_columns(*_: Any) -> Iterator[ValidationError]:
    """Pass: a record from a table has no property too many, and where a `$ref` fails, known ones would be unknown."""
    yield from ()


House = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "minimum": _bound("minimum", lt),
        "maximum": _bound("maximum", gt),
        "exclusiveMinimum": _bound("exclusiveMinimum", le),
        "pattern": _pattern,
        "format": _format,
        "codelist": _codelist,
        "identifier": _identifier,
        "rules": _rules,
        "unevaluatedProperties": _closed_by_its_columns,
    },
)
