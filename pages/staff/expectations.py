"""What was expected of batches as a whole: what the batch rules said of each, and Great Expectations' own pages.

Data Docs are made by `riskhub docs build` and shown as they are.  Their style stands in them; the policy of an answer
lets this one style through by its hash, and nothing else.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypedDict

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from hub.receipt import RuleResult
from pages.site.language import language_of
from pages.site.reading import reader_of
from pages.site.rendering import render
from pages.staff.batch import TitledSource, batch_named
from pages.staff.feed import feed_named, feed_page
from pipeline.reports.data_docs import docs_folder, page_of
from validation.batches.figure_text import figure_line
from validation.catalogue import render as finding_text

if TYPE_CHECKING:
    from datetime import datetime

    from pages.site.reading import Reader
    from validation.batches.figure_text import Line

router = APIRouter()
MOST = 20  # judged batches of a feed, as many as Data Docs have
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
PAGE = re.compile(r"(?:[a-z0-9_]+/[a-z0-9_]+/)?[a-zA-Z0-9-]+\.html", re.ASCII)


class JudgedFeed(TitledSource):
    """A source with its newest judged batch (`feeds/judged_newest`); None where no batch was judged."""

    batch: str | None
    received_at: datetime | None
    rules: int | None
    met: int | None
    held: bool | None


class JudgedBatch(TypedDict):
    """A batch, and how many rules it met (`feeds/judged_of_feed`)."""

    batch: str
    file: str
    state: str
    received_at: datetime
    rules: int
    met: int


@dataclass(frozen=True)
class WordedRule:
    """What one rule said of a batch, in words."""

    rule: RuleResult
    line: Line
    title: str


@router.get("/expectations")
def expectations(request: Request) -> HTMLResponse:
    """Show for every feed whether its newest batch was as expected."""
    return render(
        request,
        "staff/expectations.html.j2",
        feeds=reader_of(request).rows(JudgedFeed, "feeds/judged_newest"),
        is_built=(docs_folder() / "index.html").is_file(),
    )


@router.get("/feeds/{agency}/{feed}/expectations")
def expectations_of_feed(request: Request, agency: str, feed: str) -> HTMLResponse:
    """Show the last judged batches of a feed, and the rules that the newest of them met."""
    reader = reader_of(request)
    about = feed_named(reader, agency, feed)
    judged = reader.rows(JudgedBatch, "feeds/judged_of_feed", agency=agency, feed=feed, limit=MOST)
    return feed_page(
        request,
        "staff/feed_expectations.html.j2",
        "expectations",
        about,
        judged=judged,
        pages={each["batch"]: page_of(about["source"], each["batch"]) for each in judged},
        suite=page_of(about["source"], "suite"),
        rules=_rules(reader, judged[0]["batch"], language_of(request)) if judged else [],
    )


@router.get("/deliveries/{batch}/expectations")
def expectations_of_batch(request: Request, batch: str) -> HTMLResponse:
    """Show what each batch rule said of a batch."""
    reader = reader_of(request)
    about = batch_named(reader, batch)
    return render(
        request,
        "staff/batch_expectations.html.j2",
        about=about,
        rules=_rules(reader, batch, language_of(request)),
        page=page_of(about["source"], batch),
    )


@router.get("/docs/{path:path}")
def data_docs(request: Request, path: str) -> HTMLResponse:
    """Give a page of the Data Docs as it was built."""
    place = docs_folder() / path
    if not PAGE.fullmatch(path) or not place.is_file():
        raise HTTPException(404)
    text = place.read_text("utf-8")
    if found := STYLE.search(text):
        digest = b64encode(sha256(found[1].encode()).digest()).decode()
        request.state.own_style = f"'sha256-{digest}'"
    return HTMLResponse(text)


def _rules(reader: Reader, batch: str, language: str) -> list[WordedRule]:
    return [
        WordedRule(each, figure_line(each, language), finding_text(each["code"], language).title)
        for each in reader.rows(RuleResult, "feeds/rules_of_batch", batch=batch)
    ]
