"""`riskhub count`: a table that may be published hides small counts, and what would give them away."""

from __future__ import annotations

import csv
import io
from itertools import count
from typing import TYPE_CHECKING

import psycopg
import pytest

from cli.screen import FINE, WRONG, guarded
from pipeline.exports import counts as counting
from tests.support.commands import json_of
from tests.support.exchange import ask, submit
from tests.support.small_source import SMALL, fires

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.small_source import SmallSource

pytestmark = pytest.mark.usefixtures("warehouse")
HAIKOU, SANYA = "460100", "460200"
TABLE = ["count", "risk_event", "--rows", "region_code", "--columns", "event_date"]


@pytest.fixture(autouse=True)
def placed(small: SmallSource) -> None:
    """Let the note of a fire be its place."""
    small.map('region_code: {constant: "460100"}', "region_code: note")


def load(**days: tuple[int, int]) -> None:
    """Load so many fires in Haikou and Sanya on days such as `d01`."""
    numbers = count()
    rows = [
        f"F{next(numbers)},2026-05-{day[1:]} 10:00,短路,{place}"
        for day, many in days.items()
        for place, each in zip((HAIKOU, SANYA), many, strict=True)
        for _ in range(each)
    ]
    submit(SMALL, "1.csv", fires(*rows))


def table(file: Path, *options: str) -> list[list[str]]:
    assert guarded([*TABLE, "--out", str(file), *options]) == FINE
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))


def test_counts_that_are_large_are_published_with_totals(tmp_path: Path) -> None:
    load(d01=(6, 9), d02=(7, 0))
    assert table(tmp_path / "t.csv") == [
        ["region_code / event_date", "2026-05-01", "2026-05-02", "Total"],
        [HAIKOU, "6", "7", "13"],
        [SANYA, "9", "0", "9"],
        ["Total", "15", "7", "22"],
    ]


def test_a_small_count_takes_others_with_it_where_totals_would_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(d01=(12, 9), d02=(3, 18), d03=(30, 40))
    shown = table(tmp_path / "t.csv")
    assert shown[1:] == [
        [HAIKOU, "*", "*", "30", "45"],
        [SANYA, "*", "*", "40", "67"],
        ["Total", "21", "21", "70", "112"],
    ]
    assert "4 are hidden (*): those below 5" in " ".join(capsys.readouterr().out.split())
    told = json_of(capsys, *TABLE, "--out", str(tmp_path / "u.csv"))
    assert told["counts"][HAIKOU] == {"2026-05-01": None, "2026-05-02": None, "2026-05-03": 30}
    assert told["threshold"] == 5


def test_totals_that_would_tell_are_not_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(d01=(3, 9), d02=(0, 18))
    assert table(tmp_path / "t.csv")[1:] == [[HAIKOU, "*", "0"], [SANYA, "9", "18"]]
    assert "No totals" in capsys.readouterr().out


def test_headings_years_and_moments(tmp_path: Path) -> None:
    load(d01=(6, 0))
    first = ask("select now() as at")[0]["at"].isoformat()
    submit(
        SMALL, "2.csv", fires(*(f"G{n},2025-05-01 10:00,短路,{HAIKOU}" for n in range(8)), "H,2026-05-09 10:00,短路,")
    )
    assert table(tmp_path / "t.csv", "--labels", "zh", "--year", "2025")[:2] == [
        ["region_code / event_date", "2025-05-01", "Total"],
        [f"{HAIKOU} 海口市", "8", "8"],
    ]
    assert table(tmp_path / "u.csv", "--as-of", first)[1] == [HAIKOU, "6", "6"]
    assert [row[0] for row in table(tmp_path / "v.csv")[1:]] == ["(none)", HAIKOU], "a fire without a place counts too"


def test_numbers_are_added_up(tmp_path: Path, small: SmallSource) -> None:
    small.map('region_code: {constant: "460100"}', "region_code: note\n  injury_count: {constant: 4}")
    load(d01=(2, 1))
    assert table(tmp_path / "t.csv", "--sum", "injury_count")[1:] == [[HAIKOU, "8"], [SANYA, "*"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", "--rows", "region_code", "--columns", "event_date"], "There is no mart nothing"),
        (["risk_event", "--rows", "nowhere", "--columns", "event_date"], "risk_event has no column nowhere"),
        (["risk_event", "--rows", "region_code", "--columns", "1; drop"], "has no column 1; drop"),
        ([*TABLE[1:], "--sum", "region_code"], "holds no whole numbers"),
        (["feed_health", "--rows", "agency", "--columns", "feed", "--year", "2026"], "has no column event_date"),
        (["feed_health", "--rows", "agency", "--columns", "feed", "--as-of", "2026-05-01"], "as of an earlier moment"),
    ],
)
def test_wrong_requests(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["count", *words, "--out", str(tmp_path / "t.csv")]) == WRONG
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "t.csv").exists()


def test_a_table_that_is_too_large_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_CELLS", 3)
    load(d01=(6, 9), d02=(7, 7))
    assert guarded([*TABLE, "--out", str(tmp_path / "t.csv")]) == WRONG
    assert "--year" in " ".join(capsys.readouterr().err.split())


def test_a_column_that_the_login_may_not_read_is_none(
    warehouse: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(warehouse) as owner:
        owner.execute("revoke select on mart.risk_event from riskhub_analyst")
        owner.execute("grant select (event_date, agency) on mart.risk_event to riskhub_analyst")
    assert guarded([*TABLE, "--out", str(tmp_path / "t.csv")]) == WRONG
    assert "has no column region_code" in " ".join(capsys.readouterr().err.split())
