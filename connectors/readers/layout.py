"""The columns of a file that has no header of its own: their names, and where they stand in a line of fixed width."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Cut(NamedTuple):
    """One column: `start` is 1-based, in the agreed unit; without `width` it goes to the end of the line."""

    name: str
    start: int
    width: int | None = None

    @property
    def begin(self) -> int:
        """The 0-based place of its first byte or character."""
        return self.start - 1

    @property
    def end(self) -> int | None:
        """The 0-based place after its last one; None for the end of the line."""
        return None if self.width is None else self.begin + self.width


def cuts(columns: Iterable[Any], where: str) -> tuple[Cut, ...]:
    """Return the columns of a line of fixed width as agreed; raise FixTheHub when they cannot be told apart.

    A column without `start` begins where the one before it ends.
    """
    found = tuple(_placed(columns, where))
    for before, after in pairwise(found):
        if before.end is None or after.begin < before.end:
            raise FixTheHub(
                "Two columns share a place in the line.", where=where, why=f"{after.name} begins within {before.name}."
            )
    _no_twins([each.name for each in found], where)
    return found


def _placed(columns: Iterable[Any], where: str) -> Iterator[Cut]:
    after = 1
    for told in columns:
        if not isinstance(told, dict | list | tuple):
            raise FixTheHub("A column of fixed width is {name, start, width}.", where=where, why=f"It is {told!r}.")
        each = (
            Cut(*told) if not isinstance(told, dict) else Cut(told["name"], told.get("start", after), told.get("width"))
        )
        if each.start < 1 or (each.width is not None and each.width < 1):
            raise FixTheHub("`start` and `width` count from 1.", where=where, why=f"{each.name}: {each.start}")
        after = each.start + (each.width or 0)
        yield each


def names(columns: Iterable[Any], where: str) -> tuple[str, ...]:
    """Return the agreed names of the columns of a file without header; raise FixTheHub for one that stands twice."""
    found = tuple(str(each) for each in columns)
    _no_twins(found, where)
    return found


def _no_twins(found: Iterable[str], where: str) -> None:
    twice = [name for name, count in Counter(found).items() if count > 1]
    if twice:
        raise FixTheHub("Two columns have one name.", where=where, why=f"{twice[0]} stands twice.")
