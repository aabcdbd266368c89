"""Names of Chinese administrative divisions: which codes a written name may mean on a day.

A name may be long or short (龙华区, 龙华), may carry the names above it (海口市龙华区, 海南省海口市龙华区), and may
be one that is no longer in use.  A short name drops the kind of division, and the peoples of an autonomous one (琼中).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standards import CodeList

PROVINCE, CITY, COUNTY = 2, 4, 6  # digits of a code that identify a division of that level
KINDS = re.compile(
    "(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|行政委员会|地区|林区|特区|新区|矿区|省|市|盟|县|区|旗)$"
)
PEOPLES = re.compile(
    "(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|"
    "基诺|各)族"
)
AUTONOMOUS = re.compile("自治([州县旗])$")
ENGLISH_KINDS = re.compile(
    r"(?:\s+(?:City|District|County|Province|Prefecture|Municipality|League|Banner|Region|Islands?|Area|"
    r"New Area|Special Administrative Region)|(?:\s+[A-Z]\w+(?:,? and\s+[A-Z]\w+|,\s+[A-Z]\w+)*)?"
    r"\s+Autonomous (?:County|Prefecture|Banner|Region))$"
)
GENERIC = re.compile("^(?:市辖区|县|市|.*直辖.*行政.*)$")  # rows that only group others
SEPARATORS = re.compile(r"[\s,，、/\-·>]+")
OFFICIAL = "GB/T 2260"
SHORTEST = 2  # characters of a short name: 东区 is never 东


@dataclass(frozen=True)
class Division:
    """One period of one division; `until` is the first day on which it no longer was."""

    code: str
    label: str
    since: date
    until: date
    successors: tuple[str, ...]  # of a divided one, all parts, the main one first
    official: bool

    def holds(self, day: date) -> bool:
        """Whether the division was in force on `day`."""
        return self.since <= day < self.until

    @property
    def stem(self) -> str:
        """The first digits, which the codes below it share."""
        if self.code.endswith("0000"):
            return self.code[:PROVINCE]
        return self.code[:CITY] if self.code.endswith("00") else self.code


@dataclass
class Gazetteer:
    """The divisions by name and by code.

    `by_alias` has names of everyday use, which no list of divisions has (琼中县 for 琼中黎族苗族自治县), `by_english`
    the letters of English names.
    """

    by_name: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    by_alias: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    by_english: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    into: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    edges: set[date] = field(default_factory=set)

    @classmethod
    def of(cls, codes: CodeList, aliases: CodeList | None = None) -> Gazetteer:
        """Index a code list of divisions; each row of `aliases` names, by its parent, the one that it stands for."""
        found = cls()
        names = ("code", "label_zh", "valid_from", "valid_to", "replaced_by", "source", "label_en")
        for code, label, since, until, successor, source, english in zip(
            *(codes.table[name].to_pylist() for name in names), strict=True
        ):
            after = tuple(successor.split()) if successor else ()
            one = Division(code, label, since or date.min, until or date.max, after, source == OFFICIAL)
            found._add(one, english or "")
        if aliases is not None:
            named = (aliases.table[name].to_pylist() for name in ("label_zh", "label_en", "parent"))
            for label, english, code in zip(*named, strict=True):
                found.by_alias[label] += found.by_code[code]
                found.by_english[letters(english)] += found.by_code[code]
        return found

    def _add(self, one: Division, english: str) -> None:
        self.by_code[one.code].append(one)
        self.edges |= {one.since, one.until} - {date.min, date.max}
        for successor in one.successors:
            self.into[successor].append(one)
        if not GENERIC.match(one.label):
            for name in {one.label, short(one.label)}:
                self.by_name[name].append(one)
            for name in everyday(one.label):
                self.by_alias[name].append(one)
            for name in {letters(english), letters(ENGLISH_KINDS.sub("", english))} - {""}:
                self.by_english[name].append(one)

    def named(self, name: str) -> list[Division]:
        """Return every division that was ever called so, whole names before short ones."""
        name = SEPARATORS.sub("", name)
        found = list(dict.fromkeys(self._match(name, "", self.by_name)))
        whole = [one for one in found if name.endswith(one.label)]
        return whole or found

    def called(self, name: str) -> list[Division]:
        """Return every division that goes by such a name in everyday use, alone or below the names above it.

        Of the names above it, too, some may be everyday ones: 四川省凉山州会理市.
        """
        name = SEPARATORS.sub("", name)
        found = (self._match(name, "", names, self.by_alias) for names in (self.by_alias, self.by_name))
        return list(dict.fromkeys(one for each in found for one in each))

    def _match(
        self,
        name: str,
        stem: str,
        names: dict[str, list[Division]],
        above: dict[str, list[Division]] | None = None,
    ) -> Iterator[Division]:
        """Yield the divisions that `names` calls by the end of a name whose beginning names what they belong to.

        What they belong to goes by its name, or by one of `above`.
        """
        yield from (one for one in names.get(name, ()) if one.code.startswith(stem))
        for end in range(SHORTEST, len(name) - 1):
            around = [*self.by_name.get(name[:end], ()), *(above or {}).get(name[:end], ())]
            for each in around:
                if len(each.stem) < COUNTY and each.code.startswith(stem) and each.stem != stem:
                    yield from self._match(name[end:], each.stem, names, above)

    def in_force(self, found: list[Division], day: date) -> list[Division]:
        """Return those of `found` that held on `day`, without the double entries of a change of code."""
        held = [one for one in found if one.holds(day)]
        codes = {one.code for one in held}
        held = [one for one in held if codes.isdisjoint(one.successors)]
        official = {(one.label, one.code[:PROVINCE]) for one in held if one.official}
        return [one for one in held if one.official or (one.label, one.code[:PROVINCE]) not in official]

    def of_another_time(self, found: list[Division], day: date) -> list[Division]:
        """Return what the divisions became, or came from, that held on `day`.

        A code that continues under another name from the day on which the old one ended is the same division, renamed,
        unless the old one has a successor: then the code was given to another division.
        """
        seen: dict[Division, None] = {}
        pending = [one for one in found if one.until <= day]
        while pending:
            one = pending.pop()
            for other in self._became(one):
                if other not in seen:
                    seen[other] = None
                    pending += [other] if other.until <= day else []
        later = [one for one in seen if one.holds(day)]
        return list({one.code: one for one in later or self._before(found, day)}.values())

    def _before(self, found: list[Division], day: date) -> list[Division]:
        """Return what divisions that began after `day` came from, step by step back to what held on it."""
        seen: dict[Division, None] = {}
        pending = [one for one in found if one.since > day]
        while pending:
            one = pending.pop()
            renamed = [old for old in self.by_code[one.code] if old.until == one.since and not old.successors]
            for old in [*self.into.get(one.code, ()), *renamed]:
                if old not in seen:
                    seen[old] = None
                    pending += [old] if old.since > day else []
        return [one for one in seen if one.holds(day)]

    def _became(self, one: Division) -> list[Division]:
        """Return the periods that followed: of each successor the one that held when the old division ended."""
        if not one.successors:
            return [other for other in self.by_code[one.code] if other.since == one.until]
        return [period for code in one.successors for period in self._at(code, one.until)]

    def _at(self, code: str, day: date) -> list[Division]:
        """Return the period of a code on a day, the last day of one that just ended, else the next one."""
        periods = self.by_code.get(code, [])
        held = [one for one in periods if one.holds(day)] or [one for one in periods if one.until == day]
        return held or [one for one in periods if one.since > day][:1]


def everyday(label: str) -> set[str]:
    """Return what an autonomous division is called in short: 琼中黎族苗族自治县 is 琼中县 and 琼中自治县."""
    kind = AUTONOMOUS.search(label)
    bare = short(label)
    return {bare + kind[1], bare + kind[0]} - {label} if kind and bare != label else set()


def letters(english: str) -> str:
    """Return the letters of an English name, which spacing, accents and capitals do not change."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", english).lower() if sign.isascii() and sign.isalnum())


def short(label: str) -> str:
    """Return the name without its kind and its peoples: 琼中黎族苗族自治县 is 琼中, 龙华区 is 龙华."""
    bare = KINDS.sub("", label)
    bare = PEOPLES.sub("", bare) if "自治" in label else bare
    return bare if len(bare) >= SHORTEST else label
