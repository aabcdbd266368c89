"""Somebody who is told what the stack is doing."""

from __future__ import annotations

from typing import Any


class Told:
    """Remembers what it is told, as (key, values)."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, key: str, /, **values: Any) -> None:
        """Remember."""
        self.steps.append((key, values))

    @property
    def keys(self) -> list[str]:
        """Return the keys, in order."""
        return [key for key, _ in self.steps]
