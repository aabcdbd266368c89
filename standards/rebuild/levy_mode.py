"""Modes of levy: all rows of the customs code table before 2018; English labels are our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import inserted, named_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

DUMP = "data2/reference/cn_customs_sql/base_tax_exemption_method.sql"
NEEDS = (DUMP,)


def rows(data: Path) -> Iterable[Row]:
    """Return the modes with the names of the table."""
    return named_by("levy_mode", inserted(data / DUMP))
