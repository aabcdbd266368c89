"""Body parts: the codes of NEISS' format table, four of which it marks as old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._neiss import FORMATS, GONE_BY, Period, dated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (FORMATS,)
PERIODS = {
    "78": Period(valid_to=GONE_BY, replaced_by="31"),
    "86": Period(valid_to=GONE_BY),
    "90": Period(valid_to=GONE_BY, replaced_by="33"),
    "91": Period(valid_to=GONE_BY, replaced_by="36"),
}


def rows(data: Path) -> Iterable[Row]:
    """Return the body parts with their periods."""
    return dated("body_part", "BDYPT", data, PERIODS)
