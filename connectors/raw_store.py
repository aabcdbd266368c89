"""The raw store: every delivery's bytes, unchanged, under their SHA-256: `<raw>/<aa>/<sha256>`.

The store is any fsspec URL.  On a local disk a file appears under its name only when it is complete and on disk; object
stores guarantee that by themselves.  Bytes are hashed whenever they are read: a reader gets the right ones or
`RawDamaged`.  Putting the same bytes again replaces damaged ones.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import fsspec
from fsspec.implementations.local import LocalFileSystem

from hub.durable import make_folder, move, new_file, sync_folder
from hub.errors import FixTheHub
from hub.machine import RAW_DAMAGED
from hub.messages import error_of, sentence
from hub.scratch import scratch
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 20
HEX = frozenset("0123456789abcdef")


class RawDamaged(FixTheHub):
    """The raw store holds other bytes under a hash, or none."""

    def __init__(self, key: str, place: str) -> None:
        super().__init__(
            sentence(key), where=place, why=sentence("raw.why"), next_step=sentence("raw.next"), trouble=RAW_DAMAGED
        )


class Stored(NamedTuple):
    """What identifies the bytes of a delivery: their SHA-256, hexadecimal, and their number."""

    sha256: str
    size: int


def put(path: Path, url: str | None = None) -> Stored:
    """Copy a file into the store, unless the store holds the same bytes already, undamaged.

    Args:
        path: The file; its sender may still have it open.
        url: The store, as a URL of fsspec; that of the settings unless given.

    Returns:
        Hash and size of the bytes that were stored.
    """
    system, root = _store(url)
    if not isinstance(system, LocalFileSystem):
        # Its sender may still have the file open: what is hashed and what is stored are one copy.
        with scratch("raw") as draft:
            copy = Path(draft) / "bytes"
            with path.open("rb") as source, copy.open("xb") as own:
                stored = _copy(source, own)
            target = _place(root, stored.sha256)
            if not _holds(system, target, stored.sha256):
                system.put_file(str(copy), target)
        return stored
    # Hash and copy in one pass; the name is known at the end only.
    folder = Path(root)
    make_folder(folder, 0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".put-") as draft:
        copy = Path(draft) / "bytes"
        with path.open("rb") as source, new_file(copy) as target_file:
            stored = _copy(source, target_file)
        target_path = Path(_place(root, stored.sha256))
        target_path.parent.mkdir(exist_ok=True, mode=0o700)
        if not _holds(system, str(target_path), stored.sha256):
            copy.chmod(0o400)
            move(copy, target_path)
            sync_folder(folder)
    return stored


def open_raw(sha256: str, url: str | None = None) -> IO[bytes]:
    """Open the bytes with a hash.

    Args:
        sha256: The hash, hexadecimal.
        url: The store; that of the settings unless given.

    Raises:
        RawDamaged: The store holds other bytes, or none.
        FixTheHub: `sha256` is no SHA-256.
    """
    system, root = _store(url)
    place = _place(root, sha256)
    handle = _opened(system, place)
    if hashlib.file_digest(handle, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]  # fsspec's are alike
        handle.close()
        raise RawDamaged("raw.changed", place)
    handle.seek(0)
    return handle


@contextmanager
def local_path(sha256: str, url: str | None = None) -> Iterator[Path]:
    """Give the path of a local file with the bytes of a hash; a temporary copy when the store is not local.

    Args:
        sha256: The hash, hexadecimal.
        url: The store; that of the settings unless given.

    Raises:
        RawDamaged: The store holds other bytes, or none; or, at the end, they were changed while they were read, so
            that results made of them are worthless.
        FixTheHub: `sha256` is no SHA-256.
    """
    system, root = _store(url)
    if isinstance(system, LocalFileSystem):
        path = Path(_place(root, sha256))
        with open_raw(sha256, url) as source:
            seen = _identity(os.fstat(source.fileno()))
        try:
            yield path
        finally:
            if not path.exists() or (_identity(path.stat()) != seen and digest(path).sha256 != sha256):
                raise RawDamaged("raw.changed", str(path))
        return
    place = _place(root, sha256)
    with scratch("raw") as folder:
        path = Path(folder) / sha256
        with _opened(system, place) as source, path.open("xb") as target:
            stored = _copy(source, target)
        if stored.sha256 != sha256:
            raise RawDamaged("raw.changed", place)
        yield path


def has(sha256: str, url: str | None = None) -> bool:
    """Whether the store holds anything under a hash, which may be damaged.

    Raises:
        FixTheHub: `sha256` is no SHA-256.
    """
    system, root = _store(url)
    return bool(system.exists(_place(root, sha256)))


def _opened(system: fsspec.AbstractFileSystem, place: str) -> IO[bytes]:
    if not system.exists(place):
        raise RawDamaged("raw.missing", place)
    handle: IO[bytes] = system.open(place, "rb")
    return handle


def _holds(system: fsspec.AbstractFileSystem, place: str, sha256: str) -> bool:
    """Whether the store holds exactly these bytes."""
    if not system.exists(place):
        return False
    with system.open(place, "rb") as handle:
        return bool(hashlib.file_digest(handle, "sha256").hexdigest() == sha256)


def _identity(facts: os.stat_result) -> tuple[int, ...]:
    """Return what changes when a file is written to or replaced."""
    return (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


def _store(url: str | None) -> tuple[fsspec.AbstractFileSystem, str]:
    system, root = fsspec.core.url_to_fs(url or settings().raw_url)
    return system, root


def _place(root: str, sha256: str) -> str:
    if len(sha256) != 64 or not HEX.issuperset(sha256):  # noqa: PLR2004 - 256 bits
        raise error_of(FixTheHub, "raw.no_hash", where=sha256[:80])
    return f"{root}/{sha256[:2]}/{sha256}"


def digest(path: Path) -> Stored:
    """Return hash and size of a file."""
    with path.open("rb") as file:
        return Stored(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _copy(source: IO[bytes], target: IO[bytes]) -> Stored:
    seen, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        seen.update(piece)
        size += target.write(piece)
    return Stored(seen.hexdigest(), size)
