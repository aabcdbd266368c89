"""Partners that several modules fetch from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.partners.everyone import agree
from tests.support.partners.http import HttpPartner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def http_partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpPartner]:
    """Yield an HTTP service that the small source fetches from."""
    made = HttpPartner(tmp_path)
    agree(made, tmp_path, monkeypatch)
    yield made
    made.close()
