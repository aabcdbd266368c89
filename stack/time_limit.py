"""Calls that may hang: the caller goes on after a time limit."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from hub.errors import RetryLater
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class Begun(Generic[Result]):
    """A call that runs in a thread of its own.

    A disk or a server that hangs cannot be interrupted from outside, so the thread is a daemon: the process may end
    while it still waits.
    """

    def __init__(self, call: Callable[[], Result]) -> None:
        self._call = call
        self._found: list[Result] = []
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self, seconds: float) -> Result:
        """Return what the call returned, or raise what it raised.

        Raises RetryLater when it has not ended after `seconds` more seconds.
        """
        self._thread.join(max(0.0, seconds))
        if self._fault is not None:
            raise self._fault
        if not self._found:
            raise error_of(RetryLater, "machine.late", seconds=f"{seconds:g}")
        return self._found[0]

    def _run(self) -> None:
        try:
            self._found.append(self._call())
        except BaseException as fault:  # noqa: BLE001 - raised where the result is wanted
            self._fault = fault


def in_time(call: Callable[[], Result], seconds: float, **about: str) -> Result:
    """Return what `call` returns, if it does so within `seconds`.

    `about` are parts of the error (`where`, `next_step`).  Raises RetryLater when the time is up.
    """
    try:
        return Begun(call).result(seconds)
    except RetryLater as late:
        if about and not late.next_step:
            raise RetryLater(late.what, why=late.why, **about) from None
        raise
