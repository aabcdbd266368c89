"""Ancestors of codes: what a code lies under, level by level, in its own list and in the list of its parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from standards.codelist import CodeList


def ancestors(
    lists: Mapping[str, CodeList], name: str, codes: pa.Array, on: pa.Array | None = None
) -> Iterator[pa.Array]:
    """Yield the parents of codes, then the parents of these, as long as there are some.

    A level is null where a code has no ancestor left.  A parent that stands in the list of parents
    (`CodeList.parents_in`) is taken from there, any other one from the list itself: the group `heavy_metal` of `lead`
    is a hazard type, its parent `chemical` a hazard class.

    Args:
        lists: The code lists of the standard.
        name: The list of `codes`.
        codes: Codes of that list.
        on: The day (date32) beside each code, as in `CodeList.parents`.
    """
    chain = lineage(lists, name)
    level = chain[0].parents(codes, on)
    while level.null_count < len(level):
        yield level
        above = chain[0].parents(level, on)
        for each in chain[1:]:
            above = pc.if_else(pc.is_in(level, value_set=each.codes), each.parents(level, on), above)
        level = above


def outside(
    lists: Mapping[str, CodeList], name: str, codes: pa.Array, above: pa.Array, on: pa.Array | None = None
) -> pa.Array:
    """Return where `above` is none of the ancestors of the code; null where either is missing or has no parent."""
    found = None
    for level in ancestors(lists, name, codes, on):
        other = pc.fill_null(pc.not_equal(level, above), fill_value=True)
        found = _true_or_null(level) if found is None else found
        found = pc.and_(found, other)
    return pa.nulls(len(codes), pa.bool_()) if found is None else pc.if_else(pc.is_valid(above), found, None)


def _true_or_null(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_valid(values), pa.scalar(value=True), pa.scalar(None, pa.bool_()))


def lineage(lists: Mapping[str, CodeList], name: str) -> list[CodeList]:
    """Return a list, the list of its parents, the list of their parents, and so on."""
    chain = [lists[name]]
    while chain[-1].parents_in != chain[-1].name:
        chain.append(lists[chain[-1].parents_in])
    return chain


def topmost(lists: Mapping[str, CodeList], name: str, codes: pa.Array, on: pa.Array | None = None) -> pa.Array:
    """Return the last of the ancestors of each code, such as the class of a hazard type; null where it has none."""
    found = pa.nulls(len(codes), pa.string())
    for level in ancestors(lists, name, codes, on):
        found = pc.coalesce(level, found)
    return found
