"""Kinds of licences: all rows of the customs document of licences; English labels are our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standards.rebuild._tables import document_rows, named_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild import Row

DOCUMENT = "data/customs/cn_gacc_params/监管证件报关代码表.docx"
NEEDS = (DOCUMENT,)


def rows(data: Path) -> Iterable[Row]:
    """Return the kinds with the Chinese names of the document."""
    return named_by("licence_kind", dict(document_rows(data / DOCUMENT)))
