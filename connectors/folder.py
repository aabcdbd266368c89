"""The exchange folder of a source, `<exchange>/<agency>/<feed>/in/`: what is complete, and whose it is.

A file is *ready* when its sender has finished it, and *claimed* for one batch by a rename on the same file system,
which only one process can win.  How a sender says that a file is finished is agreed per source:

- `rename`: it writes under another name (`.x`, `x.part`, `x.tmp`, `x.filepart`) and renames;
- `marker`: it writes `x.csv`, then an empty `x.csv.done`;
- `settle`: it can do neither, so a file counts as finished when it has not changed for a while.  A guess.

In all three a file is not ready while a process of this machine has it open for writing, or when it has changed since
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
    from datetime import datetime
    from pathlib import Path

COMPLETE = ("rename", "marker", "settle")
DONE = ".done"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
BESIDE = (".manifest.json", DONE)
CLAIMED, LOOKS, NAMED = ".claimed", ".looks.json", ".name"
SETTLED = 30.0  # seconds without a change


@dataclass(frozen=True)
class Claim:
    """A file that belongs to one batch: where its bytes are, and what its sender called it, fit to be shown."""

    batch: str
    path: Path
    name: str
    findings: tuple[Finding, ...] = ()


def ready(source_folder: Path, complete: str, now: datetime, settled: float = SETTLED) -> list[Path]:
    """Return the complete files of a folder by name; what they looked like is remembered for the next look.

    `settled` is the time in seconds that `settle` waits.  Raises FixTheHub for an unknown `complete`; a folder that
    does not exist has no files.
    """
    if complete not in COMPLETE:
        raise FixTheHub(
            f"`complete: {complete}` is not known.",
            where=str(source_folder),
            next_step=f"Use one of {', '.join(COMPLETE)}.",
        )
    before, looks, files = _looks(source_folder), {}, []
    for path, found in _regular(source_folder):
        seen = [found.st_size, found.st_mtime_ns, found.st_ino]
        last = before.get(path.name)
        since = last[1] if last and last[0] == seen else now.timestamp()
        looks[path.name] = [seen, since]
        if last and last[0] != seen:
            continue
        if complete == "settle" and now.timestamp() - since < settled:
            continue
        if complete == "marker" and not _marked(path):
            continue
        if not being_written(path):
            files.append(path)
            del looks[path.name]  # it is about to go: the next file of this name is another one
    if looks != before:
        write_whole(source_folder / LOOKS, json.dumps(looks).encode())
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
        files = [path for path, _ in _regular(folder)]
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
    return any(other != path and names.slot(other.name) == names.slot(path.name) for other, _ in _regular(path.parent))


def _regular(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """Return the files that may be deliveries, by name: no links, no folders, nothing unfinished or hidden."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        lower = path.name.lower()
        hidden = lower.startswith((".", "~$")) and not lower.startswith("..")  # `..` is an attempt, not a habit
        if hidden or lower.endswith(UNFINISHED + BESIDE):
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
