"""What the partners of the contract test have in common: a server, rows that can be fetched from it, and a secret."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from exchange import ask, batches
from small_source import MAPPING, SMALL, SmallSource

from connectors.contract import Limits
from hub.settings import settings
from pipeline.fetch import fetch_source
from pipeline.run import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from hub.errors import HubError

VARIABLE = "AIRFLOW_CONN_THEIR_SERVER"
IMPATIENT = Limits(connect=1.0, idle=1.0, seconds=8.0, attempts=2, pause=0.05, longest_pause=0.2)
FOLDER_LINE = "connector: {kind: folder, complete: rename}\nformat: {kind: csv, encoding: utf-8}\n"


class Partner:
    """One way in, and somebody at the other end of it."""

    kind: str
    connector: str
    form = "{kind: csv, encoding: utf-8}"
    secret = "correct horse/battery@staple"  # noqa: S105 - nobody else's

    def uri(self, secret: str | None = None, port: int | None = None) -> str:
        """Return the connection, as Airflow writes it; with another secret or port if wished."""
        raise NotImplementedError

    def put(self, *rows: str) -> None:
        """Make rows `no,at,cause,note` available, as this partner does; a `no` that was there is changed."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop the server."""


def agree(partner: Partner, root: Path, monkeypatch: pytest.MonkeyPatch, connector: str = "") -> SmallSource:
    """Write the source whose data this partner has, and give the hub its connection."""
    source = SmallSource(root / "sources")
    said = f"connector: {connector or partner.connector}\nformat: {partner.form}\n"
    assert FOLDER_LINE in MAPPING
    (source.folder / "mapping.yml").write_text(MAPPING.replace(FOLDER_LINE, said), "utf-8")
    monkeypatch.setenv("RISKHUB_SOURCES", str(root / "sources"))
    monkeypatch.setenv(VARIABLE, partner.uri())
    settings.cache_clear()
    return source


def collect() -> list[str]:
    """Fetch, take all that has come through the pipeline, and return the states of the batches that were fetched."""
    before = {row["batch"] for row in batches(SMALL)}
    fetch_source(SMALL, within=IMPATIENT)
    run(SMALL)
    return sorted(row["state"] for row in batches(SMALL) if row["batch"] not in before)


def core() -> dict[str, tuple[str, int]]:
    """Return number -> (note, version) of every record in the warehouse."""
    found = ask("select source_record_no, narrative, record_version from core.fire_incident")
    numbers = [row["source_record_no"] for row in found]
    assert len(numbers) == len(set(numbers))
    return {row["source_record_no"]: (row["narrative"] or "", row["record_version"]) for row in found}


def free_port() -> int:
    """Return a port where nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
    return port


def said(fault: HubError) -> str:
    """Return all that a person could see of a fault, the traceback and what led to it included."""
    import traceback  # noqa: PLC0415

    return "\n".join([repr(fault), str(fault), *traceback.format_exception(fault)])


FETCHER = """
import os, pathlib, signal, sys
import psycopg
from connectors.contract import Limits
from pipeline.fetch import fetch_source
left = int(sys.argv[1])
def counted(call):
    def wrapper(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return wrapper
psycopg.Connection.execute = counted(psycopg.Connection.execute)
psycopg.Connection.commit = counted(psycopg.Connection.commit)
os.fsync = counted(os.fsync)
for name in ("rename", "replace", "unlink", "write_bytes", "open"):
    setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
import connectors.sftp
for name in ("rename", "remove", "lstat"):
    import asyncssh
    setattr(asyncssh.SFTPClient, name, counted(getattr(asyncssh.SFTPClient, name)))
fetch_source(sys.argv[2], within=Limits(connect=5, idle=5, seconds=30))
print(left)
"""
COMMAND = [sys.executable, "-c", FETCHER]
ENVIRONMENT = os.environ
