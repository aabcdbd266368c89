"""Hazards as RASFF writes them."""

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import by_distinct

BETWEEN = "\x1f"


def rasff_hazard_name(substance: pa.Array, category: pa.Array) -> pa.Array:
    """Hazard, with or without its category behind it.

    Returns `Cadmium` for `Cadmium - heavy metals` of the category `Heavy metals`; a substance that does not end in
    its category stays as it is, so `Phosmet - unauthorised substance` keeps its qualifier.
    """
    blank = pa.scalar("", pa.string())
    pairs = pc.binary_join_element_wise(substance, pc.fill_null(category, blank), BETWEEN)
    return by_distinct(pairs, lambda each: [_bare(*pair.split(BETWEEN)) for pair in each], pa.string())


def _bare(substance: str, category: str) -> str:
    tail = f" - {category}".lower()
    return substance[: -len(tail)].rstrip() if category and substance.lower().endswith(tail) else substance
