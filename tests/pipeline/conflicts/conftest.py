"""What the tests of conflicts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linked_sources import LinkedSources

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LinkedSources:
    """Give the three linked sources, the only ones that the hub of this test knows."""
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    return LinkedSources(tmp_path / "sources")
