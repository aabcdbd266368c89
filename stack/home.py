"""The home folder of a hub: who may enter it, its lock, its secrets, and how its commands report their steps.

<home>/secrets/        passwords and keys, readable by the owner only, each made at its first use
<home>/run/stack.lock  held by an `up` or a `down`; the kernel drops it when its holder dies
"""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from hub.durable import create_private, make_folder
from hub.errors import RetryLater
from hub.messages import error_of
from stack.account import server_account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_WAIT = 300.0  # seconds; a first start on a slow machine takes one


class Progress(Protocol):
    """Called at each step that a person may have to wait for, or should know of."""

    def __call__(self, key: str, /, **values: Any) -> None:
        """Report `key`, one of the `stack.*` sentences of `hub/text/sentences.yml`, with the values of its places."""


def silent(_key: str, /, **_values: Any) -> None:
    """Report nothing."""


def make_home(home: Path) -> None:
    """Make the home of a hub, closed to other users; an existing one stays as it is.

    Where root runs the hub, the account of the database server may pass through the home to its own folder, and may do
    nothing else there.
    """
    if home.exists():
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (account := server_account()) is not None:
        os.chown(home, -1, account.gid)
        home.chmod(0o710)


@contextmanager
def only_one(home: Path, on_progress: Progress, wait: float = LONGEST_WAIT) -> Iterator[None]:
    """Hold the lock of `home`, so that one `up` or `down` runs at a time.

    Args:
        home: The home folder; it is made where it is missing.
        on_progress: Called once when another command holds the lock.
        wait: Seconds to wait for the other command.

    Raises:
        RetryLater: The lock is still held after `wait` seconds.
    """
    path = home / "run" / "stack.lock"
    make_home(home)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("w", encoding="utf-8") as file:
        if not _locked(file.fileno()):
            on_progress("stack.waiting")
            _wait_for(file.fileno(), wait, path)
        yield


def _wait_for(descriptor: int, seconds: float, path: Path) -> None:
    end = time.monotonic() + seconds
    while not _locked(descriptor):
        if time.monotonic() > end:
            raise error_of(RetryLater, "home.locked", where=str(path), seconds=round(seconds))
        time.sleep(0.2)


def _locked(descriptor: int) -> bool:
    """Lock the file without waiting; return whether this process now holds the lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def secret(home: Path, name: str) -> str:
    """Return the secret `name`, making it on first use.

    It is 32 random bytes in URL-safe base64: good as a password in a URL, as a signing key and as a Fernet key alike.
    Two processes that make it at the same time get the same one.
    """
    path = private_folder(home) / name
    if not path.exists():  # lost in a power cut after PostgreSQL has learnt it, it would lock everybody out
        create_private(path, base64.urlsafe_b64encode(secrets.token_bytes(32)))
    return path.read_text("utf-8").strip()


def private_folder(home: Path) -> Path:
    """Return `<home>/secrets`, closed to other users; it is made where it is missing."""
    return make_folder(home / "secrets", 0o700)
