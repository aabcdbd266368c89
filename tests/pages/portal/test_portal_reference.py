"""What an agency looks up in the portal: its quality, its record types, the use of its data, its keys."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from connectors.manifest import Key, parse, prose
from connectors.manifest.ed25519 import new_pair, public_key
from hub.settings import settings
from mappings.draft import TemplateTable
from pages.portal.app import build
from pages.portal.entrance import cookie_name
from pages.portal.keys import state_of
from pipeline.authoring.manifests import example, keygen
from pipeline.authoring.template import template_workbook
from standards import standard
from standards.exports.flat_columns import ITEMS
from tests.support.browser import LOOKS, Look, served, visit
from tests.support.compared import deliver, grant, open_fields

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.support.portal_people import Portal

NOW = datetime(2026, 5, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def compared(own_portal: Portal) -> Portal:
    """Let five others send fires beside the agency, and let protected fields be opened."""
    deliver("hn_fire", 12, feed="incidents")
    for at in range(5):
        deliver(f"other{at}", 1 + at)
    open_fields("wang_li", "hn_fire", 3)
    grant("wang_li", "hn_fire")
    return own_portal


def test_own_quality_stands_beside_the_median_of_others(compared: Portal) -> None:
    page = compared.client("viewer.fire").get("/quality").text
    assert re.findall(r'<p class="big">([^<]*)<small class="soft">([^<]*)<', page) == [
        ("88 % ", "others: 97 %"),
        ("88 % ", "others: 97 %"),
        ("12 ", "others: 3"),
    ]
    assert "No comparison" not in page
    assert "other0" not in page
    nothing = compared.client("viewer.lab").get("/quality").text
    assert "No figures yet" in nothing
    assert "%" not in nothing, "the lab has loaded nothing"


def test_without_five_others_there_is_no_comparison(portal: Portal) -> None:
    page = portal.client("viewer.fire").get("/quality").text
    assert "50 %" in page
    assert "fewer than five other agencies" in page
    assert "others:" not in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_template_is_that_of_the_command(portal: Portal, language: str) -> None:
    answer = portal.client("viewer.fire").get(f"/dictionary/fire_incident/template?lang={language}")
    table = TemplateTable(standard().types["fire_incident"], ITEMS)
    assert answer.content == template_workbook(table, language)
    assert answer.headers["content-disposition"] == 'attachment; filename="fire_incident.template.xlsx"'


def test_the_dictionary_has_every_field_of_what_is_sent(portal: Portal) -> None:
    client = portal.client("viewer.fire")
    assert re.findall(r'href="/dictionary/([a-z_]*)"', client.get("/dictionary").text) == ["fire_incident"]
    page = client.get("/dictionary/fire_incident").text
    kind = standard().types["fire_incident"]
    shown = set(re.findall(r'<small class="soft mono">([a-z_.0-9]*)</small>', page))
    for name, table in kind.tables.items():
        assert {f"{name}.{column}" if name else column for column in table.fields} <= shown
    required = sum(field.required for table in kind.tables.values() for field in table.fields.values())
    assert page.count(">required</span>") == required > 0
    assert "Agency&#39;s record number 1" in page
    chinese = client.get("/dictionary/fire_incident?lang=zh").text
    assert "来源记录编号 1" in chinese, "what is invented is in the reader's language too"
    client.get("/dictionary?lang=en")
    lists = set(re.findall(r'href="(/dictionary/fire_incident/codes/[a-z_0-9]*)"', page))
    assert len(lists) > 3
    assert {client.get(each).status_code for each in lists} == {200}
    assert client.get("/dictionary/fire_incident/codes/currency_none").status_code == 404
    assert client.get("/dictionary/fire_incident/codes/region?page=99").status_code == 200, "the last page"


def test_the_use_of_data_names_nobody(compared: Portal) -> None:
    page = compared.client("viewer.fire").get("/usage").text
    assert re.findall(r'data-label="(?:Openings|Records)">([^<]*)', page) == ["3", "3"]
    assert "case_follow_up" in page
    assert "Analysts of the hub" in page
    assert "wang_li" not in page
    assert "complaint 77" not in page
    assert "No protected field" in compared.client("viewer.lab").get("/usage").text


def test_an_administrator_compares_the_keys(
    own_portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = next(folder / "hn_fire" for folder in settings().sources if (folder / "hn_fire").is_dir())
    ours = tmp_path / "sources" / "hn_fire"
    shutil.copytree(theirs, ours)
    secret, public = keygen("2026a", ours / "keys")
    secret.unlink()
    keygen("2025a", ours / "keys")
    with (ours / "agency.yml").open("a", encoding="utf-8") as file:
        file.write('keys:\n  2026a: {valid_from: "2026-01-01T00:00:00+08:00"}\n')
        file.write('  2025a: {valid_from: "2025-01-01T00:00:00+08:00", revoked_at: "2025-03-01T00:00:00+08:00"}\n')
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    page = own_portal.client("admin.fire").get("/keys").text
    der = base64.b64decode("".join(public.read_text("ascii").splitlines()[1:-1]))
    assert hashlib.sha256(der).hexdigest() in page
    assert page.index("2026a") < page.index("2025a"), "the newest first"
    assert re.findall(r'class="badge \w+">(\w+)<', page) == ["valid", "revoked"]
    assert "PRIVATE" not in page
    written = unescape(re.findall(r"<pre[^>]*>(\{.*?)</pre>", page, re.DOTALL)[0])
    assert parse(written.encode()).source == "hn_fire/incidents", "the example is a manifest that the hub reads"
    assert parse(prose(example("a/f"))).operation == "new"


@pytest.mark.parametrize(
    ("times", "state"),
    [
        ((NOW, None, None), "valid"),
        ((NOW + DAY, None, None), "future"),
        ((NOW - DAY, NOW, None), "ended"),
        ((NOW - DAY, NOW + DAY, NOW + DAY), "valid"),
        ((NOW + DAY, None, NOW), "revoked"),
    ],
)
def test_a_key_says_whether_it_is_good_now(
    times: tuple[datetime, datetime | None, datetime | None], state: str
) -> None:
    assert state_of(Key("k", public_key(new_pair()[1]), *times), NOW) == state


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_comparison_and_its_use_have_no_fault(browser: Browser, compared: Portal, look: Look) -> None:
    with served(build()) as address:
        cookies = [{"name": cookie_name(), "value": compared.tokens["viewer.fire"], "url": address}]
        for path in ("/quality", "/usage"):
            with visit(browser, f"{address}{path}", look, cookies=cookies) as seen:
                for folded in seen.page.locator("summary").all():
                    folded.click()
                assert not seen.faults()
