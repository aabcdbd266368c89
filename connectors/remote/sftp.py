"""SFTP: a folder at a partner's server, read through SSH.

The server must show the host key that the connection holds; nothing of the hub's own account is used (no keys, no
agent, no configuration files).  What is to go after it was registered is first renamed, then looked at, then removed:
a file that its sender has put in its place meanwhile is never lost.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import asyncssh

from connectors.base import Deadline
from connectors.inbox.partner_folder import DONE
from connectors.remote import ssh
from connectors.remote.listing import TAKEN, Entry, original
from connectors.retry import with_retries
from hub import clock
from hub.errors import FixTheHub, HubError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping

    from connectors.base import Limits
    from connectors.connection import Connection
    from connectors.download import Download

log = logging.getLogger(__name__)

PIECE = 1 << 20  # bytes asked for at once; cut into parallel requests by the library
AT_ONCE = 1_000  # names of a listing
# SFTP tells times in whole seconds (some file systems in two), so a file may change twice within one.  Its bytes are
# read when that time is over at the server: so long after we have seen the stamp, by our own clock, since the server's
# may be any.  Only a file that is older than clocks and time zones differ is read at once.
TICK = 2.5
OLD = 86_400.0
REGULAR = asyncssh.FILEXFER_TYPE_REGULAR
Got = TypeVar("Got")


class Sftp:
    """The agreed folder at one server; connected when it is first used."""

    def __init__(self, connection: Connection, agreed: Mapping[str, Any], limits: Limits) -> None:
        self.connection, self.limits = connection, limits
        self.place = connection.place
        self.folder = os.fsencode(str(agreed.get("path", ".")).rstrip("/") or "/")
        self.archive = os.fsencode(str(agreed.get("archive", "done")).strip("/"))
        self.marked = agreed.get("complete") == "marker"
        self.deadline = Deadline(limits, self.place)
        self.seen = time.monotonic()  # when the last name of the listing had come
        self.runner = asyncio.Runner()
        self.runner.get_loop().set_exception_handler(lambda _loop, _context: None)  # `_do` tells what matters
        self.ssh: asyncssh.SSHClientConnection | None = None
        self.sftp: asyncssh.SFTPClient | None = None

    def entries(self) -> Iterator[Entry]:
        """List the regular files of the folder: no links, no folders."""
        for found in self._listing(self._client()):
            attrs, name = found.attrs, _text(found.filename)
            if attrs.type != REGULAR and not stat.S_ISREG(attrs.permissions or 0):
                continue
            if "/" in name or "\0" in name:  # no file system has such names: the server is up to something
                log.warning("a name with a slash is left alone at %s", self.place)
                continue
            size, changed = attrs.size or 0, attrs.mtime or 0
            yield Entry(name, original(name), size, (size, changed))

    def download(self, entry: Entry, target: Download) -> bool:
        """Write the bytes of a file; False when it has changed meanwhile."""
        path = self._path(entry.path)
        if clock.seconds() - entry.stamp[1] < OLD:
            time.sleep(self.deadline.left(max(0.0, self.seen + TICK - time.monotonic())))
        try:
            handle = self._do(_opened(self._client(), path))
        except _Gone:
            return False
        try:
            while data := self._do(handle.read(PIECE)):
                target.write(bytes(data))  # type: ignore[arg-type]  # without an encoding it is bytes
        finally:
            with suppress(HubError, _Gone):
                self._do(handle.close())
        try:
            return self._stamp(path) == entry.stamp and target.size == entry.size
        except _Gone:
            return False

    def take_away(self, entry: Entry, after: str, sha256: str) -> None:
        """Remove the file or move it into the archive folder."""
        path, name = self._path(entry.path), os.fsencode(entry.name)
        try:
            if not entry.path.startswith(TAKEN):
                if self.marked:  # first, or it would say of the next file of this name that it is whole
                    with suppress(_Gone):
                        self._do(self._client().remove(self._path(entry.name + DONE)))
                hidden = self._path(f"{TAKEN}{secrets.token_hex(4)}~{entry.name}")
                self._do(self._client().rename(path, hidden))
                path = hidden
            if self._stamp(path) != entry.stamp:
                return  # another file had taken its place: the next look finds it under the hidden name
            if after == "archive":
                self._do(self._client().makedirs(self.folder + b"/" + self.archive, exist_ok=True))
                there = self.folder + b"/" + self.archive + b"/" + sha256[:8].encode() + b"-" + name
                if not self._do(self._client().exists(there)):  # else these very bytes are there already
                    self._do(self._client().rename(path, there))
                    return
            self._do(self._client().remove(path))
        except _Gone:
            return

    def close(self) -> None:
        """Leave the server."""
        if self.ssh is not None:
            self.ssh.abort()
        with suppress(Exception):
            self.runner.run(asyncio.sleep(0))
        self.runner.close()

    def _path(self, name: str) -> bytes:
        return self.folder + b"/" + os.fsencode(name)

    def _stamp(self, path: bytes) -> tuple[int, int]:
        attrs = self._do(self._client().lstat(path))
        return attrs.size or 0, attrs.mtime or 0

    def _listing(self, client: asyncssh.SFTPClient) -> Iterator[asyncssh.SFTPName]:
        """Yield what the folder holds; it is asked for a part at a time, however long it is."""
        found = client.scandir(self.folder)
        try:
            while some := self._do(_some(found)):
                self.seen = time.monotonic()
                yield from some
        except _Gone:
            raise FixTheHub(
                "The agreed folder is not there.",
                where=f"{_text(self.folder)} at {self.place}",
                next_step="Correct `connector.path` of the mapping, or ask the partner to make the folder.",
            ) from None

    def _client(self) -> asyncssh.SFTPClient:
        for attempt in with_retries(self.deadline):
            with attempt:
                self.sftp = self.sftp or self._do(self._connected())
        return self.sftp  # type: ignore[return-value]  # the last attempt has raised otherwise

    async def _connected(self) -> asyncssh.SFTPClient:
        self.ssh = await ssh.connect(self.connection, self.limits)
        return await self.ssh.start_sftp_client(path_encoding=None)

    def _do(self, action: Coroutine[Any, Any, Got]) -> Got:
        """Wait for the server; say in the hub's words what went wrong, without the server's."""
        try:
            seconds = self.deadline.left(self.limits.idle)
        except HubError:
            action.close()
            raise
        try:
            return self.runner.run(_in_time(action, seconds))
        except asyncssh.SFTPNoSuchFile:
            raise _Gone from None
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is told in our words
            raise ssh.map_ssh_error(fault, self.connection) from None


async def _opened(client: asyncssh.SFTPClient, path: bytes) -> asyncssh.SFTPClientFile:
    return await client.open(path, "rb", encoding=None)


async def _some(found: AsyncIterator[asyncssh.SFTPName]) -> list[asyncssh.SFTPName]:
    some: list[asyncssh.SFTPName] = []
    async for each in found:  # leaving it does not end it: the next call goes on
        some.append(each)
        if len(some) == AT_ONCE:
            break
    return some


async def _in_time(action: Coroutine[Any, Any, Got], seconds: float) -> Got:
    return await asyncio.wait_for(action, seconds)


class _Gone(Exception):
    """There is no such file."""


def _text(name: str | bytes) -> str:
    return os.fsdecode(name) if isinstance(name, bytes) else name
