"""Gaps: which unknown words keep how many rows out, in which crosswalk they are missing, and what they may mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from psycopg.rows import dict_row

from hub.errors import HubError
from hub.finding import SHOWN
from hub.settings import settings
from mappings.engine import crosswalk_codes, unnumbered
from mappings.suggest import suggestion
from pipeline.sources import source_named
from standards import standard
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from mappings.engine import Rule, Source


@dataclass(frozen=True)
class Gap:
    """One unknown word of one column.  `crosswalk` is None where the mapping translates no words there (any more)."""

    source: str
    column: str
    field: str
    value: str
    rows: int  # in quarantine, that have it
    batches: int
    first_seen: str
    last_seen: str
    crosswalk: str | None = None
    codelist: str | None = None
    suggested: str | None = None
    label: str | None = None  # of the suggested code
    because: str | None = None  # the known word or label that it is like
    likeness: float | None = None
    cut: bool = False  # longer than findings show: look at the row, it cannot be merged from here


def unmapped_values(source: str | None = None, language: str | None = None) -> list[Gap]:
    """Return the unknown words of the open quarantine, those that most rows wait for first.

    Args:
        source: Only those of this source, `agency/feed`.
        language: Of the labels; None: that of the settings.
    """
    with connect() as conn, conn.cursor(row_factory=dict_row) as cursor:
        lines = cursor.execute(statement("code_lists/unmapped_values"), {"source": source}).fetchall()
    read = cache(_readable)
    found = []
    for line in lines:
        times = {name: line[name].isoformat(timespec="seconds") for name in ("first_seen", "last_seen")}
        gap = Gap(**{**line, **times}, cut=len(line["value"]) > SHOWN)
        mapping = read(line["source"])
        found.append(gap if mapping is None else _explained(gap, mapping, language or settings().language))
    return found


def _readable(name: str) -> Source | None:
    try:
        return source_named(name)
    except HubError:  # its folder is gone or broken; its gaps are told all the same
        return None


def _explained(gap: Gap, source: Source, language: str) -> Gap:
    rule = rule_of(source, gap.column, gap.field)
    if rule is None or rule.target.codelist is None:
        return gap
    codes = standard().codelists[rule.target.codelist]
    name = str(rule.options["crosswalk"])
    guess = suggestion(gap.value, codes, crosswalk_codes(source.folder, name))
    found = replace(gap, crosswalk=name, codelist=codes.name)
    if not guess:
        return found
    return replace(
        found,
        suggested=guess.code,
        label=codes.name_of(guess.code, language),
        because=guess.because,
        likeness=guess.likeness,
    )


def rule_of(source: Source, column: str, field: str) -> Rule | None:
    """Return the rule that translates the words of a column into a field by a crosswalk."""
    rules = (rule for path, rule in source.all_rules() if unnumbered(path) == field and rule.shown == column)
    return next((rule for rule in rules if rule.verb == "crosswalk"), None)
