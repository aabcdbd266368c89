"""How the stack tells what it is doing: a key of `hub/text.yml` and the values of its places."""

from __future__ import annotations

from typing import Any, Protocol


class Progress(Protocol):
    """Called at each step that a person may have to wait for, or should know of."""

    def __call__(self, key: str, /, **values: Any) -> None:
        """Tell `key`, one of the `stack.*` sentences, with its values."""


def silent(_key: str, /, **_values: Any) -> None:
    """Tell nobody."""
