"""Runs an iterator in a thread of its own, so that two steps of a stream use two processors."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")


class _End:
    """The last thing in the queue: the iterator is exhausted, or raised."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def prefetch(items: Iterable[Item], depth: int = 1) -> Iterator[Item]:
    """Yield the items of an iterator that runs in another thread, up to `depth` + 1 items ahead.

    What the iterator raises is raised here, after the items before it.

    >>> list(prefetch(range(3)))
    [0, 1, 2]
    """
    waiting: queue.Queue[Item | _End] = queue.Queue(depth)

    def work() -> None:
        try:
            for item in items:
                waiting.put(item)
            waiting.put(_End())
        except BaseException as error:  # noqa: BLE001 - it belongs to the consumer
            waiting.put(_End(error))

    # A daemon: when the consumer stops early the process that reads one file ends, and this thread with it.
    threading.Thread(target=work, daemon=True).start()
    while not isinstance(item := waiting.get(), _End):
        yield item
    if item.error:
        raise item.error
