"""The register of agencies: bodies with the time in which they exist, who took over from whom, and what each may send.

`agencies/` holds five tables: `body` (the bodies), `succession` (what passed from one to another, and on which day),
`policy_row` (the tasks of the plan of Hainan of 2017, with the record types that serve them), `policy_duty` (the
bodies that the plan names for a task, as they were called in 2017) and `planned_type` (every record type of the plan).
`valid_from` is the first day on which a body exists, `valid_to` the first day on which it no longer does.  What a
successor may send follows from what its predecessors may: the table of duties is never written anew after a reform.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from stdnum.cn import uscc

from hub.errors import FixTheHub
from hub.messages import error_of
from standards.codelist import code_lists
from standards.likeness import alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FOLDER = Path(__file__).with_name("agencies")
HEADERS = {
    "body": ("code", "label_zh", "label_en", "level", "uscc", "valid_from", "valid_to", "precision", "source"),
    "succession": ("predecessor", "successor", "since", "record_types", "source"),
    "policy_row": ("code", "label_zh", "label_en", "direction", "record_types", "served_by"),
    "policy_duty": ("policy_row", "body", "is_lead"),
    "planned_type": ("code", "label_zh", "label_en"),
}
KEYS = {"succession": ("predecessor", "successor"), "policy_duty": ("policy_row", "body")}  # else the code
MAY_BE_EMPTY = frozenset({"uscc", "valid_from", "valid_to", "precision", "record_types", "served_by", "is_lead"})
DAYS = frozenset({"valid_from", "valid_to", "since"})


@dataclass(frozen=True)
class Body:
    """One body; `precision` says how exactly its days are known, `uscc` is empty where no published one was read."""

    code: str
    label: dict[str, str]
    level: str
    uscc: str
    valid_from: date | None
    valid_to: date | None
    precision: str
    source: str

    def holds(self, day: date) -> bool:
        """Whether the body exists on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Succession:
    """What passed from one body to another: the named record types, or, where none is named, all of them."""

    predecessor: str
    successor: str
    since: date
    record_types: tuple[str, ...]
    source: str

    def passes(self, record_type: str) -> bool:
        """Whether it is about the record type."""
        return not self.record_types or record_type in self.record_types


@dataclass(frozen=True)
class PolicyRow:
    """One task of the plan; `served_by` is the file or folder of the hub that serves a task without records."""

    code: str
    label: dict[str, str]
    direction: str
    record_types: tuple[str, ...]
    served_by: str


