"""A manifest and the files that it names: seen together, claimed together.

The manifest is taken first, by one rename, which only one process can win and which makes the rest of the claim known:
whoever finds it in `.claimed/<id>/` after a crash takes the files that are still outside.  Call everything here under
the lock of the source: between the two renames a file looks as if it had no manifest.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from connectors import names
from connectors.folder import CLAIMED, Look, regular
from connectors.manifest import SUFFIX, parse
from connectors.manifest.document import named_files
from connectors.manifest.strict import LARGEST
from connectors.writing import being_written, sync_folder, write_whole
from hub.errors import RejectBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TAKEN, CALLED = ".manifest.json", ".manifest.name"


@dataclass(frozen=True)
class Bundle:
    """A claimed manifest: what its sender called it, its bytes, and the files of it that were there."""

    id: str
    folder: Path
    name: str
    body: bytes
    files: dict[str, Path]  # by the name that the manifest gives; those of a broken one by their own

    def release(self) -> None:
        """Forget a claim whose bytes are safe elsewhere.

        The manifest goes first, so that nobody finishes the claim once more with a new file of an old name.
        """
        with suppress(FileNotFoundError):  # another process was faster
            (self.folder / TAKEN).unlink()
            sync_folder(self.folder)
            _clear(self.folder)
            sync_folder(self.folder.parent)


def manifests(inbox: Path) -> list[Path]:
    """Return the manifests of a folder, by name."""
    return [path for path, _ in regular(inbox, beside=True) if path.name.lower().endswith(SUFFIX)]


def beside(manifest: Path) -> tuple[bytes, dict[str, Path]]:
    """Return the bytes of a manifest, and the files beside it that it speaks of, by the names that it gives them."""
    body = _bytes_of(manifest)
    return body, _Place(manifest.parent).files_of(body, manifest.name)


def spoken_for(inbox: Path) -> set[Path]:
    """Return the files of a folder that some manifest there speaks of: they are not taken without it."""
    place = _Place(inbox)
    return {path for each in manifests(inbox) for path in place.files_of(_bytes_of(each), each.name).values()}


def whole(inbox: Path, look: Look, wait: float) -> Iterator[Path]:
    """Yield the manifests whose files are all there and finished, and those that have waited for them long enough."""
    place = _Place(inbox)
    for path in manifests(inbox):
        body = _bytes_of(path)
        files = place.files_of(body, path.name)
        age = look.age(path)
        if age is None or being_written(path) or any(map(being_written, files.values())):
            continue
        changing = any(look.age(each) is None for each in files.values())
        if not changing and (set(named_files(body)) <= files.keys() or age >= wait):
            yield path


def claim_bundle(manifest: Path, claim_id: str) -> Bundle | None:
    """Take a manifest and its files for a submission; None when another process was faster."""
    inbox = manifest.parent
    folder = inbox / CLAIMED / claim_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder / CALLED, os.fsencode(manifest.name))
    try:
        manifest.rename(folder / TAKEN)
    except FileNotFoundError:
        _clear(folder)
        return None
    if not stat.S_ISREG((folder / TAKEN).lstat().st_mode):  # it was exchanged for a link since we looked
        _clear(folder)
        return None
    sync_folder(folder)
    return _finished(folder)


def _clear(folder: Path) -> None:
    """Remove a claim that has ended, or never had begun; its mark goes last."""
    for path in (*(path for path, _ in regular(folder)), *(folder / name for name in (TAKEN, CALLED))):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # something else stands there: not ours to remove
        folder.rmdir()


def bundles(inbox: Path) -> list[Bundle]:
    """Return what is claimed and not released; claims that a crash has cut short are finished."""
    folders = inbox / CLAIMED
    found = []
    for folder in sorted(folders.iterdir()) if folders.is_dir() else ():
        if (folder / TAKEN).is_file():
            found.append(_finished(folder))
        elif (folder / CALLED).exists():  # killed before it had anything, or at its end
            _clear(folder)
    return found


def _finished(folder: Path) -> Bundle:
    """Take the files that the manifest of a claim speaks of, and return the claim."""
    inbox = folder.parent.parent
    body, name = _bytes_of(folder / TAKEN), os.fsdecode((folder / CALLED).read_bytes())
    for each, path in _Place(inbox).files_of(body, name).items():
        target = folder / names.stored(each)
        if not target.exists():
            with suppress(FileNotFoundError):
                path.rename(target)
    for place in (folder, folder.parent, inbox):
        sync_folder(place)
    files = {each: folder / names.stored(each) for each in spoken_of(body, name, _Place(folder))}
    for path in files.values():
        if path.is_symlink():  # exchanged since we looked: not a file of the sender's
            path.unlink()
    return Bundle(
        folder.name, folder, names.label(name), body, {each: at for each, at in files.items() if at.is_file()}
    )


class _Place:
    """A folder in which files are looked up by name; it is listed only when a name is not there as it is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def there(self) -> list[Path]:
        return [path for path, _ in regular(self.folder)]

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self.there)

    @cached_property
    def by_name(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in self.there:
            found.setdefault(_nfc(path.name), []).append(path)
        return found

    def files_of(self, body: bytes, name: str) -> dict[str, Path]:
        """Return the files that a manifest called `name` speaks of, by the name that it gives them."""
        found = {each: self.file(each) for each in spoken_of(body, name, self)}
        return {each: path for each, path in found.items() if path is not None}

    def file(self, name: str) -> Path | None:
        """Return the file of this name, or the only one that has it in NFC: twins are nobody's."""
        path = self.folder / name
        with suppress(OSError, ValueError):
            if stat.S_ISREG(path.lstat().st_mode):
                return path
        same = self.by_name.get(_nfc(name), [])
        return same[0] if len(same) == 1 else None


def spoken_of(body: bytes, name: str, there: Iterable[str]) -> list[str]:
    """Return the names of the files that belong to a manifest; of a broken one also what it is called after.

    `there` are the names of the files beside it; they are looked through only for a broken one.
    """
    try:
        return [each.name for each in parse(body).files]
    except RejectBatch:
        called = name[: -len(SUFFIX)]
        after = [each for each in there if called in {each, PurePath(each).stem, names.stored(each)}]
        return list(dict.fromkeys([*named_files(body), *after]))


def _bytes_of(path: Path) -> bytes:
    """Return the bytes of a manifest, and of one that is too large the first that are too many."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    with open(handle, "rb") as file:  # noqa: PTH123 - a handle that follows no link
        return file.read(LARGEST + 1)


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
