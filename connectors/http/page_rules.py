"""What an answer of a web service means: records, nothing, the end of the pages, or a fault in the form of an answer.

A server that answers with the status 200 may have failed all the same, and one that answers 404 may only say that there
is nothing more.  Nothing is taken for "no records" unless it looks as was agreed: a place for records with none in it,
the status 204, or what `empty:` and `pages.end` of the mapping name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.http.client import NOTHING, OK, UNCHANGED
from connectors.http.pagination import COUNTED
from hub.errors import RetryLater
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.sandbox.page_parser import Page

AGAIN = "It is tried again by itself, and nothing that came before is forgotten."
AFTER_LAST = (404,)  # what frameworks answer to a page number after the last one


class PageRules:
    """What was agreed about the answers of one pull, and what it has seen so far."""

    def __init__(self, agreed: Mapping[str, Any], form: Mapping[str, Any]) -> None:
        self.form = form
        self.pages: Mapping[str, Any] = agreed.get("pages") or {}
        self.empty: Mapping[str, Any] = agreed.get("empty") or {}
        counted = self.pages.get("by") in COUNTED
        self.end = tuple(self.pages.get("end", AFTER_LAST if counted else ()))
        self.total_at: str | None = self.pages.get("total")
        self.records = 0
        self.total: int | None = None
        self.seen: set[str] = set()
        self.notes: list[Finding] = []

    def accepted(self, *, first: bool) -> tuple[int, ...]:
        """Return the statuses, besides success, that are an answer for the first page or for one after it."""
        if not first:
            return self.end
        return (self.empty["status"],) if self.empty.get("status", OK) != OK else ()

    @property
    def places(self) -> dict[str, str | None]:
        """The paths that a page is looked at for."""
        return {"total": self.total_at, "empty_at": self.empty.get("at")}

    def is_end(self, status: int, page: Page | None, *, size: int, first: bool, place: str) -> bool:
        """Whether an answer says that there is nothing, or nothing more.

        Raises RetryLater for a status that would say so, with a document that is not the service's: a proxy or a web
        server that does not know the address answers with a page of its own.
        """
        if status == NOTHING:
            return True
        if status in (OK, UNCHANGED):
            return first and self._says_empty(status, page)
        is_theirs = size == 0 or (page is not None and not page.broken)
        if is_theirs and (not first or self._says_empty(status, page)):
            return True
        raise RetryLater(
            "The server answers with a status that may mean no records, but not in the agreed words.",
            where=place,
            why=f"HTTP status {status}, and the document is not {self.form['kind']} or not what `empty` names.",
            next_step=f"{AGAIN} If it stays so, correct `connector.path`, `empty` or `pages.end` of the mapping.",
        )

    def check(self, page: Page, place: str) -> None:
        """Raise RetryLater for a page that is no answer."""
        agreed = self.form.get("records") or "the document itself"
        if page.broken:
            raise RetryLater(
                "A page is not what it should be.",
                where=place,
                why=f"It is not {self.form['kind']}, as agreed, or it cannot be read with the memory and time for one.",
                next_step=f"{AGAIN} If it stays so, ask the partner: it may be a login page, or an answer cut short.",
            )
        if not page.found:
            holds = ", ".join(page.holds) or "nothing that has a name"
            raise RetryLater(
                f"The answer has no place for records ({agreed}).",
                where=place,
                why=f"It may be an error with the status of a success. What it has: {holds}.",
                next_step=(
                    f"{AGAIN} If the records have moved, correct `format.records` of the mapping; if that is what the "
                    "server says when it has none, write `connector.empty`."
                ),
            )
        if page.fault and not page.count:
            raise RetryLater(
                "The answer has no records, and says that there was an error.",
                where=place,
                why=f"What it has: {', '.join(page.holds)}.",
                next_step=f"{AGAIN} If it stays so, ask the partner.",
            )

    def is_repeated(self, page: Page) -> bool:
        """Whether the records of this page came before; then the walk has ended, and a finding says so."""
        if not page.count or page.broken:
            return False
        if page.digest in self.seen:
            self.notes.append(Finding("PAGES_REPEATED", value=str(len(self.seen))))
            return True
        self.seen.add(page.digest)
        self.records += page.count
        if self.total is None:
            self.total = page.total
        return False

    def compare(self, place: str) -> None:
        """Compare what has come with the number that the server gives; raise RetryLater where that was agreed."""
        if self.total is None or self.total_at == "-" or not self.seen:
            return
        if self.total_at and self.records < self.total:
            raise RetryLater(
                f"The pages hold {self.records:,} records, and the server counts {self.total:,}.",
                where=place,
                why="Its records have moved between pages while they were asked for, or pages are missing.",
                next_step=f"{AGAIN} If it stays so, correct `connector.pages` of the mapping, or ask the partner.",
            )
        if self.records < self.total or (self.total_at and self.records > self.total):
            self.notes.append(Finding("PAGES_INCOMPLETE", value=str(self.records), expected=str(self.total)))

    def _says_empty(self, status: int, page: Page | None) -> bool:
        if not self.empty or (status != self.empty.get("status", OK) and status != UNCHANGED):
            return False
        if "at" not in self.empty:
            return True
        return page is not None and not page.broken and page.told == str(self.empty["is"])
