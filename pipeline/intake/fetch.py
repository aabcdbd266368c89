"""Fetch: what waits for us at a partner's server becomes registered batches, each exactly once.

download -> keep the bytes (raw store) -> register and remember (one transaction) -> archive or delete at the server.
A crash before the transaction has remembered nothing, so the same bytes are fetched again; a crash after it has
remembered all, so nothing is fetched twice, and what was left at the server is taken away by the next fetch.
"""

from __future__ import annotations

import queue
import shutil
import tempfile
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors import raw_store
from connectors.base import Limits
from connectors.connection import from_environment
from connectors.inbox.exchange import exchange_folder
from connectors.manifest.strict_json import LARGEST
from connectors.registry import FOLDER, open_connector
from hub import clock
from hub.batch import new_batch_id
from hub.errors import HubError
from hub.messages import error_of
from hub.settings import settings
from mappings.catalogue import source_headers
from pipeline.intake.poll_log import recording_poll
from pipeline.intake.receive import complete_of, make_known
from pipeline.intake.register import StoredFile, StoredSubmission, register_delivery
from pipeline.receipts.publish import acknowledge_arrival
from pipeline.sources import source_named
from warehouse import ledger, locks
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from connectors.base import Connector, Fetched
    from connectors.connection import Connection
    from hub.json_types import CursorState
    from hub.source_options import ConnectorOptions
    from mappings.engine import Source

FRESH = "fresh-"
AT_ONCE = 8  # servers that are asked side by side


def limits() -> Limits:
    """Return how long and how much a fetch may take, as this installation is set."""
    return Limits(seconds=settings().fetch_seconds, bytes=settings().fetch_bytes)


def remote_sources() -> list[str]:
    """Return the names of the sources that are fetched from a server, sorted."""
    return [head.name for head in source_headers() if head.connector.get("kind", FOLDER) != FOLDER]


def fetch_source(
    name: str, resolve: Callable[[str], Connection] = from_environment, within: Limits | None = None
) -> list[str]:
    """Register everything new that the server of `agency/feed` has.

    A source without a server has nothing to fetch, and neither has one that another process is fetching right now.

    Args:
        name: The source, `agency/feed`.
        resolve: Gives the connection that the mapping names, by its id.
        within: Times and sizes; None: those of the settings.

    Returns:
        The ids of the new batches.

    Raises:
        RetryLater: A temporary fault of the server; what was registered before stays registered.
        FixTheHub: A fault that a person must correct; the same holds.
    """
    source = source_named(name)
    if source.connector["kind"] == FOLDER:
        return []
    exchange_folder(name)
    make_known(source)
    with recording_poll(name):
        server = resolve(source.connector["connection"])
        agreed: ConnectorOptions = {**source.connector, "complete": complete_of(source)}
        connector = open_connector(agreed, source.format, server, within or limits())
        with closing(connector), _lock_fetch(source) as locked:
            return list(_registered(source, connector)) if locked else []


def _registered(source: Source, connector: Connector[CursorState]) -> Iterator[str]:
    with connect() as conn:
        known = ledger.fetched_so_far(conn, source.agency, source.feed)
    with _empty_folder(source) as into:
        for fetched in connector.fetch(known, into):
            registered = _register(source, fetched)
            for path in (fetched.path, *(fetched.manifest_files or {}).values()):
                if path is not None:
                    path.unlink(missing_ok=True)
            if registered is not None:
                connector.finish(fetched)
                yield from registered


@contextmanager
def _empty_folder(source: Source) -> Iterator[Path]:
    """Give a folder of this fetch's own; beside it a connector may keep what helps it to go on where it was."""
    beside = settings().home / "fetch" / source.name
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in beside.glob(f"{FRESH}*"):  # by a process that died
        with suppress(OSError):
            if clock.seconds() - left.stat().st_mtime > 2 * settings().fetch_seconds:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=FRESH, dir=beside, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _register(source: Source, fetched: Fetched[CursorState]) -> list[str] | None:
    """Register a delivery, or a submission, and remember it, in one transaction.

    Returns its batches, none when there was only something to remember, and None when another hub was quicker.
    """
    delivery = _stored(source, fetched)
    where = {"agency": source.agency, "feed": source.feed, "cursor_key": fetched.cursor_key}
    registered: list[str] = []
    with connect() as conn:
        ledger.lock_source(conn, source.agency, source.feed)
        if ledger.fetched_last(conn, **where) != fetched.previous:
            return None
        if delivery is not None:
            registered = register_delivery(conn, source, delivery)
        ledger.remember_fetched(conn, where, fetched.state, registered[0] if registered else None)
    for batch in registered:
        acknowledge_arrival(batch)
    return registered


def _stored(source: Source, fetched: Fetched[CursorState]) -> StoredFile | StoredSubmission | None:
    """Put the bytes into the raw store and return what is there; None for what has no bytes."""
    if fetched.path is None:
        return None
    connector = source.connector["kind"]
    if fetched.manifest_files is None:
        return StoredFile(
            new_batch_id(),
            fetched.name,
            raw_store.put(fetched.path),
            connector,
            faults=fetched.findings,
            notes=fetched.notes,
            refused=fetched.refused,
        )
    with fetched.path.open("rb") as file:
        body = file.read(LARGEST + 1)
    files = {name: raw_store.put(path) for name, path in fetched.manifest_files.items()}
    return StoredSubmission(new_batch_id(), fetched.name, body, raw_store.put(fetched.path), files, connector)


@contextmanager
def _lock_fetch(source: Source) -> Iterator[bool]:
    """Whether nobody else fetches from this server for this source; the lock goes with the process."""
    with connect() as conn:
        yield locks.try_to_take(conn, f"fetch {source.name}")


def fetch_all(
    names: Sequence[str], fetch: Callable[[str], Any] = fetch_source
) -> Iterator[tuple[str, HubError | None]]:
    """Fetch for many sources side by side; yield each, with its fault if it had one, as soon as its server is done.

    A server that hangs holds up its own source only.
    """
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[str, HubError | None]] = queue.SimpleQueue()
    for name in names:
        waiting.put(name)

    def work() -> None:
        while True:
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            done.put((name, _fault_of(fetch, name)))

    for _ in range(min(AT_ONCE, len(names))):
        # Daemons: when the user interrupts, nobody waits for a server.
        threading.Thread(target=work, daemon=True).start()
    for _ in names:
        yield done.get()


def _fault_of(fetch: Callable[[str], Any], name: str) -> HubError | None:
    try:
        fetch(name)
    except HubError as fault:
        return fault
    except Exception as fault:  # noqa: BLE001 - its text may hold anything; the others go on
        return error_of(HubError, "fetch.failed", why=type(fault).__name__, source=name)
    return None
