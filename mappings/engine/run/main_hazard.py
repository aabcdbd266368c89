"""The hazard of a record as a whole, taken from the hazards that it lists."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import one_array
from standards import standard
from standards.ancestry import topmost
from standards.derived_fields import DERIVED

ORDER = [("row", "ascending"), *((name, "descending") for name in ("main", "rank", "coded")), ("at", "ascending")]

CLASS = "class_code"


def with_main_hazard(main: pa.Table, items: pa.Table, rows: pa.Array) -> pa.Table:
    """Return the records with class, type and severity of their main hazard.

    The main hazard is the item that says so (`is_main`), else the one of the worst severity, else the first that has a
    class or a type.  A severity without a rank, such as `unknown`, is not the worst.  An item that has a type and no
    class gives the class under which the type lies.

    Args:
        main: The fields of the records.
        items: Their hazards, in the order of the records and of their places.
        rows: The index of each item's record in `main` (int64).
    """
    at = pa.arange(0, len(items))
    keys = {
        "row": rows,
        "main": pc.cast(pc.fill_null(one_array(items["is_main"]), fill_value=False), pa.int8()),
        "rank": _ranks(one_array(items["severity_code"])),
        "coded": pc.cast(pc.or_(pc.is_valid(items["class_code"]), pc.is_valid(items["type_code"])), pa.int8()),
        "at": at,
    }
    best = pc.sort_indices(pa.table(keys), ORDER)
    first = pc.index_in(pa.arange(0, len(main)), value_set=rows.take(best))
    chosen = best.take(first)
    for name, source in DERIVED.items():
        values = _classes(items) if source == CLASS else one_array(items[source])
        place = main.schema.get_field_index(name)
        main = main.set_column(place, main.schema.field(place), values.take(chosen))
    return main


def _classes(items: pa.Table) -> pa.Array:
    """Return the class of each hazard: its own, else the one under which its type lies."""
    own, types = one_array(items[CLASS]), one_array(items["type_code"])
    return pc.coalesce(own, topmost(standard().codelists, "hazard_type", types)) if own.null_count else own


def _ranks(codes: pa.Array) -> pa.Array:
    """Return the rank (int64) of each severity, -1 where it has none."""
    known, ranks = _ranked()
    return pc.fill_null(ranks.take(pc.index_in(codes, value_set=known)), -1)


@cache
def _ranked() -> tuple[pa.Array, pa.Array]:
    """Return the severities that have a rank, and their ranks (int64)."""
    table = standard().codelists["severity"].table
    ranked = table.filter(pc.is_valid(table["rank"]))
    return one_array(ranked["code"]), pc.cast(one_array(ranked["rank"]), pa.int64())
