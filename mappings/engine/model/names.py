"""What `column:` means at a place: in the row, in the items of a list, in the parts of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UP = "../"  # from an item to the item or the row that it belongs to
ITEM = "."  # the item itself, where items are plain texts
NUMBER = "#"  # the place of the item in its list, from 0


@dataclass(frozen=True)
class Names:
    """`lists` are the lists within each other whose members are meant, the outermost first.

    `offered` are the only names there are, each with its column.
    """

    lists: tuple[str, ...] = ()
    offered: Mapping[str, str] | None = None

    def known(self, cell: str) -> bool:
        """Whether the name can be resolved; a list's members are only known when it is read."""
        return self.offered is None or cell.startswith(UP) or cell in self.offered

    def column(self, cell: str) -> str:
        """Return the full path of the sender's column."""
        return self._resolved(cell)[1]

    def place(self, cell: str) -> str:
        """Return the name under which the scope of the items offers the cell.

        >>> Names(("info", "info/area")).place("../event")
        '../info/event'
        """
        levels, column = self._resolved(cell)
        return cell if self.offered is not None else UP * levels + column

    def listed(self, name: str) -> str:
        """Return the full path of a list that stands at this place."""
        return f"{self.lists[-1]}/{name}" if self.lists else name

    def _resolved(self, cell: str) -> tuple[int, str]:
        """Return how many levels up a cell stands, and the full path of its column."""
        levels = 0
        while cell.startswith(UP):
            levels, cell = levels + 1, cell.removeprefix(UP)
        if self.offered is not None:
            return levels, cell if levels else self.offered.get(cell, cell)
        if levels >= len(self.lists):
            return levels, cell
        under = self.lists[len(self.lists) - 1 - levels]
        return levels, under if cell == ITEM else f"{under}/{cell}"


def nested_paths(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the full paths of lists of which each stands in the items of the one before.

    >>> nested_paths(("info", "area"))
    ('info', 'info/area')
    """
    return tuple("/".join(names[: at + 1]) for at in range(len(names)))
