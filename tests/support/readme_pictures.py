"""The pictures of the README: pages of a hub that runs and that the demonstration has filled, as a browser shows them.

`make demo up pictures` takes them anew.  They are for people to look at; no test compares them.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cli.screen import FINE, WRONG, print_fault
from hub.errors import HubError, WrongUsage
from hub.settings import PROJECT
from pages.portal.accounts import accounts, add_account, disable_account, new_link
from stack import control
from tests.support.browser import CHROMIUM, chromium
from warehouse import listings
from warehouse.connection import connect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = PROJECT / "docs" / "pictures"
WINDOW = {"width": 1280, "height": 860}
SECONDS = 120_000  # milliseconds: Airflow's own pages are slow on a small machine
AGENCY, FEED, LOGIN = "hn_fire", "incidents", "picture.fire"
LAST_DAY = "2026-10-31"  # of the samples


def main() -> int:
    """Take all of them; return the exit code."""
    try:
        _take()
    except HubError as fault:
        print_fault(fault)
        return WRONG
    return FINE


def _take() -> None:
    """Take all of them.

    Raises:
        WrongUsage: No browser is installed, or the hub does not run.
    """
    executable = next((path for path in CHROMIUM if Path(path).exists()), None)
    status = control.status()
    if executable is None or not status["airflow"]["running"]:
        next_step = "apt-get install chromium fonts-noto-cjk" if executable is None else "make demo up"
        raise WrongUsage("The pictures need a Chromium and a hub that runs.", next_step=next_step)
    FOLDER.mkdir(exist_ok=True)
    with chromium(executable) as browser:
        _of_staff(browser, str(status["airflow"]["address"]), status["airflow"]["logins"][0])
        known = {each["login"] for each in accounts(AGENCY)}
        invited = new_link(LOGIN) if LOGIN in known else add_account(AGENCY, LOGIN, "sender")
        try:
            _of_partners(browser, str(status["portal"]["address"]), invited.link)
        finally:
            disable_account(LOGIN)  # it is there for the picture alone


def _opened(browser: Browser, language: str) -> Page:
    page = browser.new_context(locale=language, viewport=WINDOW, color_scheme="light").new_page()
    page.set_default_timeout(SECONDS)
    return page


def _of_staff(browser: Browser, address: str, login: dict[str, str]) -> None:
    page = _opened(browser, "en-GB")
    page.goto(address)
    page.locator("input[name=username]").fill(login["login"])
    page.locator("input[name=password]").fill(login["password"])
    page.locator("button[type=submit]").click()
    page.get_by_role("heading", name="The exchange, last 24 hours").wait_for()
    page.goto(f"{address}/plugin/riskhub")
    page.frame_locator("iframe").get_by_role("heading").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / "exchange.png")
    for name, path in (("overview", f"?to={LAST_DAY}"), ("product", "product?brand=FunRide&model=FR-S3")):
        page.goto(f"{address}/riskhub-picture/{path}")
        page.screenshot(path=FOLDER / f"{name}.png")


def _of_partners(browser: Browser, address: str, invitation: str) -> None:
    page, password = _opened(browser, "zh-CN"), secrets.token_urlsafe()
    page.goto(invitation)
    page.fill("#new", password)
    page.fill("#again", password)
    page.locator("main button").click()
    page.goto(f"{address}/login")
    page.fill("#login", LOGIN)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    with connect() as conn:
        batch = next(each["batch"] for each in listings.batches(conn, source=f"{AGENCY}/{FEED}") if each["quarantined"])
    page.goto(f"{address}/submissions/{batch}/fix")
    page.screenshot(path=FOLDER / "fix.png")


if __name__ == "__main__":
    sys.exit(main())
