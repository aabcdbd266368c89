"""Small breakages of SQL, found in its text: comments and quoted text are left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.mutation.edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Statements that change nothing that a query returns: comments on tables, indexes for speed, settings of logins.
OTHER = re.compile(r"\b(?:comment on|create index|alter role) [^;]*;", re.IGNORECASE)
HIDDEN = re.compile(r"--[^\n]*|'(?:[^']|'')*'")
REPLACED = [
    ("equal to unequal", r"(?<![<>=:!])=(?![=>])", "<>"),
    ("unequal to equal", r"<>", "="),
    ("boundary", r"(?<![<@])<(?![=>@])", "<="),
    ("boundary", r"<=", "<"),
    ("boundary", r"(?<![-<>=@])>(?![=>@])", ">="),
    ("boundary", r">=", ">"),
    ("order", r" desc\b", " asc"),
    ("drop the order", r"\border by [^()]*?(?=\blimit\b|\)|;|$)", ""),
    ("drop the limit", r"\blimit %\(\w+\)s|\blimit \d+", ""),
    ("not exists to exists", r"(?<!if )\bnot exists\b", "exists"),
    ("exists to not exists", r"(?<!not )(?<!if )\bexists(?= \()", "not exists"),
    ("is null to is not null", r"\bis null\b", "is not null"),
    ("is not null to is null", r"\bis not null\b", "is null"),
    ("outer to inner join", r"\bleft join\b", "join"),
    ("or to and", r"\bor\b(?! replace)", "and"),
    ("opposite", r"\bmin(?=\()", "max"),
    ("opposite", r"\bmax(?=\()", "min"),
    ("opposite", r"\bbool_or(?=\()", "bool_and"),
    ("opposite", r"\bbool_and(?=\()", "bool_or"),
    ("drop distinct", r"\bdistinct (?!on\b|from\b)", ""),
]
# A condition begins after one of these words and goes on to the next of the others at the same depth.
BEGINS = re.compile(r"\b(?:where|and|having|(?<!distinct )on(?! commit| conflict))\b")
ENDS = re.compile(
    r"\b(?:and|or|group by|order by|limit|returning|union|then|join|left join|cross join|where|for update|for no key"
    r"|window|having|do update|from|as)\b|[;)]"
)


def sql_edits(root: Path, path: str) -> Iterator[Edit]:
    """Yield the breakages of an SQL file below `root`."""
    text = (root / path).read_text("utf-8")
    bare = HIDDEN.sub(_hidden, text)
    bare = OTHER.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), bare)
    bare = re.sub(r"\b(between \S+) and\b", r"\1 &&&", bare)
    for operator, pattern, new in REPLACED:
        for found in re.finditer(pattern, bare, re.MULTILINE):
            if not (operator.startswith("equal") and _assigns(bare, found.start())):
                yield _edit(text, path, operator, found.span(), new)
    for begin in BEGINS.finditer(bare):
        start, end = _condition(bare, begin.end())
        if bare[start:end].strip():
            yield _edit(text, path, "drop a condition", (start, end), "true")


def _hidden(found: re.Match[str]) -> str:
    """Return spaces for a comment, and for quoted text as many other letters between its quotes."""
    return " " * len(found[0]) if found[0].startswith("--") else "'" + re.sub(r"[^\n]", "x", found[0][1:-1]) + "'"


def _condition(bare: str, at: int) -> tuple[int, int]:
    """Return where the condition that begins after `at` starts and ends."""
    start = at + len(bare[at:]) - len(bare[at:].lstrip())
    depth, place = 0, start
    while place < len(bare):
        if not depth and (found := ENDS.match(bare, place)) and _word_starts(bare, place, found[0]):
            break
        depth += {"(": 1, ")": -1}.get(bare[place], 0)
        place += 1
    return start, start + len(bare[start:place].rstrip())


def _word_starts(bare: str, place: int, word: str) -> bool:
    before = bare[place - 1]
    return word in ";)" or not (before.isalnum() or before in "_." or bare[:place].endswith("distinct "))


def _assigns(bare: str, at: int) -> bool:
    """Return whether the equals sign stands in `set ...`: other text there is no SQL."""
    before = bare[:at].rsplit(";", 1)[-1].lower()
    return before.rfind("\nset ") > max(before.rfind("\nwhere "), before.rfind("\nfrom ")) or "do update" in before


def _edit(text: str, path: str, operator: str, span: tuple[int, int], new: str) -> Edit:
    start, end = span
    first, last = (text.count("\n", 0, at) + 1 for at in span)
    return Edit(path, operator, len(text[:start].encode()), len(text[:end].encode()), new, first, last)
