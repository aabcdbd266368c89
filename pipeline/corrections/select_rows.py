"""The rows of an answer: as many of those that were kept out as a person can work on and a spreadsheet can hold."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Required, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from hub.i18n import say
from pipeline.corrections import references
from validation.catalogue import level_of, render

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS, CELLS, BYTES = 10_000, 250_000, 24 << 20  # whatever is reached first


class QuarantineFinding(TypedDict, total=False):
    """A finding as it is stored with its row."""

    code: Required[str]
    column: Required[str | None]  # the sender's
    field: str | None
    value: str | None
    expected: str | None
    read: str | None


class QuarantinedRow(TypedDict):
    """A row of the table that `quarantine` makes, as far as it goes back to the sender."""

    row: int  # `@row`
    original: str  # JSON: the cells by column, what is personal masked
    findings: str  # JSON: a list of `QuarantineFinding`
    source_file: str | None
    source_sheet: str | None
    source_line: int | None


@dataclass(frozen=True)
class Bad:
    """One row that was kept out: its cells as they may be shown, and what is wrong in which column."""

    reference: str
    cells: dict[str, str]
    wrong: dict[str | None, str]  # by the sender's column, None for the row: message and cure
    note: str  # all of it, for the last column


@dataclass(frozen=True)
class Chosen:
    """The rows that go back, and how many there are altogether."""

    columns: list[str]
    rows: list[Bad] = field(repr=False)
    of: int


def choose(
    evidence: pa.Table, columns: list[str], batch_id: str | None, language: str, types: tuple[str, ...] = ()
) -> Chosen:
    """Return the first quarantined rows that fit into a correction file, in the sender's order.

    Args:
        evidence: The quarantined rows (`EVIDENCE`).
        columns: The columns of the file.
        batch_id: The batch that a correction refers to; None for a check, which has none.
        language: The language of the notes, "en" or "zh".
        types: The record types that the delivery has records of.
    """
    names = plain_columns(columns)
    if not evidence.num_rows:
        return Chosen(names, [], 0)
    first = pc.sort_indices(evidence["row"]).slice(0, min(ROWS, CELLS // max(len(names), 1)))
    sizes = pc.cast(pc.binary_length(evidence["original"]).take(first), pa.int64())
    fit = pc.sum(pc.less_equal(pc.cumulative_sum(sizes), BYTES), min_count=0).as_py()
    wanted = pc.is_in(evidence["row"], value_set=evidence["row"].take(first.slice(0, fit)))
    taken = evidence.filter(wanted).sort_by("row")  # not take: that joins chunks, and 2 GiB of text do not fit into one
    wording = _Wording(language, types)
    rows = [_bad(line, batch_id, names, wording) for line in taken.to_pylist()]  # bounded above
    return Chosen(names, rows, evidence.num_rows)


def plain_columns(columns: list[str]) -> list[str]:
    """Return the columns of a file without those that are members of another one."""
    return [name for name in columns if "/" not in name or name.partition("/")[0] not in columns]


class _Wording:
    """What is wrong, in the sender's language; the same words are made once."""

    def __init__(self, language: str, types: tuple[str, ...]) -> None:
        self.language, self.types = language, types
        self.messages = cache(self._message_and_remedy)

    def _message_and_remedy(self, code: str, places: tuple[tuple[str, Any], ...]) -> str:
        messages = render(code, self.language, self.types, **dict(places))
        return f"{messages.message}\n→ {messages.cure}"

    def of(self, found: QuarantineFinding, line: int | None) -> str:
        """Return message and cure of one finding."""
        places = tuple((name, found.get(name)) for name in ("column", "field", "value", "expected", "read"))
        return self.messages(found["code"], (*places, ("line", line)))


def _bad(line: QuarantinedRow, batch_id: str | None, names: list[str], wording: _Wording) -> Bad:
    cells = json.loads(line["original"])
    wrong: dict[str | None, list[str]] = {}
    notes: list[str] = []
    findings: list[QuarantineFinding] = json.loads(line["findings"])
    for found in findings:
        if level_of(found["code"]) != "error":
            continue
        text = wording.of(found, line["source_line"])
        notes.append(" ".join([f"{found['column']}:" if found["column"] else "", *text.split("\n")]).strip())
        for column in columns_of(found["column"], names):
            wrong.setdefault(column, []).append(text)
    where = " ".join(str(line[name]) for name in ("source_file", "source_sheet") if line[name])
    head = say("answer.line", wording.language, line=line["source_line"], where=f" ({where})" if where else "")
    return Bad(
        references.reference(batch_id, line["row"]),
        {name: _text(cells.get(name)) for name in names},
        {column: "\n".join(dict.fromkeys(texts)) for column, texts in wrong.items()},
        "\n".join([head, *dict.fromkeys(notes)]),
    )


def columns_of(wording: str | None, names: list[str]) -> Iterable[str | None]:
    """Return the columns of the file that a finding is about: it may name several, or a member of a list."""
    if wording is None:
        return [None]
    if wording in names:
        return [wording]
    parts = [part.strip() for separator in (" / ", " + ") if separator in wording for part in wording.split(separator)]
    known = [part for part in [*parts, wording.partition("/")[0]] if part in names]
    return known or [None]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
