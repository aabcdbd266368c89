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

if TYPE_CHECKING:
    from pathlib import Path


def drop_file(file: Path, source: str, name: str | None = None) -> Path:
    """Copy `file` under a name that no reader lists, then give it its own; return where it lies.

    Raises WrongUsage for a name that no reader lists, and where the folder takes no file.
    """
    called, temporary = name or file.name, f".{secrets.token_hex(8)}{UNFINISHED[0]}"
    if kind_of(called) is Kind.IGNORED:
        raise WrongUsage(
            f"{called} is a name that the hub passes over in an exchange folder.",
            why="Programs give such names to files that are hidden or not finished yet.",
            next_step="Rename the file.",
        )
    place = exchange_folder(source)
    with opened(source, "in") as inbox:
        try:
            with file.open("rb") as given, new_file(temporary, OWNER_ONLY, dir_fd=inbox.handle) as copy:
                os.fchmod(copy.fileno(), OWNER_ONLY | (os.fstat(inbox.handle).st_mode & 0o040))
                shutil.copyfileobj(given, copy, PIECE)
            move(temporary, called, src_dir_fd=inbox.handle, dst_dir_fd=inbox.handle)
        except OSError as fault:
            raise WrongUsage(
                f"{file.name} could not be put into the exchange folder.",
                where=str(inbox.path),
                why=fault.strerror or type(fault).__name__,
                next_step="Look at the rights of the folder and at the name of the file.",
            ) from None
        finally:
            with suppress(OSError):
                inbox.remove(temporary)
    return place / "in" / called
