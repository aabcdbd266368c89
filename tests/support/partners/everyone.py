"""What the partners of the contract test have in common: a server, rows that can be fetched from it, and a secret."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from connectors.base import Limits
from hub.settings import settings
from pipeline.intake.fetch import fetch_source
from pipeline.steps.runner import run
from tests.support.emptied import forget_records
from tests.support.exchange import ask, batches
from tests.support.killing import KILLING
from tests.support.partners.base import register_key
from tests.support.small_source import MAPPING, SMALL, SmallSource
from warehouse.connection import connect, owner_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from hub.errors import HubError

VARIABLE = "AIRFLOW_CONN_THEIR_SERVER"
IMPATIENT = Limits(connect=1.0, idle=1.0, seconds=8.0, attempts=2, pause=0.05, longest_pause=0.2)
BUSY = 20  # seconds that a busy machine may take on top: what hangs, hangs for longer
FOLDER_LINE = "connector: {kind: folder, complete: rename}\nformat: {kind: csv, encoding: utf-8}\n"


class Partner:
    """One way in, and somebody at the other end of it."""

    kind: str
    connector: str
    form = "{kind: csv, encoding: utf-8}"
    signature = "none"
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
    if partner.signature != "none":
        said += f"signature: {partner.signature}\n"
        register_key(source)
    (source.folder / "mapping.yml").write_text(MAPPING.replace(FOLDER_LINE, said), "utf-8")
    monkeypatch.setenv("RISKHUB_SOURCES", str(root / "sources"))
    monkeypatch.setenv(VARIABLE, partner.uri())
    settings.cache_clear()
    return source


def agree_also(source: SmallSource, more: str) -> None:
    """Add to what is agreed about the way in."""
    mapping = source.folder / "mapping.yml"
    text, count = re.subn(r"(?m)^(connector: .*)}$", rf"\1, {more}}}", mapping.read_text("utf-8"))
    assert count == 1
    mapping.write_text(text, "utf-8")


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


FETCHER = f"""{KILLING}
import pathlib
import asyncssh
from connectors.base import Limits
from pipeline.intake.fetch import fetch_source
from pipeline.intake.receive import receive_ready
count(pathlib.Path, "open")
count(asyncssh.SFTPClient, "rename", "remove", "lstat", "makedirs")
fetch_source(sys.argv[2], within=Limits(connect=5, idle=5, seconds=30))
receive_ready(sys.argv[2])
"""


def hub(calls: int = 1_000_000) -> subprocess.Popen[bytes]:
    """Start a process that fetches and receives; it kills itself at the call of this number."""
    return subprocess.Popen([sys.executable, "-c", FETCHER, str(calls), SMALL], env=os.environ, stderr=subprocess.PIPE)


def killed_everywhere(again: Callable[[], None], check: Callable[[int], None]) -> None:
    """Call `again`, let the hub die at call 1, 18, 35 ..., and `check`, until it lives to its end."""
    step = 1 if os.environ.get("CRASH_EVERYWHERE") else 17
    call, died = 1, True
    while died:
        again()
        process = hub(call)
        said_last = process.communicate()[1]
        assert process.returncode in {0, -signal.SIGKILL}, said_last.decode()[-2000:]
        died = process.returncode != 0
        check(call)
        call += step
    assert call > 3 * step


def forget(home: Path) -> None:
    """Empty the warehouse and the home for the next round."""
    with connect(owner_url()) as conn:  # the loader may not empty a table
        forget_records(conn)
        conn.execute("truncate ledger.delivery, ledger.submission, ledger.fetch_cursor cascade")
    for name in ("exchange", "raw", "work", "fetch"):
        shutil.rmtree(home / name, ignore_errors=True)
