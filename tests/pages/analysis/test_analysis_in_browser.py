"""The analysts' pages as a person sees them: in both languages and themes, on a desk and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.analysis.app import build
from pages.site.identity import Person
from tests.support.browser import LOOKS, Look, served, visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.page_world import World

pytestmark = pytest.mark.browser
PAGES = [
    "/?to=2026-10-31",
    "/explore?since=2026-09-01&until=2026-10-31&by=outcome_code",
    "/explore?since=nothing",
    "/things?q=FR-S3",
    "/product?brand=FunRide&model=FR-S3",
    "/enterprise?uscc=91460100MA0HN2014H",
    "/notices?kind=alert",
    "/dictionary",
    "/dictionary/credit_rating",
    "/codes/severity",
]


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    with world.entered(), served(build(lambda: Person("li"))) as found:
        yield found


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_fault(browser: Browser, exchange: World, address: str, path: str, look: Look) -> None:
    del exchange
    with visit(browser, f"{address}{path}", look) as seen:
        assert not seen.faults()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_keyboard_leads_from_a_search_to_the_evidence(
    browser: Browser, exchange: World, address: str, *, scripts: bool
) -> None:
    """Search for a model, open the product, open the first evidence: without a mouse, and without scripts."""
    del exchange
    with visit(browser, f"{address}/things", scripts=scripts) as seen:
        page = seen.page
        page.locator("#q").focus()
        page.keyboard.type("FR-S3")
        page.keyboard.press("Enter")
        page.wait_for_url("**/things?q=FR-S3")
        for place in ("/product?", "/record?"):
            for _ in range(40):
                page.keyboard.press("Tab")
                target = page.locator(":focus").get_attribute("href") or ""
                if place in target:
                    break
            page.keyboard.press("Enter")
            page.wait_for_url(f"**{place}*")
        assert "FR2605" in page.locator("main").inner_text()
