"""The staff's pages as a person sees them: in both languages and themes, on a desk and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pages.site.identity import Person
from pages.staff.app import build
from pages.staff.feed import PARTS
from pipeline.review.hold import held
from tests.support.browser import LOOKS, Look, served, visit
from tests.support.page_world import COMPLAINTS, FIRE, NAME, SILENT, delivered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.page_world import World

pytestmark = pytest.mark.browser
PAGES = ["/", "/deliveries", "/deliveries?state=held", "/nowhere"]
FEED = f"/feeds/{FIRE}"
# These are made of the same parts; two looks have both languages, themes and sizes.
MORE = [
    "/feeds",
    *(f"{FEED}/{part}".rstrip("/") for part in PARTS),
    f"/feeds/{SILENT}",
    f"{FEED}/findings?code=BAD_DATE&column=接警时间",
    "/records?type=fire_incident&key=XF460203-20261006-0011",
    "/expectations",
]
TWO = [Look("en"), Look("zh", dark=True, phone=True)]


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


@pytest.mark.parametrize("look", TWO, ids=str)
@pytest.mark.parametrize("path", MORE)
def test_a_page_of_a_feed_has_no_fault(browser: Browser, exchange: World, address: str, path: str, look: Look) -> None:
    del exchange
    with visit(browser, f"{address}{path}", look) as seen:
        assert not seen.faults()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_held_batch_has_no_fault(browser: Browser, exchange: World, address: str, look: Look) -> None:
    del exchange
    (waiting,) = held(COMPLAINTS)
    with visit(browser, f"{address}/holds/{waiting['batch']}", look) as seen:
        assert not seen.faults()


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("rest", ["", "/rows", "/plan"])
def test_a_delivery_has_no_fault(browser: Browser, exchange: World, address: str, rest: str, look: Look) -> None:
    del exchange
    with visit(browser, f"{address}/deliveries/{delivered(NAME).batch}{rest}", look) as seen:
        assert not seen.faults()


@pytest.mark.parametrize("look", TWO, ids=str)
def test_the_way_from_a_delivery_to_a_line_has_no_fault(
    browser: Browser, exchange: World, address: str, look: Look
) -> None:
    """By its links: what was expected, the records, one of them, and the line on which that stood."""
    del exchange
    batch = delivered(NAME).batch
    with visit(browser, f"{address}/deliveries/{batch}", look) as seen:
        for link in (f"/deliveries/{batch}/expectations", f"/deliveries/{batch}", f"/deliveries/{batch}/records"):
            seen.page.locator(f'main a[href="{link}"]').first.click()
            seen.page.wait_for_url(f"**{link}")
            assert not seen.faults()
        for place in ("/records/", "/lines/"):
            seen.page.locator(f'main a[href*="{place}"]').first.click()
            seen.page.wait_for_url(f"**{place}**")
            assert not seen.faults()


def test_the_keyboard_leads_to_the_fault_of_a_decision(browser: Browser, exchange: World, address: str) -> None:
    """From the first page to a refused rejection by the keyboard alone: the focus lands on what is wrong."""
    del exchange
    with visit(browser, f"{address}/") as seen:
        page = seen.page
        page.get_by_role("link", name="Look at the rows and decide").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Reason", exact=True).focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.value") == "reject"
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#comment"
        assert not seen.faults()
