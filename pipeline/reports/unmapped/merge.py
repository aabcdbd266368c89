"""Merge: a sheet that was filled in becomes lines of crosswalks, all of it or nothing."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from hub.durable import write_durable
from hub.errors import FixTheHub, HubError, WrongUsage
from hub.formula_guard import unguard_cell
from hub.messages import error_of, sentence
from mappings.engine import IGNORED, CrosswalkLine, crosswalk_codes, crosswalk_lines
from pipeline.reports.unmapped.worksheet import COLUMNS
from pipeline.sources import source_named
from standards import standard
from warehouse.connection import connect
from warehouse.locks import take
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Merged:
    """What a sheet brought: new words by source and crosswalk, and how many lines were left blank or known already."""

    added: dict[tuple[str, str], int] = field(default_factory=dict)
    blank: int = 0
    known: int = 0

    @property
    def sources(self) -> list[str]:
        """The sources whose mapping changes by it."""
        return sorted({source for source, _ in self.added})


def apply_crosswalk(path: Path, *, dry_run: bool = False) -> Merged:
    """Add the filled lines of a sheet, as `write_sheet` writes it, to the crosswalks that they name.

    Args:
        path: The sheet.
        dry_run: Check it only.

    Raises:
        WrongUsage: The sheet cannot be read, or lines are wrong; all of these are named, and no crosswalk is changed.
    """
    return _merged(_lines(path), path.name, dry_run=dry_run)


def accept_code(proposal: Proposal, who: str) -> bool:
    """Add one word to a crosswalk, as a person has decided, and write down who it was.

    Rows that wait for the word go on waiting until their deliveries are read again.

    Args:
        proposal: The word, the crosswalk of the source, and the code that the word stands for.
        who: The person, for the audit.

    Returns:
        False when the crosswalk had the word already.

    Raises:
        WrongUsage: There is no such source, crosswalk or code, or the word stands for another code already.
        FixTheHub: The mapping's folder cannot be written from here.
    """
    line = [proposal.source, proposal.crosswalk, proposal.value, proposal.code, proposal.note]
    agency = proposal.source.partition("/")[0]
    with connect() as conn:
        take(conn, f"crosswalk {proposal.source}")  # two who accept at once would lose a word
        try:
            merged = _merged([(1, line)], f"{proposal.crosswalk}.csv", dry_run=False)
        except PermissionError:
            raise error_of(FixTheHub, "codes.not_writable", where=f"{proposal.source}/crosswalks") from None
        if not merged.added:
            return False
        detail = json.dumps(proposal._asdict(), ensure_ascii=False)
        audit = {"who": who, "what": "code accept", "agency": agency, "batch_id": None, "detail": detail}
        conn.execute(statement("holds/insert_audit"), audit)
    return True


def _merged(lines: Iterable[tuple[int, list[str]]], name: str, *, dry_run: bool) -> Merged:
    """Add the filled ones of numbered lines to the crosswalks that they name; `name` is where the lines stand."""
    wrong: list[str] = []
    fresh: dict[tuple[str, str], dict[str, CrosswalkEntry]] = {}
    blank = known = 0
    target = cache(_target)
    for line, (source, crosswalk, value, code, note) in lines:
        if not code:
            blank += 1
            continue
        try:
            there = target(source, crosswalk)
        except HubError as fault:
            wrong.append(f"{line}: {fault.what}")
            continue
        found, entry = fresh.setdefault((source, crosswalk), {}), CrosswalkEntry(code, note)
        problem = _problem(value, entry, there, found)
        if problem:
            wrong.append(f"{line}: {problem}")
        elif value in there.entries:
            known += 1
        else:
            found[value] = entry
    if wrong:
        raise error_of(WrongUsage, "codes.not_merged", where=name, why="\n".join(wrong[:50]), count=len(wrong))
    for (source, crosswalk), entries in fresh.items() if not dry_run else ():
        if entries:
            _append(target(source, crosswalk).path, entries)
    return Merged({place: len(entries) for place, entries in fresh.items() if entries}, blank, known)


class Proposal(NamedTuple):
    """A word of a source, and the code that it may stand for in one of its crosswalks."""

    source: str
    crosswalk: str
    value: str
    code: str
    note: str = ""


class CrosswalkEntry(NamedTuple):
    """The code that a word stands for, and why."""

    code: str
    note: str


class Target(NamedTuple):
    """A crosswalk as it is, and the codes that it may lead to."""

    path: Path
    entries: dict[str, str | None]
    codes: frozenset[str]


def _target(source: str, crosswalk: str) -> Target:
    mapping = source_named(source)
    rules = [rule for _, rule in mapping.all_rules() if rule.options.get("crosswalk") == crosswalk]
    lists = {rule.target.codelist for rule in rules if rule.target.codelist}
    if not lists:
        raise error_of(WrongUsage, "codes.no_crosswalk", source=source, crosswalk=crosswalk)
    codes = frozenset.intersection(*(frozenset(standard().codelists[name].codes.to_pylist()) for name in lists))
    path = mapping.folder / "crosswalks" / f"{crosswalk}.csv"
    return Target(path, crosswalk_codes(mapping.folder, crosswalk), codes)


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return number and answer of each line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        raise error_of(WrongUsage, "codes.no_file", file=path) from None
    except (UnicodeDecodeError, csv.Error) as fault:
        raise error_of(WrongUsage, "codes.not_csv", why=str(fault), file=path.name) from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise error_of(WrongUsage, "codes.no_column", file=path.name, names=", ".join(missing))
    at = [header.index(name) for name in COLUMNS]
    return [
        (number, [unguard_cell(row[place].strip()) if place < len(row) else "" for place in at])
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _problem(value: str, entry: CrosswalkEntry, there: Target, found: dict[str, CrosswalkEntry]) -> str | None:
    if entry.code == IGNORED:
        if not entry.note:
            return sentence("codes.ignored_without_note", value=value)
    elif entry.code not in there.codes:
        return sentence("codes.not_in_list", value=value, code=entry.code)
    meant = None if entry.code == IGNORED else entry.code
    if value in there.entries and there.entries[value] != meant:
        known = there.entries[value] or IGNORED
        return sentence("codes.known_otherwise", value=value, known=known, file=there.path.name)
    if value in found and found[value].code != entry.code:
        return sentence("codes.two_codes", value=value, first=found[value].code, second=entry.code)
    return None


def _append(path: Path, entries: dict[str, CrosswalkEntry]) -> None:
    """Write the file anew with lines at its end; what stood there stays as it was, to the byte."""
    before = path.read_bytes()
    ending = "\r\n" if b"\r\n" in before else "\n"
    between = ending if before and not before.endswith(b"\n") else ""
    lines = crosswalk_lines((CrosswalkLine(value, *entry) for value, entry in entries.items()), ending)
    write_durable(path, before + f"{between}{lines}".encode())
