"""Retries with growing pauses, and coroutines with a timeout; neither goes on after the deadline of a fetch."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter
from tenacity.wait import wait_base

from hub.errors import HubError, RetryLater

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tenacity import RetryCallState

    from connectors.base import Deadline


Result = TypeVar("Result")


class Wait(RetryLater):
    """A temporary fault of a server that names the seconds until it can answer again (`Retry-After`)."""

    seconds: float = 0.0


def with_retries(deadline: Deadline) -> Retrying:
    """Return the retry policy for one request: RetryLater is retried, and raised when the attempts are over.

    Args:
        deadline: Its limits give the number of attempts and the pauses; no pause goes beyond it.
    """
    limits = deadline.limits
    return Retrying(
        retry=retry_if_exception_type(RetryLater),
        stop=stop_after_attempt(limits.attempts),
        wait=_Pause(deadline),
        sleep=time.sleep,
        reraise=True,
    )


class _Pause(wait_base):
    """The pause that the server asks for, or one that doubles; if it would be too long the fault is raised at once."""

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


class DeadlineRunner:
    """An event loop for calls from code that is not asynchronous; each call has a timeout.

    Attributes:
        runner: The event loop, to be closed by its owner.
    """

    def __init__(self, deadline: Deadline) -> None:
        self.deadline, self.runner = deadline, asyncio.Runner()
        # What `run` raises is enough: asyncio would print the faults of connections that are given up.
        self.runner.get_loop().set_exception_handler(lambda _loop, _context: None)

    def run(self, action: Coroutine[Any, Any, Result], most: float | None = None) -> Result:
        """Return the result of a coroutine.

        Args:
            action: The coroutine; it is closed when there is no time left to start it.
            most: Seconds that it may take, if that is less than what is left until the deadline.

        Raises:
            RetryLater: The deadline is over.
            TimeoutError: The coroutine was cancelled for its timeout.
        """
        try:
            seconds = self.deadline.left(most)
        except HubError:
            action.close()
            raise
        return self.runner.run(_with_timeout(action, seconds))


async def _with_timeout(action: Coroutine[Any, Any, Result], seconds: float) -> Result:
    return await asyncio.wait_for(action, seconds)
