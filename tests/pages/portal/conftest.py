"""What tests of the portal share: two agencies that have delivered, their accounts, and browsers that are logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipeline.steps.runner import run
from tests.support.exchange import drop, sample
from tests.support.own_database import new_database, variables_of
from tests.support.page_world import FIRE, NAME, World, hostile_fire
from tests.support.portal_people import Portal

if TYPE_CHECKING:
    from collections.abc import Iterator

LAB = "hn_lab/reports"


class PortalWorld(NamedTuple):
    """An exchange, and the people who use its portal."""

    world: World
    portal: Portal


@pytest.fixture(scope="session")
def two_agencies(postgres: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalWorld]:
    """Make an exchange with submissions of two agencies, one of them with hostile texts and a hostile name."""
    home = tmp_path_factory.mktemp("portal") / "home"
    home.mkdir(mode=0o700)
    with new_database(postgres, template) as url:
        made = World({"RISKHUB_HOME": str(home)} | variables_of(url))
        with made.entered():
            drop(FIRE, NAME, hostile_fire())
            drop(LAB, *sample(LAB))
            for source in (FIRE, LAB):
                run(source)
            portal = Portal.made()
        yield PortalWorld(made, portal)


@pytest.fixture
def portal(two_agencies: PortalWorld) -> Iterator[Portal]:
    """Give the portal of the two agencies; a test of it submits nothing."""
    with two_agencies.world.entered():
        yield two_agencies.portal


@pytest.fixture
def own_portal(warehouse: str) -> Portal:
    """Give the portal of an empty warehouse of this test's own."""
    del warehouse
    return Portal.made()
