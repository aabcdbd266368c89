"""Drop: a file put into an exchange folder the way a careful partner does it."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from connectors.delivery_names import UNFINISHED, Kind, kind_of
from connectors.inbox.exchange import exchange_folder, opened
from hub.durable import OWNER_ONLY, PIECE, move, new_file
from hub.errors import WrongUsage
from hub.messages import error_of

if TYPE_CHECKING:
    from pathlib import Path


def drop_file(file: Path, source: str, name: str | None = None) -> Path:
    """Copy a file into the exchange folder of a source, under a temporary name until it is complete.

    Args:
        file: The file.
        source: The source, `agency/feed`.
        name: The name that it gets; None: its own.

    Returns:
        The path of the copy.

    Raises:
        WrongUsage: The hub reads no file of this name, or the folder takes no file.
    """
    called, temporary = name or file.name, f".{secrets.token_hex(8)}{UNFINISHED[0]}"
    if kind_of(called) is Kind.IGNORED:
        raise error_of(WrongUsage, "drop.ignored_name", file=called)
    place = exchange_folder(source)
    with opened(source, "in") as inbox:
        try:
            with file.open("rb") as given, new_file(temporary, OWNER_ONLY, dir_fd=inbox.handle) as copy:
                os.fchmod(copy.fileno(), OWNER_ONLY | (os.fstat(inbox.handle).st_mode & 0o040))
                shutil.copyfileobj(given, copy, PIECE)
            move(temporary, called, src_dir_fd=inbox.handle, dst_dir_fd=inbox.handle)
        except OSError as fault:
            raise error_of(
                WrongUsage,
                "drop.not_placed",
                where=str(inbox.path),
                why=fault.strerror or type(fault).__name__,
                file=file.name,
            ) from None
        finally:
            with suppress(OSError):
                inbox.remove(temporary)
    return place / "in" / called
