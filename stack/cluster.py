"""The folder of the embedded database: where it is, and how it is made.

It is `<home>/postgres`.  Run as root, the server is an ordinary user that may be unable to reach the home (root's own
folder is closed).  Then the folder is made under /var/lib/riskhub and `<home>/postgres` links to it: nothing above the
home is opened to others, and nothing is hidden, since the link says where the data are.  Removing the home leaves that
folder behind; it is never removed by itself.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from typing import TYPE_CHECKING

import psutil

from hub.durable import move
from hub.errors import FixTheHub
from hub.messages import error_of
from stack import binaries
from stack.home import secret

if TYPE_CHECKING:
    from pathlib import Path

    from stack.account import Account
    from stack.home import Progress

SUPERUSER = "riskhub"
MEBIBYTE = 1 << 20

# Error texts of the server carry values of rows; they must not reach a log (SQLSTATE and constraint name reach the
# hub's own).  Given at every start: a cluster that was made earlier, or whose settings were changed, is as silent.
SILENT = {
    "log_error_verbosity": "terse",
    "log_min_messages": "log",  # not errors: even their first line quotes values (invalid input syntax for ...: "...")
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # A migration may drop and make in one transaction what the standard implies: 632 tables, their indexes and views.
    "max_locks_per_transaction": "256",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "work_mem": "32MB",
    "random_page_cost": "1.1",
    "jit": "off",
}


def major_of(folder: Path) -> str:
    """Return the version that the cluster was made by; the newest where there is none yet."""
    try:
        return (folder / "PG_VERSION").read_text("utf-8").strip()
    except FileNotFoundError:
        return binaries.NEWEST


def make(home: Path, account: Account | None, extra: dict[str, str], on_progress: Progress) -> Path:
    """Return the cluster's folder, made now if there is none.  A half-made one is never taken for a finished one."""
    folder = home / "postgres"
    if (folder / "PG_VERSION").exists():
        return folder
    if folder.is_symlink():
        raise error_of(FixTheHub, "postgres.data_gone", where=str(folder.readlink()), folder=folder)
    on_progress("stack.postgres_creating", folder=folder)
    if account is None or _can_hold(home, account):
        _initialise(folder, home, account, extra)
        return folder
    elsewhere = binaries.open_place() / f"{home.name}-{secrets.token_hex(4)}"
    on_progress("stack.postgres_moved", folder=elsewhere)
    _initialise(elsewhere, home, account, extra)
    folder.symlink_to(elsewhere)
    return folder


def _can_hold(home: Path, account: Account) -> bool:
    """Whether the account can reach a folder of its own inside `home`."""
    probe = home / f".reach-{os.getpid()}"
    probe.mkdir()
    try:
        account.own(probe)
        return account.can_enter(probe)
    finally:
        probe.rmdir()


def _initialise(folder: Path, home: Path, account: Account | None, extra: dict[str, str]) -> None:
    making = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if account:
        account.own(making)
    # In memory: a password in a file would be left behind by a kill, and a pipe of root's is closed to the account.
    with open(os.memfd_create("password"), "w", encoding="utf-8") as password:  # noqa: PTH123 - from a descriptor
        password.write(secret(home, "postgres.password"))
        password.flush()
        _initdb(making, password.fileno(), account, _memory() | SETTINGS | extra)
    move(making, folder)


def _initdb(folder: Path, password: int, account: Account | None, settings: dict[str, str]) -> None:
    major = binaries.NEWEST
    command = [
        str(binaries.programs(major, account) / "initdb"),
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        f"--pwfile=/proc/self/fd/{password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        *(f"--set={name}={value}" for name, value in settings.items()),
    ]
    made = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        pass_fds=[password],
        **(account.as_user() if account else {}),
    )
    if made.returncode:
        raise error_of(FixTheHub, "postgres.not_made", where=str(folder), why=made.stderr.strip()[-500:])


def _memory() -> dict[str, str]:
    """Return the settings that depend on the machine: an eighth of its memory for shared buffers, at most 1 GiB."""
    total = psutil.virtual_memory().total // MEBIBYTE
    return {
        "shared_buffers": f"{min(max(total // 8, 128), 1024)}MB",
        "effective_cache_size": f"{max(total // 2, 256)}MB",
        "maintenance_work_mem": f"{min(max(total // 16, 64), 512)}MB",
    }
