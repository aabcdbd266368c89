"""Products of NEISS: the codes of the format table, and those that came since; parents are chosen by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._neiss import FORMATS, Period, dated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (FORMATS,)
# Scooters were divided anew in 2020; e-bikes have a code of their own since 2024, beside 5040 for bicycles of any kind.
PERIODS = {
    "1329": Period(valid_to="2020-01-01", replaced_by="5023"),
    "5042": Period(valid_to="2020-01-01", replaced_by="5022"),
    "5022": Period(valid_from="2020-01-01"),
    "5023": Period(valid_from="2020-01-01"),
    "5024": Period(valid_from="2020-01-01"),
    "5025": Period(valid_from="2020-01-01"),
    "5045": Period(valid_from="2024-01-01"),
    "5046": Period(valid_from="2024-01-01"),
}


def rows(data: Path) -> Iterable[Row]:
    """Return the products with their periods."""
    return dated("injury_product", "PROD", data, PERIODS)
