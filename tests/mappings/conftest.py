"""What the tests of mappings share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.pseudonyms import token_key

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def known_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let tokens be made with a key that is the same in every run."""
    monkeypatch.setenv("RISKHUB_TOKEN_KEY", "k" * 32)
    token_key.cache_clear()
    yield
    token_key.cache_clear()
