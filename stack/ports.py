"""The TCP ports of this hub: kept in `<home>/run/ports.json`; a port in use is replaced by the next free one."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from hub.durable import make_folder, write_durable
from hub.errors import RetryLater
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stack.home import Progress

HOST = "127.0.0.1"
# Below the ports that Linux gives to connections (32768 and up): one of these takes a port between a look and a start.
FIRST = {"postgres": 25432, "airflow": 8080, "portal": 8090}
TRIED = 200  # ports from the first on


def remembered(home: Path) -> dict[str, int]:
    """Return the ports that this hub used last, by name; empty before the first start."""
    try:
        ports: dict[str, int] = json.loads((home / "run" / "ports.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return ports


def remember(home: Path, name: str, port: int) -> None:
    """Record that `name` listens on `port`."""
    path = make_folder(home / "run", 0o700) / "ports.json"
    write_durable(path, (json.dumps(remembered(home) | {name: port}) + "\n").encode())


@contextmanager
def free_port(home: Path, name: str, on_progress: Progress) -> Iterator[int]:
    """Give a port on which `name` can listen, the remembered one if possible, and remember it.

    Until the block ends no other hub on this machine is given the same port, so that two that start together do not
    meet.  Raises RetryLater when none of the ports tried is free.
    """
    wanted = remembered(home).get(name, FIRST[name])
    for port in chain([wanted], range(FIRST[name], FIRST[name] + TRIED)):
        held = _reserve(port)
        if held is None:
            continue
        with held:
            if not is_free(port):
                continue
            if port != wanted:
                on_progress("stack.port_taken", name=name, port=wanted, chosen=port)
            remember(home, name, port)
            yield port
            return
    where = f"{HOST}:{FIRST[name]}-{FIRST[name] + TRIED - 1}"
    raise error_of(RetryLater, "ports.none_free", where=where, name=name)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that are closing do not count
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError:
            return False
    return True


def _reserve(port: int) -> socket.socket | None:
    """Hold the name of the port, not the port: a name in Linux's abstract space needs no file and no clean-up."""
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(f"\0riskhub/port/{port}")
    except OSError:
        held.close()
        return None
    return held