@dataclass(frozen=True)
class Register:
    """All tables; `duties` gives the bodies of each policy row, the leading ones first."""

    bodies: dict[str, Body]
    successions: tuple[Succession, ...]
    rows: dict[str, PolicyRow]
    duties: dict[str, tuple[str, ...]]
    planned_types: dict[str, dict[str, str]]

    def acting(self, named: Iterable[str], record_type: str, day: date) -> tuple[str, ...]:
        """Return the bodies that stand for the named ones on a day.

        The first named body that exists stands for itself.  Where none does, it is their nearest predecessors or
        successors of that day, and of several those that may send the record type.

        Args:
            named: Codes of bodies, in the order in which an agency.yml names them.
            record_type: The record type of which a record is dated.
            day: The day of the event.
        """
        met = list(dict.fromkeys(named))
        own = next((each for each in met if self._acts(each, record_type, day)), None)
        if own is not None:
            return (own,)
        ring = met
        while ring := [each for code in ring for each in self._beside(code, record_type, day) if each not in met]:
            met += dict.fromkeys(ring)
            found = [each for each in dict.fromkeys(ring) if self._acts(each, record_type, day)]
            if found:
                return tuple([each for each in found if self.rights(each, record_type, day)] or found)
        return ()

    def rights(self, body: str, record_type: str, day: date) -> tuple[str, ...]:
        """Return the policy rows by which a body may send records of a type on a day: its own and its predecessors'."""
        holders = self._origins(body, record_type, day)
        return tuple(
            code
            for code, row in self.rows.items()
            if row.direction != "out" and record_type in row.record_types and holders & {*self.duties.get(code, ())}
        )

    def every_right(self, body: str, record_type: str) -> tuple[str, ...]:
        """Return the policy rows by which a body, or one that stands for it on another day, may or might once send."""
        found = {
            row
            for day in self.days
            for each in self.acting([body], record_type, day)
            for row in self.rights(each, record_type, day)
        }
        return tuple(code for code in self.rows if code in found)

    def _acts(self, code: str, record_type: str, day: date) -> bool:
        return self.bodies[code].holds(day) and not self._handed_over(code, record_type, day)

    def _handed_over(self, code: str, record_type: str, day: date) -> bool:
        """Whether a body that goes on has passed just this record type to another."""
        return any(
            each.predecessor == code and record_type in each.record_types and each.since <= day
            for each in self.successions
        )

    def _beside(self, code: str, record_type: str, day: date) -> Iterator[str]:
        for each in self.successions:
            if each.passes(record_type) and each.successor == code and day < each.since:
                yield each.predecessor
            if each.passes(record_type) and each.predecessor == code and day >= each.since:
                yield each.successor

    def _origins(self, code: str, record_type: str, day: date) -> set[str]:
        """Return the bodies whose duties a body has on a day, for one record type."""
        own = set() if self._handed_over(code, record_type, day) else {code}
        for each in self.successions:
            if each.successor == code and each.since <= day and each.passes(record_type):
                own |= self._origins(each.predecessor, record_type, each.since - date.resolution)
        return own

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every day on which a body begins or ends, or something passes, in order."""
        found = {each.since for each in self.successions}
        for body in self.bodies.values():
            found |= {day for day in (body.valid_from, body.valid_to) if day is not None}
        return tuple(sorted(found))


@cache
def register() -> Register:
    """Read the register once per process.

    Raises:
        FixTheHub: A table is not sound; the error names file, line and the nearest known name of every slip.
    """
    return read_register(FOLDER)


def read_register(folder: Path) -> Register:
    """Read the tables of a folder.

    Raises:
        FixTheHub: As `register` says.
    """
    slips: list[str] = []
    tables = {name: _rows(folder / f"{name}.csv", slips) for name in HEADERS}
    _refuse(slips)
    _check(tables, slips)
    _refuse(slips)
    bodies = {row["code"]: _body(row) for row in tables["body"]}
    successions = tuple(
        Succession(row["predecessor"], row["successor"], date.fromisoformat(row["since"]), _types(row), row["source"])
        for row in tables["succession"]
    )
    rows = {
        row["code"]: PolicyRow(row["code"], _label(row), row["direction"], _types(row), row["served_by"])
        for row in tables["policy_row"]
    }
    duties: dict[str, tuple[str, ...]] = {}
    for row in sorted(tables["policy_duty"], key=lambda row: row["is_lead"] != "yes"):
        duties[row["policy_row"]] = (*duties.get(row["policy_row"], ()), row["body"])
    planned = {row["code"]: _label(row) for row in tables["planned_type"]}
    slips += _broken_chains(bodies, successions, tables["succession"])
    _refuse(slips)
    return Register(bodies, successions, rows, duties, planned)


Row = dict[str, str]  # `@line` has its place in the file


def _rows(path: Path, slips: list[str]) -> list[Row]:
    header = HEADERS[path.stem]
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        first = next(reader, [])
        slips += [f"{path.name}:1: {name} is unknown{_near(name, header)}" for name in first if name not in header]
        slips += [f"{path.name}:1: {name} is missing" for name in header if name not in first]
        found: list[Row] = []
        for row in reader:
            if len(row) != len(first):
                slips.append(f"{path.name}:{reader.line_num}: {len(row)} cells, the header has {len(first)}")
            else:
                found.append({**dict(zip(first, row, strict=True)), "@line": f"{path.name}:{reader.line_num}"})
    return found


def _check(tables: Mapping[str, list[Row]], slips: list[str]) -> None:
    lists = code_lists()
    known: dict[str, Iterable[str]] = {
        "level": lists["agency_level"].codes.to_pylist(),
        "precision": lists["precision"].codes.to_pylist(),
        "direction": lists["policy_direction"].codes.to_pylist(),
        "is_lead": ("yes",),
        "record_types": [row["code"] for row in tables["planned_type"]],
        "policy_row": [row["code"] for row in tables["policy_row"]],
        **{name: [row["code"] for row in tables["body"]] for name in ("body", "predecessor", "successor")},
    }
    for name, rows in tables.items():
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            key = tuple(row[column] for column in KEYS.get(name, ("code",)))
            if key in seen:
                slips.append(f"{row['@line']}: {' '.join(key)} stands there twice")
            seen.add(key)
            slips += [f"{row['@line']}: {slip}" for column in HEADERS[name] for slip in _cell(row, column, known)]


def _cell(row: Row, column: str, known: Mapping[str, Iterable[str]]) -> Iterator[str]:
    text = row[column]
    if not text or text != text.strip():
        if text or column not in MAY_BE_EMPTY:
            yield f"{column} is empty or has blanks around it"
        return
    for name in text.split(" ") if column in known else ():
        if name not in known[column]:
            yield f"{column}: {name} is unknown{_near(name, known[column])}"
    if column == "uscc" and not uscc.is_valid(text):
        yield f"{column}: {text} has a wrong check digit or form"
    if column in DAYS:
        try:
            date.fromisoformat(text)
        except ValueError:
            yield f"{column}: {text} is no day, such as 2018-04-20"


def _broken_chains(bodies: Mapping[str, Body], successions: Iterable[Succession], rows: Iterable[Row]) -> Iterator[str]:
    """Yield where the days of bodies and of what passed between them do not fit."""
    ends: dict[str, set[date | None]] = {}
    for each, row in zip(successions, rows, strict=True):
        old, new = bodies[each.predecessor], bodies[each.successor]
        ends.setdefault(old.code, set()).add(each.since)
        if old is new:
            yield f"{row['@line']}: {old.code} succeeds itself"
        if old.valid_to is not None and old.valid_to < each.since:
            yield f"{row['@line']}: {old.code} ended on {old.valid_to}, before {each.since}"
        if not new.holds(each.since):
            yield f"{row['@line']}: {new.code} does not exist on {each.since}"
    for body in bodies.values():
        if body.valid_from is not None and body.valid_to is not None and body.valid_to <= body.valid_from:
            yield f"body.csv: {body.code} ends before it begins"
        if (body.valid_from or body.valid_to) and not body.precision:
            yield f"body.csv: {body.code} has a day and no precision"
        if body.valid_to is not None and body.valid_to not in ends.get(body.code, ()):
            yield f"body.csv: {body.code} ended on {body.valid_to}, and succession.csv names nobody since that day"


def _body(row: Row) -> Body:
    begin, end = (date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to"))
    return Body(row["code"], _label(row), row["level"], row["uscc"], begin, end, row["precision"], row["source"])


def _label(row: Row) -> dict[str, str]:
    return {"zh": row["label_zh"], "en": row["label_en"]}


def _types(row: Row) -> tuple[str, ...]:
    return tuple(row["record_types"].split())


def _near(name: str, known: Iterable[str]) -> str:
    close = alike(name, known)
    return f" (did you mean {close[0]}?)" if close else ""


def _refuse(slips: list[str]) -> None:
    if slips:
        raise error_of(FixTheHub, "standard.bad_register", where="standards/agencies/", why="\n".join(slips))
