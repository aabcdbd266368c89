"""Answers: made in the hub's own folder under a name that nobody can know, then renamed into the partner's `out/`.

A rename replaces whatever stands under the name, a link too, and writes through nothing.  A reader sees all of an
answer or nothing of it, also after a power cut.
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

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.inbox.confined import Folder

LEFT_BEHIND = 3600.0  # seconds after which a draft is one of a process that died
INHERITED, OWN = "system.posix_acl_default", "system.posix_acl_access"


def publish(out: Folder, drafts: Path, name: str, body: bytes) -> None:
    """Put `body` into the open folder `out` as `name`; whoever may read the folder may read it.

    Raises FixTheHub when nothing can be put there, OSError when this one cannot.
    """
    draft = drafts / secrets.token_hex(16)
    try:
        with new_file(draft, OWNER_ONLY) as file:
            file.write(body)
            _share(file.fileno(), out)
        try:
            move(draft, name, dst_dir_fd=out.handle)
        except OSError as fault:
            raise _refusal(out, drafts, fault) from None
    finally:
        draft.unlink(missing_ok=True)


def clear_drafts(drafts: Path) -> None:
    """Remove the drafts of processes that died."""
    for draft in drafts.iterdir() if drafts.is_dir() else ():
        with suppress(OSError):
            if clock.seconds() - draft.lstat().st_mtime > LEFT_BEHIND:
                draft.unlink()


def _share(handle: int, out: Folder) -> None:
    """Give a file the group, rights and access list that one made in `out` would have: a rename inherits none."""
    about = os.fstat(out.handle)
    with suppress(OSError):  # the hub is not in that group, which `doctor` tells
        if about.st_mode & stat.S_ISGID and os.fstat(handle).st_gid != about.st_gid:
            os.fchown(handle, -1, about.st_gid)
    os.fchmod(handle, 0o600 | (about.st_mode & 0o044))
    with suppress(OSError):  # it has no such list, or the file system knows none
        os.setxattr(handle, OWN, os.getxattr(out.handle, INHERITED))


def _refusal(out: Folder, drafts: Path, fault: OSError) -> OSError:
    """Return what to raise: a fault of the whole folder, or that of one name."""
    if fault.errno == errno.EXDEV:
        raise FixTheHub(
            "A folder of the exchange is on another file system or mount than the exchange itself.",
            where=str(out.path),
            why=f"Answers are renamed from {drafts}, which no rename across mounts can do.",
            next_step="Mount the whole exchange at once.",
        )
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        raise FixTheHub(
            "The hub may not put answers into a folder of the exchange.",
            where=str(out.path),
            why=fault.strerror or type(fault).__name__,
            next_step="Give the hub's user the rights that docs/running.md shows under “Folders and rights”.",
        )
    return fault
