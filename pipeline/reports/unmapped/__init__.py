"""Unknown codes: `gaps` ranks the words that rows wait in quarantine for, `merge` takes the answers into crosswalks."""

from pipeline.reports.unmapped.gaps import Gap, gaps
from pipeline.reports.unmapped.merge import Merged, merge
from pipeline.reports.unmapped.worksheet import write_sheet

__all__ = ["Gap", "Merged", "gaps", "merge", "write_sheet"]
