"""Unknown codes: `gaps` ranks the words that rows wait in quarantine for, `merge` takes their codes into crosswalks."""

from pipeline.reports.unmapped.gaps import Gap, unmapped_values
from pipeline.reports.unmapped.merge import Merged, Proposal, accept_code, apply_crosswalk
from pipeline.reports.unmapped.worksheet import write_sheet

__all__ = ["Gap", "Merged", "Proposal", "accept_code", "apply_crosswalk", "unmapped_values", "write_sheet"]
