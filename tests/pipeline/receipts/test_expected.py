"""What was expected of a whole delivery, in the sender's receipt: few words, the unusual first, nothing hostile."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hub.batch import Counts, State
from hub.receipt import Verdict
from hub.settings import settings
from pipeline.receipts.render import Renderer
from tests.support.exchange import receipt, submit
from tests.support.small_source import SMALL, SmallSource, fires
from validation.batches.figure_text import MOST, expected, figure_label

COLUMN = "<script>alert(1)</script>"
ODD = [
    ("rows", 39, 1000, 20000, "39", "1,000 – 20,000"),
    ("fill:fire_incident.cause_code", 0.43, 0.9, None, "43%", "≥ 90%"),
    ("level:fire_incident.area_m2", 12345.678, 10.24, 800, "12,346", "10.2 – 800"),
    ("codes:fire_incident.cause_code", 0.63, None, 0.31, "63%", "≤ 31%"),
]


def result(figure: str, observed: float, low: float | None, high: float | None, *, good: bool) -> dict[str, Any]:
    told = {"code": "VOLUME_UNUSUAL", "figure": figure, "observed": observed, "low": low, "high": high}
    return told | {"success": good, "holds": True, "origin": "history", "engine": "comparison"}


def results(usual: int) -> list[dict[str, Any]]:
    good = [result("fill:fire_incident.narrative", 0.5, 0.2, 0.8, good=True) for _ in range(usual)]
    return [*good, *(result(*each[:4], good=False) for each in ODD)]


def page(language: str, told: list[dict[str, Any]]) -> str:
    counts = Counts(read=1, new=1)
    verdict = Verdict("a", "b", State.LOADED, "x.csv", "0" * 64, 1, "B", expectations=told, counts=counts)
    return Renderer(language).documents(verdict)[1].body.decode()


def test_figures_are_told_as_a_person_reads_them() -> None:
    found = expected(results(1), "en")
    assert [(line.observed, line.expected) for line in found.unusual] == [each[4:] for each in ODD]
    assert [line.figure for line in found.unusual] == [
        "Number of rows",
        "Cause: rows with a value",
        "Burnt area: typical number",
        "Cause: codes unlike before",
    ]
    assert figure_label("fill:fire_incident.cause_code", "zh") == "起火原因：填充率"
    assert figure_label("fill:fire_incident.cause_code", "zh", "原因(必填)") == "原因(必填)：填充率"
    assert figure_label("fill:gone.with_the_standard", "en") == "gone.with_the_standard: rows with a value"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_only_what_is_unusual_lies_open(language: str) -> None:
    html = page(language, results(5))
    before, _, folded = html.partition("<details>")
    unusual = {"en": "4 of 9 figures are unusual", "zh": "共检查 9 项指标，其中 4 项异常"}[language]
    assert unusual in before
    assert before.count('class="odd"') == len(ODD)
    assert (before.count('<td class="good"'), folded.count('<td class="good"')) == (0, 5)


def test_a_feed_with_many_rules_does_not_drown_its_sender() -> None:
    assert page("en", results(300)).count('<td class="good"') == MOST
    assert "the JSON receipt has them all" in page("en", results(300))
    assert len(page("en", results(300))) < 20_000
    assert "As a whole" not in page("en", [])


def test_the_name_of_a_column_is_text() -> None:
    odd = [{**each, "column": COLUMN} for each in results(0)]
    html = page("zh", odd)
    assert COLUMN not in html
    assert html == page("zh", odd), "the same verdict gives the same bytes"


@pytest.mark.usefixtures("warehouse")
def test_the_sender_reads_the_columns_of_the_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    source = SmallSource(tmp_path / "sources")
    source.map("mode: upsert", "mode: upsert\nexpect: {hold: false, rows: {min: 2}, fill: {narrative: {min: 0.9}}}")
    batch = submit(SMALL, "1.csv", fires("F1"))
    told = {each["figure"]: (each["column"], each["success"]) for each in receipt(batch)["expectations"]}
    assert told == {"rows": (None, False), "fill:fire_incident.narrative": ("note", False)}
    html = (settings().exchange / SMALL / "out" / f"{batch['batch']}.receipt.html").read_text("utf-8")
    rows = re.findall(r"<tr><td>(.*?)</td><td class=\"n\">(.*?)</td><td class=\"n\">(.*?)</td>", html)
    assert rows == [("Number of rows", "1", "≥ 2"), ("note: rows with a value", "0%", "≥ 90%")]
