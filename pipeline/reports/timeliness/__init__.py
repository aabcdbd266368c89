"""Who owes what when: the periods of a source, when each is due, and what came of it."""

from pipeline.reports.timeliness.schedule import Terms, terms_of
from pipeline.reports.timeliness.status import Owed, owed

__all__ = ["Owed", "Terms", "owed", "terms_of"]
