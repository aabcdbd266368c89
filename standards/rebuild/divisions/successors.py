"""What took the place of each division that ended, told from the revisions themselves.

A rule answers with the periods, in force on the day on which the division ended, that took its place.  The first rule
that answers counts.  What no rule can tell stands in `successors.csv`, with its reason, and goes before all rules.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from standards.rebuild.divisions.revisions import ALWAYS, OFFICIAL

if TYPE_CHECKING:
    from standards.rebuild.divisions.revisions import Period

DECIDED = Path(__file__).with_name("successors.csv")
KIND = re.compile("(?:自治县|自治州|自治旗|行政区|地区|特区|省|市|盟|县|区|旗)$")
GROUPS = re.compile("^(?:市辖区|县|市|.*直辖.*行政.*)$")  # rows of the statistics that only group others
NAMELESS = re.compile("^(?:市?郊区|市?城区|新市?区|矿区|.?市区|市中区|[东西南北]区|[东西南北]郊区|桥[东西]区|新华区)$")
FORMER = {"46": "44", "50": "51"}  # Hainan left Guangdong in 1988, Chongqing left Sichuan in 1997
EARLIER = 2  # revisions before the end of the old division in which the new one may have come


def stem(label: str) -> str:
    """Return a name without its kind, unless one character only were left.

    >>> stem("富阳县"), stem("琼中黎族苗族自治县"), stem("户县")
    ('富阳', '琼中黎族苗族', '户县')
    """
    name = KIND.sub("", label)
    return name if len(name) > 1 else label


def same_name(one: str, other: str) -> bool:
    """Whether two divisions have one name, of whatever kind they are.

    >>> same_name("富阳县", "富阳市"), same_name("白沙县", "白沙黎族自治县"), same_name("定县", "定州市")
    (True, True, True)
    >>> same_name("朝阳县", "凌源县")
    False
    """
    first, second = stem(one), stem(other)
    if first == second:
        return True
    for long, short in ((first, second), (second, first)):
        if long.endswith("族") and "自治" in one + other and long.startswith(short):
            return True
        # A county of one syllable gets a second one when it becomes a city or a district.
        if short.endswith("县") and short[1:] == "县" and long == f"{short[0]}州":
            return True
    return False


@dataclass(frozen=True)
class Successors:
    """Finds successors among the periods of all codes; `known` are those that the list of changes tells."""

    periods: list[Period]
    known: dict[Period, list[str]]

    @cached_property
    def decided(self) -> dict[tuple[str, str], str]:
        """What is decided by hand: by the code and the day of its end, the codes of the successors."""
        with DECIDED.open(encoding="utf-8", newline="") as stream:
            return {(row["code"], row["valid_to"]): row["replaced_by"] for row in csv.DictReader(stream)}

    def of(self, old: Period) -> str:
        """Return the codes that took the place of a division, separated by spaces, the main one first.

        Empty for one that is in force or only changed its name, and where nothing tells.
        """
        if old.until == ALWAYS:
            return ""
        if (old.code, old.until) in self.decided:
            return self.decided[old.code, old.until]
        if old in self.known:
            return " ".join(self.known[old])
        named = self._named_so(old)
        if named or GROUPS.match(old.label) or self._goes_on(old):
            return named
        return self._of_prefecture(old) if old.code.endswith("00") else self._of_district(old)

    def _goes_on(self, old: Period) -> bool:
        """Whether the code has another name from the day on which the old one ended."""
        return any(one.since == old.until for one in self._codes[old.code])

    def _named_so(self, old: Period) -> str:
        """Return the division of the same name: a new one, or one that the old one joined."""
        named = [one for one in self._standing(old) if same_name(old.label, one.label) and self._in_reach(old, one)]
        if old.code.endswith("00"):
            named = [one for one in named if one.code.endswith("00")]
        new = [one for one in named if self._new(one, old.until)]
        before = [one for one in new if one.since < old.until]
        level = [one for one in named if one.code.endswith("00") == old.code.endswith("00")]
        rules = [[one for one in found if one.label == old.label] for found in (before, new)]
        rules += [] if self._goes_on(old) else [before, new, level]
        best = next(filter(None, (self._nearest(old, found) for found in rules)), None)
        return self._district(old, best) if best else ""

    def _nearest(self, old: Period, found: list[Period]) -> Period | None:
        """Return the only one, or the only one on the same level, or in the same city, or of the ministry."""
        for group in (
            found,
            [one for one in found if one.code.endswith("00") == old.code.endswith("00")],
            [one for one in found if one.code[:4] == old.code[:4]],
            [one for one in found if one.source == OFFICIAL],
        ):
            if len({one.code for one in group}) == 1:
                return group[0]
        return None

    def _district(self, old: Period, new: Period) -> str:
        """Return the district that a county became when a city of its name was made around it, else the city."""
        if old.code.endswith("00") or not new.code.endswith("00"):
            return new.code
        districts = {
            one.code
            for one in self.periods
            if one.code[:4] == new.code[:4] and one.code != new.code and one.since == new.since
            if one.label.endswith("区") and not GROUPS.match(one.label) and self._holds(one, old.until)
        }
        return districts.pop() if len(districts) == 1 else new.code

    def _of_prefecture(self, old: Period) -> str:
        """Return the cities to which the counties of a prefecture went, the one with most of them first.

        Without counties, it became a county itself.
        """
        went: Counter[str] = Counter()
        below = [one for one in self.periods if one.code[:4] == old.code[:4] and one.code != old.code]
        for one in below:
            if one.until != ALWAYS and self._edges[one.until] >= self._edges[old.until] - EARLIER:
                codes = self.decided.get((one.code, one.until)) or self._named_so(one)
                went.update(self._above(code) for code in codes.split())
        went.pop(old.code, None)
        if went:
            return " ".join(code for code, _ in went.most_common())
        named = [one for one in self._standing(old) if same_name(old.label, one.label) and self._in_reach(old, one)]
        best = self._nearest(old, named)
        return best.code if best else ""

    def _above(self, code: str) -> str:
        """Return the city of a county, in a municipality the province, and the county itself where it has no city."""
        above = self._codes.get(f"{code[:4]}00")
        if above is None or not GROUPS.match(above[0].label):
            return f"{code[:4]}00" if above else code
        return code if code[2:4] == "90" else f"{code[:2]}0000"

    def _of_district(self, old: Period) -> str:
        """Return the city of a district or zone: nothing tells to which other district it went, but it stayed there."""
        if not old.label.endswith("区") and old.source == OFFICIAL:
            return ""
        above = self._codes.get(f"{old.code[:4]}00", [])
        if any(self._holds(one, old.until) for one in above):
            return above[0].code
        return self._named_so(above[-1]) if above else ""

    @cached_property
    def _codes(self) -> dict[str, list[Period]]:
        found: dict[str, list[Period]] = defaultdict(list)
        for one in self.periods:
            found[one.code].append(one)
        return found

    @cached_property
    def _named(self) -> dict[str, list[Period]]:
        found: dict[str, list[Period]] = defaultdict(list)
        for one in self.periods:
            if not GROUPS.match(one.label):
                found[one.label[0]].append(one)
        return found

    @cached_property
    def _edges(self) -> dict[str, int]:
        days = sorted({day for one in self.periods for day in (one.since, one.until)})
        return {day: at for at, day in enumerate(days)}

    def _new(self, one: Period, day: str) -> bool:
        return self._edges[one.since] >= self._edges[day] - EARLIER

    def _standing(self, old: Period) -> list[Period]:
        others = self._named.get(old.label[0], ())
        return [one for one in others if one.code != old.code and self._holds(one, old.until)]

    @staticmethod
    def _holds(one: Period, day: str) -> bool:
        return one.since <= day and (one.until == ALWAYS or day < one.until)

    def _in_reach(self, old: Period, one: Period) -> bool:
        """Whether one may be the other: in the same province; a district without a name also in the same city."""
        if old.code[:2] not in {one.code[:2], FORMER.get(one.code[:2])}:
            return False
        if not NAMELESS.match(old.label) or old.code[:4] == one.code[:4]:
            return True
        return bool(self._cities(old.code) & self._cities(one.code))

    def _cities(self, code: str) -> set[str]:
        return {stem(one.label) for one in self._codes.get(f"{code[:4]}00", ())}
