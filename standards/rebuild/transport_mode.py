"""Modes of transport: all rows of the customs parameter table of 2018; English labels are translated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import refuse_lost, sheet, standing
from standards.rebuild.country import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (PARAMETERS,)


def rows(data: Path) -> Iterable[Row]:
    """Return the modes with the Chinese names of the table, in its order."""
    held = {row["code"]: row for row in standing("transport_mode")}
    names = {code: name for code, name, *_ in sheet(data / PARAMETERS, "运输方式代码表")}
    refuse_lost("transport_mode", held, names)
    refuse_lost("the table", names, held)
    for code, name in names.items():
        yield held[code] | {"label_zh": name}
