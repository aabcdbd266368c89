"""Files for a partner: written in the hub's own folder under a random name, then renamed into the partner's `out/`.

A rename replaces what has the name, a link too, and follows no link.  A reader sees all of a file or nothing,
also after a power cut.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from hub import clock
from hub.durable import OWNER_ONLY, move, new_file
from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.inbox.confined import Folder

LEFT_BEHIND = 3600.0  # seconds after which the process of a draft counts as dead
INHERITED, OWN = "system.posix_acl_default", "system.posix_acl_access"


def publish(out: Folder, drafts: Path, name: str, body: bytes) -> None:
    """Put a file into a folder; users who may read the folder may read it.

    Args:
        out: The open folder.
        drafts: The hub's own folder for unfinished files, on the same file system.
        name: The name of the file; one of this name is replaced.
        body: Its bytes.

    Raises:
        FixTheHub: No file can be put there.
        OSError: This one cannot be put there.
    """
    draft = drafts / secrets.token_hex(16)
    try:
        with new_file(draft, OWNER_ONLY) as file:
            file.write(body)
            _share(file.fileno(), out)
        try:
            move(draft, name, dst_dir_fd=out.handle)
        except OSError as fault:
            raise _error(out, drafts, fault) from None
    finally:
        draft.unlink(missing_ok=True)


def clear_drafts(drafts: Path) -> None:
    """Remove drafts that are older than an hour: their processes died."""
    for draft in drafts.iterdir() if drafts.is_dir() else ():
        with suppress(OSError):
            if clock.seconds() - draft.lstat().st_mtime > LEFT_BEHIND:
                draft.unlink()


def _share(handle: int, out: Folder) -> None:
    """Give a file the group, rights and access list that one made in `out` would have: a rename inherits none."""
    about = os.fstat(out.handle)
    with suppress(OSError):  # the hub is not in that group, which `doctor` reports
        if about.st_mode & stat.S_ISGID and os.fstat(handle).st_gid != about.st_gid:
            os.fchown(handle, -1, about.st_gid)
    os.fchmod(handle, 0o600 | (about.st_mode & 0o044))
    with suppress(OSError):  # it has no such list, or the file system knows none
        os.setxattr(handle, OWN, os.getxattr(out.handle, INHERITED))


def _error(out: Folder, drafts: Path, fault: OSError) -> OSError:
    """Return what to raise: a fault of the whole folder, or that of one name."""
    if fault.errno == errno.EXDEV:
        raise error_of(FixTheHub, "exchange.other_mount_out", where=str(out.path), folder=drafts)
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        raise error_of(
            FixTheHub, "exchange.no_answers", where=str(out.path), why=fault.strerror or type(fault).__name__
        )
    return fault
