"""What the partners of the contract test have in common: a server, rows that can be fetched from it, and a secret."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING
from zlib import crc32

from connectors.base import Limits
from hub.settings import settings
from pipeline.intake.fetch import fetch_source
from pipeline.steps.runner import run
from tests.support.emptied import forget_records
from tests.support.exchange import ask, batches
from tests.support.forked import Running, start
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


def hub(calls: int = 1_000_000) -> Running:
    """Start a process that fetches and receives; it kills itself at the call of this number."""
    return start(FETCHER, str(calls), SMALL)


def killed_everywhere(name: str, again: Callable[[], None], check: Callable[[int], None], step: int = 37) -> None:
    """Call `again`, let the hub die at one call after another, and `check`, until it lives to its end.

    Most calls are the hub's own and the same for every way in.  So each way, by its name, begins at another call, and
    together they die at many.  Each dies at every `step`-th call; with CRASH_EVERYWHERE=1 at all of them.
    """
    if os.environ.get("CRASH_EVERYWHERE"):
        step = 1
    call, died, tried = 1 + crc32(name.encode()) % step, True, 0
    while died:
        again()
        ended = hub(call).wait()
        assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr[-2000:]
        died = ended.returncode != 0
        check(call)
        call += step
        tried += 1
    assert tried > 2, "it died at no call"


def forget(home: Path) -> None:
    """Empty the warehouse and the home for the next round."""
    with connect(owner_url()) as conn:  # the loader may not empty a table
        forget_records(conn)
        conn.execute("truncate ledger.delivery, ledger.submission, ledger.fetch_cursor cascade")
    for name in ("exchange", "raw", "work", "fetch"):
        shutil.rmtree(home / name, ignore_errors=True)
