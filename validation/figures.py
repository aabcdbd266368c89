"""The figures of one batch as the ledger keeps them and rules ask for them, by field (`fire_incident.area_m2`)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

CODES = 50  # the most frequent ones are kept; the rest count together
REST = ""


@dataclass(frozen=True)
class Level:
    """The middle of a field's positive numbers on the scale of logarithms: a changed unit moves it by its factor."""

    mean: float
    spread: float  # standard deviation
    count: int


@dataclass(frozen=True)
class Figures:
    """What a batch looks like from afar.  `columns` are the sender's, in the sender's order."""

    rows: int = 0
    columns: list[str] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)  # by table
    fill: dict[str, float] = field(default_factory=dict)  # share of rows that have a value, 0 to 1
    level: dict[str, Level] = field(default_factory=dict)
    codes: dict[str, dict[str, float]] = field(default_factory=dict)  # shares; those that are not null add up to 1

    @classmethod
    def of(cls, profile: pa.Table, rows: int, columns: Sequence[str]) -> Figures:
        """Return the figures of a batch with so many rows from its merged profile."""
        found = cls(rows, list(columns))
        for line in profile.filter(pc.is_null(profile["code"])).to_pylist():
            name = f"{line['table']}.{line['column']}"
            found.records[line["table"]] = line["rows"]
            found.fill[name] = 1 - line["nulls"] / line["rows"] if line["rows"] else 0.0
            if line["positive"]:
                found.level[name] = _level(line["positive"], line["logs"], line["squares"])
        shares = profile.filter(pc.is_valid(profile["code"])).sort_by([("rows", "descending"), ("code", "ascending")])
        for line in shares.to_pylist():
            codes = found.codes.setdefault(f"{line['table']}.{line['column']}", {})
            code = line["code"] if len(codes) < CODES else REST
            codes[code] = codes.get(code, 0) + line["rows"]
        for codes in found.codes.values():
            whole = sum(codes.values())
            codes.update({code: count / whole for code, count in codes.items()})
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return them as JSON can hold them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Figures:
        """Return what `as_dict` has given."""
        levels = {name: Level(**each) for name, each in kept["level"].items()}
        return cls(**{**kept, "level": levels})


def _level(count: int, logs: float, squares: float) -> Level:
    mean = logs / count
    return Level(mean, math.sqrt(max(squares / count - mean * mean, 0.0)), count)
