"""Business steps of the Core Business Vocabulary: the words of its context; labels are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._cbv import FOLDER, codes_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

CONTEXT = "cbv-context-bizstep.jsonld"
NEEDS = (f"{FOLDER}/{CONTEXT}",)


def rows(data: Path) -> Iterable[Row]:
    """Return the words."""
    return codes_of("cbv_biz_step", CONTEXT, "BizStep", data)
