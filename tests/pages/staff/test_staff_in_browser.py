"""The staff's pages as a person sees them: in both languages and themes, on a desk and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.site.identity import Person
from pages.staff.app import build
from tests.support.browser import LOOKS, Look, served, visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.page_world import World

pytestmark = pytest.mark.browser
PAGES = ["/", "/nowhere"]


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    with world.entered(), served(build(lambda: Person("eva", may_decide=True))) as found:
        yield found


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_fault(browser: Browser, exchange: World, address: str, path: str, look: Look) -> None:
    del exchange
    with visit(browser, f"{address}{path}", look) as seen:
        assert not seen.faults()
