"""What a probed tree calls: notes which test has come to which probe, in whatever process.

A process of the hub inherits the test's name in its environment. What parses bytes from outside gets an environment of
its own: it finds the name beside the process of pytest above it, where `recorder` writes it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "var" / "hits"  # of the copy that is probed
CURRENT = "current-"  # and a process id: the test that this process runs
HITS = "hits-"
_noted: set[tuple[int, str]] = set()


def hit(number: int) -> None:
    """Note that the test of this process has come to a probe: once for each process, test and probe.

    Args:
        number: Of the probe.
    """
    test = os.environ.get("PYTEST_CURRENT_TEST") or _test_above(os.getpid())
    if not test or (number, test) in _noted:
        return
    _noted.add((number, test))
    with suppress(OSError):  # a test may forbid its process to write
        file = os.open(FOLDER / f"{HITS}{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.write(file, f"{number}\t{test}\n".encode())
        os.close(file)


@lru_cache(maxsize=1)
def _test_above(process: int) -> str:
    """Return the test that the nearest process of pytest above this one runs; "" when there is none.

    Args:
        process: Its id.
    """
    with suppress(OSError):
        while process > 1:
            path = FOLDER / f"{CURRENT}{process}"
            if path.exists():
                return path.read_text("utf-8")
            status = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
            process = int(status.rpartition(")")[2].split()[1])
    return ""
