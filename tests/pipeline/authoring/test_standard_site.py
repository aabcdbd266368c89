"""The site of the standard: whole, closed against the outside, escaped, and the same bytes each time."""

from __future__ import annotations

import json
import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from lxml import html

from hub.templates import render_page
from pipeline.authoring.standard_site import FOLDER, standard_site
from standards import standard
from tests.support.commands import json_of

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("en", "zh")


@cache
def site() -> dict[str, bytes]:
    return standard_site()


def text_of(name: str) -> str:
    return str(html.fromstring(site()[name]).text_content())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_field_and_list_has_its_place(language: str) -> None:
    for name, record_type in standard().types.items():
        page = html.fromstring(site()[f"{language}/{name}.html"])
        places = {each.get("id") for each in page.iter("article")}
        paths = {
            f"{key}.*.{field.path}" if key else field.path
            for key, table in record_type.tables.items()
            for field in table.fields.values()
        }
        assert places == paths
        assert record_type.label[language] in page.text_content()
    for name, codes in standard().codelists.items():
        page = html.fromstring(site()[f"{language}/list-{name}.html"])
        assert len(page.xpath("//tbody/tr")) == codes.table.num_rows


@pytest.mark.parametrize("name", sorted(name for name in standard_site() if name.endswith(".html")))
def test_links_lead_somewhere_and_nothing_comes_from_outside(name: str) -> None:
    page = html.fromstring(site()[name])
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not page.xpath("//style|//script[not(@src)]|//*[@style]|//*[@onclick]|//img|//iframe")
    for each in page.xpath("//@href|//@src"):
        target, _, place = each.partition("#")
        there = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
        assert there in site(), f"{name} leads to {each}"
        assert not place or f'id="{place}"'.encode() in site()[there]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_has_every_field(language: str) -> None:
    script = site()[f"{language}/index.js"].decode()
    entries = json.loads(script.removeprefix("const ENTRIES = ").removesuffix(";\n"))
    known = {entry[2] for entry in entries}
    assert {f"{name}.source_record_no" for name in standard().types} <= known
    assert all(len(entry) == 4 and entry[3] == entry[3].lower() for entry in entries)
    for address, *_ in entries:
        page, _, place = address.partition("#")
        assert not place or f'id="{place}"'.encode() in site()[f"{language}/{page}"]
    written = site()["search.js"].decode()
    assert "innerHTML" not in written
    assert not re.search(r"https?:|fetch|XMLHttp", written)


def test_a_list_says_who_uses_it_and_what_its_codes_are_elsewhere() -> None:
    page = html.fromstring(site()["en/list-severity.html"])
    assert "neiss-disp:8" in page.text_content()
    [folded] = [each for each in page.iter("details") if each.findtext("summary/code") == "hazard.*.severity_code"]
    assert len(folded.findall("a")) > 5
    headings = [each.text for each in page.iter("th")]
    assert "Rank" in headings
    assert "Parent" not in headings, "no code of it has one"


def test_types_and_lists_are_found_before_fields_and_by_the_names_of_codes() -> None:
    entries = json.loads(site()["en/index.js"].decode().removeprefix("const ENTRIES = ").removesuffix(";\n"))
    hits = [entry[2] for entry in entries if "severity" in entry[3]]
    assert hits.index("severity") < hits.index("recall.severity_code")
    assert "hazard_type" in [entry[2] for entry in entries if "汞" in entry[3]]


def test_examples_are_what_a_sender_would_write() -> None:
    page = html.fromstring(site()["en/recall.html"])
    [zone] = page.xpath("//article[@id='event_tz']//dt[text()='Example']/following-sibling::dd[1]")
    assert zone.text_content() == "+08:00"


def test_coverage_by_source() -> None:
    page = html.fromstring(site()["en/fire_incident.html"])
    place = page.get_element_by_id("incident_no").text_content()
    assert "hn_fire/incidents" in place
    assert "us_pittsburgh/fire_incidents" in place


def test_texts_are_escaped() -> None:
    fields = {"page": "x.html", "title": "<b>&", "version": "1", "types": [], "lists": []}
    assert "&lt;b&gt;&amp;" in render_page(FOLDER / "index.html.j2", "en", **fields)


def test_the_command_writes_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = json_of(capsys, "standard", "docs", "--out", str(tmp_path))
    assert {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*.*")} == site()
    assert len(files) == len(site())
