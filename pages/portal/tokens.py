"""Random values that prove something: a session, a one-time link.  Only their hashes are stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

BYTES = 32  # random ones
LONGEST = timedelta(hours=12)  # of a session
IDLE = timedelta(hours=1)  # after which an unused session ends


def new_token() -> str:
    """Return 256 random bits that fit into an address and a cookie."""
    return secrets.token_urlsafe(BYTES)


def digest(text: str) -> str:
    """Return the SHA-256 of a token or a name, as it is stored.

    >>> digest("a")[:8]
    'ca978112'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
