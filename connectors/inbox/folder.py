"""The exchange folder of a source, `<exchange>/<agency>/<feed>/in/`: which files are complete, and who claims them.

A file is *ready* when its sender has finished it, and *claimed* for one batch by a rename into the hub's own folder,
which only one process can win.  How a sender says that a file is finished is agreed per source:

- `rename`: it writes under another name (`.x`, `x.part`, `x.tmp`, `x.filepart`) and renames;
- `marker`: it writes `x.csv`, then an empty `x.csv.done`;
- `settle`: it can do neither, so a file that has not changed for a while counts as finished, which is a guess;
- `manifest`: it writes its files, then a manifest that names them (`bundle.py`); a file without one waits.

In all four a file is not ready while a process of this machine has it open for writing, or when it has changed since
the last scan.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors import filenames
from connectors.delivery_names import DONE
from connectors.inbox.confined import is_single_file
from hub.durable import sync_folder, write_durable
from hub.errors import FixTheHub
from hub.finding import Finding
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from connectors.inbox.partner_folder import Inbox

COMPLETE = ("rename", "marker", "settle", "manifest")
WAITING = ("settle", "manifest")
SCAN_FILE, NAMED, BUNDLE = "looks.json", ".name", ".manifest."
SETTLED = 30.0  # seconds without a change
WAIT = 86_400.0  # seconds that a file waits for its manifest
CLAIM = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}", re.ASCII)  # as hub.batch makes ids


@dataclass(frozen=True)
class Claim:
    """A file that belongs to one batch: the path of its bytes, and the sender's name of it, safe to show."""

    batch: str
    path: Path
    name: str
    findings: tuple[Finding, ...] = ()


class FolderScan:
    """Size, time and inode of the files of a folder, and since when they have not changed."""

    def __init__(self, inbox: Inbox, now: datetime) -> None:
        """Read the facts of every file and compare them with the scan before."""
        self.notes, self.now = inbox.own / SCAN_FILE, now.timestamp()
        self.before = _stored_entries(self.notes)
        self.entries: dict[str, list[Any]] = {}
        for name, found in inbox.files(manifests=True):
            seen = [found.st_size, found.st_mtime_ns, found.st_ino]
            last = self.before.get(name)
            self.entries[name] = [seen, last[1] if last and last[0] == seen else self.now]

    def age(self, name: str) -> float | None:
        """Return for how many seconds a file has not changed; None when it has changed since the last scan."""
        seen, since = self.entries.get(name, (None, self.now))
        last = self.before.get(name)
        return None if seen is None or (last and last[0] != seen) else float(self.now - since)

    def forget(self, name: str) -> None:
        """Drop a file that is about to be claimed: the next one of this name is another one."""
        self.entries.pop(name, None)

    def save(self) -> None:
        """Store it for the next scan."""
        if self.entries != self.before:
            write_durable(self.notes, json.dumps(self.entries).encode())


def ready(  # noqa: PLR0913, PLR0917 - how one folder is agreed to be used
    inbox: Inbox,
    complete: str,
    now: datetime,
    settled: float = SETTLED,
    scan: FolderScan | None = None,
    excluded: Collection[str] = (),
) -> list[str]:
    """Return the names of the complete files of a folder; the scan is stored for the next call.

    Args:
        inbox: The folder.
        complete: `rename`, `marker`, `settle` or `manifest`, as the mapping agrees.
        now: The present.
        settled: Seconds without a change after which `settle`, and `manifest` without one, take a file.
        scan: A scan of the folder of this moment, if there is one.
        excluded: Names of files that are not returned.

    Raises:
        FixTheHub: `complete` is none of the four.
    """
    if complete not in COMPLETE:
        raise error_of(
            FixTheHub,
            "exchange.bad_complete",
            where=str(inbox.folder.path),
            complete=complete,
            known=", ".join(COMPLETE),
        )
    scan = scan or FolderScan(inbox, now)
    found = []
    for name, _ in inbox.files():
        age = scan.age(name)
        if (
            name in excluded
            or age is None
            or (complete in WAITING and age < settled)
            or (complete == "marker" and not _has_marker(inbox, name))
        ):
            continue
        if inbox.is_free(name):
            found.append(name)
            scan.forget(name)
    scan.save()
    return found


