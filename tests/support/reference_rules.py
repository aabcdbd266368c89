"""The rules of the standard over one record as a JSON value, in plain Python: the measure of the kernels."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from standards import standard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OF_TABLE = (
    *("compare", "together", "require", "forbid", "any_of", "in", "not_in"),
    *("bounds", "parent", "part", "times", "grade"),
)


@dataclass(frozen=True)
class Context:
    """What a verdict depends on beside the record: the day it happened, and the latest day that it may name."""

    day: date | None
    latest: date


context: ContextVar[Context] = ContextVar("context")


def applies(rule: dict[str, Any], record: dict[str, Any], flat: dict[str, tuple[str, Any]]) -> bool:
    """Whether all conditions of a rule hold for a record, whose fields by column are `flat`."""
    return all(_fulfilled(each, record, flat) for each in _conditions(rule))


def broken_places(rule: dict[str, Any], record: dict[str, Any], flat: dict[str, tuple[str, Any]]) -> Iterator[str]:
    """Yield the paths of what breaks a rule that applies, as the schema writes the rule."""
    if any(kind in rule for kind in ("unique", "sum", "count", "some", "every", "refers", "against", "rising")):
        yield from broken_across(rule, record, flat)
    elif not _holds(rule, {name: value for name, (_, value) in flat.items()}):
        conditions = [each["field"] for each in _conditions(rule) if "field" in each and each.get("given") is not False]
        words = next(rule[kind] for kind in OF_TABLE if kind in rule)
        first = conditions[0] if "require" in rule and conditions else words[1 if "grade" in rule else 0]
        yield flat[first.replace(".", "_")][0] if first.replace(".", "_") in flat else first


def _conditions(rule: dict[str, Any]) -> list[dict[str, Any]]:
    when = rule.get("when", [])
    return when if isinstance(when, list) else [when]


def _fulfilled(condition: dict[str, Any], record: dict[str, Any], flat: dict[str, tuple[str, Any]]) -> bool:
    if "some" in condition:
        child, _, name = condition["some"].partition(".")
        items = ({name: item} if isinstance(item, str) else item for item in record.get(child, []))
        return any(_fits(condition, flat_fields(item).get(name.replace(".", "_"), ("", None))[1]) for item in items)
    return _fits(condition, flat.get(condition["field"].replace(".", "_"), ("", None))[1])


def _fits(condition: dict[str, Any], value: Any) -> bool:
    if "given" in condition:
        return (value is not None) == condition["given"]
    if value is None:
        return False
    if "starts" in condition:
        return any(value.startswith(each) for each in condition["starts"])
    return (value in condition["in"]) if "in" in condition else (value not in condition["not_in"])


def broken_across(rule: dict[str, Any], record: dict[str, Any], flat: dict[str, tuple[str, Any]]) -> Iterator[str]:
    """Yield the paths of what breaks a rule over a record and the items of its lists."""
    if "unique" in rule:
        yield from _repeated(rule["unique"], record)
    elif "some" in rule or "every" in rule:
        kind = "some" if "some" in rule else "every"
        path, *wanted = rule[kind]
        child, _, name = path.partition(".")
        fits = [value is not None and (not wanted or value in wanted[0]) for value in _values(record, path)]
        if kind == "every":
            yield from (f"{child}.{at}.{name}" for at, good in enumerate(fits) if not good)
        elif not any(fits):
            yield child
    elif "refers" in rule:
        child, _, name = rule["refers"][0].partition(".")
        known = _values(record, rule["refers"][1])
        for at, value in enumerate(_values(record, rule["refers"][0])):
            if value is not None and value not in known:
                yield f"{child}.{at}.{name}"
    elif "against" in rule or "rising" in rule:
        yield from (_beyond(rule, record, flat) if "against" in rule else _falling(rule["rising"], record))
    else:
        path, op, total = rule["sum"] if "sum" in rule else rule["count"]
        child, _, name = path.partition(".")
        where = rule.get("where")
        items = record.get(child, [])
        counted = [item for item in items if where is None or _fulfilled(where, item, flat_fields(item))]
        values = [flat_fields(item).get(name.replace(".", "_"), ("", None))[1] if name else 1 for item in counted]
        stated = flat.get(total.replace(".", "_"))
        has = counted if "sum" in rule else items
        if has and None not in values and stated and not _is_about(sum(values), op, stated[1], rule):
            yield stated[0]


def _beyond(rule: dict[str, Any], record: dict[str, Any], flat: dict[str, tuple[str, Any]]) -> Iterator[str]:
    path, op, total = rule["against"]
    child, _, name = path.partition(".")
    stated = flat.get(total.replace(".", "_"), ("", None))[1]
    for at, value in enumerate(_values(record, path)):
        if value is not None and stated is not None and not _is_about(value, op, stated, {}):
            yield f"{child}.{at}.{name}"


def _falling(paths: list[str], record: dict[str, Any]) -> Iterator[str]:
    child, _, name = paths[1].partition(".")
    pairs = enumerate(zip(*(_values(record, path) for path in paths), strict=True))
    ordered = sorted((by, value, at) for at, (by, value) in pairs if by is not None and value is not None)
    for (_, least, _), (_, value, at) in pairwise(ordered):
        if value < least:
            yield f"{child}.{at}.{name}"


def _values(record: dict[str, Any], path: str) -> list[Any]:
    """Return what the items of a list have in a field, None where they have nothing."""
    child, _, name = path.partition(".")
    return [
        item if isinstance(item, str) else flat_fields(item).get(name.replace(".", "_"), ("", None))[1]
        for item in record.get(child, [])
    ]


def _repeated(paths: list[str], record: dict[str, Any]) -> Iterator[str]:
    child, _, first = paths[0].partition(".")
    seen: list[tuple[Any, ...]] = []
    for at, stated in enumerate(zip(*(_values(record, path) for path in paths), strict=True)):
        if None not in stated and stated in seen:
            yield f"{child}.{at}.{first}"
        seen.append(stated)


def _is_about(found: Any, op: str, stated: Any, rule: dict[str, Any]) -> bool:
    low = high = stated  # a day is a text
    if not isinstance(stated, str):
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
    kind = next(each for each in OF_TABLE if each in rule)
    names = [part.replace(".", "_") if isinstance(part, str) else part for part in rule[kind]]
    return HOLDS[kind](rule, names, record)


def _is_in(_: dict[str, Any], names: list[Any], record: dict[str, Any]) -> bool:
    return names[0] not in record or record[names[0]] in names[1]


def _is_not_in(_: dict[str, Any], names: list[Any], record: dict[str, Any]) -> bool:
    return names[0] not in record or record[names[0]] not in names[1]


def _is_within(_: dict[str, Any], names: list[Any], record: dict[str, Any]) -> bool:
    field, low, high = names
    value = record.get(field)
    return value is None or ((low is None or value >= low) and (high is None or value <= high))


def _multiplies(rule: dict[str, Any], names: list[Any], record: dict[str, Any]) -> bool:
    one, two, three = (record.get(name) for name in names)
    return one is None or two is None or three is None or _is_about(one * two, "==", three, rule)


def _has_parent(rule: dict[str, Any], names: list[Any], record: dict[str, Any]) -> bool:
    code, parent = (record.get(name) for name in names)
    above = _ancestors(rule["list"], code, context.get().day) if isinstance(code, str) else ()
    return not above or parent is None or parent in above


def _has_part(rule: dict[str, Any], names: list[Any], record: dict[str, Any]) -> bool:
    field, first, last, whole = names
    value = record.get(field)
    if not rule["part"][3].endswith(".csv"):
        return value is None or record.get(whole) in {None, value[first - 1 : last]}
    rows = _periods(rule["part"][3].removesuffix(".csv"), value[first - 1 : last]) if value is not None else ()
    day = context.get().day if rule.get("on_day") else None
    return value is None or any(day is None or start <= day < end for start, end in rows)


@cache
def _periods(name: str, code: str) -> tuple[tuple[date, date], ...]:
    """Return the periods in which a code is in a list."""
    rows = [row for row in standard().codelists[name].table.to_pylist() if row["code"] == code]
    return tuple((row["valid_from"] or date.min, row["valid_to"] or date.max) for row in rows)


def _is_grade(rule: dict[str, Any], _: list[Any], record: dict[str, Any]) -> bool:
    """Whether a stated grade is the worst whose least figures are reached on the day; worse where one is missing."""
    name, field, *inputs = rule["grade"]
    stated, day = record.get(field), context.get().day
    figures = [record.get(each) for each in inputs]
    table = standard().thresholds[name.removesuffix(".csv")]
    rows = table.table.to_pylist()
    worst_first = list(dict.fromkeys(row["grade"] for row in rows))
    if stated not in worst_first or day is None:
        return True
    for row in rows:
        in_force = row["valid_from"] <= day < (row["valid_to"] or date.max)
        least = [row[each] for each in table.figures]
        if in_force and any(have is not None and have >= need for have, need in zip(figures, least, strict=True)):
            place = worst_first.index(stated) - worst_first.index(row["grade"])
            return place == 0 or (place < 0 and (None in figures or row["further_criteria"] == "yes"))
    return True


def _compares(rule: dict[str, Any], record: dict[str, Any]) -> bool:
    left, op, right = rule["compare"]
    if left not in record or right not in record:
        return True
    if op == "!=":
        return bool(record[left] != record[right])
    one, two = (_comparable(record[name]) for name in (left, right))
    slack = timedelta(hours=rule.get("slack_hours", 0))
    if slack:
        one = one + slack if op.startswith(">") else one - slack
    return bool({"<=": one <= two, "<": one < two, ">=": one >= two, ">": one > two, "==": one == two}[op])


def _comparable(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@cache
def _ancestors(name: str, code: str, day: date | None) -> tuple[str, ...]:
    """Return what a code lies under on a day, nearest first; a parent is of the list of parents if it stands there."""
    parent = _parent(name, code, day)
    if parent is None:
        return ()
    holders = [name]
    while (above := standard().codelists[holders[-1]].parents_in) != holders[-1]:
        holders.append(above)
    within = [each for each in holders[1:] if parent in standard().codelists[each].codes.to_pylist()]
    return parent, *_ancestors((within or [name])[-1], parent, day)


@cache
def _parent(name: str, code: str, day: date | None) -> str | None:
    """Return the parent of a code on a day, by its latest row where none holds then."""
    rows = [row for row in standard().codelists[name].table.to_pylist() if row["code"] == code]
    then = [row for row in rows if day and (row["valid_from"] or date.min) <= day < (row["valid_to"] or date.max)]
    return (then or rows)[-1]["parent"] if rows else None


HOLDS: dict[str, Callable[[dict[str, Any], list[Any], dict[str, Any]], bool]] = {
    "compare": lambda rule, _, record: _compares(rule, record),
    "together": lambda _, names, record: len({name in record for name in names}) == 1,
    "require": lambda _, names, record: all(name in record for name in names),
    "forbid": lambda _, names, record: not any(name in record for name in names),
    "any_of": lambda _, names, record: any(name in record for name in names),
    "in": _is_in,
    "not_in": _is_not_in,
    "bounds": _is_within,
    "times": _multiplies,
    "parent": _has_parent,
    "grade": _is_grade,
    "part": _has_part,
}
