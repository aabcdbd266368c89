"""Rows from the tables of the British database of conformity assessment bodies (UKMCAB), coded by identifiers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

if TYPE_CHECKING:
    from pathlib import Path

    from standards.rebuild import Row

SOURCE = "UK Market Conformity Assessment Bodies, OPSS"
FOLDER = "data2/acceptance/"
AREAS = FOLDER + "ukmcab_LegislativeAreas.json"
PROCEDURES = FOLDER + "ukmcab_Procedures.json"
PRODUCTS = FOLDER + "ukmcab_Products.json"
STANDARDS = FOLDER + "ukmcab_DesignatedStandards.json"


class Entry(TypedDict):
    """An entry of a table: its identifier, its name, and what only some tables have."""

    id: str
    name: str
    legislativeAreaId: NotRequired[str]
    referenceNumber: NotRequired[list[str]]


def entries(path: Path) -> list[Entry]:
    """Return the entries of a table in its order."""
    return cast("list[Entry]", json.loads(path.read_text("utf-8-sig")))


def row(code: str, label_en: str, parent: str = "", label_zh: str = "") -> Row:
    """Return a row of a list; blanks within the label are single ones."""
    return {
        "code": code,
        "label_zh": label_zh,
        "label_en": " ".join(label_en.split()),
        "parent": parent,
        "valid_from": "",
        "valid_to": "",
        "replaced_by": "",
        "source": SOURCE,
    }
