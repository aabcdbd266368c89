"""Hazard categories of RASFF: every one of the notifications of 2020 to 2024; what each leads to is chosen by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild import _rasff

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = _rasff.NEEDS
COLUMN = "Hazard Category"


def rows(data: Path) -> Iterable[Row]:
    """Return the categories of the list, which are those of the notifications."""
    return _rasff.found("rasff_hazard_category", COLUMN, data)
