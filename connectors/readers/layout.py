"""The columns of a file without header: their names, and their places in a line of fixed width."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class FixedColumn(NamedTuple):
    """One column of a line of fixed width.

    Attributes:
        name: Of the column.
        start: 1-based place of its first byte or character (`Format.unit`).
        width: In the same unit; None for the rest of the line.

    >>> FixedColumn("code", 3, 4).end
    6
    """

    name: str
    start: int
    width: int | None = None

    @property
    def begin(self) -> int:
        """The 0-based place of the first byte or character."""
        return self.start - 1

    @property
    def end(self) -> int | None:
        """The 0-based place after the last byte or character; None for the end of the line."""
        return None if self.width is None else self.begin + self.width


def fixed_columns(columns: Iterable[Any], where: str) -> tuple[FixedColumn, ...]:
    """Return the columns of a line of fixed width.

    Args:
        columns: As a mapping writes them: `{name, start, width}`, or a list of these three.  Without `start` a column
            begins where the one before it ends.
        where: The key of the mapping, for the message of an error.

    Raises:
        FixTheHub: Two columns overlap or have one name, or a place is not a positive number.

    >>> fixed_columns([{"name": "id", "width": 4}, {"name": "town"}], "format.columns")
    (FixedColumn(name='id', start=1, width=4), FixedColumn(name='town', start=5, width=None))
    """
    found = tuple(_parse(columns, where))
    for before, next_start in pairwise(found):
        if before.end is None or next_start.begin < before.end:
            raise error_of(FixTheHub, "format.overlap", where=where, name=next_start.name, other=before.name)
    _require_unique([each.name for each in found], where)
    return found


def _parse(columns: Iterable[Any], where: str) -> Iterator[FixedColumn]:
    next_start = 1
    for declared in columns:
        if not isinstance(declared, dict | list | tuple):
            raise error_of(FixTheHub, "format.bad_column", where=where, found=declared)
        each = (
            FixedColumn(*declared)
            if not isinstance(declared, dict)
            else FixedColumn(declared["name"], declared.get("start", next_start), declared.get("width"))
        )
        if each.start < 1 or (each.width is not None and each.width < 1):
            raise error_of(FixTheHub, "format.bad_start", where=where, name=each.name, start=each.start)
        next_start = each.start + (each.width or 0)
        yield each


def declared_names(columns: Iterable[Any], where: str) -> tuple[str, ...]:
    """Return the names of the columns of a file without header.

    Args:
        columns: The names as the mapping lists them.
        where: The key of the mapping, for the message of an error.

    Raises:
        FixTheHub: Two columns have one name.
    """
    found = tuple(str(each) for each in columns)
    _require_unique(found, where)
    return found


def _require_unique(found: Iterable[str], where: str) -> None:
    twice = [name for name, count in Counter(found).items() if count > 1]
    if twice:
        raise error_of(FixTheHub, "format.same_name", where=where, name=twice[0])
