"""Kinds of place of injury: the codes of NEISS' format table LOC; Chinese labels are translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._neiss import FORMATS, dated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (FORMATS,)


def rows(data: Path) -> Iterable[Row]:
    """Return the codes, none of which has ended."""
    return dated("injury_place", "LOC", data, {})
