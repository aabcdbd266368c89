"""Who owes what when, and whose silence it is."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from cli.screen import FINDINGS, FINE, guarded
from hub.errors import FixTheHub, RetryLater
from mappings.catalogue import source_headers
from pipeline.intake.poll_log import record_poll, recording_poll
from pipeline.reports.timeliness import Terms, expected_periods, report, terms_of
from pipeline.reports.timeliness.report import expected, missing
from pipeline.reports.timeliness.status import PollWindow, ReceivedDelivery
from pipeline.steps.runner import run
from tests.support.commands import json_of
from tests.support.exchange import ask, drop
from tests.support.partners.base import send
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.catalogue import Head

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def terms(**expect: Any) -> Terms:
    found = terms_of(expect)
    assert found is not None
    return found


def dues(since: str, until: str, **expect: Any) -> list[tuple[str, str]]:
    found = terms(**expect).periods(at(since), at(until))
    return [(f"{each.start:%m-%d}", f"{each.due:%m-%d %H:%M}") for each in found]


def test_days_weeks_months_and_quarters() -> None:
    assert dues("2026-05-01", "2026-05-03", every="P1D") == [("05-01", "05-02 00:00"), ("05-02", "05-03 00:00")]
    assert dues("2026-05-01", "2026-05-02", every="P1D", by="17:00") == [("05-01", "05-02 17:00")]
    assert dues("2026-05-06", "2026-05-12", every="P1W") == [("05-04", "05-11 00:00"), ("05-11", "05-18 00:00")]
    assert dues("2026-02-10", "2026-03-02", every="P1M", by="09:30") == [
        ("02-01", "03-01 09:30"),
        ("03-01", "04-01 09:30"),
    ]
    assert dues("2026-05-06", "2026-05-12", every="P3M") == [("04-01", "07-01 00:00")]
    assert dues("2026-05-06", "2026-05-12", every="P1Y") == [("01-01", "01-01 00:00")]
    assert dues("2026-05-06T05:00", "2026-05-06T13:00", every="PT6H") == [
        ("05-06", "05-06 06:00"), ("05-06", "05-06 12:00"), ("05-06", "05-06 18:00"),
    ]  # fmt: skip


def test_what_is_longer_than_a_day_does_not_depend_on_who_asks() -> None:
    one = dues("2026-05-06", "2026-06-30", every="P2W")
    assert dues("2026-05-20", "2026-06-30", every="P2W") == one[1:]


def test_a_stated_beginning() -> None:
    every = "R/2026-01-07T00:00:00+08:00/P1W"
    assert dues("2026-01-01", "2026-01-15", every=every) == [("01-07", "01-14 00:00"), ("01-14", "01-21 00:00")]


def test_working_days_in_china() -> None:
    found = dues("2026-09-28", "2026-10-09", every="P1D", calendar="cn_working_days", by="17:00")
    assert [day for day, _ in found] == ["09-28", "09-29", "09-30", "10-08"], "the week of 1 October is free"
    assert found[2] == ("09-30", "10-08 17:00")
    assert ("02-14", "02-24 17:00") in dues(
        "2026-02-13", "2026-02-25", every="P1D", calendar="cn_working_days", by="17:00"
    ), "a Saturday that is worked, then the Spring Festival"
    assert dues("2026-09-02", "2026-09-03", every="P1M", calendar="cn_working_days") == [("09-01", "10-09 00:00")]


def test_years_without_a_notice_are_said_to_be_a_guess() -> None:
    found = list(terms(every="P1D", calendar="cn_working_days").periods(at("2035-01-01"), at("2035-01-08")))
    assert [each.start.day for each in found] == [1, 2, 3, 4, 5]
    assert not any(each.known for each in found)


def test_the_clock_of_the_wall_counts_where_summer_time_is_kept() -> None:
    found = list(terms(every="P1D", by="17:00", tz="America/New_York").periods(at("2026-03-07"), at("2026-03-10")))
    assert {each.due.hour for each in found} == {17}
    assert {(each.end.hour, each.start.hour) for each in found} == {(0, 0)}


@pytest.mark.parametrize(
    "expect", [{"every": "soon"}, {"every": "P0D"}, {"every": "P1D", "tz": "Mars/Base"}, {"every": "R/x/P1D"}]
)
def test_what_cannot_be_understood_is_told(expect: dict[str, Any]) -> None:
    with pytest.raises(FixTheHub):
        terms_of(expect)
    assert terms_of({}) is None


DAILY = {"every": "P1D", "by": "17:00", "grace": "PT2H"}  # 3 May is due on 4 May at 17:00, late after 19:00


def states(
    came: list[ReceivedDelivery], watches: list[PollWindow] | None = None, now: str = "2026-05-07T12:00"
) -> list[str]:
    seen = watches if watches is not None else [PollWindow(at("2026-05-01"), at(now), None)]
    return [each.state for each in expected_periods(terms(**DAILY), came, seen, at("2026-05-03T19:00"), at(now))]


def came(when: str, state: str = "acknowledged", operation: str = "new", day: str | None = None) -> ReceivedDelivery:
    about = date.fromisoformat(day) if day else None
    return ReceivedDelivery(f"B{when}", state, operation, at(when), about, about)


def test_delivered_late_zero_and_silent_are_four_answers() -> None:
    assert states([]) == ["silent", "silent", "silent", "open", "open"]
    assert states([came("2026-05-04T16:00")])[0] == "delivered"
    assert states([came("2026-05-04T18:59")])[0] == "delivered", "within the grace"
    assert states([came("2026-05-06T10:00", day="2026-05-03")])[:2] == ["late", "silent"]
    assert states([came("2026-05-04T10:00", operation="zero", day="2026-05-03")])[0] == "zero"
    zero = came("2026-05-04T10:00", operation="zero", day="2026-05-03")
    assert states([zero, came("2026-05-04T11:00")])[0] == "delivered", "a file beside a zero report is no zero"
    assert states([came("2026-05-04T09:00", state="rejected", day="2026-05-03"), zero])[0] == "zero"
    assert states([came("2026-05-04T10:00", state="rejected")])[0] == "not_accepted"
    assert states([came("2026-05-04T10:00", state="duplicate")])[0] == "not_accepted"
    assert states([came("2026-05-04T10:00", state="rejected"), came("2026-05-04T11:00")])[0] == "delivered"
    assert states([came("2026-05-04T10:00", operation="correct")])[0] == "silent", "a correction delivers nothing"


def test_without_a_stated_period_two_in_one_term_catch_up() -> None:
    assert states([came("2026-05-05T10:00")])[:2] == ["silent", "delivered"]
    assert states([came("2026-05-05T10:00"), came("2026-05-05T11:00")])[:2] == ["late", "delivered"]


def test_the_silence_of_the_hub_is_not_the_partners() -> None:
    down_at_the_end = [
        PollWindow(at("2026-05-01"), at("2026-05-04T12:00"), None),
        PollWindow(at("2026-05-04T23:00"), at("2026-05-07"), None),
    ]
    assert states([], down_at_the_end)[:2] == ["outage", "silent"]
    hardly_ever = [PollWindow(at("2026-05-04T18:00"), at("2026-05-07"), None)]
    assert states([], hardly_ever)[:2] == ["outage", "silent"]
    failing = [
        PollWindow(at("2026-05-01"), at("2026-05-04T12:00"), None),
        PollWindow(at("2026-05-04T12:10"), at("2026-05-07"), "no route"),
    ]
    (first, *_) = expected_periods(terms(**DAILY), [], failing, at("2026-05-03T19:00"), at("2026-05-07"))
    assert (first.state, first.fault) == ("outage", "no route")
    assert first.unwatched == timedelta(hours=6, minutes=30)


def test_what_the_first_look_finds_was_there_on_time() -> None:
    down = [
        PollWindow(at("2026-05-01"), at("2026-05-04T12:00"), None),
        PollWindow(at("2026-05-04T23:00"), at("2026-05-07"), None),
    ]
    assert states([came("2026-05-04T23:00", day="2026-05-03")], down)[0] == "delivered"
    assert states([came("2026-05-05T08:00", day="2026-05-03")], down)[0] == "late"


@pytest.fixture
def small(small: SmallSource, warehouse: str) -> SmallSource:
    assert warehouse
    small.map("mode: upsert", 'mode: upsert\nexpect: {every: P1D, by: "17:00", grace: PT1H}')
    return small


def test_looks_close_to_each_other_are_one_watch(small: SmallSource) -> None:
    assert small.folder.exists()
    for _ in range(3):
        run(SMALL)
    with pytest.raises(RetryLater), recording_poll(SMALL):
        raise RetryLater("The server does not answer.")
    record_poll(SMALL)
    assert [row["fault"] for row in ask("select fault from ledger.poll_window order by since")] == [
        None, "The server does not answer.", None,
    ]  # fmt: skip
    record_poll("nobody/nothing")


def test_on_the_command_line(small: SmallSource, capsys: pytest.CaptureFixture[str]) -> None:
    run(SMALL)
    day = (datetime.now(UTC) - timedelta(days=3)).astimezone(CHINA).date().isoformat()
    send({}, "zero", period=day)
    drop(SMALL, "1.csv", fires("F1"))
    run(SMALL)
    with connect() as conn:
        conn.execute("update ledger.poll_window set since = since - interval '5 days'")
    rows = expected(SMALL)
    assert {row["state"] for row in rows} >= {"zero", "silent"}
    assert next(row for row in rows if row["state"] == "zero")["from"].date().isoformat() == day
    capsys.readouterr()
    assert guarded(["source", "freshness", SMALL, "--json"]) == FINDINGS
    everything = json.loads(capsys.readouterr().out)
    assert {row["state"] for row in everything} >= {"zero", "silent"}
    later = json_of(capsys, "source", "freshness", SMALL, "--since", day, code=FINDINGS)
    assert 0 < len(later) < len(everything)
    assert later == [row for row in everything if row in later]
    assert min(row["until"] for row in later) > day
    assert guarded(["source", "freshness", "--all"]) == FINDINGS
    assert "silent" in capsys.readouterr().out
    assert guarded(["status"]) == FINE
    assert f"owed: {SMALL}" in capsys.readouterr().out
    small.map()
    assert expected(SMALL) == []


def test_terms_that_cannot_be_understood_hide_nobody_elses(
    small: SmallSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(SMALL)
    with connect() as conn:
        conn.execute("update ledger.poll_window set since = since - interval '5 days'")
    text = (small.folder / "mapping.yml").read_text("utf-8").replace("hn_small", "a_first")
    other = SmallSource(tmp_path / "others").folder.parent.rename(tmp_path / "sources" / "a_first") / "fires"
    (other / "mapping.yml").write_text(text.replace("every: P1D", "every: P1D, tz: Asia/Nowhere"), "utf-8")
    assert set(missing()) == {SMALL}
    assert guarded(["source", "lint", "a_first/fires"]) == FINDINGS
    assert "Asia/Nowhere" in capsys.readouterr().err


def test_the_mappings_are_read_once_however_many_there_are(small: SmallSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """`riskhub status` answers in time with a hundred sources: what it reads grows with them, not with their square."""
    for number in range(3):
        shutil.copytree(small.folder, small.folder.with_name(f"more_{number}"))
    read: list[list[Head]] = []

    def counted() -> list[Head]:
        read.append(source_headers())
        return read[-1]

    monkeypatch.setattr(report, "source_headers", counted)
    missing()
    assert [len(heads) for heads in read] == [4]
