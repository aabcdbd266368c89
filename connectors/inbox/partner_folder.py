"""A folder that a partner fills (`in/` or `check/`), and the hub's own folder for what it takes out of it.

The hub stores nothing where a partner can write.  A file is taken by one rename into the hub's own folder and checked
again there: it must be the one that was open before, regular, with one name.  Anything else that was moved goes back.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors import filenames
from connectors.delivery_names import Kind, kind_of
from connectors.inbox.confined import is_single_file
from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.inbox.confined import Folder

CLAIMS = "claims"
NOTES = "left.json"  # what was left alone at the last look, while there is something
LINK, FOLDER, SPECIAL, LINKED, CLOSED, FIXED = "link", "folder", "special", "linked", "closed", "fixed"


@dataclass
class Inbox:
    """A folder that a partner fills.

    Attributes:
        folder: The partner's folder, held open.
        own: The hub's own folder for it.
        skipped: What is not taken, by name: `link`, `folder`, `special`, `linked`, `closed` or `fixed`.
    """

    folder: Folder
    own: Path
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def claims(self) -> Path:
        """The folder of the claims, with one folder for each."""
        return self.own / CLAIMS

    @property
    def is_idle(self) -> bool:
        """Whether a look has nothing to do: nothing lies here, is claimed, or was left alone at the last look."""
        claimed = self.claims.is_dir() and any(self.claims.iterdir())
        return not (claimed or (self.own / NOTES).exists() or self.folder.names())

    def files(self, *, manifests: bool = False) -> list[tuple[str, os.stat_result]]:
        """Return the files that may be deliveries, as `delivery_files` does; others are noted in `skipped`."""
        return delivery_files(self.folder, manifests=manifests, skipped=self.skipped)

    def is_free(self, name: str) -> bool:
        """Whether a file can be read and no process writes it; one closed to the hub is noted in `skipped`."""
        try:
            with self.folder.opened(name):
                pass
        except PermissionError:
            self.skipped[name] = CLOSED
            return False
        except OSError:
            return False
        return not self.folder.is_being_written(name)

    def take(self, name: str, target: Path) -> bool:
        """Move a file into the hub's own folder.

        Args:
            name: Its name in the partner's folder.
            target: Its new path.

        Returns:
            Whether it is there now and may be read.

        Raises:
            FixTheHub: No file of the folder can be moved, since it is on another file system or mount.
        """
        try:
            with self.folder.opened(name) as handle:
                return (
                    is_single_file(os.fstat(handle))
                    and self._moved(name, target)
                    and self._is_safe(name, target, handle)
                )
        except PermissionError:
            self.skipped[name] = CLOSED
        except OSError as fault:
            if fault.errno == errno.EXDEV:
                raise error_of(
                    FixTheHub, "exchange.other_mount_in", where=str(self.folder.path), folder=self.own
                ) from None
        return False  # it has gone, or is a link now

    def _moved(self, name: str, target: Path) -> bool:
        try:
            os.rename(name, target, src_dir_fd=self.folder.handle)
        except PermissionError:
            self.skipped[name] = FIXED
            return False
        return True

    def _is_safe(self, name: str, target: Path, handle: int) -> bool:
        """Check again what was moved: between the check and the rename it may have been replaced, or linked."""
        if os.path.samestat(os.fstat(handle), target.lstat()) and is_single_file(os.fstat(handle)):
            return True
        self.give_back(target, name)
        return False

    def give_back(self, taken: Path, name: str) -> None:
        """Move what should not have been taken back to the partner's folder; a new file of its name there stays."""
        for called in (name, f"{filenames.storage_name(name)}~{secrets.token_hex(4)}"):
            if self.folder.stat_of(called) is None:
                try:
                    os.rename(taken, called, dst_dir_fd=self.folder.handle)
                except OSError:
                    continue
                return


def delivery_files(
    folder: Folder, *, manifests: bool = False, skipped: dict[str, str] | None = None
) -> list[tuple[str, os.stat_result]]:
    """Return the files that may be deliveries, by name: regular ones with one name, finished, not hidden.

    Args:
        folder: The open folder.
        manifests: Return manifests too.
        skipped: Gets what else has a name that a delivery could have, and why it is none.
    """
    found = []
    wanted = {Kind.DELIVERY, Kind.MANIFEST} if manifests else {Kind.DELIVERY}
    for name in folder.names():
        if kind_of(name) not in wanted:
            continue
        facts = folder.stat_of(name)
        if facts is None:
            continue
        if is_single_file(facts):
            found.append((name, facts))
        elif skipped is not None:
            skipped[name] = _kind(facts.st_mode)
    return found


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return LINKED
    return LINK if stat.S_ISLNK(mode) else FOLDER if stat.S_ISDIR(mode) else SPECIAL
