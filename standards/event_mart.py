"""What the records of a type say about risk: the keyword `mart` of a schema, from which the event marts are made.

`README.md` explains the keyword.  What is written otherwise is refused when the standard is read: a record whose
outcome nobody knows would be counted as an ordinary one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from standards.rules import Condition, column, condition, conditions, is_condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OUTCOMES = "event_outcome"  # the code list of outcomes
NO_EVENT = "no_event"  # the outcome of a record that tells of no event: it is in no event mart
ADVERSE = "adverse"  # the parent of the outcomes that say that something went wrong
NOT_ADVERSE = "not_adverse"
PRODUCTS = "product"  # the list of products, where a type names no other
KEYS = frozenset({"outcome", "activity", "deaths", "injured", "weight", "stratum", "products", "instead"})
FILLED = (
    *("summary", "product_name", "product_brand", "product_category_code", "product_hs_code"),
    *("product_batch_lot", "product_origin_country_code"),
)  # the columns for which `instead` may name other fields


@dataclass(frozen=True)
class Outcome:
    """An outcome, and all that must hold for it; the first of an ordered list that holds is the record's."""

    code: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One way to know a number of persons: of several, the first that gives a number counts.

    - a field of the record: `name`
    - the sum of a field over the items of a list: `name` and `child`
    - how many items of a list fulfil a condition, null where there are no items: `counted`
    - `number`, where all of `when` hold
    """

    name: str = ""
    child: str = ""
    counted: Condition | None = None
    number: int = 0
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Place:
    """A field of the record, or with a `child` that of the first item of a list."""

    name: str
    child: str = ""


@dataclass(frozen=True)
class EventMart:
    """How the records of a type become rows of the event marts.

    Attributes:
        outcomes: In order; the last one has no conditions.
        is_activity: Whether every record counts in `mart.activity`, and only an adverse one in `mart.risk_event`.
        deaths: Ways to know how many died.
        injured: Ways to know how many were hurt.
        weight: The column of the survey weight, "" where there is none.
        stratum: The column of the sampling stratum, "" where there is none.
        products: The list of products.
        instead: For a column of `FILLED`, what is taken where it is null: alternatives, each of one place or of several
            whose texts are joined by a blank.
    """

    outcomes: tuple[Outcome, ...]
    is_activity: bool = False
    deaths: tuple[Figure, ...] = ()
    injured: tuple[Figure, ...] = ()
    weight: str = ""
    stratum: str = ""
    products: str = PRODUCTS
    instead: Mapping[str, tuple[tuple[Place, ...], ...]] = field(default_factory=dict)

    @property
    def has_events(self) -> bool:
        """Whether some record of the type may be an event."""
        return any(each.code != NO_EVENT for each in self.outcomes)

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition that it states."""
        for outcome in self.outcomes:
            yield from outcome.when
        for figure in (*self.deaths, *self.injured):
            yield from figure.when
            if figure.counted is not None:
                yield figure.counted


def mart_slips(written: Any) -> Iterator[str]:
    """Yield what is wrong with the form of a keyword `mart`; nothing when `parsed_mart` can read it."""
    if not isinstance(written, dict) or not isinstance(written.get("outcome"), list) or not written["outcome"]:
        yield "mart is an object with a list `outcome`"
        return
    for key in sorted(written.keys() - KEYS):
        near = get_close_matches(key, KEYS, 1)
        yield key + (f" (did you mean {near[0]}?)" if near else f" (known: {', '.join(sorted(KEYS))})")
    yield from _outcome_slips(written["outcome"])
    if not isinstance(written.get("activity", True), bool):
        yield "activity is true or false"
    yield from _figure_slips(written)
    for key in ("weight", "stratum", "products"):
        if not isinstance(written.get(key, ""), str):
            yield f"{key} is a name"
    instead = written.get("instead", {})
    for key, places in instead.items() if isinstance(instead, dict) else [("instead", instead)]:
        if key not in FILLED or not isinstance(places, list) or not all(_is_place(each) for each in places):
            yield f"instead names fields for {', '.join(FILLED)}: {key} {places}"


def parsed_mart(written: Mapping[str, Any]) -> EventMart:
    """Return the keyword `mart` of a schema; it has no slips."""
    return EventMart(
        tuple(Outcome(each["is"], _when(each)) for each in written["outcome"]),
        is_activity=written.get("activity", False),
        deaths=tuple(map(_figure, written.get("deaths", []))),
        injured=tuple(map(_figure, written.get("injured", []))),
        weight=column(written.get("weight", "")),
        stratum=column(written.get("stratum", "")),
        products=written.get("products", PRODUCTS),
        instead={
            key: tuple(tuple(map(_place, each if isinstance(each, list) else [each])) for each in places)
            for key, places in written.get("instead", {}).items()
        },
    )


def _outcome_slips(outcomes: list[Any]) -> Iterator[str]:
    for at, each in enumerate(outcomes):
        if not isinstance(each, dict) or each.keys() - {"when", "is"} or not isinstance(each.get("is"), str):
            yield f"outcome/{at} has `is`, and perhaps `when`: {each}"
            continue
        if ("when" in each) == (at == len(outcomes) - 1):
            yield f"outcome/{at}: every outcome but the last has `when`"
        yield from (f"outcome/{at}: no condition: {one}" for one in conditions(each) if not _is_condition(one))


def _figure_slips(written: Mapping[str, Any]) -> Iterator[str]:
    for key in ("deaths", "injured"):
        figures = written.get(key, [])
        for each in figures if isinstance(figures, list) else [figures]:
            if not _is_figure(each):
                yield f"{key} has a field, sum, count, or when with is: {each}"


def _is_condition(written: Any) -> bool:
    """Whether it is a condition of a rule, or asks for any item of a list: `{some: product, given: true}`."""
    return is_condition(written) or (
        isinstance(written, dict) and written.keys() == {"some", "given"} and written["given"] is True
    )


def _is_figure(written: Any) -> bool:
    if isinstance(written, str):
        return True
    if not isinstance(written, dict):
        return False
    if written.keys() == {"sum"}:
        return "." in str(written["sum"])
    if written.keys() == {"count"}:
        return is_condition(written["count"]) and "some" in written["count"]
    return (
        written.keys() == {"when", "is"}
        and type(written["is"]) is int
        and all(_is_condition(each) for each in conditions(written))
    )


def _is_place(written: Any) -> bool:
    return isinstance(written, str) or (
        isinstance(written, list) and bool(written) and all(isinstance(each, str) for each in written)
    )


def _when(written: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(map(_condition, conditions(written)))


def _condition(written: Mapping[str, Any]) -> Condition:
    if "." not in written.get("some", "."):
        return Condition("", "given", (True,), written["some"])
    return condition(written, "")


def _figure(written: Any) -> Figure:
    if isinstance(written, str):
        return Figure(column(written))
    if "sum" in written:
        child, _, name = written["sum"].partition(".")
        return Figure(column(name), child)
    if "count" in written:
        return Figure(counted=_condition(written["count"]))
    return Figure(number=written["is"], when=_when(written))


def _place(written: str) -> Place:
    """Return the place of a path.  A property that is a block has its columns in the record: no list is so called."""
    child, _, name = written.rpartition(".")
    return Place(column(name), child)
