"""The partner that drops files: the way in that needs no server."""

from __future__ import annotations

import time
from typing import Any

from tests.support.exchange import drop
from tests.support.partners.everyone import Partner
from tests.support.small_source import SMALL, fires


class FolderPartner(Partner):
    """Its files go into the exchange folder."""

    kind = "folder"
    connector = "{kind: folder, complete: rename}"

    def __init__(self, root: Any) -> None:
        """Nothing has to be made."""

    def uri(self, secret: str | None = None, port: int | None = None) -> str:
        """Return nothing: there is no server."""
        del secret, port
        return ""

    def put(self, *rows: str) -> None:
        """Drop the rows as a file of their own."""
        drop(SMALL, f"fires-{time.monotonic_ns()}.csv", fires(*rows))
