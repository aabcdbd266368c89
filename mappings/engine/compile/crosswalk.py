"""Crosswalks: source values to the standard's codes, one CSV file each (`source_value,code,note`).

People open them in spreadsheets, so values that begin like formulas stand in them guarded (`hub.formula_guard`).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hub.formula_guard import guard_cell, unguard_cell
from mappings.engine.compile.problems import Problems, among
from mappings.engine.compile.yaml_document import TODO
from standards.likeness import alike

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards import CodeList

IGNORED = "ignored"  # the code of a value that means nothing; its note says why


class CrosswalkLine(NamedTuple):
    """A line of a crosswalk, in the order of its columns."""

    source_value: str
    code: str
    note: str = ""


COLUMNS = list(CrosswalkLine._fields)


@dataclass(frozen=True)
class Crosswalk:
    """One crosswalk: `codes` holds None for a value that is ignored for the reason in `reasons`."""

    name: str
    codes: dict[str, str | None]
    reasons: dict[str, str]
    lines: dict[str, int]


def crosswalk_text(lines: Iterable[CrosswalkLine]) -> str:
    """Return the text of a crosswalk, each of its cells guarded against formulas."""
    return crosswalk_lines([CrosswalkLine(*COLUMNS), *lines])


def crosswalk_lines(lines: Iterable[CrosswalkLine], ending: str = "\n") -> str:
    """Return lines of a crosswalk without its header, each of their cells guarded against formulas."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator=ending).writerows(map(guard_cell, line) for line in lines)
    return stream.getvalue()


def read_crosswalk(path: Path, problems: Problems) -> Crosswalk | None:
    """Read one file; every mistake in it goes to `problems`."""
    file = f"crosswalks/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        problems.add(file, 0, "", "not_csv", why=error)
        return None
    if not rows or rows[0] != COLUMNS:
        problems.add(file, 1, "", "crosswalk_header", expected=",".join(COLUMNS))
        return None
    walk = Crosswalk(path.stem, {}, {}, {})
    for line, row in enumerate(rows[1:], start=2):
        if row:
            _take(walk, row, line, file, problems)
    return walk


def crosswalk_codes(folder: Path, name: str) -> dict[str, str | None]:
    """Return the code of each source value of a crosswalk, None for an ignored one; {} if it cannot be read."""
    path = folder / "crosswalks" / f"{name}.csv"
    walk = read_crosswalk(path, Problems(str(folder))) if path.exists() else None
    return walk.codes if walk else {}


def _take(walk: Crosswalk, row: list[str], line: int, file: str, problems: Problems) -> None:
    if len(row) != len(COLUMNS):
        problems.add(file, line, "", "crosswalk_cells", found=len(row))
        return
    value, code, note = (unguard_cell(cell.strip()) for cell in row)
    if value in walk.codes:
        problems.add(file, line, value, "crosswalk_twice", first=walk.lines[value])
        return
    walk.lines[value] = line
    if not code:
        problems.add(file, line, value, "crosswalk_no_code")
    elif code == TODO:
        problems.add(file, line, value, "todo", text=note)
        return
    elif code == IGNORED and not note:
        problems.add(file, line, value, "crosswalk_no_reason")
    walk.codes[value] = None if code == IGNORED else code
    if code == IGNORED:
        walk.reasons[value] = note


def check_codes(walk: Crosswalk, codes: CodeList, problems: Problems) -> None:
    """Note every code that the code list never had."""
    known = set(codes.codes.to_pylist())
    for value, code in walk.codes.items():
        if code is not None and code not in known:
            problems.add(
                f"crosswalks/{walk.name}.csv",
                walk.lines[value],
                value,
                "crosswalk_unknown_code",
                code=code,
                codelist=codes.name,
                hint=among(code, alike(code, known), codes),
            )


def check_patterns(walk: Crosswalk, problems: Problems) -> None:
    """Note every value that is no regular expression."""
    for value in walk.codes:
        try:
            pc.match_substring_regex(pa.array([""]), value)
        except pa.ArrowInvalid as error:
            problems.add(f"crosswalks/{walk.name}.csv", walk.lines[value], value, "bad_expression", why=error)
