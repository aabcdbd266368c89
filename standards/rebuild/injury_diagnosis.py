"""Natures of injury: the codes of NEISS' format table; one was joined to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._neiss import FORMATS, GONE_BY, Period, dated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (FORMATS,)
PERIODS = {
    "70": Period(valid_to=GONE_BY, replaced_by="71")
}  # the manual of 2016 has 71 for both "other" and "not stated"


def rows(data: Path) -> Iterable[Row]:
    """Return the natures with their periods."""
    return dated("injury_diagnosis", "DIAG", data, PERIODS)
