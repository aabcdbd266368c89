"""What tests of pages share: an exchange with deliveries, and a browser."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stack.home import only_one, silent
from tests.support.browser import CHROMIUM, chromium
from tests.support.own_database import RUN, copy_template, variables_of
from tests.support.page_world import World, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

LONGEST_FILL = 900.0  # seconds that another worker may take to make the exchange


@pytest.fixture(scope="session")
def world(postgres: str, template: str) -> World:
    """Give the exchange that all tests of a run look at; the first worker that needs it makes it."""
    place = Path(os.environ[RUN]) / "pages"
    with only_one(place, silent, LONGEST_FILL):
        if (note := place / "world.json").exists():
            return World(json.loads(note.read_text("utf-8")))
        (place / "home").mkdir(mode=0o700)
        url = copy_template(postgres, "page_world", template)
        made = World({"RISKHUB_HOME": str(place / "home")} | variables_of(url))
        fill(made)
        note.write_text(json.dumps(made.variables), "utf-8")
        return made


@pytest.fixture
def exchange(world: World) -> Iterator[World]:
    """Let the settings name the exchange that has deliveries; a test of it changes nothing."""
    with world.entered():
        yield world


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give the machine's browser; a test that needs it is skipped where there is none.

    While it is open an event loop runs in the thread of the tests, and what starts one of its own fails: so it is
    closed before a test of another module begins.
    """
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with chromium(found) as running:
        yield running
