"""Ports that others hold are stepped over, and said."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from stack.home import silent
from stack.ports import FIRST, HOST, free_port, is_free, remember, remembered
from tests.support.telling import Told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def taken() -> Iterator[int]:
    """Give a port on which another program listens."""
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_taken_port_is_stepped_over_and_said(home: Path, taken: int) -> None:
    told = Told()
    remember(home, "airflow", taken)
    with free_port(home, "airflow", told) as port:
        assert port != taken
        assert is_free(port)
    assert told.steps == [("stack.port_taken", {"name": "airflow", "port": taken, "chosen": port})]
    assert remembered(home) == {"airflow": port}


def test_the_port_of_last_time_is_taken_again(home: Path) -> None:
    remember(home, "postgres", 5)
    with free_port(home, "postgres", silent) as first:
        pass
    told = Told()
    with free_port(home, "postgres", told) as again:
        assert again == first
    assert told.steps == []


def test_two_hubs_that_start_together_get_different_ports(tmp_path: Path) -> None:
    with ExitStack() as both:
        ports = [both.enter_context(free_port(tmp_path / name, "airflow", silent)) for name in ("a", "b")]
    assert len(set(ports)) == 2


def test_a_listener_on_all_addresses_counts(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        assert not is_free(other.getsockname()[1])
    assert remembered(home) == {}
    assert set(FIRST) == {"postgres", "airflow", "portal"}


def test_a_damaged_memory_is_no_memory(home: Path) -> None:
    (home / "run").mkdir()
    (home / "run" / "ports.json").write_text("{", "utf-8")
    assert remembered(home) == {}
