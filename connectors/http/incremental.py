"""Incremental fetches of a web service: one parameter of the first address asks for what is new since the last fetch.

The value is the greatest that the records had (a time or a number), less an overlap for records that come late; or the
value of a header of the first page, sent back unchanged.  It is part of the cursor state, which is stored in the
transaction that registers the delivery.  A record that comes twice is *unchanged* to the hub; when all of them are as
in the last fetch there is no delivery at all.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from connectors.cursor import TOLERANCE, comparable
from connectors.http.client import NO_CONTENT, NOT_MODIFIED, OK
from connectors.http.pagination import with_parameter
from hub import clock
from hub.errors import FixTheHub, RetryLater
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from connectors.http.client import Response
    from connectors.sandbox.messages import SinceLookup
    from connectors.sandbox.page_parser import Page
    from hub.source_options import SinceOptions

OVERLAP = {"time": 300, "number": 0}  # seconds, or numbers
HEADER = 1_000  # characters


class SinceState(TypedDict, total=False):
    """What the cursor state of an address holds of `since:`."""

    since: str | None  # the greatest value, as the server writes it
    since_of: list[str | None]  # `by`, `at` and `param` that the value is of


class AddressState(SinceState, total=False):
    """The cursor state of an address: its last delivery, and how far it was fetched."""

    sha256: str  # of the delivery, hexadecimal
    pages: int
    records: int


class Incremental:
    """The `since:` of one fetch, from the value of the last one; without `since:` it does nothing.

    Args:
        config: The mapping's `connector.since`.
        previous: The cursor state of the last fetch; its value is used when it is of the same `by`, `at` and `param`.
        place: The address as errors name it.

    Attributes:
        value: The greatest value so far, as the server writes it.
        future: Records whose value is a time in the future; their values do not count.
        records: Records of all parsed pages.
    """

    def __init__(self, config: SinceOptions | None, previous: AddressState | None, place: str) -> None:
        self.config: SinceOptions = config or {}
        self.place = place
        self.kind = self.config.get("format", "time")
        self.origin = [self.config.get("by"), self.config.get("at"), self.config.get("param")]
        self.value = previous.get("since") if previous and previous.get("since_of") == self.origin else None
        self.future, self.records = 0, 0

    @property
    def lookup(self) -> SinceLookup | None:
        """What the page parser reads from each record; None when nothing."""
        if self.config.get("by") != "field":
            return None
        return {
            "at": self.config["at"],
            "kind": self.kind,
            "latest": (clock.now() + TOLERANCE).isoformat(),
        }

    def first_url(self, first: str) -> str:
        """Return the address of the first page with the value less the overlap, or with `start`, if there is either."""
        value = self.config.get("start") if self.value is None else self._less_overlap(self.value)
        return first if value is None else with_parameter(first, self.config["param"], str(value))

    def add(self, page: Page, response: Response, *, first: bool) -> None:
        """Take the value of one page, or of the headers that it came with.

        Raises:
            RetryLater: The value is in the records, and the page is broken.
        """
        if self.config.get("by") == "header" and first:
            self._take_header(response)
        if self.lookup is None:
            return
        if page.broken:
            raise error_of(RetryLater, "pages.broken_since", where=self.place)
        self.records += page.count
        self.future += page.future
        new, old = comparable(page.since_max, self.kind), comparable(self.value, self.kind)
        if new is not None and (old is None or new > old):  # type: ignore[operator]  # both of one kind
            self.value = page.since_max

    def add_empty(self, response: Response, *, first: bool) -> None:
        """Take the value from the headers of a response without records, if it is one of success."""
        if self.config.get("by") == "header" and first and response.status in (OK, NO_CONTENT, NOT_MODIFIED):
            self._take_header(response)

    def state(self) -> SinceState:
        """Return the part of the cursor state from which the next fetch begins."""
        return {"since": self.value, "since_of": self.origin} if self.config else {}

    def check(self) -> None:
        """Check, after the delivery was registered, that the next fetch can begin where this one has ended.

        Raises:
            FixTheHub: Records have a time in the future, or none has a value at the path of `since:`.
        """
        if self.future:
            raise error_of(FixTheHub, "since.future", where=f"{self.config['at']} of {self.place}", count=self.future)
        if self.records and self.value is None:
            raise error_of(
                FixTheHub,
                "since.none",
                where=f"{self.config['at']} of {self.place}",
                type=sentence(f"since.{self.kind}"),
            )

    def _take_header(self, response: Response) -> None:
        self.value = response.headers.get(self.config["at"], "")[:HEADER] or self.value

    def _less_overlap(self, value: str) -> str:
        """Return a value less the overlap, written as the server writes it."""
        overlap = self.config.get("overlap", OVERLAP[self.kind])
        if self.config.get("by") == "header" or not overlap:
            return value
        if self.kind == "number":
            return str(Decimal(value) - overlap)
        moment = dt.datetime.fromisoformat(value) - dt.timedelta(seconds=overlap)
        if value[10:] == "":
            return moment.date().isoformat()
        text = moment.isoformat()
        return text.replace("+00:00", "Z") if value.endswith("Z") else text
