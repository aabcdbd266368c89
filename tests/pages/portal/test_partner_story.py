"""A partner's way without scripts: check a bad file, submit it, fix its rows in the browser; the warehouse is right."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import psycopg

from hub.settings import settings
from mappings.engine import MASK
from pipeline.checks.inbox import check_ready
from pipeline.intake.receive import receive_ready
from pipeline.steps.runner import run
from tests.support.exchange import FIRE, ask, batches
from tests.support.portal_people import bad_file

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from tests.support.portal_people import Portal


def fields(page: str) -> dict[str, str]:
    """Return the fields of the form of a page with their values."""
    inputs = re.findall(r'<input (?:type="hidden" |id="[^"]*" )?name="([^"]*)" value="([^"]*)"', page)
    texts = re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    selects = re.findall(
        r'<select id="[^"]*" name="([^"]*)".*?<option(?: value="([^"]*)")? selected>([^<]*)', page, re.DOTALL
    )
    chosen = [(name, value or text) for name, value, text in selects]
    return {name: unescape(value) for name, value in [*inputs, *texts, *chosen]}


def submit(client: TestClient, purpose: str, content: bytes) -> str:
    """Send a file by the form; return the address of its page."""
    answer = client.post(
        "/files", data={"feed": "incidents", "purpose": purpose}, files={"file": ("a.csv", content, "text/csv")}
    )
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_bad_row_is_checked_submitted_fixed_and_let_in(own_portal: Portal) -> None:
    client = own_portal.client("sender.fire")
    content, right = bad_file()
    where = submit(client, "check", content)
    assert "Nothing is submitted" in client.get(where).text
    check_ready(FIRE)
    page = client.get(where).text
    assert "Checked only, nothing was submitted" in page
    assert "Rows that would not be let in: 1" in page
    assert batches(FIRE) == []
    assert client.post(f"{where}/submit").status_code == 303
    run(FIRE)
    (batch,) = batches(FIRE)
    assert (batch["quarantined"], batch["read"]) == (1, 2)
    page = client.get(f"/submissions/{batch['batch']}").text
    assert "Rows that wait to be fixed: 1" in page
    assert "2026/13/41" in client.get(f"/submissions/{batch['batch']}/documents/csv").content.decode("gb18030")

    form = f"/submissions/{batch['batch']}/fix"
    (cell,) = re.findall(rf'href="({form}[^"]*)#(c0-|c1-)([^"]*)"', page)
    assert "how to correct it" in page
    page = client.get(unescape(cell[0])).text
    assert f'id="{cell[1]}{cell[2]}" name="{cell[1]}{cell[2]}" value="2026/13/41 25:00"' in page, "the line leads there"
    assert f"{form}?" not in own_portal.client("viewer.fire").get(f"/submissions/{batch['batch']}").text

    page = client.get(form).text
    values = fields(page)
    assert MASK in values.values(), "personal values are masked"
    (wrong,) = [name for name, value in values.items() if value == "2026/13/41 25:00"]
    assert f'id="{wrong}" name="{wrong}" value="2026/13/41 25:00" autocomplete="off" aria-invalid="true"' in page
    unchanged = client.post(form, data=values | {"purpose": "submit"})
    assert unchanged.status_code == 400
    assert "Change a cell first" in unchanged.text

    checked = client.post(form, data=values | {wrong: right, "purpose": "check"}).headers["location"]
    check_ready(FIRE)
    assert "Every row would be let in" in client.get(checked).text
    draft = re.findall(r'href="([^"]*draft=[^"]*)"', client.get(checked).text)[0]
    assert fields(client.get(unescape(draft)).text)[wrong] == right, "nothing has to be typed again"
    assert len(batches(FIRE)) == 1
    assert client.post(f"{checked}/submit").status_code == 303
    run(FIRE)
    fixed, first = batches(FIRE)
    assert (fixed["new"], fixed["quarantined"]) == (1, 0)
    page = client.get(f"/submissions/{fixed['batch']}").text
    assert f"/submissions/{first['batch']}" in page, "which submission it corrects"
    assert f"/submissions/{fixed['batch']}" in client.get(f"/submissions/{first['batch']}").text
    assert "No row of this submission waits" in client.get(form).text
    assert len(ask("select * from core.fire_incident")) == 2
    assert ask("select count(*) as n from quarantine.row where state = 'open'") == [{"n": 0}]


def test_a_zero_report_closes_a_period(own_portal: Portal) -> None:
    client = own_portal.client("sender.fire")
    receive_ready(FIRE)  # the hub has looked since a while: from then on something is due
    with psycopg.connect(str(settings().owner_url)) as conn:
        conn.execute("update ledger.poll_window set since = since - interval '3 days'")
    days = re.findall(r'name="first_day" value="([^"]*)"', client.get("/").text)
    assert days
    assert client.post("/feeds/incidents/zero", data={"first_day": "2001-01-01"}).status_code == 404
    assert client.post("/feeds/incidents/zero", data={"first_day": days[0]}).headers["location"] == "/?done=zero"
    run(FIRE)
    (batch,) = ask("select b.state, s.operation, s.period from ledger.batch b join ledger.submission s using (agency)")
    assert (batch["operation"], batch["period"].partition("/")[0]) == ("zero", days[0])
    assert "zero report" in client.get("/").text
    assert days[0] not in re.findall(r'name="first_day" value="([^"]*)"', client.get("/").text)
