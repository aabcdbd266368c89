"""Drop-downs: the words that a column may hold, where a list of codes or a crosswalk decides that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mappings.engine import crosswalk_codes
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mappings.engine import Rule, Source

MOST, LONGEST = 500, 200  # words of a list that a person still looks through, characters of a word


def choices(source: Source, columns: Iterable[str]) -> dict[str, list[str]]:
    """Return the words of each of these columns that has a list of them; a cell with several words has none."""
    several = {
        column
        for route in source.routes
        for blocks in route.children.values()
        for block in blocks
        for column in (*(block.split.columns if block.split else ()), *block.each)
    }
    found = {}
    for column in columns:
        rules = [rule for _, rule in source.all_rules() if rule.columns == (column,)]
        values = list(dict.fromkeys(value for rule in rules for value in _allowed_values(rule, source)))
        if column not in several and 0 < len(values) <= MOST:
            found[column] = values
    return found


def _allowed_values(rule: Rule, source: Source) -> Iterable[str]:
    if rule.verb == "crosswalk":
        known = crosswalk_codes(source.folder, str(rule.options["crosswalk"]))
        return [value for value, code in known.items() if code is not None and 0 < len(value) <= LONGEST]
    if rule.verb == "text" and rule.target.codelist:
        codes = standard().codelists[rule.target.codelist].table
        if codes.num_rows <= MOST:
            return [str(code) for code in codes["code"].to_pylist()]
    return []
