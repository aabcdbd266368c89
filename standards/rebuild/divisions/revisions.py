"""From the published revisions of GB/T 2260 to the periods in which each code had each name."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REVISIONS = "data/reference/gb2260"
TODAY = "data/reference/cn_divisions/areas.csv"  # the division list of 2023
TODAY_REVISION = "202306"
OFFICIAL, STATISTICS, REGIONAL = "GB/T 2260", "National Bureau of Statistics", "Government of the region"
ALWAYS = ""  # the day on which a division of the first revision began, or one of the last will end
ZONE = re.compile("[0-9]{4}7[0-9]")  # development zones and the like, which only the statistics count as counties
MISPRINTS = {
    "邵通市": "昭通市",
    "邵通县": "昭通县",
    "樊阳县": "襄阳县",
    "达豪区": "达濠区",
    "晋城市市辖区": "市辖区",
}
OUTSIDE = ("71", "81", "82")  # Taiwan, Hong Kong and Macao: revisions began to list them late


@dataclass(frozen=True)
class Period:
    """A code with one name, from the first day on which it may have held to the first on which it no longer did."""

    code: str
    label: str
    since: str
    until: str
    source: str


@dataclass(frozen=True)
class Revision:
    """One published revision: its codes and names, and the first day of the month after it."""

    names: Mapping[str, str]
    after: str


def periods(data: Path) -> list[Period]:
    """Return the periods of all codes, in the order of the codes and of time.

    The ministry's revisions come first.  The statistics bureau's count for codes that those do not know, and the lists
    of the governments of Hong Kong and Macao for their districts.
    """
    ministry, bureau = _revisions(data, "mca"), _revisions(data, "stats")
    today = _today(data / TODAY)
    official = {code for each in ministry for code in each.names}
    zones = {code: name for code, name in today.items() if ZONE.fullmatch(code)}
    lasting = {code: name for code, name in bureau[-1].names.items() if not ZONE.fullmatch(code)}
    counties = {code: name for code, name in today.items() if code in official or code not in lasting | zones}
    ministry.append(Revision(_above(ministry[-1], today) | counties, _after(TODAY_REVISION)))
    bureau.append(Revision(lasting | zones, _after(TODAY_REVISION)))
    bureau = [Revision(_without(each.names, official), each.after) for each in bureau]
    found = [*_periods(ministry, OFFICIAL), *_periods(bureau, STATISTICS), *_regional(data, ministry[-1])]
    return sorted(found, key=lambda one: (one.code, one.since))


def _revisions(data: Path, authority: str) -> list[Revision]:
    return [_revision(path) for path in sorted((data / REVISIONS / authority).glob("*.tsv"))]


def _revision(path: Path) -> Revision:
    names: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            name = row["Name"].strip()
            names.setdefault(row["Code"], MISPRINTS.get(name, name))  # some give a code to a second county by mistake
    return Revision(names, _after(path.stem[-6:]))


def _today(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["name"] for row in csv.DictReader(stream)}


def _above(last: Revision, today: Mapping[str, str]) -> dict[str, str]:
    """Return the provinces of the last revision and its cities with counties today: that list has only counties."""
    above = {f"{code[:4]}00" for code in today}
    return {code: name for code, name in last.names.items() if code.endswith("0000") or code in above}


def _without(names: Mapping[str, str], codes: set[str]) -> dict[str, str]:
    return {code: name for code, name in names.items() if code not in codes}


def _regional(data: Path, last: Revision) -> Iterator[Period]:
    for path in sorted((data / REVISIONS / "contrib").glob("*.tsv")):
        for code, name in _revision(path).names.items():
            if code not in last.names:
                yield Period(code, name, ALWAYS, ALWAYS, REGIONAL)


def _after(revision: str) -> str:
    year, month = int(revision[:4]), int(revision[4:])
    return f"{year + month // 12}-{month % 12 + 1:02}-01"


def _periods(revisions: list[Revision], source: str) -> Iterator[Period]:
    """Yield when each code had each name.

    A revision says that something has changed, not when.  A code that is new in it holds from the day after the
    revision before, and one that is gone ends with the month of the revision; a code with a new name has it from the
    first of these days.  A name that is missing or another for less than a year is a misprint of those revisions.
    """
    for code in sorted({code for each in revisions for code in each.names}):
        names = _remembered([each.names.get(code) for each in revisions], revisions)
        begins = [at for at, name in enumerate(names) if name and (at == 0 or name != names[at - 1])]
        for at in begins:
            end = next((later for later in range(at, len(names)) if names[later] != names[at]), None)
            since = ALWAYS if at == 0 or code[:2] in OUTSIDE else revisions[at - 1].after
            renamed = end is not None and names[end] is not None
            until = ALWAYS if end is None else revisions[end - renamed].after
            yield Period(code, names[at] or "", since, until, source)


def _remembered(names: list[str | None], revisions: list[Revision]) -> list[str | None]:
    """Return the names of a code in all revisions, without what stood or was missing there for less than a year."""
    for at in range(1, len(names)):
        back = next((later for later in range(at, len(names)) if names[later] == names[at - 1]), None)
        if back is not None and names[at - 1] and back > at:
            first, last = revisions[at].after, revisions[back - 1].after
            if first[:4] == last[:4]:
                names[at] = names[at - 1]
    return names
