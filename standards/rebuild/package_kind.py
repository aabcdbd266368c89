"""Kinds of packing: all rows of the customs parameter table of 2018, and the codes that it replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import named_by, sheet
from standards.rebuild.country import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (PARAMETERS,)


def rows(data: Path) -> Iterable[Row]:
    """Return the kinds with the Chinese names of the table."""
    return named_by("package_kind", {code: name for code, name, *_ in sheet(data / PARAMETERS, "包装种类代码表")})
