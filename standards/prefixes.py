"""The schemes that code lists are mapped to: `codelists/prefixes.csv`, one row per prefix of a CURIE.

A CURIE is `prefix:code`.  `same_as` says that both codes mean the same, `close_match` that they may be joined with
care.  A code with signs that no CURIE may have, such as a blank, is written with `%20`.  `held_list` names the list of
ours that holds the codes of the scheme, where we have it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from standards.codelist import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from standards.codelist import CodeList

PATH = FOLDER / "prefixes.csv"
COLUMNS = ["prefix", "title_zh", "title_en", "base_iri", "held_list"]
MAPPINGS = ("same_as", "close_match")


@dataclass(frozen=True)
class Prefix:
    """One scheme; `base_iri` with a code behind it is the IRI of that code."""

    prefix: str
    title: dict[str, str]
    base_iri: str
    held_list: str


@cache
def prefixes() -> dict[str, Prefix]:
    """Return every scheme by its prefix."""
    with PATH.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["prefix"]: _prefix(row) for row in rows}


def curies(codes: CodeList) -> Iterator[tuple[str, str]]:
    """Yield each code of a list with each CURIE that it is mapped to."""
    for row in codes.table.select(["code", *MAPPINGS]).to_pylist():
        for column in MAPPINGS:
            yield from ((row["code"], curie) for curie in (row[column] or "").split(" ") if row[column])


def wrong_mappings(codes: CodeList, lists: Mapping[str, CodeList]) -> list[str]:
    """Return what is wrong with the CURIEs of a list: an unknown prefix, no code, or a code that our list has not."""
    return [f"{codes.name}: {code}: {why}" for code, curie in curies(codes) if (why := _wrong(curie, lists))]


def _wrong(curie: str, lists: Mapping[str, CodeList]) -> str:
    name, _, code = curie.partition(":")
    prefix = prefixes().get(name)
    if prefix is None or not code:
        return f"{curie!r} has no known prefix and code"
    if prefix.held_list and unquote(code) not in lists[prefix.held_list].codes.to_pylist():
        return f"{curie!r} is no code of {prefix.held_list}"
    return ""


def _prefix(row: dict[str, str]) -> Prefix:
    title = {"zh": row["title_zh"], "en": row["title_en"]}
    return Prefix(row["prefix"], title, row["base_iri"], row["held_list"])
