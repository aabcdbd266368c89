"""What `column:` means at a place: in the row, in the items of a list, in the parts of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UP = "../"  # from an item to the row that it belongs to
ITEM = "."  # the item itself, where items are plain texts


@dataclass(frozen=True)
class Names:
    """`under` is the list whose members are meant; `offered` are the only names there are, each with its column."""

    under: str = ""
    offered: Mapping[str, str] | None = None

    def known(self, cell: str) -> bool:
        """Whether the name can be resolved; a list's members are only known when it is read."""
        return self.offered is None or cell.startswith(UP) or cell in self.offered

    def column(self, cell: str) -> str:
        """Return the full path of the sender's column."""
        if cell.startswith(UP):
            return cell.removeprefix(UP)
        if self.offered is not None:
            return self.offered.get(cell, cell)
        if not self.under:
            return cell
        return self.under if cell == ITEM else f"{self.under}/{cell}"

    def place(self, cell: str) -> str:
        """Return the name under which the scope of the items offers the cell."""
        return cell if cell.startswith(UP) or self.offered is not None else self.column(cell)
