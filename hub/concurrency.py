"""Map a function over items in threads: results in order, few of them in memory."""

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
    """Yield `work(item)` for each item, in order; at most `threads` + 1 results are in memory.

    With one thread the next result is computed while the caller works on the last one.

    >>> list(side_by_side([1, 2, 3], lambda number: number * 10))
    [10, 20, 30]
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
