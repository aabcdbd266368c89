"""Where rules are worked out: the rows of a batch, or the items of a list in them.

A scope hands out columns of text, repaired and without missing values, and takes in what goes wrong.  Every row or
item has one element in every array of a scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from hub.finding import FINDINGS
from mappings.engine.arrays import any_true, false, only_where
from mappings.engine.model.names import UP
from mappings.engine.model.rule import Place
from mappings.engine.run.mask import shown_text
from mappings.engine.text.repair import ANY_BLANKS, Repaired, repaired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mappings.engine.model.condition import Condition
    from mappings.engine.model.rule import Fault, Rule


NOTHING = pa.scalar(None, pa.string())
READ_AS_EXPECTED = "REPAIRED_CODE"  # what the cell was read as is its `expected` already
FAULTY_CELLS = frozenset({"CONTROL_CHARACTER", "PRECISION_LOST", "CODE_MADE_A_DATE", "DITTO_MARK"})


@dataclass
class Items:
    """How the items of a child belong to the rows above: the index of each item's row, and its place in the list."""

    child: str
    rows: pa.Array  # int64, index into the scope above
    position: pa.Array  # int32, from 0


@dataclass
class Scope:
    """A set of rows or items with their columns as written."""

    row: pa.Array  # int64, `@row` of each element
    columns: Mapping[str, pa.Array]
    findings: list[pa.Table]
    above: Scope | None = None
    items: Items | None = None
    day: pa.Array | None = None  # date32, set once the record's event_at is known
    parts: bool = False  # the columns are pieces of cells of the rows above
    quoting: bool = False  # gives the cells as they were sent in the place of values
    inner: Scope | None = None  # the same items of a list within a list, whose `above` are the items of that one
    faulty: list[pa.Array] = field(default_factory=list)
    _repaired: dict[tuple[str, bool, bool], Repaired] = field(default_factory=dict)
    _clean: dict[tuple[str, bool, bool, frozenset[str]], pa.Array] = field(default_factory=dict)
    _held: dict[Condition, pa.Array] = field(default_factory=dict)
    _noted: dict[tuple[str, str], pa.Array] = field(default_factory=dict)  # where a repair is reported already

    def __len__(self) -> int:
        """Return the number of elements."""
        return len(self.row)

    def only(self, wanted: pa.Array) -> Scope:
        """Return the scope of those elements that are wanted."""
        assert self.items is not None  # noqa: S101 - rows are chosen before they have a scope
        columns = {name: values.filter(wanted) for name, values in self.columns.items()}
        items = Items(self.items.child, self.items.rows.filter(wanted), self.items.position.filter(wanted))
        faulty = [each.filter(wanted) for each in self.faulty]
        return Scope(
            self.row.filter(wanted),
            columns,
            self.findings,
            self.above,
            items,
            parts=self.parts,
            quoting=self.quoting,
            inner=None if self.inner is None else self.inner.only(wanted),
            faulty=faulty,
        )

    def event_day(self) -> pa.Array:
        """Return the day (date32) of each element's event, null where it is not known."""
        if self.above is not None and self.items is not None:
            return self.above.event_day().take(self.items.rows)
        return pa.nulls(len(self), pa.date32()) if self.day is None else self.day

    def written(self, name: str) -> pa.Array:
        """Return a column as it was written; all null when the rows do not have it."""
        if name.startswith(UP) and self.inner is not None:
            return self.inner.written(name)
        if name.startswith(UP) and self.above is not None and self.items is not None:
            return self.above.written(name.removeprefix(UP)).take(self.items.rows)
        found = self.columns.get(name)
        return pa.nulls(len(self), pa.string()) if found is None else found

    def cell(self, name: str, column: str) -> pa.Array:
        """Return `name` as the sender's cell has it: the whole cell of `column` where the scope has pieces of cells."""
        if self.parts and not name.startswith(UP) and self.above is not None and self.items is not None:
            return self.above.written(column).take(self.items.rows)
        return self.written(name)

    def source_text(self, rule: Rule, where: pa.Array) -> pa.Array:
        """Return what the sender wrote for a rule's field, of the elements where `where` is true.

        Of several columns that make one value, all that are filled; of several that may give it, the one that does.
        """
        cells = [self.cell(*each).filter(where) for each in zip(rule.cells, rule.columns, strict=True)]
        if not cells or any(pa.types.is_nested(each.type) for each in cells):
            return pa.nulls(pc.sum(where, min_count=0).as_py(), pa.string())
        if rule.subject == "first":
            return self._first(rule, where, cells, cells[0])
        return together(list(dict(zip(rule.columns, cells, strict=True)).values()), rule.separator)

    def holds(self, condition: Condition) -> pa.Array:
        """Return where a condition holds."""
        if condition not in self._held:
            self._held[condition] = condition.holds_written(self.written(condition.cell))
        return self._held[condition]

    def beside(self, cell: str, missing: frozenset[str]) -> pa.Array:
        """Return the repaired text of another column, null where it has no value."""
        return self._without(repaired(self.written(cell), halve=True).text, missing)

    def text(self, name: str, rule: Rule, where: pa.Array | None = None) -> pa.Array:
        """Return a column repaired and with null for what means no value to this rule, and where it does not count."""
        if where is not None:
            return self._without(self._done(name, rule, only_where(where, self.written(name))).text, rule.missing)
        key = (name, rule.halved, rule.coded, rule.missing)
        if key not in self._clean:
            self._clean[key] = self._without(self._repair(name, rule).text, rule.missing)
        return self._clean[key]

    def _repair(self, name: str, rule: Rule) -> Repaired:
        key = (name, rule.halved, rule.coded)
        if key not in self._repaired:
            self._repaired[key] = self._done(name, rule, self.written(name))
        return self._repaired[key]

    def _done(self, name: str, rule: Rule, column: pa.Array) -> Repaired:
        """Repair a column and report each repair once for a row, however many rules read it."""
        done = repaired(column, halve=rule.halved, code=rule.coded)
        place = Place(rule.columns[rule.cells.index(name)], rule.path, rule.personal)
        self.note_repairs(name, done, place, column, rule.missing)
        return done

    def note_repairs(
        self, name: str, done: Repaired, place: Place, column: pa.Array, missing: frozenset[str] = frozenset()
    ) -> None:
        """Add the findings of the repairs of a column, each kind once for a row."""
        for code, met in done.findings():
            mask = pc.and_(met, self._means_something(done.text, missing)) if code == "GARBLED_TEXT" else met
            before = self._noted.get((name, code))
            fresh = mask if before is None else pc.and_not(mask, before)
            self._noted[name, code] = mask if before is None else pc.or_(mask, before)
            if any_true(fresh):
                whole = self.cell(name, place.column) if self.parts and place.column else column
                self.note(code, fresh, place, whole)
                if code in FAULTY_CELLS:
                    self.faulty.append(fresh)

    @staticmethod
    def _means_something(text: pa.Array, missing: frozenset[str]) -> pa.Array:
        """Return where a text is none that was agreed to mean no value, such as `??`."""
        return pc.invert(pc.is_in(text, value_set=pa.array(sorted(missing), pa.string())))

    @staticmethod
    def _without(text: pa.Array, missing: frozenset[str]) -> pa.Array:
        if len(missing) == 1:
            is_missing = pc.equal(text, next(iter(missing)))
        else:
            is_missing = pc.is_in(text, value_set=pa.array(sorted(missing), pa.string()))
        return pc.if_else(is_missing, pa.scalar(None, pa.string()), text) if any_true(is_missing) else text

    def blame(self, fault: Fault, rule: Rule, text: pa.Array) -> None:
        """Add the findings of a verb's fault."""
        if any_true(fault.where):
            column = self._taken(rule, fault.where) if rule.subject == "first" else None
            cell_text, read = self.source_text(rule, fault.where), None
            if fault.code != READ_AS_EXPECTED:
                read = text.filter(fault.where)
            expected = fault.of_any if rule.place.personal and fault.of_any else fault.expected
            self.add_findings(fault.code, fault.where, rule.place, cell_text, expected, column, read)
            if not fault.code.startswith("REPAIRED"):
                self.faulty.append(fault.where)

    def _taken(self, rule: Rule, where: pa.Array) -> pa.Array:
        """Return the column that `first` took its value from, for each element of a finding."""
        size = pc.sum(where, min_count=0).as_py()
        return self._first(rule, where, [_same(each, size) for each in rule.columns], _same(rule.shown, size))

    def _first(self, rule: Rule, where: pa.Array, each: list[pa.Array], nowhere: pa.Array) -> pa.Array:
        """Return what `each` has at the first of the rule's columns that has a value, for the elements wanted."""
        found = nowhere
        for name, given in reversed([*zip(rule.cells, each, strict=True)]):
            text = repaired(self.written(name).filter(where), halve=rule.halved).text
            found = pc.if_else(pc.is_valid(self._without(text, rule.missing)), given, found)
        return found

    def note(
        self, code: str, where: pa.Array, place: Place, values: pa.Array, expected: str | pa.Array | None = None
    ) -> None:
        """Add one finding per element where `where` is true; a personal value is left out."""
        self.add_findings(code, where, place, values.filter(where), expected)

    def add_findings(  # noqa: PLR0913, PLR0917 - one argument per column of a finding
        self,
        code: str,
        where: pa.Array,
        place: Place,
        values: pa.Array,
        expected: str | pa.Array | None = None,
        column: pa.Array | None = None,
        read: pa.Array | None = None,
    ) -> None:
        """Add one finding per element where `where` is true.

        Args:
            code: The code of the finding.
            where: Which elements (boolean).
            place: Column and field; its values are left out where they are personal.
            values: What the finding quotes, of these elements only.
            expected: What would be right: one text, or one for each element, also where `where` is false.
            column: The sender's column of each finding, where it is not that of the place.
            read: What the cell was read as; it is left out where it is the cell itself.
        """
        if read is not None:
            read = pc.if_else(pc.fill_null(pc.equal(values, read), fill_value=False), NOTHING, read)
        row = self.row.filter(where)
        size = len(row)
        if isinstance(expected, pa.Array):
            expected_text = pa.nulls(size, pa.string()) if place.personal else expected.filter(where)
        else:
            expected_text = pa.repeat(pa.scalar(expected, pa.string()), size)
        shown, taken = (
            pa.nulls(size, pa.string()) if each is None or place.personal else shown_text(each)
            for each in (values, read)
        )
        named = _same(place.column, size) if column is None else column
        columns = [row, _same(code, size), named, self._fields(place.path, where), shown, expected_text, taken]
        self.findings.append(pa.table(columns, schema=FINDINGS))

    def _fields(self, path: str, where: pa.Array) -> pa.Array:
        """Return the full path of the field for each element of a finding."""
        if self.items is None:
            return _same(path, pc.sum(where, min_count=0).as_py())
        position = pc.cast(self.items.position.filter(where), pa.string())
        parts = (self.items.child, position, path) if path else (self.items.child, position)
        return pc.binary_join_element_wise(*parts, ".")

    def in_fault(self) -> pa.Array:
        """Return where anything went wrong so far."""
        mask = false(len(self))
        for each in self.faulty:
            mask = pc.or_(mask, each)
        return mask


def together(cells: list[pa.Array], separator: str) -> pa.Array:
    """Return the filled cells of several columns as one text each, with a mark between them; null where none is."""
    if len(cells) == 1:
        return cells[0]
    filled = [pc.if_else(pc.equal(pc.utf8_trim(each, ANY_BLANKS), ""), NOTHING, each) for each in cells]
    nothing = pc.is_null(pc.coalesce(*filled))
    first = pc.if_else(nothing, "", filled[0])  # Arrow drops an element that is null in every column
    joined = pc.binary_join_element_wise(first, *filled[1:], separator, null_handling="skip")
    return pc.if_else(nothing, NOTHING, joined)


def _same(text: str | None, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), size)
