"""Python's `time.sleep` for processes whose clock libfaketime moves."""  # noqa: INP001 - Python finds it by its name

import select
import time


def sleep(seconds: float) -> None:
    """Wait for so many seconds.

    The monotonic clock is left alone, since waits with a limit go by it; libfaketime 0.9.10 shifts the moment at which
    `time.sleep` is to end all the same, so that it fails.  `select` is told how long, not until when.
    """
    select.select([], [], [], seconds)


time.sleep = sleep
