"""Data Docs: made from the ledger, once each, readable without a network, with nothing hostile in them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cli.screen import FINE, WRONG, guarded
from hub.settings import settings
from pipeline.reports.data_docs import build
from pipeline.review.hold import decide
from tests.support.exchange import submit
from tests.support.small_source import SMALL, SmallSource, fires
from validation.batches import data_docs
from validation.batches.data_docs import Page, results_page, suite_page

EVIL = "<script>alert(1)</script>"
LOADED = re.compile(r"""<script|<img|<link|<iframe|\bon\w+=|\bsrc=|url\(|https?://""")
AS_OF = re.compile(r"As of 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC")


@pytest.fixture
def small(small: SmallSource, warehouse: str) -> SmallSource:
    assert warehouse
    small.map("mode: upsert", "mode: upsert\nexpect: {rows: {min: 2}}")
    return small


def pages() -> dict[str, str]:
    folder = settings().home / "data-docs"
    found = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.glob("**/*.html")}
    assert len(AS_OF.findall(found["index.html"])) == 1
    return {name: AS_OF.sub("", text) for name, text in found.items()}


def only(found: dict[str, str], part: str) -> str:
    (text,) = (text for name, text in found.items() if part in name)
    return text


def test_every_batch_has_a_page_also_one_that_waits(small: SmallSource) -> None:
    assert small.folder.exists()
    usual = submit(SMALL, "two.csv", fires("F1", "F2"))["batch"]
    held = submit(SMALL, "one.csv", fires("F3"))["batch"]
    first, made = build()
    assert made == 3, "two batches and the suite"
    found = pages()
    assert "values must be greater than or equal to" in only(found, usual)
    assert "fa-times text-danger" in only(found, held)
    assert "fa-times text-danger" not in only(found, usual)
    index = first.read_text("utf-8")
    assert index.index(held) < index.index(usual), "the newest first"
    assert "0 of 1" in index
    for place in re.findall(r'href="([^"]+)"', index):
        assert (first.parent / place).exists()
    for name, text in found.items():
        assert not LOADED.search(text), f"{name} loads or runs something"
        assert "default-src 'none'" in text


def test_what_is_there_is_not_made_again(small: SmallSource, monkeypatch: pytest.MonkeyPatch) -> None:
    assert small.folder.exists()
    held = submit(SMALL, "one.csv", fires("F3"))["batch"]
    build()
    before = pages()
    monkeypatch.setattr(data_docs, "_great_expectations", lambda: pytest.fail("nothing is new"))
    assert build()[1] == 0
    assert pages() == before
    decide(held, "reject", "wang", "no")
    assert build()[1] == 0, "a state stands on the first page only"
    assert "rejected" in pages()["index.html"]


def test_what_is_no_longer_told_goes(small: SmallSource) -> None:
    assert small.folder.exists()
    old = submit(SMALL, "old.csv", fires("F1", "F2"))["batch"]
    new = submit(SMALL, "new.csv", fires("F1", "F2", "F3"))["batch"]
    build()
    assert build(last=1)[1] == 0
    assert [name for name in pages() if old in name] == []
    assert [name for name in pages() if new in name]


def test_the_name_of_a_file_is_text(small: SmallSource) -> None:
    assert small.folder.exists()
    submit(SMALL, "<img src=x onerror=alert(1)>&$x.csv", fires("F1", "F2"))
    build()
    for text in pages().values():
        assert not re.search(r"<img", text)
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;$x.csv" in pages()["index.html"]


def test_the_words_of_a_rule_are_text() -> None:
    rule = {"code": "X", "observed": 1.0, "low": 0.0, "high": None, "success": False, "holds": True}
    rule |= {"figure": f"fill:{EVIL}$x", "origin": EVIL, "engine": EVIL}
    page = Page(EVIL, {"File": EVIL}, "../index.html")
    for text in (results_page(page, [rule]), suite_page(page, [rule])):
        assert not LOADED.search(text)
        assert "alert(1)" in text


@pytest.mark.parametrize("make", [results_page, suite_page])
def test_a_batch_without_rules_has_a_page(make: Any) -> None:
    assert "<h1>B</h1>" in make(Page("B", {}, "index.html"), [])


def test_on_the_command_line(warehouse: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert warehouse
    assert guarded(["docs", "build"]) == FINE
    assert "index.html" in capsys.readouterr().out.replace("\n", "")
    assert "No batch had been judged by then" in pages()["index.html"]
    assert guarded(["docs", "build", "--last", "0"]) == WRONG
