"""The Harmonised System: chapters, headings and subheadings of 2022, and the eight digits of China by year.

The table of 2022 says nothing of earlier editions, and the tables of China are those of 2017, 2019, 2022 and 2023.  A
code that one table lacks and the next one has may have begun in any year between: it holds from the first of them.  One
that is gone from a table ended when that table began.  So for a while both an old code and a new one hold.
"""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import TYPE_CHECKING

from standards.rebuild.hs_category import category_of
from standards.rebuild.reference import Rebuilder, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from standards.rebuild.reference import Row

HS_2022 = "data/customs/hs/wco_hs2022_en.csv"
OF_CHINA = "data/customs/cn_gacc_stats_codes/commodities"
YEARS = (2017, 2019, 2022, 2023)
NEEDS = (HS_2022, *(f"{OF_CHINA}/{language}-hs8-{year}.csv" for year in YEARS for language in ("zh", "en")))
CHAPTER, HEADING, SUBHEADING, LINE = 2, 4, 6, 8  # digits
EDITION = 2022  # of the table of the WCO


def rows(data: Path) -> Iterable[Row]:
    """Return the codes in their order; the Chinese names of chapters are those of the list, as are our own chapters."""
    with (data / HS_2022).open(encoding="utf-8", newline="") as stream:
        of_2022 = {row["hscode"]: row["description"] for row in csv.DictReader(stream) if row["hscode"].isdigit()}
    english = {year: _lines(data, "en", year) for year in YEARS}
    chinese = {year: _lines(data, "zh", year) for year in YEARS}
    chapters = {row["code"]: row for row in standing("hs") if len(row["code"]) == CHAPTER}
    made = {code: _row(code, label, *_period_of_2022(code, chinese)) for code, label in of_2022.items()}
    for code, row in chapters.items():
        made[code] = _row(code, row["label_en"], "", "") | {"label_zh": row["label_zh"], "source": row["source"]}
    for code, (start, end, year) in _of_china(chinese).items():
        label = english[year].get(code, "")
        begun = made[code[:SUBHEADING]]["valid_from"] if code[:SUBHEADING] in of_2022 else ""
        made[code] = _row(code, label, max(start, begun), end) | {
            "label_zh": chinese[year][code],
            "source": "GACC statistics",
        }
        for digits in (SUBHEADING, HEADING):
            above = code[:digits]
            if above not in of_2022:  # of the edition of 2017
                made.setdefault(above, _row(above, "", "", f"{EDITION}-01-01"))
    _name_by_line(made)
    return [made[code] for code in sorted(made)]


def _row(code: str, label: str, start: str, end: str) -> Row:
    category = category_of(code) if len(code) == HEADING else ""
    return {
        "code": code,
        "label_zh": "",
        "label_en": label,
        "parent": "" if len(code) == CHAPTER else code[: len(code) - 2],
        "valid_from": start,
        "valid_to": end,
        "replaced_by": "",
        "source": "WCO HS 2022",
        "close_match": category and f"category:{category}",
    }


def _lines(data: Path, language: str, year: int) -> dict[str, str]:
    """Return code and name of the eight digits of a year."""
    encoding = "gb18030" if language == "zh" else "latin-1"
    with (data / f"{OF_CHINA}/{language}-hs8-{year}.csv").open(encoding=encoding, newline="") as stream:
        found = {row[0]: " ".join(row[1].split()) for row in csv.reader(stream) if row}
    return {code: name for code, name in found.items() if len(code) == LINE and code.isdigit()}


def _period_of_2022(code: str, chinese: dict[int, dict[str, str]]) -> tuple[str, str]:
    """Return the period of a code of the table of 2022: it began then where China did not have it before."""
    before = any(line.startswith(code) for year in YEARS if year < EDITION for line in chinese[year])
    return ("" if before or len(code) == CHAPTER else f"{EDITION}-01-01"), ""


def _of_china(chinese: dict[int, dict[str, str]]) -> dict[str, tuple[str, str, int]]:
    """Return for each line of China the days of its period, and the latest year that has it."""
    found: dict[str, tuple[str, str, int]] = {}
    for code in sorted({code for lines in chinese.values() for code in lines}):
        has = [year for year in YEARS if code in chinese[year]]
        start = next((f"{old + 1}-01-01" for old, new in pairwise(YEARS) if new == has[0]), "")
        end = next((f"{new}-01-01" for old, new in pairwise(YEARS) if old == has[-1]), "")
        found[code] = (start, end, has[-1])
    return found


def _name_by_line(made: dict[str, Row]) -> None:
    """Give what has one line of China below it the names of that line, where it has none of its own."""
    below: dict[str, list[Row]] = {}
    for code, row in made.items():
        if len(code) == LINE:
            for digits in (HEADING, SUBHEADING):
                below.setdefault(code[:digits], []).append(row)
    for code, lines in _of_single_line(made, below):
        row = made[code]
        row["label_zh"] = row["label_zh"] or lines[0]["label_zh"]
        row["label_en"] = row["label_en"] or lines[0]["label_en"]
    for code, row in made.items():
        if not row["label_en"]:  # an ended subheading with several lines: the first of them names it
            row["label_en"] = below[code][0]["label_en"]


def _of_single_line(made: dict[str, Row], below: dict[str, list[Row]]) -> Iterator[tuple[str, list[Row]]]:
    """Yield the codes above the lines of which one is in force, or none is and one has ever been."""
    for code, lines in below.items():
        now = [row for row in lines if not row["valid_to"]] or lines
        if code in made and len(now) == 1:
            yield code, now


LISTS = {"hs": Rebuilder(NEEDS, rows)}
