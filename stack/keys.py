"""Passwords and keys of this installation: made once, kept in `<home>/secrets/`, readable by the owner only."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def secret(home: Path, name: str) -> str:
    """Return the secret `name`, making it on first use.

    It is 32 random bytes in URL-safe base64: good as a password in a URL, as a signing key and as a Fernet key alike.
    Two processes that ask at once get the same one.
    """
    folder = private_folder(home)
    path = folder / name
    if not path.exists():
        with tempfile.NamedTemporaryFile("wb", dir=folder, prefix=".") as made:  # mode 0600
            made.write(base64.urlsafe_b64encode(secrets.token_bytes(32)))
            made.flush()
            os.fsync(made.fileno())  # an empty password after a power cut would lock everybody out
            with suppress(FileExistsError):
                path.hardlink_to(made.name)  # unlike a rename, this never replaces what another process has just made
    return path.read_text("utf-8").strip()


def private_folder(home: Path) -> Path:
    """Return `<home>/secrets`, closed to everybody else."""
    folder = home / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write `text` so that at no moment anybody else can read it."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - from a descriptor
        file.write(text)
