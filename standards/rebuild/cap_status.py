"""The handling of messages of CAP: the values that its schema lists for the element `status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._cap import CAP, listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (CAP,)


def rows(data: Path) -> Iterable[Row]:
    """Return the values with our labels and ranks."""
    return listed("cap_status", "status", data)
