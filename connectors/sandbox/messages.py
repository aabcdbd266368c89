"""The JSON that the hub and the processes that parse exchange: jobs, and the reports on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

if TYPE_CHECKING:
    from hub.finding import FindingFields
    from hub.source_options import FormatOptions


class LimitFields(TypedDict):
    """The fields of `connectors.readers.Limits`."""

    cell_bytes: int
    memory: int  # bytes
    seconds: int


class ReadJob(TypedDict):
    """The one job of a process that reads a delivery."""

    task: str  # read, header or form
    path: str  # absolute
    format: FormatOptions
    language: str  # of errors: "en" or "zh"
    limits: LimitFields


class HubFault(NamedTuple):
    """A FixTheHub, as its fields."""

    what: str
    where: str
    why: str
    next_step: str


class DiskFault(NamedTuple):
    """A fault of the disk under the reader."""

    what: str
    where: str
    number: int  # errno


class ReadReport(TypedDict, total=False):
    """What a process that reads a delivery reports in the end; the keys of a fault are there only with that fault."""

    rows: int  # written
    findings: list[FindingFields]
    header: list[str]  # for the task `header`
    form: FormatOptions  # for the task `form`, with the two texts of each possible reading of the encoding
    readings: list[tuple[str, str]]
    rejected: list[FindingFields]
    fix: HubFault
    retry: DiskFault
    limit: str  # the limit that was exceeded
    crash: str  # the name of the exception


class SinceLookup(TypedDict):
    """What is read from each record of a page for the next value of `since:`."""

    at: str  # a path within a record
    kind: str  # time or number
    latest: str  # ISO 8601: a later time is in the future


class PageJob(TypedDict, total=False):
    """One page to parse; `bytes` of it follow the line of the job."""

    task: str  # page or listing
    bytes: int
    format: FormatOptions
    next_path: str | None  # the path of the next page's address or cursor
    since: SinceLookup | None
    total_path: str | None  # of the server's count of all records
    empty_path: str | None  # of what `empty.at` names


class SinceFound(TypedDict):
    """What the records of a page have at the path of `since:`."""

    since_max: str | None  # the greatest value, as it is written
    future: int  # values that are times in the future


class PageResult(TypedDict, total=False):
    """What the process found in a page; `page_parser` checks it, since the process parses what a server wrote."""

    broken: bool
    has_records: bool
    names: list[str]
    fault: bool
    count: int
    next_value: str | int | None
    total: int | None
    empty_value: str | None
    digest: str
    since_max: str | None
    future: int


class StoredObject(NamedTuple):
    """One object in the listing of a store."""

    key: str
    size: int  # bytes
    tag: str  # its ETag, "" without one
    changed: str  # the time of its last change, as the store writes it


class ListingResult(TypedDict, total=False):
    """A page of the listing of a store, and the token of the next one; "" after the last."""

    broken: bool
    objects: list[StoredObject]
    next_token: str
