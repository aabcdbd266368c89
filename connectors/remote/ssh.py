"""SSH connections: the host key that the server must have, the secrets, and the hub's errors for SSH faults."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

from hub.errors import FixTheHub, HubError, RetryLater

if TYPE_CHECKING:
    from connectors.base import Limits
    from connectors.connection import Connection

logging.getLogger("asyncssh").setLevel(logging.ERROR)  # it logs every connection

PORT = 22
LOCAL_DENIED = (errno.EACCES, errno.EPERM)


async def connect(connection: Connection, limits: Limits) -> asyncssh.SSHClientConnection:
    """Open a connection to a server whose host key is known; nothing of the hub's own account is used.

    Args:
        connection: Host, port, login and password; its extra holds `host_key`, and perhaps `private_key` or `key_file`
            with `private_key_passphrase`.
        limits: `connect` is the time for connecting, and again for logging in.

    Raises:
        FixTheHub: The extra has no host key, or a key in it cannot be read.  Without a host key the error names the
            key that the server shows.
    """
    if not connection.extra.get("host_key"):
        raise await _unknown_host(connection, limits)
    return await asyncssh.connect(
        connection.host,
        connection.port or PORT,
        username=connection.login,
        password=connection.password or None,
        client_keys=_private_keys(connection),
        known_hosts=([_host_key(connection)], [], []),
        config=None,
        agent_path=None,
        connect_timeout=limits.connect,
        login_timeout=limits.connect,
    )


def _host_key(connection: Connection) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(connection.option("host_key"))
    except (asyncssh.KeyImportError, ValueError):
        raise FixTheHub(
            "The host key of the connection cannot be read.",
            where=connection.place,
            next_step='Put the line that the partner gives, like "ssh-ed25519 AAAA...", into `host_key` of its extra.',
        ) from None


async def _unknown_host(connection: Connection, limits: Limits) -> HubError:
    """Return the error for a connection without a host key, with the key that the server shows."""
    try:
        key = await asyncio.wait_for(
            asyncssh.get_server_host_key(connection.host, connection.port or PORT, config=None), limits.connect
        )
    except Exception as fault:  # noqa: BLE001 - every fault of the library becomes one of the hub's
        return map_ssh_error(fault, connection)
    shown = f"It shows {key.get_algorithm()} {key.get_fingerprint()}." if key else "It shows no key."
    return FixTheHub(
        "The server's host key is not known, so nothing is sent there.",
        where=connection.place,
        why=shown,
        next_step="Ask the partner for its host key over another channel and put it into `host_key` of the "
        "connection's extra.",
    )


def _private_keys(connection: Connection) -> list[asyncssh.SSHKey] | None:
    """Return the private key of the connection, from its extra or a file; None when it has none."""
    text = connection.option("private_key")
    try:
        if not text and connection.option("key_file"):
            text = Path(connection.option("key_file")).read_text("ascii")
        return (
            [asyncssh.import_private_key(text, connection.option("private_key_passphrase") or None)] if text else None
        )
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError, ValueError) as fault:
        raise FixTheHub(
            "The private key of the connection cannot be used.",
            where=connection.place,
            why=type(fault).__name__,
            next_step="Put the key in OpenSSH form into `private_key` of its extra, and `private_key_passphrase` "
            "if it has one.",
        ) from None


def map_ssh_error(fault: BaseException, connection: Connection) -> HubError:
    """Return the hub's error for a fault of the SSH library, without the server's own text: it may hold data."""
    match fault:
        case HubError():
            return fault
        case asyncssh.HostKeyNotVerifiable() | asyncssh.KeyExchangeFailed():
            return FixTheHub(
                "The server shows another host key than the one that is known.",
                where=connection.place,
                why=type(fault).__name__,
                next_step="Ask the partner whether its key has changed, over another channel; only then put the new "
                "one into `host_key` of the connection's extra.",
            )
        case asyncssh.PermissionDenied():
            return FixTheHub(
                "The server does not let the hub in.",
                where=connection.place,
                why="Login, password or key is refused.",
                next_step="Correct the connection in Airflow, or ask the partner for new ones.",
            )
        case asyncssh.SFTPPermissionDenied():
            return FixTheHub(
                "The server denies the hub a file or folder.",
                where=connection.place,
                why="Permission denied.",
                next_step="Ask the partner to give the hub's login the right to read it (and, where files are archived "
                "or deleted, to write the folder).",
            )
        case socket.gaierror():
            why = "The name of the host is not known."
        case TimeoutError():
            why = "No answer in time."
        case OSError() if fault.errno in LOCAL_DENIED:
            why = "The operating system does not allow it."
        case _:
            why = type(fault).__name__
    return RetryLater(
        "The server does not answer.", where=connection.place, why=why, next_step="It is tried again by itself."
    )
