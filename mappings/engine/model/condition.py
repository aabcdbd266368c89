"""Conditions: which rows are skipped, take a route, have a child, or give a field its value.

One grammar everywhere: `{column, in, starts, matches, lacks, filled}`, of which all that are written must hold.  Values
are compared after the blanks around them are gone; full-width signs stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import as_text
from mappings.engine.text.repair import repaired

if TYPE_CHECKING:
    from collections.abc import Iterable

TESTS = ("in", "starts", "matches", "lacks", "filled")


@dataclass(frozen=True)
class Condition:
    """Tests of one column; each is None where not declared.

    `column` is the sender's, by its full path; `cell` the name under which a scope offers it.  A blank is "" among
    `values`; `filled` also counts as blank what the feed writes for no value (`missing`).
    """

    column: str
    values: frozenset[str] | None = None
    starts: tuple[str, ...] | None = None
    matches: str | None = None
    lacks: tuple[str, ...] | None = None
    filled: bool | None = None
    missing: frozenset[str] = frozenset({""})
    cell: str = ""

    def holds(self, text: pa.Array) -> pa.Array:
        """Return where trimmed texts (string) pass every test (boolean, never null; null counts as blank).

        >>> Condition("状态", values=frozenset({"作废"})).holds(pa.array(["作废", "有效", None])).to_pylist()
        [True, False, False]
        """
        written = pc.fill_null(text, "")
        held = [pc.is_in(written, value_set=_texts(self.values))] if self.values is not None else []
        if self.starts is not None:
            held.append(_any(pc.starts_with(written, start) for start in self.starts))
        if self.matches is not None:
            held.append(pc.match_substring_regex(written, self.matches))
        if self.lacks is not None:
            held.append(pc.invert(_any(pc.match_substring(written, term) for term in self.lacks)))
        if self.filled is not None:
            blank = pc.is_in(written, value_set=_texts(self.missing))
            held.append(pc.invert(blank) if self.filled else blank)
        whole = held[0]
        for each in held[1:]:
            whole = pc.and_(whole, each)
        return whole

    def holds_in(self, rows: pa.RecordBatch) -> pa.Array:
        """Return where rows of a file fulfil it; a column that the file lacks is blank."""
        if self.column not in rows.schema.names:
            return self.holds(pa.nulls(len(rows), pa.string()))
        return self.holds_written(as_text(rows.column(self.column)))

    def holds_written(self, written: pa.Array) -> pa.Array:
        """Return where cells fulfil it as they were written (string).

        A cell that cannot be read, such as one with a control character, counts as blank; but a word in it is there.
        """
        text = repaired(written, halve=False).text
        return self.holds(text if self.lacks is None else pc.coalesce(text, written))

    def never_after(self, earlier: Iterable[Condition]) -> bool:
        """Whether every text that fulfils it fulfils one of `earlier`, as far as can be decided."""
        before = [each for each in earlier if each.column == self.column]
        known = {each.tests for each in before}
        if self.tests in known or {Tests(filled=True), Tests(filled=False)} <= known:
            return True
        if self.values is not None:
            values = _texts(self.values)
            mine = values.filter(self.holds(values))
            return all(any(each.holds(pa.array([value.as_py()])).to_pylist()[0] for each in before) for value in mine)
        prefixes = tuple(
            start for each in before if each.tests == Tests(starts=each.starts) for start in each.starts or ()
        )
        return self.starts is not None and all(start.startswith(prefixes) for start in self.starts)

    @property
    def tests(self) -> Tests:
        """The tests without the column that they are about."""
        return Tests(self.values, self.starts, self.matches, self.lacks, self.filled)


@dataclass(frozen=True)
class Tests:
    """The tests of a condition, by which two conditions on one column are compared; None where one is not stated."""

    values: frozenset[str] | None = None
    starts: tuple[str, ...] | None = None
    matches: str | None = None
    lacks: tuple[str, ...] | None = None
    filled: bool | None = None


def _texts(values: frozenset[str]) -> pa.Array:
    return pa.array(sorted(values), pa.string())


def _any(masks: Iterable[pa.Array]) -> pa.Array:
    whole = None
    for each in masks:
        whole = each if whole is None else pc.or_(whole, each)
    return whole
