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
from hub.messages import error_of, sentence

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
        raise error_of(FixTheHub, "ssh.bad_host_key", where=connection.place) from None


async def _unknown_host(connection: Connection, limits: Limits) -> HubError:
    """Return the error for a connection without a host key, with the key that the server shows."""
    try:
        key = await asyncio.wait_for(
            asyncssh.get_server_host_key(connection.host, connection.port or PORT, config=None), limits.connect
        )
    except Exception as fault:  # noqa: BLE001 - every fault of the library becomes one of the hub's
        return map_ssh_error(fault, connection)
    shown = (
        sentence("ssh.shows_key", algorithm=key.get_algorithm(), fingerprint=key.get_fingerprint())
        if key
        else sentence("ssh.shows_no_key")
    )
    return error_of(FixTheHub, "ssh.no_host_key", where=connection.place, why=shown)


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
        raise error_of(FixTheHub, "ssh.bad_private_key", where=connection.place, why=type(fault).__name__) from None


def map_ssh_error(fault: BaseException, connection: Connection) -> HubError:
    """Return the hub's error for a fault of the SSH library, without the server's own text: it may hold data."""
    match fault:
        case HubError():
            return fault
        case asyncssh.HostKeyNotVerifiable() | asyncssh.KeyExchangeFailed():
            return error_of(FixTheHub, "ssh.other_host_key", where=connection.place, why=type(fault).__name__)
        case asyncssh.PermissionDenied():
            return error_of(FixTheHub, "ssh.denied", where=connection.place)
        case asyncssh.SFTPPermissionDenied():
            return error_of(FixTheHub, "ssh.no_right", where=connection.place)
        case socket.gaierror():
            why = sentence("ssh.no_host")
        case TimeoutError():
            why = sentence("ssh.no_answer_in_time")
        case OSError() if fault.errno in LOCAL_DENIED:
            why = sentence("ssh.not_allowed")
        case _:
            why = type(fault).__name__
    return error_of(RetryLater, "server.no_answer", where=connection.place, why=why)
