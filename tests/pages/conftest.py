"""What tests of pages share: an exchange with deliveries, and a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import CHROMIUM, chromium
from tests.support.own_database import new_database, variables_of
from tests.support.page_world import World, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def world(postgres: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make the exchange that all tests of a worker look at."""
    home = tmp_path_factory.mktemp("pages") / "home"
    home.mkdir(mode=0o700)
    with new_database(postgres, template) as url:
        made = World({"RISKHUB_HOME": str(home)} | variables_of(url))
        fill(made)
        yield made


@pytest.fixture
def exchange(world: World) -> Iterator[World]:
    """Let the settings name the exchange that has deliveries; a test of it changes nothing."""
    with world.entered():
        yield world


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the machine's browser; a test that needs it is skipped where there is none."""
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with chromium(found) as running:
        yield running
