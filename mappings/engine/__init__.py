"""The mapping engine: `read_source` a folder, then `refine` batches of rows with it."""

from hub.personal import MASK
from mappings.engine.crosswalks import crosswalk_words
from mappings.engine.explaining import explain
from mappings.engine.header import check_header, columns_of
from mappings.engine.masking import hidden_columns, mask, shown_columns
from mappings.engine.naming import as_read, named, unquoted
from mappings.engine.quoting import quoted
from mappings.engine.reading import find_sources, read_source, version_of
from mappings.engine.refine import Refined, event_day, refine
from mappings.engine.repair import half_width
from mappings.engine.route import Route, unnumbered
from mappings.engine.routing import sorted_out
from mappings.engine.rule import Rule
from mappings.engine.source import Source

__all__ = [
    "MASK",
    "Refined",
    "Route",
    "Rule",
    "Source",
    "as_read",
    "check_header",
    "columns_of",
    "crosswalk_words",
    "event_day",
    "explain",
    "find_sources",
    "half_width",
    "hidden_columns",
    "mask",
    "named",
    "quoted",
    "read_source",
    "refine",
    "shown_columns",
    "sorted_out",
    "unnumbered",
    "unquoted",
    "version_of",
]
