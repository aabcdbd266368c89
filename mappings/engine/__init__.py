"""The mapping engine: `read_source` a folder, then `refine` batches of rows with it."""

from hub.personal import MASK
from mappings.engine.compile.crosswalk import crosswalk_words
from mappings.engine.compile.source import find_sources, read_source, version_of
from mappings.engine.explain import explain
from mappings.engine.model.route import Route, unnumbered
from mappings.engine.model.rule import Rule
from mappings.engine.model.source import Source
from mappings.engine.run.finding_names import as_read, named, unquoted
from mappings.engine.run.header import check_header, columns_of
from mappings.engine.run.map_batch import Refined, event_day, refine
from mappings.engine.run.quarantine_row import hidden_columns, mask, shown_columns
from mappings.engine.run.quoting import quoted
from mappings.engine.run.route_rows import sorted_out
from mappings.engine.text.repair import half_width

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
