"""The exchange folder of a source, `<exchange>/<agency>/<feed>/in/`: what is complete, and whose it is.

A file is *ready* when its sender has finished it, and *claimed* for one batch by a rename on the same file system,
which only one process can win.  How a sender says that a file is finished is agreed per source:

- `rename`: it writes under another name (`.x`, `x.part`, `x.tmp`, `x.filepart`) and renames;
- `marker`: it writes `x.csv`, then an empty `x.csv.done`;
- `settle`: it can do neither, so a file counts as finished when it has not changed for a while.  A guess;
- `manifest`: it writes its files, then a manifest that names them (`connectors/paired.py`); a file without one waits.

In all four a file is not ready while a process of this machine has it open for writing, or when it has changed since
the last look.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors import names
from connectors.writing import being_written, sync_folder, write_whole
from hub.errors import FixTheHub
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

COMPLETE = ("rename", "marker", "settle", "manifest")
WAITING = ("settle", "manifest")
DONE = ".done"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
BESIDE = (".manifest.json", DONE)
CLAIMED, LOOKS, NAMED, BUNDLE = ".claimed", ".looks.json", ".name", ".manifest."
SETTLED = 30.0  # seconds without a change
WAIT = 86_400.0  # seconds that a file waits for its manifest


@dataclass(frozen=True)
class Claim:
    """A file that belongs to one batch: where its bytes are, and what its sender called it, fit to be shown."""

    batch: str
    path: Path
    name: str
    findings: tuple[Finding, ...] = ()


class Look:
    """What the files of a folder look like now, and for how long they have looked like that."""

    def __init__(self, source_folder: Path, now: datetime) -> None:
        """Look at every regular file and compare with the look before."""
        self.folder, self.before, self.now = source_folder, _looks(source_folder), now.timestamp()
        self.looks: dict[str, list[Any]] = {}
        for path, found in regular(source_folder, beside=True):
            seen = [found.st_size, found.st_mtime_ns, found.st_ino]
            last = self.before.get(path.name)
            self.looks[path.name] = [seen, last[1] if last and last[0] == seen else self.now]

    def age(self, path: Path) -> float | None:
        """Return for how many seconds a file has looked the same; None when it has changed since the last look."""
        seen, since = self.looks.get(path.name, (None, self.now))
        last = self.before.get(path.name)
        return None if seen is None or (last and last[0] != seen) else float(self.now - since)

    def forget(self, path: Path) -> None:
        """Drop a file that is about to go: the next one of this name is another one."""
        self.looks.pop(path.name, None)

    def keep(self) -> None:
        """Remember it for the next look."""
        if self.looks != self.before:
            write_whole(self.folder / LOOKS, json.dumps(self.looks).encode())


def ready(  # noqa: PLR0913, PLR0917 - how one folder is agreed to be used
    source_folder: Path,
    complete: str,
    now: datetime,
    settled: float = SETTLED,
    look: Look | None = None,
    besides: Collection[Path] = (),
) -> list[Path]:
    """Return the complete files of a folder by name; what they looked like is remembered for the next look.

    `settled` is the time in seconds that `settle` waits, and `manifest` before it gives up; `besides` stay where
    they are.  Raises FixTheHub for an unknown `complete`; a folder that does not exist has no files.
    """
    if complete not in COMPLETE:
        raise FixTheHub(
            f"`complete: {complete}` is not known.",
            where=str(source_folder),
            next_step=f"Use one of {', '.join(COMPLETE)}.",
        )
    look = look or Look(source_folder, now)
    files = []
    for path, _ in regular(source_folder):
        age = look.age(path)
        if (
            path in besides
            or age is None
            or (complete in WAITING and age < settled)
            or (complete == "marker" and not _marked(path))
        ):
            continue
        if not being_written(path):
            files.append(path)
            look.forget(path)
    look.keep()
    return files


def claim(path: Path, batch_id: str) -> Claim | None:
    """Take a file of an exchange folder for a batch; None when another process was faster, or its sender came back.

    The file stands under a safe name in `.claimed/<batch_id>/` afterwards.  A name that is not safe is kept beside it,
    and the claim carries UNSAFE_NAME.
    """
    if being_written(path):
        return None
    folder = path.parent / CLAIMED / batch_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    twin = _has_twin(path)
    if twin or names.unsafe(path.name):
        write_whole(folder / NAMED, os.fsencode(path.name))
    target = folder / names.stored(path.name)
    try:
        path.rename(target)
    except FileNotFoundError:
        release(Claim(batch_id, target, path.name))
        return None
    if not stat.S_ISREG(target.lstat().st_mode):  # it was exchanged for a link since we looked
        release(Claim(batch_id, target, path.name))
        return None
    with suppress(OSError):  # there is none, or the name is too long to have one
        path.with_name(path.name + DONE).unlink()
    for each in (folder, folder.parent, path.parent):
        sync_folder(each)
    return _claim(folder, target)


def claimed(source_folder: Path) -> list[Claim]:
    """Return what is claimed and not released: the work of now, or what a crash left behind."""
    folders = source_folder / CLAIMED
    claims = []
    for folder in sorted(folders.iterdir()) if folders.is_dir() else ():
        if any(path.name.startswith(BUNDLE) for path in folder.iterdir()):
            continue  # it came with a manifest: connectors/paired.py
        files = [path for path, _ in regular(folder)]
        claims += [_claim(folder, path) for path in files[:1]]
    return claims


def release(claim: Claim) -> None:
    """Forget a claim whose bytes are safe elsewhere: the file and its folder are removed."""
    for path in (claim.path, claim.path.with_name(NAMED)):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # something else stands there: not ours to remove
        claim.path.parent.rmdir()
    sync_folder(claim.path.parent.parent)


def _marked(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.with_name(path.name + DONE).lstat().st_mode)
    except OSError:  # there is none, or the name is too long to have one
        return False


def _claim(folder: Path, path: Path) -> Claim:
    named = folder / NAMED
    if not named.exists():
        return Claim(folder.name, path, names.label(path.name))
    name = names.label(os.fsdecode(named.read_bytes()))
    return Claim(folder.name, path, name, (Finding("UNSAFE_NAME", file=name, value=name),))


def _has_twin(path: Path) -> bool:
    """Whether another file of the folder has the same name to a human eye, and this one is not in NFC."""
    if names.slot(path.name) == path.name.casefold():
        return False
    return any(other != path and names.slot(other.name) == names.slot(path.name) for other, _ in regular(path.parent))


def regular(folder: Path, *, beside: bool = False) -> list[tuple[Path, os.stat_result]]:
    """Return the files that may be deliveries, by name: no links, no folders, nothing unfinished or hidden.

    `beside`: manifests too.
    """
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        lower = path.name.lower()
        hidden = lower.startswith((".", "~$")) and not lower.startswith("..")  # `..` is an attempt, not a habit
        if hidden or lower.endswith(UNFINISHED + (BESIDE[1:] if beside else BESIDE)):
            continue
        with suppress(FileNotFoundError):
            about = path.lstat()
            if stat.S_ISREG(about.st_mode):
                found.append((path, about))
    return found


def _looks(folder: Path) -> dict[str, list[Any]]:
    """Return what the files looked like the last time; nothing when nobody looked, or somebody broke our notes."""
    with suppress(OSError, ValueError):
        looks = json.loads((folder / LOOKS).read_bytes())
        if isinstance(looks, dict):
            return looks
    return {}
