"""Ports of the world: all rows of the customs parameter table of 2018, in the order of their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import sheet
from standards.rebuild.country import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

NEEDS = (PARAMETERS,)
SOURCE = "GACC declaration code tables"
EMPTY = dict.fromkeys(("parent", "valid_from", "valid_to", "replaced_by"), "")


def rows(data: Path) -> Iterable[Row]:
    """Return the ports, each code once."""
    ports = {code: (zh, en) for code, zh, en, *_ in reversed(list(sheet(data / PARAMETERS, "港口代码")))}
    for code, (zh, en) in sorted(ports.items()):
        labels = {"label_zh": " ".join(zh.split()), "label_en": " ".join(en.split())}
        yield {"code": code, **labels, **EMPTY, "source": SOURCE}
