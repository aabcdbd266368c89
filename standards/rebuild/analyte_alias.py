"""Other names of analytes: those of `analytes/named.csv`, one row per name, small and capital letters alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._analytes import NEEDS, OWN, analytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

__all__ = ["NEEDS", "rows"]


def rows(data: Path) -> Iterable[Row]:
    """Return the names in the order of their analytes, labelled as these are."""
    for each in analytes(data):
        for name in each.names:
            yield {
                "code": name,
                "label_zh": each.label_zh,
                "label_en": each.label_en,
                "parent": each.code,
                "valid_from": "",
                "valid_to": "",
                "replaced_by": "",
                "source": OWN,
            }
