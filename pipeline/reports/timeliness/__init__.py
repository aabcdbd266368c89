"""Who owes what when: the periods of a source, when each is due, and what came of it."""

from pipeline.reports.timeliness.status import ExpectedPeriod, expected_periods
from pipeline.terms.schedule import Terms, terms_of

__all__ = ["ExpectedPeriod", "Terms", "expected_periods", "terms_of"]
