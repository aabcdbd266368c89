"""Checks of owners and modes: where other users may enter folders that need not be open to them.

The hub makes its folders for itself alone.  The operator opens a folder of the exchange to its own agency
(docs/running.md, “Folders and rights”); the home is opened to nobody.
"""

from __future__ import annotations

import grp
import os
import shlex
import stat
from typing import TYPE_CHECKING

from connectors.inbox.confined import Folder
from connectors.inbox.exchange import PARTS
from connectors.inbox.hub_folder import hub_folder
from hub.errors import HubError
from hub.i18n import say
from hub.settings import settings
from mappings.catalogue import source_headers
from pipeline.intake.unclaimed import unclaimed_entries
from stack.checks import Found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.intake.unclaimed import UnclaimedEntry

OWN = ("airflow", "data-docs", "fetch", "logs", "raw", "run", "secrets", "work")  # under the home
SHARED = stat.S_IRWXO  # nobody outside the group of a folder has any business in it
SHOWN = 5  # faults in one line; all of them would hide the cure


def home_modes() -> Found:
    """Check the modes of the home and of the folders in it."""
    home = settings().home
    lax = [(path, mode) for path in (home, *(home / name for name in OWN)) if (mode := _lax(path, home))]
    if not lax:
        return Found(fine=True, says="home, logs and stores are closed to other users")
    says = [f"{path} can be {_verbs(mode)} by others" for path, mode in lax]
    cures = [f"chmod {'go-rw' if path == home else 'go-rwx'} {shlex.quote(str(path))}" for path, _ in lax]
    return Found(fine=False, says=_first(says), cure=" && ".join(cures))


def _lax(path: Path, home: Path) -> int:
    """Return the rights that others have and need not.

    Passing through the home is left to them: the exchange may lie in it, and the account of the embedded server.  The
    group may read logs.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return 0
    spared = 0o011 if path == home else 0o050 if path.name == "logs" else 0
    return mode & 0o077 & ~spared


def exchange() -> Found:
    """Check the exchange folders of all sources, and list what lies there that the hub does not take."""
    root = settings().exchange
    if not root.is_dir():
        return Found(fine=True, says=f"{root}: not made yet")
    faults = list(_of_the_root(root))
    groups: dict[int, set[str]] = {}
    for head in source_headers():
        faults += _of_a_source(root, head.agency, head.feed, groups)
    for gid, agencies in sorted(groups.items()):
        if len(agencies) > 1:
            listed = ", ".join(sorted(agencies))
            faults.append((f"group {_group(gid)} may enter folders of {listed}", "a group of its own for each agency"))
    unclaimed = unclaimed_entries()
    faults += [(describe(each), "") for each in unclaimed]
    if not faults:
        return Found(fine=True, says=f"{root}: each agency's folders are closed to others")
    cures = list(dict.fromkeys(cure for _, cure in faults if cure))
    if unclaimed:
        cures.append("what is left alone: ask its agency, which has a notice in `out`, or remove it")
    return Found(fine=False, says=_first([says for says, _ in faults]), cure="; ".join(cures))


def describe(each: UnclaimedEntry) -> str:
    """Return one line about an entry that the hub does not take."""
    language = settings().language
    return say("left.run", language, **each._asdict() | {"kind": say(f"left.{each.kind}", language)})


def _of_the_root(root: Path) -> Iterator[tuple[str, str]]:
    about = root.stat()
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield f"{root} can be written by others", f"chmod go-w {shlex.quote(str(root))}"
    if about.st_uid not in {0, os.geteuid()}:
        yield f"{root} belongs to uid {about.st_uid}", f"chown {os.geteuid()} {shlex.quote(str(root))}"
    try:
        hub_folder(root)
    except HubError as fault:
        yield f"{fault.where}: {fault.why}", fault.next_step


def _of_a_source(root: Path, agency: str, feed: str, groups: dict[int, set[str]]) -> Iterator[tuple[str, str]]:
    """Yield what is lax in the folders of one source; note the groups that may enter them."""
    for part in PARTS:
        where = f"{agency}/{feed}/{part}"
        if not os.path.lexists(root / where):
            continue
        try:
            with Folder.beneath(root, agency, feed, part) as folder:
                about = os.fstat(folder.handle)
        except HubError as fault:
            yield f"{fault.where}: {fault.why}", fault.next_step
            continue
        if about.st_mode & SHARED:
            yield f"{where} can be {_verbs(about.st_mode & SHARED)} by everybody", f"chmod o-rwx {root / where}"
        if about.st_mode & stat.S_IRWXG and about.st_gid not in {os.getegid(), *os.getgroups()}:
            groups.setdefault(about.st_gid, set()).add(agency)
        if part != "out" and about.st_mode & stat.S_ISVTX and about.st_uid != os.geteuid() and os.geteuid() != 0:
            yield f"{where} is sticky: nobody but its owner may take a file out of it", f"chmod -t {root / where}"
        if part == "out" and about.st_mode & stat.S_IWGRP:
            yield f"{where} can be written by its group", f"chmod g-w {root / where}"


def _verbs(mode: int) -> str:
    names = (("read", 0o044), ("written", 0o022), ("entered", 0o011))
    return ", ".join(name for name, bits in names if mode & bits)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _first(says: list[str]) -> str:
    more = [f"and {len(says) - SHOWN} more"] if len(says) > SHOWN else []
    return "; ".join(says[:SHOWN] + more)
