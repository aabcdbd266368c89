"""The hub's own folder within the exchange, `<exchange>/.hub`: claims, notes, and drafts of receipts.

It lies there, and not under the home, because claims and receipts are renames, which need one file system.  Only the
hub may write in it, which is checked before each use: the hub would trust what a partner could put there.
"""

from __future__ import annotations

import os
import shlex
import stat
from typing import TYPE_CHECKING

from hub.errors import FixTheHub
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from pathlib import Path

NAME = ".hub"
DRAFTS = "drafts"


def hub_folder(exchange: Path, *inner: str) -> Path:
    """Return `<exchange>/.hub/<inner>`, made if it is missing; its owner and rights are checked first.

    Raises:
        FixTheHub: Others could write there, it is another user's, or it cannot be made.  The next step is the command
            that corrects it.
    """
    place = exchange / NAME
    _check(exchange, place)
    folder = place.joinpath(*inner)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _check(exchange: Path, place: Path) -> None:
    try:
        place.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as fault:
        raise _error(place, sentence("hub_folder.not_made", why=fault.strerror), _install(place)) from None
    about = place.lstat()
    if not stat.S_ISDIR(about.st_mode):
        raise _error(place, sentence("hub_folder.link"), f"rm {_quoted(place)} && {_install(place)}")
    if about.st_uid != os.geteuid():
        why = sentence("hub_folder.owner", owner=about.st_uid, uid=os.geteuid())
        raise _error(place, why, sentence("hub_folder.owner.next", uid=os.geteuid(), place=_quoted(place)))
    root = exchange.stat()
    if root.st_mode & stat.S_IWOTH:
        why = sentence("hub_folder.exchange_open", folder=exchange)
        raise _error(place, why, f"chmod o-w {_quoted(exchange)}")
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        why = sentence("hub_folder.open")
        raise _error(place, why, sentence("hub_folder.open.next", place=_quoted(place)))
    if root.st_dev != about.st_dev:
        why = sentence("hub_folder.mounted")
        raise _error(place, why, sentence("hub_folder.mounted.next", place=_quoted(place)))
    if about.st_mode & 0o077:
        place.chmod(0o700)


def _error(place: Path, why: str, cure: str) -> FixTheHub:
    return error_of(FixTheHub, "hub_folder.unsafe", where=str(place), why=why, next_step=cure)


def _install(place: Path) -> str:
    return f"install -d -m 0700 -o {os.geteuid()} -g {os.getegid()} {_quoted(place)}"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
