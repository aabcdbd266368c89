"""A plugin of pytest for a probed tree: says which test a process runs, and how long each test takes that passes."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.mutation.hits import CURRENT, FOLDER

if TYPE_CHECKING:
    from collections.abc import Generator

SECONDS: dict[str, float] = defaultdict(float)
FAILED: set[str] = set()
DURATIONS = "durations.json"  # beside the hits


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Write the name of the test for processes that do not inherit it; its fixtures run under it too."""
    path = FOLDER / f"{CURRENT}{os.getpid()}"
    path.write_text(item.nodeid, "utf-8")
    outcome = yield
    path.unlink()
    return outcome


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the test's time."""
    SECONDS[report.nodeid] += report.duration
    if report.failed:
        FAILED.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the times, once for all workers."""
    if not hasattr(session.config, "workerinput"):
        passed = {name: seconds for name, seconds in SECONDS.items() if name not in FAILED}
        (FOLDER / DURATIONS).write_text(json.dumps(passed), "utf-8")
