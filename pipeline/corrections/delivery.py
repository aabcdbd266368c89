"""A delivery as the pipeline reads it: an ordinary file, or an answer of ours that comes back corrected.

Our own columns are taken off before anybody else sees the rows; what they say travels in the place columns `@batch`
and `@corrects`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc

from connectors.readers.format import HEADER_NONE, Format
from connectors.sandbox.reader import header, read
from hub.errors import RejectBatch
from hub.finding import SHOWN, Finding
from hub.formula_guard import unguard_cell, unguard_column
from mappings.engine import columns_of, shown_columns
from pipeline.corrections import references
from pipeline.corrections.delivered_names import names_to_store, with_stored_names
from pipeline.corrections.masked_values import Earlier, put_back, refuse_masked
from pipeline.corrections.xlsx_limits import sheet_name
from pipeline.sources import format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from types import TracebackType

    from mappings.engine import Source

    Recall = Callable[[str], "AbstractContextManager[Path] | None"]

ZIP = b"PK\x03\x04"
DEEPEST = 8  # corrections of corrections
MOST = 50  # submissions that one file may correct
OPENED = 500  # readings of earlier files for one file: corrections that all name each other would double with each


def no_earlier_submission(batch_id: str) -> None:
    """Remember no earlier submission: outside the hub there is none."""
    del batch_id


class Delivered:
    """The rows of one delivery, once: batches without our own columns, with what they correct in two place columns.

    Iterating raises what `connectors.read` raises.  `recall` gives the bytes of an earlier submission of the same
    source by its batch id, or None; `findings` is complete when the rows are exhausted.
    """

    def __init__(
        self,
        path: Path,
        source: Source,
        recall: Recall = no_earlier_submission,
        depth: int = 0,
        openings: Iterator[int] | None = None,
    ) -> None:
        self._source, self._depth = source, depth
        self._openings = iter(range(OPENED)) if openings is None else openings
        self._recall: Recall = recall if depth < DEEPEST else no_earlier_submission
        self._form = _form_of(path, source)
        self._reading = read(path, self._form)
        self._known: dict[str, bool] = {}
        self._unknown: Finding | None = None  # about all rows that refer to nothing known, with the first of them

    def __enter__(self) -> Self:
        """Return this; the block ends the process that reads."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process that reads."""
        self._reading.close()

    @property
    def schema(self) -> pa.Schema:
        """The sender's columns, as they came, and the place columns."""
        theirs = self._names(self._reading.schema)
        fields = [field.with_name(theirs[field.name]) for field in self._reading.schema if field.name in theirs]
        names = names_to_store([field.name for field in fields], self._source)
        return pa.schema([field.with_name(name) for field, name in zip(fields, names, strict=True)])

    @property
    def columns(self) -> list[str]:
        """The sender's columns, members of lists by their full path."""
        return columns_of(self.schema)

    @property
    def corrects(self) -> bool:
        """Whether this is an answer of ours that came back."""
        column = references.reference_column(self._reading.schema.names)
        return column is not None and pa.types.is_string(self._reading.schema.field(column).type)

    @property
    def findings(self) -> list[Finding]:
        """What is to be said about the whole file."""
        ours = {*references.SHEETS.values(), references.LISTS}
        found = self._reading.findings
        if self.corrects:
            found = [
                each for each in found if each.code != "SHEET_NOT_READ" or set((each.value or "").split(", ")) - ours
            ]
        return [*found, self._unknown] if self._unknown else found

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches; the first iteration consumes them."""
        for batch in self._reading:
            rows = with_stored_names(batch, self._source)
            yield self._taken_back(rows) if self.corrects else refuse_masked(rows, self._source)

    def _names(self, schema: pa.Schema) -> dict[str, str]:
        """Return the sender's name of each column that is theirs, or a place."""
        is_guarded = self.corrects and self._form.kind == "csv"
        theirs = [field.name for field in schema if _theirs(field)]
        return {name: unguard_cell(name) if is_guarded and not name.startswith("@") else name for name in theirs}

    def _taken_back(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        column = references.reference_column(rows.schema.names)
        batch, row = references.parts(rows.column(column))
        blank = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(rows.column(column), "")), "")
        known = pc.is_in(batch, value_set=pa.array(self._submissions(batch), pa.string()))
        self._note_unknown(rows.filter(pc.invert(pc.or_(blank, known))))
        batch, row = (pc.if_else(known, each, pa.scalar(None, each.type)) for each in (batch, row))
        columns = {name: rows.column(column) for column, name in self._names(rows.schema).items()}
        if self._form.kind == "csv":
            columns = {name: each if name[:1] == "@" else unguard_column(each) for name, each in columns.items()}
        columns |= {references.BATCH: batch, references.ROW: row}
        return put_back(pa.RecordBatch.from_pydict(columns), self._source, self._earlier)

    def _note_unknown(self, rows: pa.RecordBatch) -> None:
        """Note rows whose reference names no submission that is known here."""
        if not rows.num_rows:
            return
        if self._unknown is None:
            first = rows.slice(0, 1).to_pylist()[0]
            written = first[references.reference_column(first) or ""]
            place = {name: first.get(f"@{name}") for name in ("file", "sheet", "line")}
            self._unknown = Finding("UNKNOWN_REFERENCE", **place, value=written[:SHOWN], count=0)
        self._unknown = replace(self._unknown, count=self._unknown.count + rows.num_rows)

    def _submissions(self, batch: pa.Array) -> list[str]:
        """Return those of the batches that are earlier submissions of this source."""
        for each in pc.unique(batch.drop_null()).to_pylist():
            if each not in self._known and len(self._known) < MOST:
                self._known[each] = self._recall(each) is not None
        return [each for each, known in self._known.items() if known]

    def _earlier(self, batch_id: str, wanted: pa.Array) -> Earlier | None:
        opened = None if next(self._openings, None) is None else self._recall(batch_id)
        if opened is None:
            return None
        try:
            with opened as path, Delivered(path, self._source, self._recall, self._depth + 1, self._openings) as before:
                found = [rows.filter(pc.is_in(rows.column("@row"), wanted)) for rows in before]
        except RejectBatch:  # it could not be read then either
            return None
        rows = pa.Table.from_batches(found).combine_chunks().to_batches() if found else []
        return Earlier(rows[0], shown_columns(rows[0], self._source)) if rows else None


def _form_of(path: Path, source: Source) -> Format:
    """Return how to read a file: as agreed, or as a workbook of ours, which every source takes back."""
    agreed = format_of(source)
    if agreed.kind == "xlsx" and not agreed.archive:
        return _renamed(path, agreed)
    if not is_package(path):
        return agreed
    named = None if agreed.header == HEADER_NONE else agreed.header  # a workbook of ours names its columns in any case
    book = Format("xlsx", header=named, missing=agreed.missing, expected=agreed.expected)
    try:
        return book if references.reference_column(header(path, book)) else agreed
    except RejectBatch:
        return agreed


def _renamed(path: Path, agreed: Format) -> Format:
    """Return the form of a workbook whose sheet has a name that our answer could not give to its own."""
    ours = replace(agreed, sheet=sheet_name(agreed.sheet)) if agreed.sheet else agreed
    if ours == agreed:
        return agreed
    try:
        return ours if references.reference_column(header(path, ours)) else agreed
    except RejectBatch:
        return agreed


def is_package(path: Path) -> bool:
    """Whether a file begins as a workbook of ours does."""
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


def _theirs(field: pa.Field) -> bool:
    return not field.name.startswith(references.OWN) and field.name not in {references.BATCH, references.ROW}
