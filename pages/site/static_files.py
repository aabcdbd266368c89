"""The static files: where they lie, and addresses that change when a file does."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"


def static_address(root: str, name: str) -> str:
    """Return the address of a static file below the root of an application, such as `/riskhub/static/hub.css?v=...`."""
    return f"{root}/static/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    """Return a short hash of a file's content."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
