"""A folder that is held open, and whose entries are reached through it alone.

Whoever may write a folder may exchange anything in it at any moment: a file for a link, a folder for a link to another
one.  A path is looked up anew at every use and so may lead elsewhere the next time; an open folder (openat(2)) stays
the same one.  Each level is opened by its own name without following a link, so nothing outside the tree is reached.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from hub.durable import sync_folder
from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

_PASS = (
    os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
)  # to go through a folder, no right to list it is needed
_LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe without a writer must not be waited for


class Folder:
    """An open folder; `path` is how people call it, and is never used to reach it again."""

    def __init__(self, handle: int, path: Path) -> None:
        self.handle, self.path = handle, path

    @classmethod
    def at(cls, path: Path) -> Folder:
        """Open a folder by a path that nobody else can change; links in it are followed.

        Raises FixTheHub when it cannot be opened.
        """
        try:
            return cls(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), path)
        except OSError as fault:
            raise _refusal(path, fault) from None

    @classmethod
    def beneath(cls, root: Path, *names: str, make: bool = False) -> Folder:
        """Open `root/names[0]/names[1]/...`; only `root` may be reached through links.

        With `make`, levels that are missing are made, closed to everybody else.  Raises FixTheHub, with the cure, where
        a level is a link, no folder, or closed to the hub.
        """
        path = root
        try:
            here = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as fault:
            raise _refusal(path, fault) from None
        for level, name in enumerate(names, 1):
            path /= name
            try:
                if make:
                    _make(name, here)
                inner = os.open(name, _LIST if level == len(names) else _PASS, dir_fd=here)
            except OSError as fault:
                raise _refusal(path, fault) from None
            finally:
                os.close(here)
            here = inner
        return cls(here, path)

    def __enter__(self) -> Self:
        """Give the folder; it is closed at the end."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close it."""
        os.close(self.handle)

    def names(self) -> list[str]:
        """Return the names of all entries, in order."""
        return sorted(os.listdir(self.handle))  # noqa: PTH208 - a handle, no path

    def about(self, name: str) -> os.stat_result | None:
        """Return what an entry is, a link as a link; None when there is none of this name."""
        if not plain(name):
            return None
        try:
            return os.stat(name, dir_fd=self.handle, follow_symlinks=False)
        except OSError:  # gone, or too long to be a name
            return None

    @contextmanager
    def opened(self, name: str) -> Iterator[int]:
        """Give the handle of an entry that is opened for reading without following a link or waiting.

        Raises OSError as the system does: FileNotFoundError, PermissionError, ELOOP for a link.
        """
        if not plain(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        handle = os.open(name, _READ, dir_fd=self.handle)
        try:
            yield handle
        finally:
            os.close(handle)

    def first_bytes(self, name: str, most: int) -> bytes:
        """Return the first bytes of a file of its own; none where there is no such file or it cannot be read."""
        try:
            with self.opened(name) as handle, open(handle, "rb", closefd=False) as file:
                return file.read(most) if whole_file(os.fstat(handle)) else b""
        except OSError:
            return b""

    def being_written(self, name: str) -> bool:
        """Whether any process has the entry open for writing; what cannot be opened is told by the claim."""
        try:
            with self.opened(name) as handle:
                return _written_by_somebody(handle)
        except OSError:
            return False

    def remove(self, name: str) -> None:
        """Remove an entry that is no folder, if there is one; a link goes, not what it leads to."""
        if plain(name):
            os.unlink(name, dir_fd=self.handle)

    def sync(self) -> None:
        """Make what was renamed here survive a power cut."""
        sync_folder(self.handle)


def _written_by_somebody(handle: int) -> bool:
    """Whether any process has an open file open for writing.  Where the system cannot tell (not Linux, not ours), no.

    A read lease can only be had on a file that nobody has open for writing (fcntl(2), F_SETLEASE).
    """
    try:
        # A writer that comes while we hold the lease makes the kernel send a signal; this one is ignored by default.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except (OSError, AttributeError) as error:
        return getattr(error, "errno", None) == errno.EAGAIN
    return False


def plain(name: str) -> bool:
    """Whether a name is that of an entry, and no way out of the folder."""
    try:
        return name not in {"", ".", ".."} and not {"/", "\0"} & set(name) and bool(os.fsencode(name))
    except UnicodeEncodeError:  # half of a pair, as JSON can have one
        return False


def whole_file(about: os.stat_result) -> bool:
    """Whether an entry is a regular file with one name: what has two may be somebody else's file."""
    return stat.S_ISREG(about.st_mode) and about.st_nlink == 1


def _make(name: str, folder: int) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=folder)


def _refusal(path: Path, fault: OSError) -> FixTheHub:
    where, user = str(path), f"uid {os.geteuid()}"
    if fault.errno in {errno.ENOTDIR, errno.ELOOP, errno.EEXIST}:
        return error_of(FixTheHub, "exchange.link", where=where)
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return error_of(FixTheHub, "exchange.closed", where=where, user=user, reason=fault.strerror)
    return error_of(FixTheHub, "exchange.not_opened", where=where, why=fault.strerror or type(fault).__name__)
