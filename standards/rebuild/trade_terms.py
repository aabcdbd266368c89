"""Terms of delivery: all rows of the customs code table; English labels are our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import named_by, sheet
from standards.rebuild.customs_office import OFFICES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (OFFICES,)


def rows(data: Path) -> Iterable[Row]:
    """Return the terms with the names of the table."""
    return named_by("trade_terms", {code: name for code, name, *_ in sheet(data / OFFICES, "成交方式代码表")})
