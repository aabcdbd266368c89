"""The raw store: every delivery's bytes, unchanged, under their SHA-256: `<raw>/<aa>/<sha256>`.

The store is any fsspec URL.  On a local disk a file appears under its name only when it is whole and on disk; object
stores promise that by themselves.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import fsspec
from fsspec.implementations.local import LocalFileSystem

from connectors.writing import sync_folder, whole
from hub.errors import FixTheHub
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 20
HEX = frozenset("0123456789abcdef")


class Stored(NamedTuple):
    """What identifies a delivery's bytes."""

    sha256: str
    size: int


def put(path: Path, url: str | None = None) -> Stored:
    """Copy a file into the store and return what it is; the same bytes are kept once."""
    system, root = _store(url)
    if not isinstance(system, LocalFileSystem):
        stored = digest(path)
        target = _place(root, stored.sha256)
        if not (system.exists(target) and system.size(target) == stored.size):
            system.put_file(str(path), target)
        return stored
    # Hash and copy in one pass; the name is known at the end only.
    folder = Path(root)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".put-") as draft:
        copy = Path(draft) / "bytes"
        with path.open("rb") as source, whole(copy) as target_file:
            stored = _copy(source, target_file)
        target_path = Path(_place(root, stored.sha256))
        target_path.parent.mkdir(exist_ok=True, mode=0o700)
        if not (target_path.exists() and target_path.stat().st_size == stored.size):
            copy.chmod(0o400)
            _keep(copy, target_path)
    return stored


def open_raw(sha256: str, url: str | None = None) -> IO[bytes]:
    """Open the bytes with this hash.  Raises FixTheHub when the store does not have them."""
    system, root = _store(url)
    place = _place(root, sha256)
    if not system.exists(place):
        raise FixTheHub("The raw bytes are missing.", where=place, next_step="Restore the raw store from its backup.")
    handle: IO[bytes] = system.open(place, "rb")
    return handle


@contextmanager
def local_path(sha256: str, url: str | None = None) -> Iterator[Path]:
    """Give the path of a local file with these bytes; a copy, removed afterwards, when the store is elsewhere."""
    system, root = _store(url)
    with open_raw(sha256, url) as source:
        if isinstance(system, LocalFileSystem):
            yield Path(_place(root, sha256))
            return
        with tempfile.TemporaryDirectory(prefix="riskhub-raw-") as folder:
            path = Path(folder) / sha256
            with path.open("xb") as target:
                shutil.copyfileobj(source, target, PIECE)
            yield path


def _store(url: str | None) -> tuple[fsspec.AbstractFileSystem, str]:
    system, root = fsspec.core.url_to_fs(url or settings().raw_url)
    return system, root


def _place(root: str, sha256: str) -> str:
    if len(sha256) != 64 or not HEX.issuperset(sha256):  # noqa: PLR2004 - 256 bits
        raise FixTheHub("This is not a SHA-256.", where=sha256[:80])
    return f"{root}/{sha256[:2]}/{sha256}"


def digest(path: Path) -> Stored:
    """Return what identifies the bytes of a file."""
    with path.open("rb") as file:
        return Stored(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _copy(source: IO[bytes], target: IO[bytes]) -> Stored:
    seen, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        seen.update(piece)
        size += target.write(piece)
    return Stored(seen.hexdigest(), size)


def _keep(copy: Path, target: Path) -> None:
    copy.replace(target)
    sync_folder(target.parent)
    sync_folder(target.parent.parent)
