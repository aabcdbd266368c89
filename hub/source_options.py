"""`connector:` and `format:` of a mapping, as the grammar of mapping.yml has checked them."""

from __future__ import annotations

from typing import Any, TypedDict

EmptyOptions = TypedDict(
    "EmptyOptions",
    {
        "status": int,  # of HTTP
        "at": str,  # a path in the document
        "is": str | int,  # what stands there
    },
    total=False,
)


class SinceOptions(TypedDict, total=False):
    """How only what is new is requested of a web service."""

    by: str  # field or header
    at: str  # the path of the field within a record, or the name of the header
    param: str  # the parameter of the query that the value is sent in
    format: str  # time or number
    overlap: int  # seconds, or numbers, before the greatest value
    start: str | int


class PageOptions(TypedDict, total=False):
    """How the next page of a web service is found."""

    by: str  # link, next, cursor, number or offset
    at: str  # the path of the next address or of the cursor
    param: str
    first: int  # the number of the first page
    end: list[int]  # statuses of HTTP after the last page
    total: str  # the path of the number of records of all pages; - for none


class ConnectorOptions(TypedDict, total=False):
    """`connector:` of a mapping; `kind` decides which other keys there are."""

    kind: str  # folder, sftp, s3, sql or http
    connection: str  # the id of an Airflow connection; not for a folder
    # For files (folder, sftp and s3):
    complete: str  # rename, marker, settle or manifest
    settle: float  # seconds without a change
    wait: float  # seconds that a file waits for its manifest
    after: str  # leave, archive or delete
    archive: str
    path: str  # sftp: the folder; http: the path at the host, from "/"
    bucket: str
    prefix: str
    # For rows (sql):
    table: str
    watermark: str
    key: list[str]
    columns: list[str]
    start: str | int
    overlap: int  # seconds, or numbers, before the last watermark
    rows: int  # of one delivery
    # For pages (http):
    query: dict[str, str | int]
    since: SinceOptions
    empty: EmptyOptions
    pages: PageOptions


class HeaderPlace(TypedDict, total=False):
    """Where the names of the columns stand."""

    row: int  # 1-based line
    rows: int  # 1 or 2


class FormatOptions(TypedDict, total=False):
    """`format:` of a mapping, or the fields of `connectors.readers.format.Format`, which says what each means."""

    kind: str
    encoding: str
    delimiter: str | list[str]  # two: both may stand in one file
    second_delimiter: str
    quote: str
    header: HeaderPlace | int | str | None
    header_rows: int
    columns: Any  # names; for `fixed` the layout, columns as `readers.layout.fixed_columns` takes them
    sheet: str | None
    table: str | None
    escape: str
    records: str | list[str] | None
    other_records: list[str]
    repeat: list[str]
    wrappers: list[str]
    keyed: Any  # path of each list, and of the key within its items
    observations: list[str]
    archive: str | list[str]
    join_records: str
    join: Any  # the lists that stand in files of their own
    plain: bool
    layout: Any
    unit: str
    trimmed: bool
    tags: Any  # the layout of the lines of each tag
    record: str | None
    row_key: str | None
    row_key_from: list[str]
    members: list[str]
    missing: list[str | int]
    expected: list[str]
    allow_duplicates: bool
