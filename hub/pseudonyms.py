"""Keys for pseudonyms: one master key of the hub, one derived key per purpose.

A personal identifier leaves the mapping only as a keyed token.  The same person has the same token within a purpose
and unlinkable ones across purposes, because every purpose has its own key (HKDF-SHA-256, RFC 5869).
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from hub.durable import create_private, make_folder
from hub.errors import FixTheHub
from hub.messages import error_of
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = "RISKHUB_TOKEN_KEY"
SHORTEST = 32  # bytes of master key: as many as the hash yields


@cache
def token_key(purpose: str) -> bytes:
    """Return the 32-byte key for tokens of one purpose.

    The master key is `RISKHUB_TOKEN_KEY`, else the file `<home>/secrets/token.key`, which is made on first use and
    readable by its owner only.  Raises FixTheHub for a key shorter than 32 bytes.
    """
    return _derive(_master(), purpose)


@contextmanager
def fixed_key(key: str) -> Iterator[None]:
    """Make tokens under `key` for a while, in all of this process: for samples, whose tokens must be the same anywhere.

    Not for a process that ingests at the same time.
    """
    before = os.environ.get(GIVEN)
    os.environ[GIVEN] = key
    token_key.cache_clear()
    try:
        yield
    finally:
        del os.environ[GIVEN]
        if before is not None:
            os.environ[GIVEN] = before
        token_key.cache_clear()


def _derive(master: bytes, purpose: str) -> bytes:
    """HKDF-SHA-256 with one output block: extract with a fixed salt, expand with the purpose."""
    extracted = hmac.digest(b"riskhub token", master, sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", sha256)


def _master() -> bytes:
    given = os.environ.get(GIVEN)
    if given:
        return _long_enough(given.encode(), GIVEN)
    path = settings().home / "secrets" / "token.key"
    if not path.exists():  # lost in a power cut, it would give every person a new token
        make_folder(path.parent, 0o700)
        create_private(path, secrets.token_hex(SHORTEST).encode())
    return _long_enough(path.read_bytes().strip(), str(path))


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < SHORTEST:
        raise error_of(FixTheHub, "token.short_key", where=where, count=len(key), least=SHORTEST)
    return key
