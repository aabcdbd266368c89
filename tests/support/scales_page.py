"""docs/scales.md: the graded code lists, and the words of the feeds that lead to each of their codes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

import mappings
from hub.settings import PROJECT
from mappings.engine import find_sources
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = PROJECT / "docs" / "scales.md"
SHIPPED = Path(mappings.__file__).with_name("sources")
SCALES = ("severity", "risk_level", "alert_level", "signal_level", "recall_class", "person_outcome", "fire_grade")
HEAD = """\
# One scale for all feeds

Agencies grade in their own words. Each scale here is one code list; `rank` orders it, and the definition of a code says
what it means. The tables show which words of which feed lead to which code. A word in `code` style is what the file
has, a word in *italics* is what the mapping says of every row, or of the rows that fulfil a condition.

The same word leads to the same code in every feed. Where it does not, both crosswalks say why in their column `note`,
and the note stands here. `.venv/bin/python -m pytest tests/test_scales_page.py --update` writes the page anew.
"""


@dataclass(frozen=True)
class Graded:
    """One word of a feed; `is_written` says that the file has it, and not only the mapping."""

    scale: str
    code: str
    source: str
    word: str
    is_written: bool
    note: str = ""


def graded() -> list[Graded]:
    """Return what each shipped source has for each code of each scale; a word that is ignored has none."""
    return [each for folder in find_sources([SHIPPED]) for each in _of_source(folder)]


def _of_source(folder: Path) -> Iterator[Graded]:
    written = yaml.safe_load((folder / "mapping.yml").read_text("utf-8"))
    name = f"{written['agency']}/{written['feed']}"
    for record_type, path, rules in _fields(written):
        scale = standard().types[record_type].field(path).codelist
        if scale in SCALES:
            for rule in rules if isinstance(rules, list) else [rules]:
                yield from _of_rule(folder, name, scale, rule if isinstance(rule, dict) else {"column": rule})


def _fields(written: Any) -> Iterator[tuple[str, str, Any]]:
    for route in written.get("records") or [written]:
        name = route.get("record_type")
        if name is None:  # the envelope of other feeds, without records of its own
            return
        yield from ((name, path, rules) for path, rules in route["fields"].items())
        for child, blocks in (route.get("children") or {}).items():
            for block in blocks if isinstance(blocks, list) else [blocks]:
                yield from ((name, f"{child}.0.{path}", rules) for path, rules in block["fields"].items())


def _of_rule(folder: Path, source: str, scale: str, rule: dict[str, Any]) -> Iterator[Graded]:
    if "constant" in rule:
        yield Graded(scale, str(rule["constant"]), source, _condition(rule.get("when")), is_written=False)
    elif "crosswalk" in rule:
        with (folder / "crosswalks" / f"{rule['crosswalk']}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["code"] != "ignored":
                    yield Graded(scale, row["code"], source, row["source_value"], is_written=True, note=row["note"])


def _condition(when: dict[str, Any] | None) -> str:
    if when is None:
        return "every row"
    tests = [f"{key} {value}" for key, value in when.items() if key != "column"]
    return f"{when['column']} {' '.join(tests)}"


def conflicts(found: list[Graded]) -> list[Graded]:
    """Return the words that lead elsewhere in another feed and have no note that says why."""
    codes: dict[tuple[str, str], set[str]] = {}
    for each in found:
        if each.is_written:
            codes.setdefault((each.scale, each.word.casefold()), set()).add(each.code)
    return [each for each in found if len(codes.get((each.scale, each.word.casefold()), ())) > 1 and not each.note]


def scales_page() -> str:
    """Return the page as it should be."""
    found = graded()
    return HEAD + "".join(_scale(name, found) for name in SCALES)


def _scale(name: str, found: list[Graded]) -> str:
    codes = standard().codelists[name]
    lines = ["", f"## {codes.title['en']} {codes.title['zh']} (`{name}`)", ""]
    lines += ["| rank | code | | words of the feeds |", "|---|---|---|---|"]
    for row in codes.table.to_pylist():
        text = f"{row['label_en']} {row['label_zh']}"
        if row["definition_en"]:
            text += f"<br>{row['definition_en']}<br>{row['definition_zh']}"
        words = _words([each for each in found if (each.scale, each.code) == (name, row["code"])])
        rank = "" if row["rank"] is None else row["rank"]
        lines.append(f"| {rank} | `{row['code']}` | {text} | {words} |")
    return "\n".join(lines) + "\n"


def _words(found: list[Graded]) -> str:
    by_source: dict[str, list[str]] = {}
    for each in found:
        word = f"`{each.word}`" if each.is_written else f"*{each.word}*"
        note = f" ({each.note})" if each.note else ""
        by_source.setdefault(each.source, []).append(f"{word}{note}".replace("|", "\\|"))
    return "<br>".join(f"{source}: {', '.join(dict.fromkeys(words))}" for source, words in by_source.items())