def claim(inbox: Inbox, name: str, batch_id: str) -> Claim | None:
    """Claim a file of an exchange folder for a batch.

    It is stored under a safe name in `<own>/claims/<batch_id>/` then; an unsafe name is stored beside it.

    Returns:
        The claim, with the finding UNSAFE_NAME if there is reason; None when another process was faster, or the sender
        writes the file again.

    Raises:
        FixTheHub: No file of this folder can be moved.
    """
    if inbox.folder.is_being_written(name):
        return None
    folder = inbox.claims / batch_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _has_similar_name(inbox, name) or filenames.is_unsafe(name):
        write_durable(folder / NAMED, os.fsencode(name))
    target = folder / filenames.storage_name(name)
    if not inbox.take(name, target):
        _clear(folder)
        return None
    with suppress(OSError):  # there is no marker, or the name is too long for one
        inbox.folder.remove(name + DONE)
    for each in (folder, folder.parent):
        sync_folder(each)
    inbox.folder.sync()
    return _claim(folder, target)


def claimed(inbox: Inbox) -> list[Claim]:
    """Return what is claimed and not released, also by processes that died.

    What a process moved before it died, and did not check, is checked here, and goes back if it is no file.
    """
    claims = []
    for folder in claim_folders(inbox):
        entries = sorted(folder.iterdir())
        if any(path.name.startswith(BUNDLE) for path in entries):
            continue  # it came with a manifest: connectors/inbox/bundle.py
        for path in [path for path in entries if not path.name.startswith(".")][:1]:
            if is_single_file(path.lstat()):
                claims.append(_claim(folder, path))
            else:
                inbox.give_back(path, path.name)
        _clear(folder)
    return claims


def claim_folders(inbox: Inbox) -> Iterator[Path]:
    """Yield the folders of claims in the order of their ids; anything else beside them is ignored."""
    there = sorted(inbox.claims.iterdir()) if inbox.claims.is_dir() else ()
    yield from (folder for folder in there if CLAIM.fullmatch(folder.name) and folder.is_dir())


def release(claim: Claim) -> None:
    """Remove a claim whose bytes are in the raw store, with its folder."""
    claim.path.unlink(missing_ok=True)
    _clear(claim.path.parent)
    sync_folder(claim.path.parent.parent)


def _clear(folder: Path) -> None:
    """Remove the folder of a claim that has no file (any more), with the notes that are left of it."""
    notes = list(folder.iterdir()) if folder.is_dir() else []
    if all(path.name.startswith(".") for path in notes):
        for path in notes:
            path.unlink(missing_ok=True)
        with suppress(OSError):  # another process was faster
            folder.rmdir()


def _has_marker(inbox: Inbox, name: str) -> bool:
    facts = inbox.folder.stat_of(name + DONE)
    return facts is not None and is_single_file(facts)


def _claim(folder: Path, path: Path) -> Claim:
    named = folder / NAMED
    if not named.exists():
        return Claim(folder.name, path, filenames.label(path.name))
    name = filenames.label(os.fsdecode(named.read_bytes()))
    return Claim(folder.name, path, name, (Finding("UNSAFE_NAME", file=name, value=name),))


def _has_similar_name(inbox: Inbox, name: str) -> bool:
    """Whether another file of the folder has the same name to a human eye, and this one is not in NFC."""
    if filenames.comparison_key(name) == name.casefold():
        return False
    return any(
        other != name and filenames.comparison_key(other) == filenames.comparison_key(name)
        for other, _ in inbox.files()
    )


def _stored_entries(notes: Path) -> dict[str, list[Any]]:
    """Return the entries of the last scan; none when there was no scan, or its file is broken."""
    with suppress(OSError, ValueError):
        entries = json.loads(notes.read_bytes())
        if isinstance(entries, dict):
            return entries
    return {}
