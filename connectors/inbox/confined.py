"""A folder that is held open, and whose entries are reached through its descriptor alone.

A partner who may write a folder may replace anything in it at any moment: a file by a link, a folder by a link to
another one.  A path is resolved anew at every use, so it may lead elsewhere the next time; an open folder (openat(2))
stays the same one.  Each level is opened by its own name without following a link, so nothing outside is reached.
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
    """An open folder; `path` is for messages, and is never used to reach it again."""

    def __init__(self, handle: int, path: Path) -> None:
        self.handle, self.path = handle, path

    @classmethod
    def at(cls, path: Path) -> Folder:
        """Open a folder by a path that no partner can change; links in it are followed.

        Raises:
            FixTheHub: It cannot be opened.
        """
        try:
            return cls(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), path)
        except OSError as fault:
            raise _folder_error(path, fault) from None

    @classmethod
    def beneath(cls, root: Path, *names: str, make: bool = False) -> Folder:
        """Open `root/names[0]/names[1]/...`; only `root` may be reached through links.

        Args:
            root: The exchange, which the hub alone controls.
            names: One name for each level.
            make: Make missing levels, with rights for the hub's user only.

        Raises:
            FixTheHub: A level is a link, no folder, missing, or closed to the hub.
        """
        path = root
        try:
            here = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as fault:
            raise _folder_error(path, fault) from None
        for level, name in enumerate(names, 1):
            path /= name
            try:
                if make:
                    _make(name, here)
                inner = os.open(name, _LIST if level == len(names) else _PASS, dir_fd=here)
            except OSError as fault:
                raise _folder_error(path, fault) from None
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

    def stat_of(self, name: str) -> os.stat_result | None:
        """Return the facts of an entry (lstat), of a link its own; None when there is none of this name."""
        if not is_entry_name(name):
            return None
        try:
            return os.stat(name, dir_fd=self.handle, follow_symlinks=False)
        except OSError:  # gone, or too long to be a name
            return None

    @contextmanager
    def opened(self, name: str) -> Iterator[int]:
        """Open an entry for reading, without following a link or waiting for a pipe, and give its descriptor.

        Raises:
            OSError: As the system has it: FileNotFoundError, PermissionError, ELOOP for a link.
        """
        if not is_entry_name(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        handle = os.open(name, _READ, dir_fd=self.handle)
        try:
            yield handle
        finally:
            os.close(handle)

    def first_bytes(self, name: str, most: int) -> bytes:
        """Return the first bytes of a regular file with one name; b"" where there is none or it cannot be read."""
        try:
            with self.opened(name) as handle, open(handle, "rb", closefd=False) as file:
                return file.read(most) if is_single_file(os.fstat(handle)) else b""
        except OSError:
            return b""

    def is_being_written(self, name: str) -> bool:
        """Whether any process has the entry open for writing; False where it cannot be opened."""
        try:
            with self.opened(name) as handle:
                return _is_open_for_writing(handle)
        except OSError:
            return False

    def remove(self, name: str) -> None:
        """Remove an entry that is no folder; of a link the link itself.

        Raises:
            OSError: There is none, or it cannot be removed.
        """
        if is_entry_name(name):
            os.unlink(name, dir_fd=self.handle)

    def sync(self) -> None:
        """Make renames in the folder survive a power cut."""
        sync_folder(self.handle)


def _is_open_for_writing(handle: int) -> bool:
    """Whether any process has an open file open for writing; False where the system cannot know (not Linux).

    The system grants a read lease only on a file that no process has open for writing (fcntl(2), F_SETLEASE).
    """
    try:
        # A writer that comes while we hold the lease makes the kernel send a signal; this one is ignored by default.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except (OSError, AttributeError) as error:
        return getattr(error, "errno", None) == errno.EAGAIN
    return False


def is_entry_name(name: str) -> bool:
    """Whether a name can be that of an entry, and does not lead out of the folder.

    >>> is_entry_name("a.csv"), is_entry_name("../a.csv"), is_entry_name("..")
    (True, False, False)
    """
    try:
        return name not in {"", ".", ".."} and not {"/", "\0"} & set(name) and bool(os.fsencode(name))
    except UnicodeEncodeError:  # half of a pair, as JSON can have one
        return False


def is_single_file(facts: os.stat_result) -> bool:
    """Whether an entry is a regular file with one name: a hard link may be a file of another owner."""
    return stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1


def _make(name: str, folder: int) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=folder)


def _folder_error(path: Path, fault: OSError) -> FixTheHub:
    where, user = str(path), f"uid {os.geteuid()}"
    if fault.errno in {errno.ENOTDIR, errno.ELOOP, errno.EEXIST}:
        return error_of(FixTheHub, "exchange.link", where=where)
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return error_of(FixTheHub, "exchange.closed", where=where, user=user, reason=fault.strerror)
    return error_of(FixTheHub, "exchange.not_opened", where=where, why=fault.strerror or type(fault).__name__)
