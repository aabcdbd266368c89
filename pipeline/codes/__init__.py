"""Unknown codes: `gaps` ranks the words that rows wait in quarantine for, `merge` takes the answers into crosswalks."""

from pipeline.codes.gaps import Gap, gaps
from pipeline.codes.merge import Merged, merge
from pipeline.codes.sheet import write_sheet

__all__ = ["Gap", "Merged", "gaps", "merge", "write_sheet"]
