"""A plugin of pytest for `coverage run`: each line is recorded for the test that executes it, and each test's time."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

SECONDS: dict[str, float] = defaultdict(float)
DURATIONS = "MUTATION_DURATIONS"  # the file that takes them


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Record what runs under the test's name; its fixtures too."""
    current = coverage.Coverage.current()
    if current:
        current.switch_context(item.nodeid)
    outcome = yield
    if current:
        current.switch_context("")
    return outcome


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the test's time."""
    SECONDS[report.nodeid] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the times, once for all workers."""
    if not hasattr(session.config, "workerinput") and DURATIONS in os.environ:
        Path(os.environ[DURATIONS]).write_text(json.dumps(SECONDS), "utf-8")
