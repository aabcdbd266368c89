"""What an analyst asks for: the filters of an address, and the conditions of SQL that they become."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from psycopg import sql

from pages.site.names import is_code
from standards import standard
from standards.event_mart import OUTCOMES
from warehouse.dynamic_sql import all_of, before_day, equal, from_day, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

PERIOD = timedelta(weeks=12) - timedelta(days=1)  # before the last day, where nothing else is asked for
YEARS = range(1900, 2101)
SOURCE = re.compile(r"[a-z0-9_]{1,63}/[a-z0-9_]{1,63}")
LISTS = {"category": "product_category", "origin": "country", "outcome": OUTCOMES, "unit": "region"}
COLUMNS = {"type": "record_type", "origin": "product_origin_country_code", "outcome": "outcome_code"}
MARTS = {"risk": "risk_event", "all": "activity"}  # what is counted: events of risk; all declarations, tests and checks


class Fault(TypedDict):
    """What is wrong with a filter: the field of the form, and the key of the sentence."""

    id: str
    key: str


@dataclass(frozen=True)
class Filters:
    """What is asked for; "" is no condition.  The period holds both of its days."""

    since: date
    until: date
    of: str = "risk"
    type: str = ""
    source: str = ""
    category: str = ""
    unit: str = ""
    origin: str = ""
    outcome: str = ""
    adverse: bool = False
    faults: list[Fault] = field(default_factory=list, compare=False, hash=False)

    @property
    def mart(self) -> str:
        """The mart whose rows are asked for."""
        return MARTS[self.of]

    def query(self, **changed: Any) -> dict[str, str]:
        """Return the filters as they stand in an address, with some of them changed."""
        wanted = replace(self, **changed) if changed else self
        about = {name: getattr(wanted, name) for name in ("type", "source", "category", "unit", "origin", "outcome")}
        about |= {"of": wanted.of if wanted.of != "risk" else "", "adverse": "yes" if wanted.adverse else ""}
        return {"since": wanted.since.isoformat(), "until": wanted.until.isoformat()} | {
            k: v for k, v in about.items() if v
        }


def filters_of(given: Mapping[str, str], today: date) -> Filters:
    """Return the filters that an address asks for.

    Args:
        given: The parameters of the address.
        today: The last day, where none is given.

    A value that cannot be is in `faults` and is no condition.
    """
    faults: list[Fault] = []
    until = _day(given, "until", today, faults)
    since = _day(given, "since", until - PERIOD, faults)
    if since > until:
        faults.append(Fault(id="since", key="analysis.fault.period"))
    codes = {name: _code(given, name, faults) for name in (*LISTS, "type")}
    source = given.get("source", "").strip()
    if source and not SOURCE.fullmatch(source):
        faults.append(Fault(id="source", key="analysis.fault.source"))
        source = ""
    of = given.get("of", "risk") if given.get("of") in MARTS else "risk"
    adverse = given.get("adverse") == "yes"
    return Filters(since, until, of, source=source, adverse=adverse, faults=faults, **codes)


def conditions(filters: Filters, *, categories: list[str], regions: list[str]) -> sql.Composed:
    """Return the condition on the rows `e` of a mart.

    Args:
        filters: What is asked for.
        categories: The category with all below it, where one is asked for.
        regions: The codes of the city or county, of earlier times too, where one is asked for.
    """
    day = sql.Identifier("e", "event_date")
    parts = [from_day(day, filters.since), before_day(day, filters.until + timedelta(days=1))]
    given = {column: getattr(filters, name) for name, column in COLUMNS.items()}
    parts += [equal(sql.Identifier("e", column), sql.Literal(value)) for column, value in given.items() if value]
    if filters.source:
        agency, _, feed = filters.source.partition("/")
        parts.append(equal(sql.Identifier("e", "agency"), sql.Literal(agency)))
        parts.append(equal(sql.Identifier("e", "feed"), sql.Literal(feed)))
    if filters.category:
        parts.append(one_of(sql.Identifier("e", "product_category_code"), categories or [filters.category]))
    if filters.unit:
        parts.append(one_of(sql.Identifier("e", "region_code"), regions or [filters.unit]))
    if filters.adverse:
        parts.append(one_of(sql.Identifier("e", "is_adverse"), [True]))
    return all_of(parts)


def _day(given: Mapping[str, str], name: str, otherwise: date, faults: list[Fault]) -> date:
    text = given.get(name, "").strip()
    if not text:
        return otherwise
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year in YEARS:
        return day
    faults.append(Fault(id=name, key="analysis.fault.day"))
    return otherwise


def _code(given: Mapping[str, str], name: str, faults: list[Fault]) -> str:
    code = given.get(name, "").strip()
    if not code:
        return ""
    if code in standard().types if name == "type" else is_code(LISTS[name], code):
        return code
    faults.append(Fault(id=name, key="analysis.fault.code"))
    return ""
