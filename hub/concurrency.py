"""Doing the same to many parts on both cores, in order, with few of them in memory."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")
THREADS = 2  # Arrow's kernels release the interpreter lock; more parts in flight would only hold memory


def side_by_side(items: Iterable[Item], work: Callable[[Item], Result], threads: int = THREADS) -> Iterator[Result]:
    """Yield `work(item)` of each item, in order, with `threads` at work and one more that is finished or waits.

    With one thread it works ahead: the next result is made while the caller is busy with the last.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
