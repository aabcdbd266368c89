"""What the demonstration shows: a dozen of what is shipped, or what a hub of its own sources has; and one story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stack.demo import SHOWN, DemoFile, poll, query_results, samples, stories
from tests.support.cookbook import as_text
from tests.support.exchange import counts, sample, submit
from tests.support.small_source import SMALL, fires

if TYPE_CHECKING:
    from tests.support.small_source import SmallSource

# What the five files of the story and two samples say of one scooter, written down by hand.
STORY = """
2026-07-06 | hn_customs | declared |  | brand and model | I20260000004600091
2026-08-20 | hn_hospital | injury: Fracture | 龙华区 | brand and model | HN4601-2026-007001
2026-09-02 | hn_hospital | injury: Laceration | 吉阳区 | brand | HN4602-2026-007002
2026-09-15 | hn_market | market test: Does not meet the requirements | 龙华区 | brand and model | CP26460000002101
2026-09-19 | hn_fire | fire: Battery | 美兰区 | brand and model | XF460108-20260919-0033
2026-09-19 | hn_hospital | injury: Burn, thermal | 美兰区 | brand and model | HN4601-2026-007003
2026-09-28 | hn_customs | notice from abroad: Recall |  | model | US-2026-0917
2026-10-05 | hn_customs | declared |  | brand and model | I20260000004600001
2026-10-08 | hn_customs | port inspection: Failed | 海口市 | brand and model | HK26100001
"""


@pytest.mark.usefixtures("home")
def test_a_dozen_of_what_is_shipped() -> None:
    shown = samples()
    assert {f"{head.agency}/{head.feed}" for head, _ in shown} == SHOWN
    assert len(shown) == 12
    assert {path.suffix for _, path in shown} >= {".csv", ".json", ".sql", ".xlsx", ".xml", ".zip"}


def test_a_hub_of_other_sources_shows_those(small: SmallSource) -> None:
    assert samples() == [], "a source without a sample has nothing to show"
    sample = small.folder / "sample.csv"
    sample.write_text("id\n", "utf-8")
    assert [path for _, path in samples()] == [sample]


@pytest.mark.usefixtures("warehouse")
def test_one_query_tells_the_story_of_a_scooter_across_agencies() -> None:
    for head, path in stories():
        batch = submit(f"{head.agency}/{head.feed}", path.name, path.read_bytes())
        assert counts(batch) == {"read": counts(batch)["new"], "new": counts(batch)["new"]}, "every row is good"
        assert batch["state"] == "acknowledged", "no part of it waits for a person"
    for source in ("hn_customs/declarations", "hn_customs/port_inspections"):
        submit(source, *sample(source))
    told = query_results()[-1]
    assert told.title["zh"]
    columns, *rows = as_text(told.columns, told.rows)
    assert [columns[at] for at in (2, 3)] == ["what_zh", "what_en"]
    written = [[cell.strip() for cell in line.split("|")] for line in STORY.strip().splitlines()]
    assert [[row[at] for at in (0, 1, 3, 4, 5, 6)] for row in rows] == written


@pytest.mark.usefixtures("warehouse")
def test_a_file_is_followed_until_its_own_receipt(small: SmallSource) -> None:
    assert small
    before = submit(SMALL, "own.csv", fires("F1"))["batch"]
    other, own = (submit(SMALL, name, fires(row))["batch"] for name, row in (("other.csv", "F2"), ("own.csv", "F3")))
    file = DemoFile(SMALL, "own.csv", {before})
    assert list(poll([file])) == [[file]]
    assert file.batch is not None
    assert (file.batch["batch"], file.state) == (own, "acknowledged")
    assert file.receipt is not None
    assert file.receipt.name == f"{own}.receipt.html"
    assert other != own


@pytest.mark.usefixtures("home")
def test_the_story_is_told_by_five_agencies_feeds() -> None:
    assert {f"{head.agency}/{head.feed}" for head, _ in stories()} == {
        "hn_customs/declarations",
        "hn_customs/overseas_notifications",
        "hn_fire/incidents",
        "hn_hospital/injuries",
        "hn_market/sampling",
    }
