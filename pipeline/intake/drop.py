"""Drop: a file put into an exchange folder the way a careful partner does it.

Where files of the source are complete by a marker, the marker follows the file: without one the hub waits for ever.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from connectors.delivery_names import DONE, UNFINISHED, Kind, kind_of
from connectors.inbox.exchange import exchange_folder, opened
from hub.durable import OWNER_ONLY, PIECE, move, new_file
from hub.errors import WrongUsage
from hub.messages import error_of
from mappings.catalogue import source_headers

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.inbox.confined import Folder


def drop_file(file: Path, source: str, name: str | None = None, part: str = "in") -> Path:
    """Copy a file into the exchange folder of a source, under a temporary name until it is complete.

    Args:
        file: The file.
        source: The source, `agency/feed`.
        name: The name that it gets; None: its own.
        part: `in`, or `check` to have it judged only.

    Returns:
        The path of the copy.

    Raises:
        WrongUsage: The hub reads no file of this name, or the folder takes no file.
    """
    called, temporary = name or file.name, _temporary()
    if kind_of(called) is Kind.IGNORED:
        raise error_of(WrongUsage, "drop.ignored_name", file=called)
    place = exchange_folder(source)
    with opened(source, part) as inbox:
        try:
            marker = _marker_of(inbox, source, called)
            with file.open("rb") as given, new_file(temporary, OWNER_ONLY, dir_fd=inbox.handle) as copy:
                os.fchmod(copy.fileno(), _rights(inbox))
                shutil.copyfileobj(given, copy, PIECE)
            move(temporary, called, src_dir_fd=inbox.handle, dst_dir_fd=inbox.handle)
            _put_marker(inbox, marker)
        except OSError as fault:
            raise _not_placed(inbox, called, fault) from None
        finally:
            with suppress(OSError):
                inbox.remove(temporary)
    return place / part / called


def move_file(file: Path, source: str, name: str, part: str = "in") -> Path:
    """Move a complete file, whose bytes are on disk, into the exchange folder of a source.

    Args:
        file: The file, which lies where no partner can write; it is gone afterwards.
        source: The source, `agency/feed`.
        name: The name that it gets.
        part: `in`, or `check` to have it judged only.

    Returns:
        Its new path.

    Raises:
        WrongUsage: The name is neither a delivery's nor a manifest's, a file of this name waits there, or the folder
            takes none.
    """
    if kind_of(name) not in (Kind.DELIVERY, Kind.MANIFEST):
        raise error_of(WrongUsage, "drop.ignored_name", file=name)
    place = exchange_folder(source)
    with opened(source, part) as inbox:
        if inbox.stat_of(name) is not None:
            raise error_of(WrongUsage, "drop.name_waits", file=name)
        try:
            marker = _marker_of(inbox, source, name)
            file.chmod(_rights(inbox))
            move(file, name, dst_dir_fd=inbox.handle)
            _put_marker(inbox, marker)
        except OSError as fault:
            if fault.errno != errno.EXDEV:
                raise _not_placed(inbox, name, fault) from None
            drop_file(file, source, name, part)  # the agency's folder is another file system
            file.unlink()
    return place / part / name


def complete_drop(source: str, name: str) -> None:
    """Put the marker beside a file that waits in `in/`, where one is agreed: whoever moved it there has died since."""
    with opened(source, "in") as inbox:
        if inbox.stat_of(name) is not None:
            _put_marker(inbox, _marker_of(inbox, source, name))


def _marker_of(inbox: Folder, source: str, name: str) -> str:
    """Return the name of the marker that a file needs, "" for none.

    Raises:
        OSError: There can be no marker of this name.  It is asked before the file is put there, which would wait.
    """
    headers = source_headers(agency=source.partition("/")[0])
    is_marked = any(head.name == source and head.connector.get("complete") == "marker" for head in headers)
    if not is_marked or kind_of(name) is not Kind.DELIVERY:
        return ""
    with suppress(FileNotFoundError):
        facts = os.stat(name + DONE, dir_fd=inbox.handle, follow_symlinks=False)
        if stat.S_ISDIR(facts.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return name + DONE


def _put_marker(inbox: Folder, marker: str) -> None:
    """Put a marker into a folder, in the place of what has its name: a link would be no marker."""
    if not marker:
        return
    temporary = _temporary()
    with new_file(temporary, OWNER_ONLY, dir_fd=inbox.handle) as empty:
        os.fchmod(empty.fileno(), _rights(inbox))
    move(temporary, marker, src_dir_fd=inbox.handle, dst_dir_fd=inbox.handle)


def _temporary() -> str:
    return f".{secrets.token_hex(8)}{UNFINISHED[0]}"


def _rights(inbox: Folder) -> int:
    return OWNER_ONLY | (os.fstat(inbox.handle).st_mode & 0o040)


def _not_placed(inbox: Folder, name: str, fault: OSError) -> WrongUsage:
    why = fault.strerror or type(fault).__name__
    return error_of(WrongUsage, "drop.not_placed", where=str(inbox.path), why=why, file=name)
