"""What codes, record types and sources are called in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import TypedDict

from standards import standard


class Choice(TypedDict):
    """One entry of a list to choose from."""

    code: str
    label: str


def type_name(record_type: str, language: str) -> str:
    """Return what a record type is called; its own name where the standard has no such type."""
    known = standard().types.get(record_type)
    return known.label[language] if known else record_type


def code_name(codelist: str, code: str | None, language: str) -> str:
    """Return the label of a code in its latest meaning; the code itself where the list has no label, "" for None."""
    if not code:
        return ""
    return _name_of(codelist, code, language) or code


def is_code(codelist: str, code: str) -> bool:
    """Return whether a list has a code, in force or not."""
    return _name_of(codelist, code, "en") is not None


def _name_of(codelist: str, code: str, language: str) -> str | None:
    known = standard().codelists.get(codelist)
    return known.name_of(code, language) if known else None


@cache
def choices(codelist: str, language: str) -> list[Choice]:
    """Return the codes of a list that are in force, in its order; all who ask get the same list."""
    table = standard().codelists[codelist].table.select(["code", f"label_{language}", "valid_to"])
    return [
        Choice(code=row["code"], label=row[f"label_{language}"] or row["code"])
        for row in table.to_pylist()
        if row["valid_to"] is None
    ]
