"""The exchange folders of a source, opened safely: `in/` and `check/`, which its agency fills, and `out/`.

<exchange>/<agency>/<feed>/{in,check,out}/     whatever lies there is hostile: names, links, folders, times
<exchange>/.hub/                               the hub's own: claims, notes, drafts of receipts
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.inbox import outbox
from connectors.inbox.confined import Folder
from connectors.inbox.hub_folder import DRAFTS, hub_folder
from connectors.inbox.partner_folder import Inbox
from hub.errors import FixTheHub
from hub.messages import error_of
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = ("in", "check", "out")


def exchange_folder(name: str) -> Path:
    """Return the exchange folder of `agency/feed`, with `in`, `check` and `out` made.

    New folders have rights for the hub's user only; the operator opens them to the agency.

    Raises:
        FixTheHub: One of them is a link, no folder, or closed to the hub.
    """
    for part in PARTS:
        with opened(name, part):
            pass
    return settings().exchange / name


def opened(name: str, part: str) -> Folder:
    """Open one folder of a source, made if it is missing; no level of it may be a link.

    Args:
        name: `agency/feed`.
        part: `in`, `check` or `out`.

    Raises:
        FixTheHub: There is no exchange, or a level is a link, no folder, or closed to the hub.
    """
    root = settings().exchange
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise error_of(FixTheHub, "exchange.none", where=str(root), why=why) from None
    return Folder.beneath(root, *name.split("/"), part, make=True)


@contextmanager
def inbox_of(name: str, part: str = "in") -> Iterator[Inbox]:
    """Give a folder that an agency fills, held open, with the hub's own folder for it.

    Args:
        name: `agency/feed`.
        part: `in` or `check`.

    Raises:
        FixTheHub: One of the two cannot be opened safely.
    """
    with opened(name, part) as folder:
        yield Inbox(folder, hub_folder(settings().exchange, *name.split("/"), part))


def publish(name: str, document: str, body: bytes) -> None:
    """Put a file into `out/` of a source, completely or not at all.

    Args:
        name: `agency/feed`.
        document: The name of the file.
        body: Its bytes.

    Raises:
        FixTheHub: No file can be put there.
        OSError: This one cannot be put there.
    """
    with opened(name, "out") as out:
        outbox.publish(out, hub_folder(settings().exchange, DRAFTS), document, body)


def clear_drafts() -> None:
    """Remove the drafts of receipts that processes left which died.

    Raises:
        FixTheHub: The hub's own folder is not safe.
    """
    if settings().exchange.is_dir():
        outbox.clear_drafts(hub_folder(settings().exchange, DRAFTS))
