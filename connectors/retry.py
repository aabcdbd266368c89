"""Trying again: a fault of the moment is met with a growing pause, a few times and never beyond the deadline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter
from tenacity.wait import wait_base

from hub.errors import RetryLater

if TYPE_CHECKING:
    from tenacity import RetryCallState

    from connectors.base import Deadline


class Wait(RetryLater):
    """The server says when it will answer again (`Retry-After`)."""

    seconds: float = 0.0


def with_retries(deadline: Deadline) -> Retrying:
    """Return the policy for one request; what was raised last is raised in the end."""
    limits = deadline.limits
    return Retrying(
        retry=retry_if_exception_type(RetryLater),
        stop=stop_after_attempt(limits.attempts),
        wait=_Pause(deadline),
        sleep=time.sleep,
        reraise=True,
    )


class _Pause(wait_base):
    """What the server asks for, else twice as long each time; a pause that is too long gives up at once."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        limits = deadline.limits
        self.growing = wait_exponential_jitter(multiplier=limits.pause, max=limits.longest_pause, jitter=limits.pause)

    def __call__(self, retry_state: RetryCallState) -> float:
        """Return the seconds to wait."""
        fault = retry_state.outcome.exception() if retry_state.outcome else None
        pause = float(self.growing(retry_state))
        if isinstance(fault, Wait):
            pause = max(pause, fault.seconds)
        if fault is not None and pause > min(self.deadline.limits.longest_pause * 2, self.deadline.left()):
            raise fault
        return pause
