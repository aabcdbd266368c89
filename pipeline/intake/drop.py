"""Drop: a file put into an exchange folder the way a careful partner does it."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from connectors.inbox.exchange import exchange_folder, opened
from hub.errors import WrongUsage

PIECE = 1 << 20

if TYPE_CHECKING:
    from pathlib import Path


def drop_file(file: Path, source: str, name: str | None = None) -> Path:
    """Copy `file` under a name that is not looked at, then give it its own; return where it lies."""
    called, hidden = name or file.name, f".{secrets.token_hex(8)}.part"
    place = exchange_folder(source)
    with opened(source, "in") as inbox:
        try:
            handle = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=inbox.handle)
            os.fchmod(handle, 0o600 | (os.fstat(inbox.handle).st_mode & 0o040))
            with file.open("rb") as given, open(handle, "wb") as copy:  # noqa: PTH123 - a handle
                shutil.copyfileobj(given, copy, PIECE)
            os.rename(hidden, called, src_dir_fd=inbox.handle, dst_dir_fd=inbox.handle)
        except OSError as fault:
            raise WrongUsage(
                f"{file.name} could not be put into the exchange folder.",
                where=str(inbox.path),
                why=fault.strerror or type(fault).__name__,
                next_step="Look at the rights of the folder and at the name of the file.",
            ) from None
        finally:
            with suppress(OSError):
                inbox.remove(hidden)
    return place / "in" / called
