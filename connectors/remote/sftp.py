"""SFTP: a folder at a partner's server.

The server must have the host key that the connection holds.  Nothing of the hub's own account is used: no keys, no
agent, no configuration files.  A registered file that is to go is first renamed, then compared with its stamp, then
removed, so a file that its sender has put in its place meanwhile is never lost.
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
from connectors.delivery_names import DONE
from connectors.remote import ssh
from connectors.remote.listing import TAKEN, Entry, original_name
from connectors.retry import DeadlineRunner, with_retries
from hub import clock
from hub.errors import FixTheHub, HubError
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

    from connectors.base import Limits
    from connectors.connection import Connection
    from connectors.download import Download
    from hub.source_options import ConnectorOptions

log = logging.getLogger(__name__)

PIECE = 1 << 20  # bytes of one read; the library cuts it into parallel requests
AT_ONCE = 1_000  # names of a listing
# SFTP has times in whole seconds (some file systems in two), so a file may change twice within one.  Its bytes are read
# when that time is over at the server: measured by the hub's own clock from the moment when the stamp was listed, since
# the clock of the server may be wrong.  Only a file older than clocks and time zones can differ is read at once.
TICK = 2.5
OLD = 86_400.0
REGULAR = asyncssh.FILEXFER_TYPE_REGULAR
Result = TypeVar("Result")


class Sftp:
    """The agreed folder at one server, as a `Store`; it connects when it is first used."""

    def __init__(self, connection: Connection, config: ConnectorOptions, limits: Limits) -> None:
        self.connection, self.limits = connection, limits
        self.place = connection.place
        self.folder = os.fsencode(str(config.get("path", ".")).rstrip("/") or "/")
        self.archive = os.fsencode(str(config.get("archive", "done")).strip("/"))
        self.has_markers = config.get("complete") == "marker"
        self.deadline = Deadline(limits, self.place)
        self.listed_at = time.monotonic()  # when the last part of the listing came
        self.runner = DeadlineRunner(self.deadline)
        self.ssh: asyncssh.SSHClientConnection | None = None
        self.sftp: asyncssh.SFTPClient | None = None

    def entries(self) -> Iterator[Entry]:
        """List the regular files of the folder: no links, no folders.

        Raises:
            RetryLater: The server cannot be reached.
            FixTheHub: The folder does not exist, or the connection or the server must be corrected.
        """
        for found in self._listing(self._client()):
            attrs, name = found.attrs, _text(found.filename)
            if attrs.type != REGULAR and not stat.S_ISREG(attrs.permissions or 0):
                continue
            if "/" in name or "\0" in name:  # no file system has such names: the server is broken or hostile
                log.warning("a name with a slash is ignored at %s", self.place)
                continue
            size, changed = attrs.size or 0, attrs.mtime or 0
            yield Entry(name, original_name(name), size, (size, changed))

    def download(self, entry: Entry, target: Download) -> bool:
        """Write the bytes of a file to `target`; return whether they are those that were listed.

        It waits until a change within the resolution of the server's times would show in the stamp.

        Raises:
            RetryLater: The server cannot be reached, or the deadline is over.
            FixTheHub: The file may not be read, or is too large.
        """
        path = self._path(entry.path)
        if clock.seconds() - entry.stamp[1] < OLD:
            time.sleep(self.deadline.left(max(0.0, self.listed_at + TICK - time.monotonic())))
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
        """Remove the file, or move it into the archive folder, if it still has the listed stamp.

        Raises:
            RetryLater: The server cannot be reached.
            FixTheHub: The server does not allow it.
        """
        path, name = self._path(entry.path), os.fsencode(entry.name)
        try:
            if not entry.path.startswith(TAKEN):
                if self.has_markers:  # first, or it would mark the next file of this name as complete
                    with suppress(_Gone):
                        self._do(self._client().remove(self._path(entry.name + DONE)))
                taken = self._path(f"{TAKEN}{secrets.token_hex(4)}~{entry.name}")
                self._do(self._client().rename(path, taken))
                path = taken
            if self._stamp(path) != entry.stamp:
                return  # another file had taken its place: the next listing has it under the hidden name
            if after == "archive":
                self._do(self._client().makedirs(self.folder + b"/" + self.archive, exist_ok=True))
                archived = self.folder + b"/" + self.archive + b"/" + sha256[:8].encode() + b"-" + name
                if not self._do(self._client().exists(archived)):  # else the same bytes are there already
                    self._do(self._client().rename(path, archived))
                    return
            self._do(self._client().remove(path))
        except _Gone:
            return

    def close(self) -> None:
        """Close the connection at once."""
        if self.ssh is not None:
            self.ssh.abort()
        with suppress(Exception):
            self.runner.runner.run(asyncio.sleep(0))
        self.runner.runner.close()

    def _path(self, name: str) -> bytes:
        return self.folder + b"/" + os.fsencode(name)

    def _stamp(self, path: bytes) -> tuple[int, int]:
        attrs = self._do(self._client().lstat(path))
        return attrs.size or 0, attrs.mtime or 0

    def _listing(self, client: asyncssh.SFTPClient) -> Iterator[asyncssh.SFTPName]:
        """Yield the entries of the folder, requested a part at a time, however many they are."""
        found = client.scandir(self.folder)
        try:
            while part := self._do(_next_part(found)):
                self.listed_at = time.monotonic()
                yield from part
        except _Gone:
            raise error_of(FixTheHub, "sftp.no_folder", where=f"{_text(self.folder)} at {self.place}") from None

    def _client(self) -> asyncssh.SFTPClient:
        for attempt in with_retries(self.deadline):
            with attempt:
                self.sftp = self.sftp or self._do(self._connected())
        return self.sftp  # type: ignore[return-value]  # the last attempt has raised otherwise

    async def _connected(self) -> asyncssh.SFTPClient:
        self.ssh = await ssh.connect(self.connection, self.limits)
        return await self.ssh.start_sftp_client(path_encoding=None)

    def _do(self, action: Coroutine[Any, Any, Result]) -> Result:
        """Wait for the server; its faults become the hub's errors, without the server's own text."""
        try:
            return self.runner.run(action, self.limits.idle)
        except asyncssh.SFTPNoSuchFile:
            raise _Gone from None
        except Exception as fault:  # noqa: BLE001 - every fault of the library becomes one of the hub's
            raise ssh.map_ssh_error(fault, self.connection) from None


async def _opened(client: asyncssh.SFTPClient, path: bytes) -> asyncssh.SFTPClientFile:
    return await client.open(path, "rb", encoding=None)


async def _next_part(found: AsyncIterator[asyncssh.SFTPName]) -> list[asyncssh.SFTPName]:
    part: list[asyncssh.SFTPName] = []
    async for each in found:  # leaving the loop does not end the iterator: the next call continues
        part.append(each)
        if len(part) == AT_ONCE:
            break
    return part


class _Gone(Exception):
    """There is no such file."""


def _text(name: str | bytes) -> str:
    return os.fsdecode(name) if isinstance(name, bytes) else name
