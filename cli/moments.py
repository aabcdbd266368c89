"""Times on the command line: a date, a time, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from hub import clock
from hub.messages import sentence

# A bare number with its unit, or ISO 8601, where P5M would be five months: minutes and hours stand after a T.
DURATION = re.compile(r"(?:P(?=[0-9]+[DW])|PT(?=[0-9]+[HM]))?(?P<number>[0-9]{1,5})(?P<unit>[mhdw])", re.IGNORECASE)
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment_of(text: str) -> datetime:
    """Return the time that a text names, in UTC.

    Args:
        text: A date or time of ISO 8601, in UTC unless it has an offset; or a duration before now: a number with m
            (minutes), h, d or w.  The ISO spellings P7D and PT12H are read as well.

    Raises:
        BadParameter: The text is neither.

    >>> moment_of("2026-03-02").isoformat()
    '2026-03-02T00:00:00+00:00'
    >>> moment_of("2026-03-02T08:00+08:00").isoformat()
    '2026-03-02T00:00:00+00:00'
    >>> with clock.fixed(datetime(2026, 3, 9, tzinfo=UTC)):
    ...     moment_of("7d") == moment_of("P1W") == moment_of("2026-03-02")
    True
    """
    if (given := DURATION.fullmatch(text)) is not None:
        return clock.now() - timedelta(**{UNITS[given["unit"].lower()]: int(given["number"])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(sentence("cli.no_moment", text=text)) from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


MOMENT = "DATE|DURATION"
Since = Annotated[
    datetime | None,
    typer.Option(
        metavar=MOMENT,
        parser=moment_of,
        help="Only what was received at or after this time (UTC), such as 2026-03-25, or within 7d, 12h or 30m.",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option(metavar=MOMENT, parser=moment_of, help="Only what was received before this time (UTC)."),
]
After = Annotated[
    datetime | None, typer.Option(metavar=MOMENT, parser=moment_of, help="Only periods after this time (UTC).")
]
