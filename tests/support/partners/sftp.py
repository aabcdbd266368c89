"""A partner with a real SSH server on 127.0.0.1, in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import asyncssh

from tests.support.partners.everyone import Partner
from tests.support.small_source import fires

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOGIN, OLD = "hub", 2 * 86_400  # seconds ago that the partner's files were written


class _Door(asyncssh.SSHServer):
    secret = ""

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == LOGIN and password == self.secret


class SftpPartner(Partner):
    """Its files lie in `root/in`; `slow` makes every read take so many seconds, `on_read` is called before each."""

    kind = "sftp"
    connector = "{kind: sftp, connection: their_server, path: in}"

    def __init__(self, root: Path) -> None:
        self.root = root / "sftp"
        self.inbox = self.root / "in"
        self.inbox.mkdir(parents=True)
        self.slow, self.reads, self.written = 0.0, 0, 0
        self.on_read: Callable[[], object] = lambda: None
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.server = self._in_loop(self._listen())
        self.port = self.server.get_port()

    async def _listen(self) -> Any:
        partner = self
        door = type("Door", (_Door,), {"secret": self.secret})

        class Files(asyncssh.SFTPServer):
            def __init__(self, chan: Any) -> None:
                super().__init__(chan, chroot=os.fsencode(partner.root))

            async def read(self, file_obj: Any, offset: int, size: int) -> Any:
                partner.reads += 1
                partner.on_read()
                await asyncio.sleep(partner.slow)
                return super().read(file_obj, offset, size)

        return await asyncssh.create_server(
            door, "127.0.0.1", 0, server_host_keys=[self.key], sftp_factory=Files, allow_scp=False
        )

    def _in_loop(self, action: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(action, self.loop).result(30)

    def uri(self, secret: str | None = None, port: int | None = None, host_key: str | None = None) -> str:
        """Return the connection; with another secret, port or host key if wished."""
        key = self.key.export_public_key().decode().strip() if host_key is None else host_key
        password = quote(self.secret if secret is None else secret, safe="")
        return f"sftp://{LOGIN}:{password}@127.0.0.1:{port or self.port}/?host_key={quote(key, safe='')}"

    def put(self, *rows: str) -> None:
        """Write the rows into a file of their own."""
        self.file(f"fires-{time.monotonic_ns()}.csv", fires(*rows))

    def file(self, name: str | bytes, content: bytes, age: float | None = None) -> Path:
        """Write a file as if so many seconds ago; long ago, each a second after the one before, if nothing is said."""
        self.written += 1
        age = OLD - self.written if age is None else age
        path = os.path.join(os.fsencode(self.inbox), os.fsencode(name))  # noqa: PTH118 - names that are no text
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(content)
        os.utime(path, (time.time() - age,) * 2)
        return self.inbox / os.fsdecode(name)

    def close(self) -> None:
        """Stop the server."""

        async def stop() -> None:
            self.server.close()
            await self.server.wait_closed()

        self._in_loop(stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
