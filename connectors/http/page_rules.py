"""What a response of a web service means: records, no records, the end of the pages, or an error.

A response with the status 200 may be an error all the same, and 404 may only mean that there are no more pages.  A
response means "no records" only when it is as agreed: the path of the records exists and holds none, the status is 204,
or the response is what `empty:` or `pages.end` of the mapping describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.http.client import NO_CONTENT, NOT_MODIFIED, OK
from hub.errors import RetryLater
from hub.finding import Finding
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from connectors.http.pagination import Paginator
    from connectors.sandbox.page_parser import Page
    from hub.source_options import ConnectorOptions, EmptyOptions, FormatOptions, PageOptions


class PageRules:
    """The agreed meaning of the responses of one fetch, and what it has counted so far.

    Args:
        config: The mapping's `connector:`; its `pages` and `empty` are used.
        file_format: The mapping's `format:`.
        paginator: The pagination of the fetch.

    Attributes:
        total_path: The path within a page of the number of all records; None unless the mapping names one.
        empty_path: The path within a page of what `empty.at` names; None without it.
        records: The records of all pages so far.
        notes: Findings about the fetch as a whole; they do not stop it.
    """

    def __init__(self, config: ConnectorOptions, file_format: FormatOptions, paginator: Paginator) -> None:
        self.file_format = file_format
        self.pages: PageOptions = config.get("pages") or {}
        self.empty: EmptyOptions = config.get("empty") or {}
        self.end = tuple(self.pages.get("end", paginator.end_statuses))
        self.total_path, self.empty_path = self.pages.get("total"), self.empty.get("at")
        self.records = 0
        self.total: int | None = None
        self.seen: set[str] = set()
        self.notes: list[Finding] = []

    def accepted(self, *, first: bool) -> tuple[int, ...]:
        """Return the HTTP statuses, besides success, that are no error: for the first page, or for later ones."""
        if not first:
            return self.end
        return (self.empty["status"],) if self.empty.get("status", OK) != OK else ()

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
        raise error_of(RetryLater, "pages.not_empty", where=place, status=status, form=self.file_format["kind"])

    def check(self, page: Page, place: str) -> None:
        """Check that a page holds records, or a place for them.

        Raises:
            RetryLater: The page is broken, has no place for records, or reports an error instead of records.
        """
        records = self.file_format.get("records") or sentence("pages.document")
        if page.broken:
            raise error_of(RetryLater, "pages.broken", where=place, form=self.file_format["kind"])
        if not page.has_records:
            names = ", ".join(page.names) or sentence("pages.no_names")
            raise error_of(RetryLater, "pages.no_place", where=place, records=records, names=names)
        if page.fault and not page.count:
            raise error_of(RetryLater, "pages.error", where=place, names=", ".join(page.names))

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
            raise error_of(RetryLater, "pages.too_few", where=place, records=self.records, total=self.total)
        if self.records < self.total or (self.total_path and self.records > self.total):
            self.notes.append(Finding("PAGES_INCOMPLETE", value=str(self.records), expected=str(self.total)))

    def _is_agreed_empty(self, status: int, page: Page | None) -> bool:
        if not self.empty or (status != self.empty.get("status", OK) and status != NOT_MODIFIED):
            return False
        if "at" not in self.empty:
            return True
        return page is not None and not page.broken and page.empty_value == str(self.empty["is"])
