"""What every DAG of the hub has in common: when to try again, and when not."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from zlib import crc32

from airflow.sdk import CronTriggerTimetable, ExceptionRetryPolicy, RetryAction, RetryRule

from hub.settings import PRIVATE

# The processes that parse these files and run their tasks write rows of deliveries to disk.  Their files are closed to
# other users, also in an Airflow that `riskhub up` has not started.
os.umask(PRIVATE)

# A fault of the moment is tried again, each time after twice as long; a fault of ours fails at once, since only an
# engineer can mend it.  Faults of the data never come here: they are findings.
RETRYING: dict[str, Any] = {
    "retries": 5,
    "retry_delay": timedelta(seconds=5),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(exception="hub.errors.FixTheHub", action=RetryAction.FAIL, reason="An engineer must act."),
            RetryRule(exception="hub.errors.WrongUsage", action=RetryAction.FAIL, reason="There is no such thing."),
        ]
    ),
}


def every(minutes: int, *, at_once: bool = False, name: str = "") -> CronTriggerTimetable:
    """Return the timetable that runs every so many minutes of the hour.

    Args:
        minutes: A divisor of 60.
        at_once: Whether the first run is at once, and not at the next of these minutes.
        name: Of the source; each begins at a minute of its own.  A hundred sources that all begin with the hour would
            hold up for minutes the one that has a file.
    """
    first = crc32(name.encode()) % minutes if name else 0
    # Airflow reads False as "at once, if that minute was one of the last five": all would run when the hub starts.
    begins: bool | timedelta = at_once or timedelta(0)
    at = f"{first}-59/{minutes}" if first else f"*/{minutes}"
    return CronTriggerTimetable(f"{at} * * * *", timezone="UTC", run_immediately=begins)
