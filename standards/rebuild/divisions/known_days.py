"""The days on which divisions changed, where the published list of changes tells them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from standards.rebuild.divisions.revisions import ALWAYS, OFFICIAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from standards.rebuild.divisions.revisions import Period

CHANGES = "data/reference/cn_divisions/jionlp_china_location_change.txt"
MISPRINTS = {"玉环区": "玉环市", "凤翔市": "凤翔区", "大菁山县": "大箐山县", "云岗区": "云冈区"}
# Changes before the list begins, or that it lacks, by (code, name) of what began: the approvals of the State Council.
APPROVED = {("460300", "三沙市"): "2012-06-21", ("460400", "儋州市"): "2015-02-19"}
# Districts to which the ministry gives no code; the statistics bureau's keep the name of the islands.
RENAMED = {
    ("460321", "西沙群岛"): ("2020-04-18", "西沙区"),
    ("460322", "南沙群岛"): ("2020-04-18", "南沙区"),
}
NEAR = 5  # years that a revision may lie from the day of a change that it has


@dataclass(frozen=True)
class Change:
    """A division that took the place of another on a day, each with the names above it, the province first."""

    day: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def changes(data: Path) -> list[Change]:
    """Return the published changes in which a division took a new name or the place of another."""
    lines = (data / CHANGES).read_text("utf-8").splitlines()
    found = dict.fromkeys(_change(line) for line in lines if line.strip())
    return [each for each in found if each.old[-1] != each.new[-1]]


def _change(line: str) -> Change:
    before, _, after = line.partition("=>")
    day, _, *old = before.split("\t")
    new = tuple(MISPRINTS.get(name, name) for name in after.strip().split("\t"))
    return Change(day, tuple(old[::2]), new)


class Succession(NamedTuple):
    """A published change between two periods of the list."""

    day: str  # YYYY-MM-DD
    old: Period
    new: Period


def pairs(found: list[Period], known: list[Change]) -> Iterator[Succession]:
    """Yield each change whose divisions stand in the list."""
    names: dict[str, set[str]] = {}
    for one in found:
        names.setdefault(one.code, set()).add(one.label)

    def is_called(one: Period, path: tuple[str, ...]) -> bool:
        stems = (f"{one.code[:2]}0000", f"{one.code[:4]}00")
        return one.label == path[-1] and all(
            name in names.get(stem, set()) for stem, name in zip(stems, path[:-1], strict=False)
        )

    for each in known:
        olds = [one for one in found if is_called(one, each.old) and _near(one.until, each.day)]
        news = [one for one in found if is_called(one, each.new) and (one.since == ALWAYS or one.since[:4] <= each.day)]
        yield from (Succession(each.day, old, new) for old in olds for new in news[-1:])


def _near(day: str, other: str) -> bool:
    return day != ALWAYS and abs(int(day[:4]) - int(other[:4])) <= NEAR


def dated(found: list[Period], known: list[Change]) -> list[Period]:
    """Return the periods with the days on which they began and ended, where these are known."""
    begins = {one: APPROVED[one.code, one.label] for one in found if (one.code, one.label) in APPROVED}
    ends: dict[Period, str] = {}
    edges = sorted({day for one in found if one.source == OFFICIAL for day in (one.since, one.until)})
    for day, old, new in pairs(found, known):
        ends[old] = day
        if (
            new.since > day or next(edge for edge in edges if edge > new.since) > day
        ):  # no revision between: this change made it
            begins[new] = day
    exact = (replace(one, since=begins.get(one, one.since), until=ends.get(one, one.until)) for one in found)
    return [part for one in exact for part in _renamed(one)]


def _renamed(one: Period) -> list[Period]:
    if (one.code, one.label) not in RENAMED:
        return [one]
    day, name = RENAMED[one.code, one.label]
    return [replace(one, until=day), replace(one, label=name, since=day)]
