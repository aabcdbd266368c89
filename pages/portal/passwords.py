"""Passwords as Argon2id hashes, two at once at most: each takes 64 MiB for a moment (RFC 9106, low-memory profile)."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from hub.errors import RetryLater
from hub.messages import error_of

SHORTEST, LONGEST = 12, 200  # characters; what is longer is refused before it is hashed
WAIT = 10.0  # seconds for a place

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_places = BoundedSemaphore(2)


def hashed(password: str) -> str:
    """Return the hash of a password, with its parameters; raise RetryLater when too many are being hashed."""
    with _Place():
        return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Return whether a password is the stored one; it takes as long when there is none.

    Raises:
        RetryLater: Too many passwords are being hashed.
    """
    with _Place():
        try:
            _hasher.verify(stored or _nobody(), password[:LONGEST])
        except (Argon2Error, InvalidHashError):
            return False
    return stored is not None and len(password) <= LONGEST


@cache
def _nobody() -> str:
    return _hasher.hash("the password of no account")


class _Place:
    """A place among those that may hash at once."""

    def __enter__(self) -> None:
        if not _places.acquire(timeout=WAIT):
            raise error_of(RetryLater, "portal.busy")

    def __exit__(self, *_fault: object) -> None:
        _places.release()
