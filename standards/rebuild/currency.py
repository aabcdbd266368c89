"""Currencies: list one of ISO 4217, Chinese names of the customs where they have one, and currencies that have ended.

List one has no days and no currencies that have ended; those stand here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from standards.rebuild.customs_tables import PARAMETERS
from standards.rebuild.reference import Rebuilder, refuse_lost, sheet, standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from standards.rebuild.reference import Row

LIST_ONE = "data/reference/currencies/iso-4217-list-one.xml"
NEEDS = (LIST_ONE, PARAMETERS)
SOURCE = "ISO 4217"
NOTES_OF_THE_EURO = "2002-03-01"  # the first day on which the euro alone was legal tender in the first twelve countries
# Code: (first day without it, what replaced it).  CUC goes on: list one of 2024-06-25 has it.
ENDED = {
    **dict.fromkeys(
        ("ATS", "BEF", "DEM", "ESP", "FIM", "FRF", "GRD", "IEP", "ITL", "NLG", "PTE"), (NOTES_OF_THE_EURO, "EUR")
    ),
    "SIT": ("2007-01-01", "EUR"),
    "CYP": ("2008-01-01", "EUR"),
    "MTL": ("2008-01-01", "EUR"),
    "SKK": ("2009-01-01", "EUR"),
    "EEK": ("2011-01-01", "EUR"),
    "LVL": ("2014-01-01", "EUR"),
    "LTL": ("2015-01-01", "EUR"),
    "HRK": ("2023-01-01", "EUR"),
    "BGN": ("2026-01-01", "EUR"),
    "SLL": ("2024-04-01", "SLE"),
    "ZWL": ("2024-09-01", "ZWG"),
    "ANG": ("2025-07-01", "XCG"),
}
BEGAN = {"XCG": "2025-03-31"}


def rows(data: Path) -> Iterable[Row]:
    """Return the currencies, labelled as the publications name them."""
    entries = etree.parse(str(data / LIST_ONE)).iter("CcyNtry")
    names = {each.findtext("Ccy"): each.findtext("CcyNm") for each in entries}
    chinese = {code: name for code, name, *_ in sheet(data / PARAMETERS, "币制代码表")}
    held = {row["code"]: row for row in standing("currency")}
    refuse_lost("currency", held, {code for code in names if code} | chinese.keys() | ENDED.keys())
    for code, row in sorted(held.items()):
        row["label_en"] = names.get(code) or row["label_en"]
        row["label_zh"] = chinese.get(code, row["label_zh"])
        row["valid_from"] = BEGAN.get(code, "")
        row["valid_to"], row["replaced_by"] = ENDED.get(code, ("", ""))
        yield row


LISTS = {"currency": Rebuilder(NEEDS, rows)}
