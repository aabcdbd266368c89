"""Files of this machine that are there whole, also after a power cut, or not at all: the one place that writes them.

A file is made under a name that nobody knows, written, synced, and renamed to its own name; then its folder is synced,
without which a power cut may take the name away again (fsync(2), rename(2)).
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 20
OWNER_ONLY = 0o600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def new_file(path: Path | str, mode: int = 0o666, *, dir_fd: int | None = None) -> Iterator[IO[bytes]]:
    """Give a file under a name that nothing has yet; at the end its bytes are on disk, its name not yet.

    When the block fails, the file is removed.

    Args:
        path: Its name, within the open folder `dir_fd` where that is given, as in `os.open`.
        mode: Its rights, of which the umask takes.
        dir_fd: The descriptor of a folder.

    Raises:
        FileExistsError: Something has that name, be it a link to nowhere.
    """
    handle = os.open(path, _NEW, mode, dir_fd=dir_fd)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor
            yield file
            file.flush()
            os.fsync(handle)
    except BaseException:
        with suppress(OSError):
            os.unlink(path, dir_fd=dir_fd)
        raise


@contextmanager
def durable_file(path: Path, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """Give a file that takes its name, and the place of what has it, when the block ends well; else nothing changes."""
    draft = _draft_of(path)
    try:
        with new_file(draft, mode) as file:
            yield file
        move(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_durable(path: Path, data: bytes) -> None:
    """Write a file, in the place of what has its name."""
    with durable_file(path) as file:
        file.write(data)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that at no moment anybody but its owner can read, in the place of what has its name."""
    with durable_file(path, OWNER_ONLY) as file:
        file.write(data)


def create_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, unless its name is taken: of several processes, one's bytes stay."""
    draft = _draft_of(path)
    try:
        with new_file(draft, OWNER_ONLY) as file:
            file.write(data)
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename, a link replaces nothing
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def copy_durable(path: Path, target: Path) -> None:
    """Copy a file that its writer may still have open to one of ours, which stays as it is; `target` may be `path`."""
    with path.open("rb") as theirs, durable_file(target) as ours:
        shutil.copyfileobj(theirs, ours, PIECE)


def move(path: Path | str, target: Path | str, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
    """Rename as `os.rename` does, in the place of what has the name, and sync the folder that the file comes into."""
    os.rename(path, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
    sync_folder(Path(target).parent if dst_dir_fd is None else dst_dir_fd)


def make_folder(path: Path, mode: int = 0o777) -> Path:
    """Make a folder with those above it, where they are missing, and return it; `mode` is that of the last one."""
    made = [each for each in (path, *path.parents) if not each.exists()]
    path.mkdir(mode, parents=True, exist_ok=True)
    for each in made:
        sync_folder(each.parent)
    return path


def sync_folder(folder: Path | int) -> None:
    """Make what was made, renamed or removed in a folder (or its descriptor) survive a power cut."""
    if isinstance(folder, int):
        os.fsync(folder)
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{secrets.token_hex(8)}.tmp")
