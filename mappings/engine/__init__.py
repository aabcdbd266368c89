"""The mapping engine: `read_source` a folder, then `refine` batches of rows with it."""

from mappings.engine.explaining import explain
from mappings.engine.header import check_header, columns_of
from mappings.engine.masking import mask
from mappings.engine.naming import named
from mappings.engine.reading import find_sources, read_source, version_of
from mappings.engine.refine import Refined, event_day, refine
from mappings.engine.route import Route
from mappings.engine.routing import sorted_out
from mappings.engine.source import Source

__all__ = [
    "Refined",
    "Route",
    "Source",
    "check_header",
    "columns_of",
    "event_day",
    "explain",
    "find_sources",
    "mask",
    "named",
    "read_source",
    "refine",
    "sorted_out",
    "version_of",
]
