"""The portal as a partner sees it: every page in both languages and themes, and the way of a file by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hub.settings import settings
from pages.portal.app import build
from pages.portal.entrance import cookie_name
from pipeline.checks.inbox import check_ready
from pipeline.steps.runner import run
from tests.support.browser import LOOKS, Look, served, visit
from tests.support.exchange import FIRE, ask, batches
from tests.support.portal_people import bad_file, batch_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.support.portal_people import Portal

pytestmark = pytest.mark.browser
PAGES = [
    "/",
    "/submissions",
    "/submissions/{batch}",
    "/submissions/{batch}/fix",
    "/feeds/incidents/upload",
    "/sessions",
    "/quality",
    "/dictionary",
    "/dictionary/fire_incident",
    "/dictionary/fire_incident/codes/region",
    "/usage",
    "/keys",
    "/nowhere",
]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with served(build()) as found:
        yield found


def cookies(portal: Portal, login: str, address: str) -> list[dict[str, Any]]:
    """Return the cookie of somebody's session."""
    return [{"name": cookie_name(), "value": portal.tokens[login], "url": address}]


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_fault(browser: Browser, portal: Portal, address: str, path: str, look: Look) -> None:
    where = f"{address}{path.replace('{batch}', batch_of('hn_fire'))}"
    with visit(browser, where, look, cookies=cookies(portal, "admin.fire", address)) as seen:
        assert not seen.faults()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_login_has_no_fault(browser: Browser, portal: Portal, address: str, look: Look) -> None:
    del portal
    with visit(browser, f"{address}/login", look) as seen:
        assert not seen.faults()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_line_of_the_error_summary_leads_into_the_cell(
    browser: Browser, portal: Portal, address: str, *, scripts: bool
) -> None:
    where = f"{address}/submissions/{batch_of('hn_fire')}"
    with visit(browser, where, cookies=cookies(portal, "sender.fire", address), scripts=scripts) as seen:
        lines = seen.page.locator(".notice.bad li")
        assert lines.count() > 1
        for at in range(lines.count()):
            seen.page.goto(where)
            link = lines.nth(at).get_by_role("link").first
            field = str(link.get_attribute("href")).partition("#")[2]
            link.focus()
            seen.page.keyboard.press("Enter")
            seen.page.wait_for_url("**/fix**")
            assert seen.page.locator(":focus").get_attribute("id") == field
            named = seen.page.locator(f"[id='{field}']")
            assert named.get_attribute("aria-invalid") == "true" or named.get_by_text("The whole row").is_visible()
        seen.page.goto(where)
        lines.first.get_by_role("link").nth(1).click()
        assert seen.page.url.endswith("#finding-1")


def test_a_bad_file_is_fixed_and_let_in(browser: Browser, own_portal: Portal, address: str, tmp_path: Path) -> None:
    """The way of a partner with the script that uploads in pieces, and by keyboard where there is no file dialog."""
    del own_portal
    file = tmp_path / "a.csv"
    content, right = bad_file()
    file.write_bytes(content)
    with visit(browser, f"{address}/login", LOOKS[0]) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        page.fill("#login", "sender.fire")
        page.fill("#password", "four dry hats sing")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
        page.goto(f"{address}/feeds/incidents/upload")
        page.set_input_files("#file", file)
        page.focus("button[value=check]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/uploads/*")
        check_ready(FIRE)
        page.get_by_role("button", name="Submit this file").wait_for(timeout=30_000)
        assert batches(FIRE) == []
        assert not seen.faults()
        page.get_by_role("button", name="Submit this file").click()
        page.wait_for_load_state()
        run(FIRE)
        page.get_by_role("link", name="See the receipt").click(timeout=30_000)
        page.get_by_role("link", name="Fix the rows here").click()
        cell = page.locator("[aria-invalid=true]").first
        cell.fill(right)
        page.get_by_role("button", name="Submit as a correction").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/uploads/*")
        run(FIRE)
        page.get_by_role("link", name="See the receipt").click(timeout=30_000)
        assert page.get_by_text("Every row was let in").is_visible()
        assert not seen.faults()
    assert len(ask("select * from core.fire_incident")) == 2
    with psycopg.connect(str(settings().owner_url)) as conn:
        assert conn.execute("select count(*) from quarantine.row where state = 'open'").fetchone() == (0,)
