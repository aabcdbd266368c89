"""The unified risk-data standard: record types, code lists, and their versions, read from one set of files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from standards.codelist import CodeList, code_lists
from standards.schema import Field, RecordType, Rule, Table, documents, record_types

__all__ = ["CodeList", "Field", "RecordType", "Rule", "Standard", "Table", "documents", "standard"]


@dataclass(frozen=True)
class Standard:
    """What the hub holds every record against."""

    version: str
    types: dict[str, RecordType]
    codelists: dict[str, CodeList]


@cache
def standard() -> Standard:
    """Read the standard once per process."""
    version = Path(__file__).with_name("VERSION").read_text("utf-8").strip()
    return Standard(version, record_types(), code_lists())
