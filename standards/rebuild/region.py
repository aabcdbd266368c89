"""`region`: the divisions of all published revisions of GB/T 2260, of the statistics and of the list of 2023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.codelist import FOLDER
from standards.rebuild.divisions.english import English
from standards.rebuild.divisions.known_days import CHANGES, changes, dated, pairs
from standards.rebuild.divisions.revisions import REVISIONS, TODAY, periods
from standards.rebuild.divisions.successors import Successors
from standards.rebuild.reference import Rebuilder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from standards.rebuild.reference import Row

NEEDS = (REVISIONS, TODAY, CHANGES)


def rows(data: Path) -> Iterator[Row]:
    """Yield the periods of all divisions, by code and time."""
    found, known = periods(data), changes(data)
    days = dated(found, known)
    ends = {(one.code, one.label): one for one in days}
    reported: dict[tuple[str, str], list[str]] = {}
    for _, old, new in pairs(found, known):
        if old.code != new.code:
            reported.setdefault((old.code, old.label), []).append(new.code)
    successors = Successors(days, {ends[old]: codes for old, codes in reported.items()})
    english = English(FOLDER / "region.csv")
    codes = {one.code for one in days}
    for one in days:
        yield {
            "code": one.code,
            "label_zh": one.label,
            "label_en": english.of(one.code, one.label),
            "parent": parent(one.code, codes),
            "valid_from": one.since,
            "valid_to": one.until,
            "replaced_by": successors.of(one),
            "source": one.source,
        }


def parent(code: str, codes: set[str]) -> str:
    """Return the city of a county and the province of a city; the province where a county has no city.

    >>> parent("460105", {"460000", "460100", "460105"}), parent("659001", {"650000", "659001"})
    ('460100', '650000')
    """
    if code.endswith("0000"):
        return ""
    city = f"{code[:4]}00"
    return city if city != code and city in codes else f"{code[:2]}0000"


LISTS = {"region": Rebuilder(NEEDS, rows)}
