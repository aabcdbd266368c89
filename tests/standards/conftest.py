"""What tests of the standard share: the findings of an audit of the code lists."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Finding = dict[str, str]


@pytest.fixture
def audit(shared: Callable[[str], Path]) -> Callable[[str], list[Finding]]:
    """Return a function from the name of a file of the audit to its findings."""

    def read(name: str) -> list[Finding]:
        with shared(f"standards-audit/{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    return read
