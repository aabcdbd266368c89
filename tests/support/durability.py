"""What a program has made durable: each call that syncs or names a file is noted while it happens."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

Inode = tuple[int, int]
SYNC, NAME = "sync", "name"


class Trace:
    """The syncs and the names given, in order; a folder or file is known by its inode."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Inode]] = []

    def is_durable(self, path: Path) -> bool:
        """Whether the bytes were synced before the file got its name, and the folder after that."""
        file, folder = _inode(path), _inode(path.parent)
        named = self._last(NAME, file)
        synced = self._first(SYNC, file)
        return synced is not None and (named is None or synced < named) and self.has_name(path, folder, named or synced)

    def has_name(self, path: Path, folder: Inode | None = None, since: int = -1) -> bool:
        """Whether the folder of a path was synced (after an event), so that the name stays."""
        last = self._last(SYNC, folder or _inode(path.parent))
        return last is not None and last > since

    def named_before(self, path: Path, other: Path) -> bool:
        """Whether a file had its name, for good, when another one got its own."""
        named, later = self._last(NAME, _inode(path)), self._last(NAME, _inode(other))
        kept = [at for at, event in enumerate(self.events) if event == (SYNC, _inode(path.parent))]
        return named is not None and later is not None and any(named < at < later for at in kept)

    def _first(self, kind: str, inode: Inode) -> int | None:
        return next((at for at, event in enumerate(self.events) if event == (kind, inode)), None)

    def _last(self, kind: str, inode: Inode) -> int | None:
        return max((at for at, event in enumerate(self.events) if event == (kind, inode)), default=None)


@contextmanager
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trace]:
    """Note what is done within the block; the calls are made as ever."""
    trace = Trace()
    fsync = os.fsync

    def noted(handle: int) -> None:
        about = os.fstat(handle)
        trace.events.append((SYNC, (about.st_dev, about.st_ino)))
        fsync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", noted)
        for name in ("rename", "replace", "link"):
            patch.setattr(os, name, _naming(trace, getattr(os, name)))
        yield trace


def _naming(trace: Trace, call: Any) -> Any:
    def noted(source: Any, target: Any, **folders: Any) -> None:
        about = os.stat(source, dir_fd=folders.get("src_dir_fd"), follow_symlinks=False)
        trace.events.append((NAME, (about.st_dev, about.st_ino)))
        call(source, target, **folders)

    return noted


def _inode(path: Path) -> Inode:
    about = path.lstat()
    return about.st_dev, about.st_ino
