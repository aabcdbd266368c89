"""What core and quarantine should hold, worked out from scratch: every submission that stands, read in turn.

As slow and as plain as can be: it knows no batches, no hashes and no order of arrival, only who has said what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Row(NamedTuple):
    """One row of a file: its number ("" cannot be read), the word for its cause, and its note."""

    no: str
    cause: str
    note: str


@dataclass
class Said:
    """One submission that was loaded."""

    batch: str
    operation: str  # new, correct, or withdraw (of single records)
    rows: list[Row] = field(default_factory=list)
    number: int | None = None
    words: dict[str, str] = field(default_factory=dict)  # causes as its last reading knew them
    withdrawn: bool = False
    loaded: bool = True  # False: held, rejected or a duplicate

    @property
    def stands(self) -> bool:
        """Whether it has a say."""
        return self.loaded and not self.withdrawn

    def good(self) -> dict[str, tuple[str, str]]:
        """Return by number what its good rows say in the end."""
        return {row.no: (self.words[row.cause], row.note) for row in self.rows if row.no and row.cause in self.words}

    def bad(self) -> list[Row]:
        """Return its rows that are kept out."""
        return [row for row in self.rows if not row.no or row.cause not in self.words]

    def named(self) -> set[str]:
        """Return the numbers that it has rows about."""
        return {row.no for row in self.rows}


def core_of(said: list[Said], mode: str) -> dict[str, tuple[str, str]]:
    """Return what core holds after all of it, given in turn (`upsert` or `snapshot`)."""
    core: dict[str, tuple[str, str]] = {}
    for each in (one for one in said if one.stands):
        if each.operation == "withdraw":
            core = {no: content for no, content in core.items() if no not in each.named()}
            continue
        core |= each.good()
        if mode == "snapshot" and each.operation == "new" and "" not in each.named():
            core = {no: content for no, content in core.items() if no in each.named()}
    return core


def open_of(said: list[Said]) -> list[str]:
    """Return the numbers of the rows that wait in quarantine: nobody has spoken about the same record since."""
    standing = [one for one in said if one.stands]
    return sorted(
        row.no
        for at, each in enumerate(standing)
        if each.operation != "withdraw"
        for row in each.bad()
        if not row.no or not any(row.no in later.named() for later in standing[at + 1 :])
    )


def claims_of(said: list[Said]) -> dict[str, set[tuple[str, str]]]:
    """Return by number what an append feed may hold: any good row that stands and was not withdrawn since."""
    claims: dict[str, set[tuple[str, str]]] = {}
    for each in (one for one in said if one.stands):
        for row in each.rows:
            if each.operation == "withdraw":
                claims.pop(row.no, None)
            elif row.no and row.cause in each.words:
                claims.setdefault(row.no, set()).add((each.words[row.cause], row.note))
    return claims
