"""The pages within a real Airflow: who gets in, who decides, and the way of a duty officer in a browser."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import settings
from pages.analysis import app as analysis
from pages.staff import app as staff
from pipeline.review.hold import held, hold_named
from stack import control
from stack.doctor import diagnose
from tests.support.browser import CHROMIUM, chromium
from tests.support.exchange import submit
from tests.support.routes import routes_of
from tests.support.small_source import SMALL, SmallSource, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.airflow, pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(1200)]
PLACE = re.compile(r"{\w+}")
MOUNTED = {"/riskhub": staff.build, "/riskhub-picture": analysis.build}
SECONDS = 120_000  # milliseconds: Airflow's own pages are slow on a busy machine


@pytest.fixture(scope="module")
def hub() -> Iterator[control.AirflowStatus]:
    """Give an Airflow that runs, with a batch that is held."""
    folder = Path(tempfile.mkdtemp(prefix="riskhub-hub-"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISKHUB_HOME", str(folder))
        patch.setenv("RISKHUB_SOURCES", str(folder / "sources"))
        settings.cache_clear()
        SmallSource(folder / "sources").map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 3}}")
        yield control.up()["airflow"]
        control.down()
    settings.cache_clear()
    shutil.rmtree(folder)


@pytest.fixture
def batch(hub: control.AirflowStatus) -> str:
    """Give a batch that is held in that Airflow's warehouse."""
    assert hub["running"]
    settings.cache_clear()
    waiting = [each["batch"] for each in held()]
    return waiting[0] if waiting else str(submit(SMALL, "few.csv", rows(F1="fire", F2="smoke"))["batch"])


def ask(hub: control.AirflowStatus, method: str, path: str, login: str = "", form: bytes = b"") -> int:
    """Return the status of an answer."""
    headers = {"Authorization": f"Bearer {token(hub, login)}"} if login else {}
    request = urllib.request.Request(f"{hub['address']}{path}", form or None, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - an address of this machine
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def token(hub: control.AirflowStatus, login: str) -> str:
    about = json.dumps({"username": login, "password": password(hub, login)}).encode()
    kind = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{hub['address']}/auth/token", about, kind)  # noqa: S310
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - an address of this machine
        return str(json.load(answer)["access_token"])


def password(hub: control.AirflowStatus, login: str) -> str:
    return next(each["password"] for each in hub["logins"] if each["login"] == login)


def test_no_route_answers_without_a_login(hub: control.AirflowStatus) -> None:
    found = {
        f"{route.method} {root}{route.path}": ask(hub, route.method, root + PLACE.sub("nothing", route.path))
        for root, build in MOUNTED.items()
        for route in routes_of(build(lambda: None))
    }
    assert {*found.values()} == {401}, found


def test_a_viewer_looks_and_does_not_decide(hub: control.AirflowStatus, batch: str) -> None:
    assert ask(hub, "GET", f"/riskhub/holds/{batch}", "eye") == 200
    assert ask(hub, "POST", f"/riskhub/holds/{batch}", "eye", b"decision=approve&held_at=") == 403
    hold = hold_named(batch)
    assert hold
    assert hold["decision"] is None


def test_analysts_see_the_picture_with_the_rights_of_their_login(hub: control.AirflowStatus) -> None:
    assert [ask(hub, "GET", f"/riskhub-picture{path}", "eye") for path in ("/", "/explore", "/dictionary")] == [200] * 3


def test_doctor_says_that_the_pages_are_there(hub: control.AirflowStatus) -> None:
    (found,) = [each for each in diagnose(60.0) if each.name == "pages"]
    assert (found.fine, str(hub["pages"]) in found.says) == (True, True)


@pytest.mark.browser
def test_a_duty_officer_logs_in_and_approves(hub: control.AirflowStatus, batch: str) -> None:
    """The login page, the card on the home page, the page in its frame, the approval; the audit has the login."""
    executable = next((path for path in CHROMIUM if Path(path).exists()), None)
    if executable is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with chromium(executable) as browser:
        approve(browser.new_page(locale="en-GB"), str(hub["address"]), "duty", password(hub, "duty"))
    end = time.monotonic() + 60
    while (hold := hold_named(batch)) is None or hold["decision"] is None:
        assert time.monotonic() < end
        time.sleep(0.5)
    assert (hold["decision"], hold["decided_by"], hold["comment"]) == ("approve", "duty", "a quiet day")


def approve(page: Any, address: str, login: str, secret: str) -> None:
    """Walk from Airflow's login to the approval of the batch that is held."""
    page.set_default_timeout(SECONDS)
    page.goto(address)
    page.locator("input[name=username]").fill(login)
    page.locator("input[name=password]").fill(secret)
    page.locator("button[type=submit]").click()
    page.get_by_role("heading", name="The exchange, last 24 hours").wait_for()
    page.get_by_role("link", name="Open the exchange").click()
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Look at the rows and decide").click()
    frame.get_by_label("Reason", exact=True).fill("a quiet day")
    frame.get_by_role("button", name="Approve").click()
    frame.get_by_text("by duty,").wait_for()
