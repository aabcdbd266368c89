"""What a mapping expects of a usual delivery (`expect:`), as the grammar of mapping.yml has checked it."""

from __future__ import annotations

from typing import TypedDict


class RowBounds(TypedDict, total=False):
    """The least and the greatest number of rows."""

    min: int
    max: int


class ShareBounds(TypedDict, total=False):
    """The least and the greatest share of rows or records, 0 to 1; `hold` is for suites of a record type only."""

    min: float
    max: float
    hold: bool


class Expect(TypedDict, total=False):
    """`expect:` of a mapping; a key that is not written sets no limit."""

    every: str  # an ISO 8601 duration or repeating interval
    calendar: str  # every_day or cn_working_days
    by: str  # HH:MM, the time of day by which a period is due
    grace: str  # an ISO 8601 duration after which a delivery is late
    tz: str  # of `every` and `by`
    rows: RowBounds
    fill: dict[str, ShareBounds]  # by field of the record: the share of rows in which it is filled
    ended: ShareBounds  # `max`: the share of records that a snapshot may end without review
    zero: str  # allowed or held
    hold: bool  # False: an unusual batch is reported and not held
