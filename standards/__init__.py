"""The unified risk-data standard: record types, code lists, and their versions, read from one set of files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from standards.codelist import CodeList, code_lists
from standards.rules import Condition, Rule
from standards.schema import VERSION, Field, RecordType, Table, documents, record_types
from standards.soundness import refuse_unsound
from standards.thresholds import Thresholds, thresholds

__all__ = [
    "CodeList",
    "Condition",
    "Field",
    "RecordType",
    "Rule",
    "Standard",
    "Table",
    "Thresholds",
    "documents",
    "standard",
]


@dataclass(frozen=True)
class Standard:
    """What the hub holds every record against."""

    version: str
    types: dict[str, RecordType]
    codelists: dict[str, CodeList]
    thresholds: dict[str, Thresholds]


@cache
def standard() -> Standard:
    """Read the standard once per process; raises FixTheHub where its files contradict each other."""
    found = Standard(VERSION, record_types(), code_lists(), thresholds())
    refuse_unsound(found.types, found.codelists, found.thresholds)
    return found
