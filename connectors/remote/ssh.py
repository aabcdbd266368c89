"""A connection over SSH: the host key that must be shown, the secrets, and its faults in the hub's words."""

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

logging.getLogger("asyncssh").setLevel(logging.ERROR)  # it tells every connection

PORT = 22
OF_US = (errno.EACCES, errno.EPERM)


async def connect(who: Connection, limits: Limits) -> asyncssh.SSHClientConnection:
    """Open a connection to the server whose host key is known; nothing of the hub's own account is used."""
    if not who.extra.get("host_key"):
        raise await _unknown_host(who, limits)
    return await asyncssh.connect(
        who.host,
        who.port or PORT,
        username=who.login,
        password=who.password or None,
        client_keys=_private_keys(who),
        known_hosts=([_host_key(who)], [], []),
        config=None,
        agent_path=None,
        connect_timeout=limits.connect,
        login_timeout=limits.connect,
    )


def _host_key(who: Connection) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(who.option("host_key"))
    except (asyncssh.KeyImportError, ValueError):
        raise FixTheHub(
            "The host key of the connection cannot be read.",
            where=who.place,
            next_step='Put the line that the partner gives, like "ssh-ed25519 AAAA...", into `host_key` of its extra.',
        ) from None


async def _unknown_host(who: Connection, limits: Limits) -> HubError:
    """Return the refusal of a server whose key nobody has vouched for, with the key that it shows."""
    try:
        key = await asyncio.wait_for(
            asyncssh.get_server_host_key(who.host, who.port or PORT, config=None), limits.connect
        )
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is told in our words
        return map_ssh_error(fault, who)
    shown = f"It shows {key.get_algorithm()} {key.get_fingerprint()}." if key else "It shows no key."
    return FixTheHub(
        "The server's host key is not known, so nothing is sent there.",
        where=who.place,
        why=shown,
        next_step="Ask the partner for its host key over another channel and put it into `host_key` of the "
        "connection's extra.",
    )


def _private_keys(who: Connection) -> list[asyncssh.SSHKey] | None:
    """Return the key that the connection holds, or names; None when it has none."""
    text = who.option("private_key")
    try:
        if not text and who.option("key_file"):
            text = Path(who.option("key_file")).read_text("ascii")
        return [asyncssh.import_private_key(text, who.option("private_key_passphrase") or None)] if text else None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError, ValueError) as fault:
        raise FixTheHub(
            "The private key of the connection cannot be used.",
            where=who.place,
            why=type(fault).__name__,
            next_step="Put the key in OpenSSH form into `private_key` of its extra, and `private_key_passphrase` "
            "if it has one.",
        ) from None


def map_ssh_error(fault: BaseException, who: Connection) -> HubError:
    """Return what a fault of the library means for us; the server's own words are left out."""
    match fault:
        case HubError():
            return fault
        case asyncssh.HostKeyNotVerifiable() | asyncssh.KeyExchangeFailed():
            return FixTheHub(
                "The server shows another host key than the one that is known.",
                where=who.place,
                why=type(fault).__name__,
                next_step="Ask the partner whether its key has changed, over another channel; only then put the new "
                "one into `host_key` of the connection's extra.",
            )
        case asyncssh.PermissionDenied():
            return FixTheHub(
                "The server does not let the hub in.",
                where=who.place,
                why="Login, password or key is refused.",
                next_step="Correct the connection in Airflow, or ask the partner for new ones.",
            )
        case asyncssh.SFTPPermissionDenied():
            return FixTheHub(
                "The server denies the hub a file or folder.",
                where=who.place,
                why="Permission denied.",
                next_step="Ask the partner to give the hub's login the right to read it (and, where files are archived "
                "or deleted, to write the folder).",
            )
        case socket.gaierror():
            why = "The name of the host is not known."
        case TimeoutError():
            why = "No answer in time."
        case OSError() if fault.errno in OF_US:
            why = "The operating system does not allow it."
        case _:
            why = type(fault).__name__
    return RetryLater("The server does not answer.", where=who.place, why=why, next_step="It is tried again by itself.")
