"""What is new since last time, at a web service: one parameter of the first address says so.

The value is the greatest that the records had (a time or a number), less an overlap for those that came late; or what
a header of the first page said, sent back as it is.  It is remembered in the transaction that registers the delivery.
What comes twice by that is *unchanged* to the hub, or, when all of it is as last time, no delivery at all.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.cursor import AHEAD, order
from connectors.http.client import NOTHING, OK, UNCHANGED
from connectors.http.pagination import with_parameter
from hub import clock
from hub.errors import FixTheHub, RetryLater

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.base import CursorState
    from connectors.http.client import Answer
    from connectors.sandbox.page_parser import Page

OVERLAP = {"time": 300, "number": 0}  # seconds, or numbers
HEADER = 1_000  # characters


class Incremental:
    """The agreed `since:` of one pull, with what is remembered of the last one; nothing when there is none."""

    def __init__(self, agreed: Mapping[str, Any] | None, before: CursorState | None, place: str) -> None:
        self.agreed, self.place = agreed or {}, place
        self.form = self.agreed.get("format", "time")
        self.about = [self.agreed.get(name) for name in ("by", "at", "param")]
        known = before.get("since") if before and before.get("since_of") == self.about else None
        self.value: str | None = known
        self.ahead, self.records = 0, 0

    @property
    def asked(self) -> dict[str, str] | None:
        """What is to be looked for in the records of a page."""
        if self.agreed.get("by") != "field":
            return None
        return {
            "at": self.agreed["at"],
            "form": self.form,
            "latest": (clock.now() + AHEAD).isoformat(),
        }

    def address(self, first: str) -> str:
        """Return the address to begin with."""
        value = self.agreed.get("start") if self.value is None else self._less(self.value)
        return first if value is None else with_parameter(first, self.agreed["param"], str(value))

    def note(self, page: Page, answer: Answer, *, first: bool) -> None:
        """Take what one page, and the answer that it came with, tell of the next time."""
        if self.agreed.get("by") == "header" and first:
            self.value = answer.headers.get(self.agreed["at"], "")[:HEADER] or self.value
        if self.asked is None:
            return
        if page.broken:
            raise RetryLater(
                "A page is not what it should be, so what was new in it is not known.",
                where=self.place,
                next_step="It is tried again by itself; if it stays so, ask the partner.",
            )
        self.records += page.count
        self.ahead += page.ahead
        new, old = order(page.since, self.form), order(self.value, self.form)
        if new is not None and (old is None or new > old):  # type: ignore[operator]  # both of one form
            self.value = page.since

    def note_end(self, answer: Answer, *, first: bool) -> None:
        """Take what an answer without records tells of the next time: nothing, unless it is one of success."""
        if self.agreed.get("by") == "header" and first and answer.status in (OK, NOTHING, UNCHANGED):
            self.value = answer.headers.get(self.agreed["at"], "")[:HEADER] or self.value

    def memory(self) -> CursorState:
        """Return what is to be remembered."""
        return {"since": self.value, "since_of": self.about} if self.agreed else {}

    def refuse(self) -> None:
        """Tell what keeps the next pull from beginning where this one has ended; what came is registered."""
        if self.ahead:
            raise FixTheHub(
                f"{self.ahead:,} records have a time in the future, so it is not taken for the next `since`.",
                where=f"{self.agreed['at']} of {self.place}",
                next_step="Ask the partner to correct them. They have come, with all others.",
            )
        if self.records and self.value is None:
            raise FixTheHub(
                f"No record has a {self.form} at the place that `since` names, so everything comes each time.",
                where=f"{self.agreed['at']} of {self.place}",
                next_step="Correct `connector.since` of the mapping: `at` is a path within a record.",
            )

    def _less(self, value: str) -> str:
        """Return a value less the overlap, written as the server writes it."""
        overlap = self.agreed.get("overlap", OVERLAP[self.form])
        if self.agreed.get("by") == "header" or not overlap:
            return value
        if self.form == "number":
            return str(Decimal(value) - overlap)
        then = dt.datetime.fromisoformat(value) - dt.timedelta(seconds=overlap)
        if value[10:] == "":
            return then.date().isoformat()
        text = then.isoformat()
        return text.replace("+00:00", "Z") if value.endswith("Z") else text
