"""The account of the database server: PostgreSQL refuses to run as root, so root starts it as user `riskhub`."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypedDict

from hub.errors import FixTheHub
from hub.messages import error_of, sentence

if TYPE_CHECKING:
    from pathlib import Path

NAME = "riskhub"


class ProcessUser(TypedDict, total=False):
    """The arguments of `subprocess` that start a process as another user; none for the user of this process."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The unprivileged user that the database server runs as."""

    uid: int
    gid: int

    def as_user(self) -> ProcessUser:
        """Return the arguments of `subprocess` that start a process as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether this user can reach and list `folder`: every folder above must let others through."""
        tried = subprocess.run(
            ["test", "-r", folder, "-a", "-x", folder],
            cwd="/",
            check=False,
            **self.as_user(),
        )
        return tried.returncode == 0

    def own(self, path: Path) -> None:
        """Give `path` to this user."""
        os.chown(path, self.uid, self.gid)


@cache
def server_account() -> Account | None:
    """Return the account to run the server as, making it if missing; None when this process is not root.

    Raises FixTheHub where it cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        known = pwd.getpwnam(NAME)
    except KeyError:
        _add_user()
        known = pwd.getpwnam(NAME)
    return Account(known.pw_uid, known.pw_gid)


def _add_user() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        made = subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", NAME], check=False, capture_output=True, text=True
        )
        why = made.stderr.strip()
    except FileNotFoundError:
        why = sentence("account.no_useradd")
    try:
        pwd.getpwnam(NAME)  # made by us, or a moment ago by another hub
    except KeyError:
        raise error_of(FixTheHub, "account.missing", where="/etc/passwd", why=why, name=NAME) from None
