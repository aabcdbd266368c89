"""The exchange folder of a source, `<exchange>/<agency>/<feed>/in/`: what is complete, and whose it is.

A file is *ready* when its sender has finished it, and *claimed* for one batch by a rename into the hub's own folder,
which only one process can win.  How a sender says that a file is finished is agreed per source:

- `rename`: it writes under another name (`.x`, `x.part`, `x.tmp`, `x.filepart`) and renames;
- `marker`: it writes `x.csv`, then an empty `x.csv.done`;
- `settle`: it can do neither, so a file counts as finished when it has not changed for a while.  A guess;
- `manifest`: it writes its files, then a manifest that names them (`bundle.py`); a file without one waits.

In all four a file is not ready while a process of this machine has it open for writing, or when it has changed since
the last look.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors import filenames
from connectors.inbox.confined import whole_file
from connectors.inbox.partner_folder import DONE
from hub.durable import sync_folder, write_durable
from hub.errors import FixTheHub
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from connectors.inbox.partner_folder import Inbox

COMPLETE = ("rename", "marker", "settle", "manifest")
WAITING = ("settle", "manifest")
LOOKS, NAMED, BUNDLE = "looks.json", ".name", ".manifest."
SETTLED = 30.0  # seconds without a change
WAIT = 86_400.0  # seconds that a file waits for its manifest
CLAIM = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}", re.ASCII)  # as hub.batch makes ids


@dataclass(frozen=True)
class Claim:
    """A file that belongs to one batch: where its bytes are, and what its sender called it, fit to be shown."""

    batch: str
    path: Path
    name: str
    findings: tuple[Finding, ...] = ()


class Look:
    """What the files of a folder look like now, and for how long they have looked like that."""

    def __init__(self, inbox: Inbox, now: datetime) -> None:
        """Look at every file and compare with the look before."""
        self.notes, self.now = inbox.own / LOOKS, now.timestamp()
        self.before = _looks(self.notes)
        self.looks: dict[str, list[Any]] = {}
        for name, found in inbox.files(beside=True):
            seen = [found.st_size, found.st_mtime_ns, found.st_ino]
            last = self.before.get(name)
            self.looks[name] = [seen, last[1] if last and last[0] == seen else self.now]

    def age(self, name: str) -> float | None:
        """Return for how many seconds a file has looked the same; None when it has changed since the last look."""
        seen, since = self.looks.get(name, (None, self.now))
        last = self.before.get(name)
        return None if seen is None or (last and last[0] != seen) else float(self.now - since)

    def forget(self, name: str) -> None:
        """Drop a file that is about to go: the next one of this name is another one."""
        self.looks.pop(name, None)

    def keep(self) -> None:
        """Remember it for the next look."""
        if self.looks != self.before:
            write_durable(self.notes, json.dumps(self.looks).encode())


def ready(  # noqa: PLR0913, PLR0917 - how one folder is agreed to be used
    inbox: Inbox,
    complete: str,
    now: datetime,
    settled: float = SETTLED,
    look: Look | None = None,
    besides: Collection[str] = (),
) -> list[str]:
    """Return the names of the complete files of a folder; what they looked like is remembered for the next look.

    `settled` is the time in seconds that `settle` waits, and `manifest` before it gives up; `besides` stay where
    they are.  Raises FixTheHub for an unknown `complete`.
    """
    if complete not in COMPLETE:
        raise FixTheHub(
            f"`complete: {complete}` is not known.",
            where=str(inbox.folder.path),
            next_step=f"Use one of {', '.join(COMPLETE)}.",
        )
    look = look or Look(inbox, now)
    found = []
    for name, _ in inbox.files():
        age = look.age(name)
        if (
            name in besides
            or age is None
            or (complete in WAITING and age < settled)
            or (complete == "marker" and not _marked(inbox, name))
        ):
            continue
        if inbox.is_free(name):
            found.append(name)
            look.forget(name)
    look.keep()
    return found


def claim(inbox: Inbox, name: str, batch_id: str) -> Claim | None:
    """Take a file of an exchange folder for a batch; None when another process was faster, or its sender came back.

    The file stands under a safe name in `<own>/claims/<batch_id>/` afterwards.  A name that is not safe is kept beside
    it, and the claim carries UNSAFE_NAME.  Raises FixTheHub when no file of this folder can be taken.
    """
    if inbox.folder.being_written(name):
        return None
    folder = inbox.claims / batch_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _has_twin(inbox, name) or filenames.is_unsafe(name):
        write_durable(folder / NAMED, os.fsencode(name))
    target = folder / filenames.storage_name(name)
    if not inbox.take(name, target):
        _clear(folder)
        return None
    with suppress(OSError):  # there is none, or the name is too long to have one
        inbox.folder.remove(name + DONE)
    for each in (folder, folder.parent):
        sync_folder(each)
    inbox.folder.sync()
    return _claim(folder, target)


def claimed(inbox: Inbox) -> list[Claim]:
    """Return what is claimed and not released: the work of now, or what a crash left behind.

    What a process that was killed has moved and not yet looked at is looked at here, and goes back if it is no file.
    """
    claims = []
    for folder in claim_folders(inbox):
        entries = sorted(folder.iterdir())
        if any(path.name.startswith(BUNDLE) for path in entries):
            continue  # it came with a manifest: connectors/inbox/bundle.py
        for path in [path for path in entries if not path.name.startswith(".")][:1]:
            if whole_file(path.lstat()):
                claims.append(_claim(folder, path))
            else:
                inbox.give_back(path, path.name)
        _clear(folder)
    return claims


def claim_folders(inbox: Inbox) -> Iterator[Path]:
    """Yield the folders of claims in the order of their ids; what a person has put beside them is not looked at."""
    there = sorted(inbox.claims.iterdir()) if inbox.claims.is_dir() else ()
    yield from (folder for folder in there if CLAIM.fullmatch(folder.name) and folder.is_dir())


def release(claim: Claim) -> None:
    """Forget a claim whose bytes are safe elsewhere: the file and its folder are removed."""
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


def _marked(inbox: Inbox, name: str) -> bool:
    about = inbox.folder.about(name + DONE)
    return about is not None and whole_file(about)


def _claim(folder: Path, path: Path) -> Claim:
    named = folder / NAMED
    if not named.exists():
        return Claim(folder.name, path, filenames.label(path.name))
    name = filenames.label(os.fsdecode(named.read_bytes()))
    return Claim(folder.name, path, name, (Finding("UNSAFE_NAME", file=name, value=name),))


def _has_twin(inbox: Inbox, name: str) -> bool:
    """Whether another file of the folder has the same name to a human eye, and this one is not in NFC."""
    if filenames.comparison_key(name) == name.casefold():
        return False
    return any(
        other != name and filenames.comparison_key(other) == filenames.comparison_key(name)
        for other, _ in inbox.files()
    )


def _looks(notes: Path) -> dict[str, list[Any]]:
    """Return what the files looked like the last time; nothing when nobody looked, or somebody broke our notes."""
    with suppress(OSError, ValueError):
        looks = json.loads(notes.read_bytes())
        if isinstance(looks, dict):
            return looks
    return {}
