"""A manifest and the files that it names: seen together, claimed together.

The manifest is taken first, by one rename, which only one process can win and which makes the rest of the claim known:
whoever finds it in `claims/<id>/` after a crash takes the files that are still outside.  Its sender may still have it
open, so the hub goes by a copy of its own.  Call everything here under the lock of the source: between the two renames
a file looks as if it had no manifest.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from connectors import filenames
from connectors.inbox.confined import Folder, whole_file
from connectors.inbox.folder import Look, claim_folders
from connectors.inbox.partner_folder import files_of
from connectors.manifest import SUFFIX, parse
from connectors.manifest.manifest import named_files
from connectors.manifest.strict_json import LARGEST
from hub.durable import copy_durable, sync_folder, write_durable
from hub.errors import RejectBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from connectors.inbox.partner_folder import Inbox

TAKEN, CALLED, ARRIVED = ".manifest.json", ".manifest.name", ".manifest.arrived"


@dataclass(frozen=True)
class ClaimedSubmission:
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


def manifests(inbox: Inbox) -> list[str]:
    """Return the names of the manifests of a folder."""
    return [name for name, _ in inbox.files(beside=True) if name.lower().endswith(SUFFIX)]


def beside(manifest: Path) -> tuple[bytes, dict[str, Path]]:
    """Return the bytes of a manifest, and the files beside it that it speaks of, by the names that it gives them.

    It is somebody's own path, who may read what it leads to.
    """
    with Folder.at(manifest.resolve().parent) as folder:
        body = folder.first_bytes(manifest.resolve().name, LARGEST + 1)
        found = _Place(folder).files_of(body, manifest.name)
        return body, {each: manifest.parent / name for each, name in found.items()}


def claimed_names(inbox: Inbox) -> set[str]:
    """Return the names of the files of a folder that some manifest there speaks of: they are not taken without it."""
    place = _Place(inbox.folder)
    bodies = ((inbox.folder.first_bytes(name, LARGEST + 1), name) for name in manifests(inbox))
    return {found for body, name in bodies for found in place.files_of(body, name).values()}


def whole(inbox: Inbox, look: Look, wait: float) -> Iterator[str]:
    """Yield the manifests whose files are all there and finished, and those that have waited for them long enough."""
    place = _Place(inbox.folder)
    for name in manifests(inbox):
        body = inbox.folder.first_bytes(name, LARGEST + 1)
        files = place.files_of(body, name)
        age = look.age(name)
        if age is None or not all(map(inbox.is_free, [name, *files.values()])):
            continue
        changing = any(look.age(each) is None for each in files.values())
        if not changing and (set(named_files(body)) <= files.keys() or age >= wait):
            yield name


def claim_bundle(inbox: Inbox, manifest: str, claim_id: str) -> ClaimedSubmission | None:
    """Take a manifest and its files for a submission; None when another process was faster."""
    folder = inbox.claims / claim_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_durable(folder / CALLED, os.fsencode(manifest))
    if not inbox.take(manifest, folder / ARRIVED):
        _clear(folder)
        return None
    sync_folder(folder)
    return _finished(inbox, folder)


def _clear(folder: Path) -> None:
    """Remove a claim that has ended, or never had begun; its mark goes last."""
    for path in (*_unmarked(folder), *(folder / name for name in (ARRIVED, TAKEN, CALLED))):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # something else stands there: not ours to remove
        folder.rmdir()


def _unmarked(folder: Path) -> list[Path]:
    marks = {ARRIVED, TAKEN, CALLED}
    return [path for path in sorted(folder.iterdir()) if path.name not in marks and not path.is_dir()]


def bundles(inbox: Inbox) -> list[ClaimedSubmission]:
    """Return what is claimed and not released; claims that a crash has cut short are finished."""
    found = []
    for folder in claim_folders(inbox):
        arrived = folder / ARRIVED
        if arrived.is_symlink() or (arrived.exists() and not whole_file(arrived.lstat())):
            inbox.give_back(arrived, _called(folder))  # killed before it was looked at, and no file
        if (folder / TAKEN).exists() or arrived.exists():
            found.append(_finished(inbox, folder))
        elif (folder / CALLED).exists():  # killed before it had anything, or at its end
            _clear(folder)
    return found


def _called(folder: Path) -> str:
    return os.fsdecode((folder / CALLED).read_bytes())


def _finished(inbox: Inbox, folder: Path) -> ClaimedSubmission:
    """Take the files that the manifest of a claim speaks of, and return the claim."""
    taken, arrived = folder / TAKEN, folder / ARRIVED
    if not taken.exists():
        copy_durable(arrived, taken)
    arrived.unlink(missing_ok=True)
    name = _called(folder)
    with taken.open("rb") as file:
        body = file.read(LARGEST + 1)
    for each, there in _Place(inbox.folder).files_of(body, name).items():
        target = folder / filenames.storage_name(each)
        if not target.exists():
            inbox.take(there, target)
    for place in (folder, folder.parent):
        sync_folder(place)
    inbox.folder.sync()
    with Folder.at(folder) as claim:
        files = {each: folder / filenames.storage_name(each) for each in referenced_names(body, name, _Place(claim))}
    for each, path in files.items():
        if path.is_symlink() or (path.exists() and not whole_file(path.lstat())):  # killed before it was looked at
            inbox.give_back(path, each)
    return ClaimedSubmission(
        folder.name, folder, filenames.label(name), body, {each: at for each, at in files.items() if at.is_file()}
    )


class _Place:
    """A folder in which files are looked up by name; it is listed only when a name is not there as it is written."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    @cached_property
    def there(self) -> list[str]:
        return [name for name, _ in files_of(self.folder)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.there)

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        return filenames.by_nfc(self.there)

    def files_of(self, body: bytes, name: str) -> dict[str, str]:
        """Return the files that a manifest called `name` speaks of, by the name that it gives them."""
        found = {each: self.file(each) for each in referenced_names(body, name, self)}
        return {each: there for each, there in found.items() if there is not None}

    def file(self, name: str) -> str | None:
        """Return the file of this name, or the only one that has it in NFC: twins are nobody's."""
        about = self.folder.about(name)
        if about is not None and whole_file(about):
            return name
        return filenames.only_match(name, self.by_name)


def referenced_names(body: bytes, name: str, there: Iterable[str]) -> list[str]:
    """Return the names of the files that belong to a manifest; of a broken one also what it is called after.

    `there` are the names of the files beside it; they are looked through only for a broken one.
    """
    try:
        return [each.name for each in parse(body).files]
    except RejectBatch:
        called = name[: -len(SUFFIX)]
        after = [each for each in there if called in {each, PurePath(each).stem, filenames.storage_name(each)}]
        return list(dict.fromkeys([*named_files(body), *after]))
