"""What a response of a web service means: records, no records, the end of the pages, or an error.

A response with the status 200 may be an error all the same, and 404 may only mean that there are no more pages.  A
response means "no records" only when it is as agreed: the path of the records exists and holds none, the status is 204,
or the response is what `empty:` or `pages.end` of the mapping describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.http.client import NO_CONTENT, NOT_MODIFIED, OK
from hub.errors import RetryLater
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.http.pagination import Paginator
    from connectors.sandbox.page_parser import Page

AGAIN = "It is tried again by itself, and nothing that came before is forgotten."


class PageRules:
    """The agreed meaning of the responses of one fetch, and what it has counted so far.

    Args:
        config: The mapping's `connector:`; its `pages` and `empty` are used.
        file_format: The mapping's `format:`.
        paginator: The pagination of the fetch.

    Attributes:
        records: The records of all pages so far.
        notes: Findings about the fetch as a whole; they do not stop it.
    """

    def __init__(self, config: Mapping[str, Any], file_format: Mapping[str, Any], paginator: Paginator) -> None:
        self.file_format = file_format
        self.pages: Mapping[str, Any] = config.get("pages") or {}
        self.empty: Mapping[str, Any] = config.get("empty") or {}
        self.end = tuple(self.pages.get("end", paginator.end_statuses))
        self.total_path: str | None = self.pages.get("total")
        self.records = 0
        self.total: int | None = None
        self.seen: set[str] = set()
        self.notes: list[Finding] = []

    def accepted(self, *, first: bool) -> tuple[int, ...]:
        """Return the HTTP statuses, besides success, that are no error: for the first page, or for later ones."""
        if not first:
            return self.end
        return (self.empty["status"],) if self.empty.get("status", OK) != OK else ()

    @property
    def paths(self) -> dict[str, str | None]:
        """The paths within a page that the page parser reads for these rules."""
        return {"total_path": self.total_path, "empty_path": self.empty.get("at")}

    def is_end(self, status: int, page: Page | None, *, size: int, first: bool, place: str) -> bool:
        """Whether a response means that there are no records, or no more pages.

        Args:
            status: The HTTP status of the response.
            page: Its body; None when it was too long to be parsed.
            size: Bytes of the body.
            first: It is the response for the first page.
            place: The address as errors name it.

        Raises:
            RetryLater: The status would mean it, but the document is not the service's: a proxy, or a web server that
                does not know the address, answers with a page of its own.
        """
        if status == NO_CONTENT:
            return True
        if status in (OK, NOT_MODIFIED):
            return first and self._is_agreed_empty(status, page)
        is_theirs = size == 0 or (page is not None and not page.broken)
        if is_theirs and (not first or self._is_agreed_empty(status, page)):
            return True
        raise RetryLater(
            "The server answers with a status that may mean no records, but not in the agreed words.",
            where=place,
            why=f"HTTP status {status}, and the document is not {self.file_format['kind']} or not what `empty` names.",
            next_step=f"{AGAIN} If it stays so, correct `connector.path`, `empty` or `pages.end` of the mapping.",
        )

    def check(self, page: Page, place: str) -> None:
        """Check that a page holds records, or a place for them.

        Raises:
            RetryLater: The page is broken, has no place for records, or reports an error instead of records.
        """
        records = self.file_format.get("records") or "the document itself"
        if page.broken:
            raise RetryLater(
                "A page is not what it should be.",
                where=place,
                why=f"It is not {self.file_format['kind']}, as agreed, or it cannot be read with the memory and time "
                "for one.",
                next_step=f"{AGAIN} If it stays so, ask the partner: it may be a login page, or an answer cut short.",
            )
        if not page.has_records:
            names = ", ".join(page.names) or "nothing that has a name"
            raise RetryLater(
                f"The answer has no place for records ({records}).",
                where=place,
                why=f"It may be an error with the status of a success. What it has: {names}.",
                next_step=(
                    f"{AGAIN} If the records have moved, correct `format.records` of the mapping; if that is what the "
                    "server says when it has none, write `connector.empty`."
                ),
            )
        if page.fault and not page.count:
            raise RetryLater(
                "The answer has no records, and says that there was an error.",
                where=place,
                why=f"What it has: {', '.join(page.names)}.",
                next_step=f"{AGAIN} If it stays so, ask the partner.",
            )

    def is_repeated(self, page: Page) -> bool:
        """Whether the records of this page came before, which ends the walk with a finding; counts them otherwise."""
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
        """Compare the records that came with the total that the server gives; a difference is a finding.

        Raises:
            RetryLater: `pages.total` names where the total stands, and fewer records came.
        """
        if self.total is None or self.total_path == "-" or not self.seen:
            return
        if self.total_path and self.records < self.total:
            raise RetryLater(
                f"The pages hold {self.records:,} records, and the server counts {self.total:,}.",
                where=place,
                why="Its records have moved between pages while they were asked for, or pages are missing.",
                next_step=f"{AGAIN} If it stays so, correct `connector.pages` of the mapping, or ask the partner.",
            )
        if self.records < self.total or (self.total_path and self.records > self.total):
            self.notes.append(Finding("PAGES_INCOMPLETE", value=str(self.records), expected=str(self.total)))

    def _is_agreed_empty(self, status: int, page: Page | None) -> bool:
        if not self.empty or (status != self.empty.get("status", OK) and status != NOT_MODIFIED):
            return False
        if "at" not in self.empty:
            return True
        return page is not None and not page.broken and page.empty_value == str(self.empty["is"])
