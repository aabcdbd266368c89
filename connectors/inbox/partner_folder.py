"""A folder that a partner fills (`in/` or `check/`), and the hub's own folder for what it takes out of it.

Nothing that the hub keeps lies where a partner can write.  A file is taken by one rename into the hub's own folder,
and is looked at again there: it is the one that was open before, regular, with one name.  Whatever else turns out to
have been moved goes back to where it lay.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors import filenames
from connectors.inbox.confined import whole_file
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.inbox.confined import Folder

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
DONE = ".done"
BESIDE = (".manifest.json", DONE)
CLAIMS = "claims"
LINK, FOLDER, SPECIAL, LINKED, CLOSED, FIXED = "link", "folder", "special", "linked", "closed", "fixed"


@dataclass
class Inbox:
    """`folder` is the partner's, `own` the hub's; `left` says by name what is not taken, and why."""

    folder: Folder
    own: Path
    left: dict[str, str] = field(default_factory=dict)

    @property
    def claims(self) -> Path:
        """The folder of what is claimed, one folder for each claim."""
        return self.own / CLAIMS

    def files(self, *, beside: bool = False) -> list[tuple[str, os.stat_result]]:
        """Return the files that may be deliveries, as `files_of` does; what is none is noted in `left`."""
        return files_of(self.folder, beside=beside, left=self.left)

    def is_free(self, name: str) -> bool:
        """Whether a file can be read and nobody writes it; one that is closed to the hub is noted in `left`."""
        try:
            with self.folder.opened(name):
                pass
        except PermissionError:
            self.left[name] = CLOSED
            return False
        except OSError:
            return False
        return not self.folder.being_written(name)

    def take(self, name: str, target: Path) -> bool:
        """Move a file to `target`, a place of the hub's own; return whether it is there now and may be read.

        Raises FixTheHub when no file of the folder can be moved.
        """
        try:
            with self.folder.opened(name) as handle:
                return (
                    whole_file(os.fstat(handle)) and self._moved(name, target) and self._is_safe(name, target, handle)
                )
        except PermissionError:
            self.left[name] = CLOSED
        except OSError as fault:
            if fault.errno == errno.EXDEV:
                raise FixTheHub(
                    "A folder of the exchange is on another file system or mount than the exchange itself.",
                    where=str(self.folder.path),
                    why=f"Files are taken by renaming them into {self.own}, which no rename across mounts can do.",
                    next_step="Mount the whole exchange at once, or set RISKHUB_EXCHANGE to where this folder is.",
                ) from None
        return False  # gone, or a link by now

    def _moved(self, name: str, target: Path) -> bool:
        try:
            os.rename(name, target, src_dir_fd=self.folder.handle)
        except PermissionError:
            self.left[name] = FIXED
            return False
        return True

    def _is_safe(self, name: str, target: Path, handle: int) -> bool:
        """Look again at what was moved: between the look and the rename it may have been exchanged, or linked."""
        if os.path.samestat(os.fstat(handle), target.lstat()) and whole_file(os.fstat(handle)):
            return True
        self.give_back(target, name)
        return False

    def give_back(self, taken: Path, name: str) -> None:
        """Move what should not have been taken back to where it lay; what is there by now stays."""
        for called in (name, f"{filenames.storage_name(name)}~{secrets.token_hex(4)}"):
            if self.folder.about(called) is None:
                try:
                    os.rename(taken, called, dst_dir_fd=self.folder.handle)
                except OSError:
                    continue
                return


def files_of(
    folder: Folder, *, beside: bool = False, left: dict[str, str] | None = None
) -> list[tuple[str, os.stat_result]]:
    """Return the files that may be deliveries, by name: regular ones with one name, finished, not hidden.

    `beside`: manifests too.  `left` is told what else lies there under a name that a delivery could have.
    """
    found = []
    for name in folder.names():
        lower = name.lower()
        hidden = lower.startswith((".", "~$")) and not lower.startswith("..")  # `..` is an attempt, not a habit
        if hidden or lower.endswith(UNFINISHED + (BESIDE[1:] if beside else BESIDE)):
            continue
        about = folder.about(name)
        if about is None:
            continue
        if whole_file(about):
            found.append((name, about))
        elif left is not None:
            left[name] = _kind(about.st_mode)
    return found


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return LINKED
    return LINK if stat.S_ISLNK(mode) else FOLDER if stat.S_ISDIR(mode) else SPECIAL
