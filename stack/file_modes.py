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
from hub.messages import sentence
from hub.settings import settings
from mappings.catalogue import source_headers
from pipeline.intake.unclaimed import unclaimed_entries
from stack.checks import Found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.intake.unclaimed import UnclaimedEntry

OWN = ("airflow", "data-docs", "fetch", "logs", "raw", "run", "secrets", "work")  # under the home
SHARED = stat.S_IRWXO  # rights of users outside the group of a folder
SHOWN = 5  # faults in one line; all of them would hide the cure


def home_modes() -> Found:
    """Check the modes of the home and of the folders in it."""
    home = settings().home
    lax = [(path, mode) for path in (home, *(home / name for name in OWN)) if (mode := _lax(path, home))]
    if not lax:
        return Found(fine=True, says=sentence("doctor.rights.closed"))
    says = [_open_to_others(path, mode) for path, mode in lax]
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
        return Found(fine=True, says=sentence("doctor.exchange.none", folder=root))
    faults = list(_of_the_root(root))
    groups: dict[int, set[str]] = {}
    for head in source_headers():
        faults += _of_a_source(root, head.agency, head.feed, groups)
    for gid, agencies in sorted(groups.items()):
        if len(agencies) > 1:
            says = sentence("doctor.exchange.group", group=_group(gid), agencies=", ".join(sorted(agencies)))
            faults.append((says, sentence("doctor.exchange.group.cure")))
    unclaimed = unclaimed_entries()
    faults += [(describe(each), "") for each in unclaimed]
    if not faults:
        return Found(fine=True, says=sentence("doctor.exchange.closed", folder=root))
    cures = list(dict.fromkeys(cure for _, cure in faults if cure))
    if unclaimed:
        cures.append(sentence("doctor.exchange.unclaimed.cure"))
    return Found(fine=False, says=_first([says for says, _ in faults]), cure="; ".join(cures))


def describe(each: UnclaimedEntry) -> str:
    """Return one line about an entry that the hub does not take."""
    return sentence("left.run", **each._asdict() | {"kind": sentence(f"left.{each.kind}")})


def _of_the_root(root: Path) -> Iterator[tuple[str, str]]:
    about = root.stat()
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield _open_to_others(root, stat.S_IWOTH), f"chmod go-w {shlex.quote(str(root))}"
    if about.st_uid not in {0, os.geteuid()}:
        says = sentence("doctor.rights.owner", place=root, uid=about.st_uid)
        yield says, f"chown {os.geteuid()} {shlex.quote(str(root))}"
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
            yield _open_to_others(where, about.st_mode & SHARED), f"chmod o-rwx {shlex.quote(str(root / where))}"
        if about.st_mode & stat.S_IRWXG and about.st_gid not in {os.getegid(), *os.getgroups()}:
            groups.setdefault(about.st_gid, set()).add(agency)
        if part != "out" and about.st_mode & stat.S_ISVTX and about.st_uid != os.geteuid() and os.geteuid() != 0:
            yield sentence("doctor.rights.sticky", place=where), f"chmod -t {shlex.quote(str(root / where))}"
        if part == "out" and about.st_mode & stat.S_IWGRP:
            yield sentence("doctor.rights.group", place=where), f"chmod g-w {shlex.quote(str(root / where))}"


def _open_to_others(place: Path | str, mode: int) -> str:
    return sentence("doctor.rights.others", place=place, verbs=_verbs(mode))


def _verbs(mode: int) -> str:
    names = (("read", 0o044), ("written", 0o022), ("entered", 0o011))
    return sentence("list.separator").join(sentence(f"doctor.verb.{name}") for name, bits in names if mode & bits)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _first(says: list[str]) -> str:
    more = [sentence("doctor.more", count=len(says) - SHOWN)] if len(says) > SHOWN else []
    return "; ".join(says[:SHOWN] + more)
