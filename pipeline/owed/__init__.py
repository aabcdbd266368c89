"""Who owes what when: the periods of a source, when each is due, and what came of it."""

from pipeline.owed.states import Owed, owed
from pipeline.owed.terms import Terms, terms_of

__all__ = ["Owed", "Terms", "owed", "terms_of"]
