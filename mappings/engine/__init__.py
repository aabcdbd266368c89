"""The mapping engine: `read_source` compiles a source folder, `refine` maps batches of rows with it.

`refine` takes one Arrow record batch of text with the place columns `@row`, `@fault`, `@raw` and passes it through
these steps, each a function over whole columns:

1. `single_values.lists_apart`: a list or an object where one value was agreed makes the row faulty.
2. `footers.footers_apart` and the mapping's `skip:`: blank rows, footers and repeated headers leave as skipped.
3. `totals.totals_apart`: rows of totals become faulty, since they are no records.
4. `mask.hide`: personal numbers and names are masked in every text, before anything is derived from it.
5. `route_rows.sorted_out`: each row goes to the first route whose condition holds, or is reported as NO_ROUTE.
6. For each route: `evaluate.evaluate` fills the fields by their rules, the event's day first, since codes are read by
   the list in force on that day; `children.children` makes the items; `record_keys` computes `record_uid`, `row_hash`.

The result is a `Refined`: tables of records, findings and skipped rows.  Each row comes out exactly once.  Nothing here
raises for what stands in the data.  `quoted` afterwards puts the sender's own cell into the findings.
"""

from hub.personal import MASK
from mappings.engine.compile.agreement import Agreement, read_agreements
from mappings.engine.compile.crosswalk import IGNORED, CrosswalkLine, crosswalk_codes, crosswalk_lines
from mappings.engine.compile.source import find_sources, read_source, version_of
from mappings.engine.explain import explain
from mappings.engine.model.route import Route, unnumbered
from mappings.engine.model.rule import Rule
from mappings.engine.model.source import Source
from mappings.engine.run.content import content_hashes
from mappings.engine.run.finding_names import as_read, named, unquoted
from mappings.engine.run.header import check_header, columns_of
from mappings.engine.run.map_batch import Refined, refine
from mappings.engine.run.quarantine_row import mask, masked_columns, shown_columns
from mappings.engine.run.quoting import quoted
from mappings.engine.run.route_rows import sorted_out
from mappings.engine.text.repair import half_width

__all__ = [
    "IGNORED",
    "MASK",
    "Agreement",
    "CrosswalkLine",
    "Refined",
    "Route",
    "Rule",
    "Source",
    "as_read",
    "check_header",
    "columns_of",
    "content_hashes",
    "crosswalk_codes",
    "crosswalk_lines",
    "explain",
    "find_sources",
    "half_width",
    "mask",
    "masked_columns",
    "named",
    "quoted",
    "read_agreements",
    "read_source",
    "refine",
    "shown_columns",
    "sorted_out",
    "unnumbered",
    "unquoted",
    "version_of",
]
