"""Everyday ways to write a Chinese place, tried when neither an official name nor a code fits.

Each way is certain by itself: a statistical code of 9 or 12 digits begins with the county's six, a township stands
behind the name of its county or city, a name in brackets is that of the division above.  What such a reading finds is
always reported (REPAIRED_CODE); of several divisions none is chosen.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import standards
from mappings.engine.verbs.gazetteer import CITY, letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine.verbs.gazetteer import Division, Gazetteer

LONGER = re.compile(r"([0-9]{6})[0-9]{3}(?:[0-9]{3})?", re.ASCII)  # codes of townships and villages
SHORTER = re.compile(r"[0-9]{2}(?:[0-9]{2})?", re.ASCII)  # codes of provinces and cities without their zeros
BOTH = re.compile(r"([0-9]{6})[\s:：,，、/-]*([^\s0-9].*)|(.*[^\s0-9:：,，、/-])[\s:：,，、/-]*([0-9]{6})", re.ASCII)
BRACKETS = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")
FORMERLY = re.compile("^(?:原名|原|曾用名|旧称|旧名|现名|现为|现|今为|今)[:：]?")
ITSELF = frozenset({"本级", "市本级", "省本级", "市辖区", "城区", "市区", "全市", "全省"})
TOWN = re.compile(
    "[\u4e00-\u9fff]{1,8}(?:镇|乡|街道|街道办|街道办事处|苏木|农场|林场|社区|村|居委会|村委会)"
    "(?:[\u4e00-\u9fff]{1,10}(?:社区|村|居委会|村委会))?"
)
# Rows of the statistics that only group others stand in names put together level by level, and so does a province that
# is its own city (上海市上海市黄浦区).
GROUPING = re.compile("-?(?:省|自治区)直辖(?:县级)?行政(?:区划|单位)|市辖区(?=.)")
TWICE = re.compile(r"^([\u4e00-\u9fff]{2,}?市)\1")
HAN = re.compile("[\u3400-\u9fff]")
KIND = frozenset("省市区县州旗盟")  # how a name ends that may have a township behind it
COUNTRY = frozenset({"china", "prc", "prchina", "cn", "peoplesrepublicofchina", ""})
TRADITIONAL = Path(standards.__file__).with_name("traditional.csv")


def readings(name: str, places: Gazetteer) -> Iterator[list[Division]]:
    """Yield what `name` may mean in each everyday way of writing, the more certain ways first; empty ones too."""
    if not HAN.search(name):
        yield _of_code(name, places)
        yield in_english(name, places)
        return
    yield _of_both(name, places)
    for written in dict.fromkeys((name, simplified(name))):
        if written != name:
            yield places.named(written)
        yield places.called(written)
        yield _of_levels(written, places)
        yield _of_brackets(written, places)
        yield _of_township(written, places)


def _of_code(code: str, places: Gazetteer) -> list[Division]:
    longer = LONGER.fullmatch(code)
    if longer:
        return places.by_code.get(longer[1], [])
    return places.by_code.get(code.ljust(6, "0"), []) if SHORTER.fullmatch(code) else []


def _of_both(name: str, places: Gazetteer) -> list[Division]:
    """Return the division of a code with its name beside it, nothing where they disagree."""
    both = BOTH.fullmatch(name)
    if both is None:
        return []
    code, label = both[1] or both[4], both[2] or both[3]
    named = places.named(label) or places.called(label)
    return [one for one in places.by_code.get(code, []) if one in named]


def _of_levels(name: str, places: Gazetteer) -> list[Division]:
    """Return the divisions of a name without the levels in it that only group others, or say the city twice."""
    bare = TWICE.sub(r"\1", GROUPING.sub("", re.sub(r"\s", "", name)))
    return (places.named(bare) or places.called(bare)) if bare != name else []


def _of_brackets(name: str, places: Gazetteer) -> list[Division]:
    """Return the divisions of a name whose brackets hold the division above it, or another name of the same."""
    parts = BRACKETS.fullmatch(re.sub(r"\s", "", name))
    if parts is None:
        return []
    main = places.named(parts[1]) or places.called(parts[1])
    other = FORMERLY.sub("", parts[2])
    if other in ITSELF:
        return main
    beside = places.by_code.get(other, []) if other.isascii() else places.named(other) or places.called(other)
    if other != parts[2]:
        return main if beside else []
    below = [one for one in main if any(one.code.startswith(each.stem) for each in beside)]
    return below or [one for one in main if any(each.code.startswith(one.stem) for each in beside)]


def _of_township(name: str, places: Gazetteer) -> list[Division]:
    """Return the county or city in front of a township's name."""
    name = re.sub(r"\s", "", name)
    for end in range(len(name) - 2, 1, -1):
        if name[end - 1] in KIND and TOWN.fullmatch(name[end:]):
            found = places.named(name[:end]) or places.called(name[:end])
            if found:
                return [one for one in found if len(one.stem) >= CITY]
    return []


def in_english(name: str, places: Gazetteer) -> list[Division]:
    """Return the divisions of an English name; of several names with commas, those that lie in all the others."""
    parts = [part for part in map(letters, re.split("[,;/]", name)) if part not in COUNTRY]
    for order in (parts, parts[::-1]):
        found = places.by_english.get(order[0], []) if order else []
        for above in order[1:]:
            around = places.by_english.get(above, [])
            found = [one for one in found if any(one.code.startswith(each.stem) for each in around)]
        if found:
            return list(dict.fromkeys(found))
    return []


@cache
def _characters() -> dict[int, str]:
    with TRADITIONAL.open(encoding="utf-8", newline="") as stream:
        return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(stream)}


def simplified(name: str) -> str:
    """Return a name with the traditional characters that stand in names of places as simplified ones."""
    return name.translate(_characters())
