"""A manifest and the files that it names are claimed together.

The manifest is taken first, by one rename, which only one process can win.  It says what else belongs to the claim:
after a crash the next run finds it in `claims/<id>/` and takes the files that are still outside.  Its sender may still
have it open, so the hub uses a copy of its own.  Call everything here under the lock of the source: between the two
renames a file seems to have no manifest.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from connectors import filenames
from connectors.delivery_names import MANIFEST, is_manifest
from connectors.inbox.confined import Folder, is_single_file
from connectors.inbox.folder import FolderScan, claim_folders
from connectors.inbox.partner_folder import delivery_files
from connectors.manifest import parse
from connectors.manifest.manifest import named_files
from connectors.manifest.strict_json import LARGEST
from hub.durable import copy_durable, sync_folder, write_durable
from hub.errors import RejectBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from connectors.inbox.partner_folder import Inbox

TAKEN, NAME_FILE, ARRIVED = MANIFEST, ".manifest.name", ".manifest.arrived"


@dataclass(frozen=True)
class ClaimedSubmission:
    """A claimed manifest and those of its files that came.

    Attributes:
        id: The id of the claim, which becomes that of its first batch.
        folder: The folder of the claim.
        name: The sender's name of the manifest, safe to show.
        body: The bytes of the manifest; one that is too large is cut.
        files: The files by the names that the manifest gives; those of a broken manifest by their own.
    """

    id: str
    folder: Path
    name: str
    body: bytes
    files: dict[str, Path]

    def release(self) -> None:
        """Remove a claim whose bytes are in the raw store; it may be called twice.

        The manifest goes first, so that no other run completes the claim with a new file of an old name.
        """
        with suppress(FileNotFoundError):  # another process was faster
            (self.folder / TAKEN).unlink()
            sync_folder(self.folder)
            _clear(self.folder)
            sync_folder(self.folder.parent)


def manifests(inbox: Inbox) -> list[str]:
    """Return the names of the manifests in a folder."""
    return [name for name, _ in inbox.files(manifests=True) if is_manifest(name)]


def local_bundle(manifest: Path) -> tuple[bytes, dict[str, Path]]:
    """Return the bytes of a manifest on this machine, and its files beside it by the names that it gives them.

    The path comes from the user of the command line, so links in it are followed.

    Raises:
        FixTheHub: The folder cannot be opened.
    """
    with Folder.at(manifest.resolve().parent) as folder:
        body = folder.first_bytes(manifest.resolve().name, LARGEST + 1)
        found = _FileLookup(folder).referenced_files(body, manifest.name)
        return body, {each: manifest.parent / name for each, name in found.items()}


def claimed_names(inbox: Inbox) -> set[str]:
    """Return the names of the files of a folder that a manifest there names: they are not claimed without it."""
    place = _FileLookup(inbox.folder)
    bodies = ((inbox.folder.first_bytes(name, LARGEST + 1), name) for name in manifests(inbox))
    return {found for body, name in bodies for found in place.referenced_files(body, name).values()}


def complete_manifests(inbox: Inbox, scan: FolderScan, wait: float) -> Iterator[str]:
    """Yield the names of the manifests that can be claimed.

    Args:
        inbox: The folder.
        scan: What its files look like now.
        wait: Seconds after which a manifest is claimed although files of it are missing.
    """
    place = _FileLookup(inbox.folder)
    for name in manifests(inbox):
        body = inbox.folder.first_bytes(name, LARGEST + 1)
        files = place.referenced_files(body, name)
        age = scan.age(name)
        if age is None or not all(map(inbox.is_free, [name, *files.values()])):
            continue
        changing = any(scan.age(each) is None for each in files.values())
        if not changing and (set(named_files(body)) <= files.keys() or age >= wait):
            yield name


def claim_bundle(inbox: Inbox, manifest: str, claim_id: str) -> ClaimedSubmission | None:
    """Claim a manifest and its files; None when another process was faster.

    Args:
        inbox: The folder.
        manifest: The name of the manifest in it.
        claim_id: A new id, as `hub.batch` makes them.

    Raises:
        FixTheHub: No file of this folder can be moved.
    """
    folder = inbox.claims / claim_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_durable(folder / NAME_FILE, os.fsencode(manifest))
    if not inbox.take(manifest, folder / ARRIVED):
        _clear(folder)
        return None
    sync_folder(folder)
    return _completed(inbox, folder)


def _clear(folder: Path) -> None:
    """Remove the folder of a claim that is over, or has no file; the note of its name goes last."""
    for path in (*_files_in(folder), *(folder / name for name in (ARRIVED, TAKEN, NAME_FILE))):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # something else stands there: not ours to remove
        folder.rmdir()


def _files_in(folder: Path) -> list[Path]:
    own_names = {ARRIVED, TAKEN, NAME_FILE}
    return [path for path in sorted(folder.iterdir()) if path.name not in own_names and not path.is_dir()]


def bundles(inbox: Inbox) -> list[ClaimedSubmission]:
    """Return what is claimed and not released; claims that a crash has interrupted are completed.

    Raises:
        FixTheHub: No file of this folder can be moved.
    """
    found = []
    for folder in claim_folders(inbox):
        arrived = folder / ARRIVED
        if arrived.is_symlink() or (arrived.exists() and not is_single_file(arrived.lstat())):
            inbox.give_back(arrived, _original_name(folder))  # it was moved and not checked before a crash
        if (folder / TAKEN).exists() or arrived.exists():
            found.append(_completed(inbox, folder))
        elif (folder / NAME_FILE).exists():  # a crash before the manifest came, or during the removal
            _clear(folder)
    return found


def _original_name(folder: Path) -> str:
    return os.fsdecode((folder / NAME_FILE).read_bytes())


def _completed(inbox: Inbox, folder: Path) -> ClaimedSubmission:
    """Take the files that the manifest of a claim names, and return the claim."""
    taken, arrived = folder / TAKEN, folder / ARRIVED
    if not taken.exists():
        copy_durable(arrived, taken)
    arrived.unlink(missing_ok=True)
    name = _original_name(folder)
    with taken.open("rb") as file:
        body = file.read(LARGEST + 1)
    for each, names in _FileLookup(inbox.folder).referenced_files(body, name).items():
        target = folder / filenames.storage_name(each)
        if not target.exists():
            inbox.take(names, target)
    for place in (folder, folder.parent):
        sync_folder(place)
    inbox.folder.sync()
    with Folder.at(folder) as claim:
        files = {
            each: folder / filenames.storage_name(each) for each in referenced_names(body, name, _FileLookup(claim))
        }
    for each, path in files.items():
        if path.is_symlink() or (path.exists() and not is_single_file(path.lstat())):  # not checked before a crash
            inbox.give_back(path, each)
    return ClaimedSubmission(
        folder.name, folder, filenames.label(name), body, {each: at for each, at in files.items() if at.is_file()}
    )


class _FileLookup:
    """A folder in which files are looked up by name; it is listed only when no file has a name exactly."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    @cached_property
    def names(self) -> list[str]:
        return [name for name, _ in delivery_files(self.folder)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        return filenames.by_nfc(self.names)

    def referenced_files(self, body: bytes, name: str) -> dict[str, str]:
        """Return the files that a manifest with this file name refers to, by the names that it gives them."""
        found = {each: self.file(each) for each in referenced_names(body, name, self)}
        return {each: names for each, names in found.items() if names is not None}

    def file(self, name: str) -> str | None:
        """Return the file of this name, or the only one whose name is equal to it in NFC."""
        facts = self.folder.stat_of(name)
        if facts is not None and is_single_file(facts):
            return name
        return filenames.only_match(name, self.by_name)


def referenced_names(body: bytes, name: str, names: Iterable[str]) -> list[str]:
    """Return the names of the files that belong to a manifest.

    Args:
        body: The bytes of the manifest.
        name: Its file name.
        names: The names of the files beside it.  They are used for a broken manifest only, to which the file belongs
            after which it is named.
    """
    try:
        return [each.name for each in parse(body).files]
    except RejectBatch:
        stem = name[: -len(MANIFEST)]
        after = [each for each in names if stem in {each, PurePath(each).stem, filenames.storage_name(each)}]
        return list(dict.fromkeys([*named_files(body), *after]))
