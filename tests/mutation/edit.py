"""One small breakage of a file: which bytes are replaced, and by what."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """Replaces the bytes from `start` to `end` of a file by `new`; `first` to `last` are the lines that it touches."""

    path: str
    operator: str
    start: int
    end: int
    new: str
    first: int
    last: int

    @property
    def name(self) -> str:
        """A name that is the same in every run over the same tree."""
        return f"{self.path}:{self.first} {self.operator} {self.start}-{self.end} {self.new}"

    def apply(self, root: Path) -> None:
        """Break the file below `root`."""
        path = root / self.path
        path.write_bytes(self.broken(path.read_bytes()))

    def broken(self, content: bytes) -> bytes:
        """Return the content with the breakage in it."""
        return content[: self.start] + self.new.encode() + content[self.end :]

    def diff(self, root: Path) -> str:
        """Return the breakage as a unified diff without its head."""
        old = (root / self.path).read_bytes()
        lines = difflib.unified_diff(
            old.decode().splitlines(), self.broken(old).decode().splitlines(), n=0, lineterm=""
        )
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
