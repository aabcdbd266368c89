"""Analytes: substances, organisms and other things that laboratories and agencies look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._analytes import NEEDS, analytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

__all__ = ["NEEDS", "rows"]


def rows(data: Path) -> Iterable[Row]:
    """Return the analytes in the order of their codes; CAS numbers stand in `same_as`."""
    for each in analytes(data):
        yield {
            "code": each.code,
            "label_zh": each.label_zh,
            "label_en": each.label_en,
            "parent": each.hazard_type,
            "valid_from": "",
            "valid_to": "",
            "replaced_by": "",
            "source": "; ".join(each.sources),
            "same_as": f"cas:{each.cas}" if each.cas else "",
        }
