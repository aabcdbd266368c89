"""What every DAG of the hub has in common: when to try again, and when not."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

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


def every(minutes: int, *, at_once: bool = False) -> CronTriggerTimetable:
    """Return the timetable that runs every so many minutes of the hour, the first time `at_once` if wished."""
    return CronTriggerTimetable(f"*/{minutes} * * * *", timezone="UTC", run_immediately=at_once)
