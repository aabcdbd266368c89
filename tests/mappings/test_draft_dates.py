"""Date forms of a drafted column: what the values say, and what they leave open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mappings.draft import profile, propose
from mappings.draft.dates import DAYS, TIMES, dates_of, order_of
from mappings.draft.writing import mapping_text
from mappings.engine.verbs.forms import Form

CSV = {"kind": "csv", "encoding": "utf-8"}


@pytest.mark.parametrize(
    ("values", "forms"),
    [
        (["2026-05-01", "2026-05-02"], ("%Y-%m-%d",)),
        (["20260501", "20261231"], ("%Y%m%d",)),
        (["2026年5月1日 10时", "2026年5月2日 11时"], ("%Y年%m月%d日 %H时",)),
        (["13/05/2026", "01/02/2026"], ("%d/%m/%Y",)),
        (["05/13/2026", "01/02/2026"], ("%m/%d/%Y",)),
        (["5/13/26", "1/2/26"], ("%m/%d/%y",)),
        (["2026-05-01 10:00", "2026/05/02 10:00"], ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")),
        (["05/13/2026 03:04:05 PM", "01/02/2026 11:00:00 AM"], ("%m/%d/%Y %I:%M:%S %p",)),
        (["2026-05-01T10:00:00.125+08:00", "2026-05-02T11:00:00Z"], ("iso",)),
        (["13-May-2026", "02-Jun-2026"], ("%d-%b-%Y",)),
        (["June 3, 2026", "May 13, 2026"], ("%B %d, %Y",)),
        (["2026-05", "2026-06"], ("%Y-%m",)),
        (["ten", "eleven"], ()),
        (["123", "20260101", "99"], ()),
        (["1.2.3", "4.5.6"], ()),
        (["38-01", "39-01", "40-01"], ()),
        ([*(f"2026-05-0{day}" for day in range(1, 10)), "soon"], ("%Y-%m-%d",)),
        (["2026-05-01", "soon"], ()),
        ([], ()),
    ],
)
def test_date_forms(values: list[str], forms: tuple[str, ...]) -> None:
    assert sorted(dates_of(values).forms) == sorted(forms)


def test_where_day_and_month_could_be_either_nothing_is_chosen() -> None:
    dates = dates_of(["03/05/2026", "03/06/2026", "03/04/2026"])
    assert (dates.forms, dates.rivals) == ((), ("%d/%m/%Y", "%m/%d/%Y"))
    rows = pa.table({"警情编号": ["F1", "F2", "F3"], "起火时间": ["03/05/2026", "03/06/2026", "03/04/2026"]})
    written = yaml.safe_load(mapping_text("a", "b", propose(profile(rows), "fire_incident"), CSV, {}))
    assert written["fields"]["event_at"]["datetime"].startswith("TODO %d/%m/%Y or %m/%d/%Y")


def test_another_column_of_the_file_tells_day_and_month_apart() -> None:
    either, proof, other = ["03/05/2026", "03/06/2026"], ["03/25/2026", "03/06/2026"], ["25/03/2026", "03/06/2026"]
    assert profile(pa.table({"a": either, "b": proof}))[0].dates == ("%m/%d/%Y",)
    assert profile(pa.table({"a": either, "b": other}))[0].dates == ("%d/%m/%Y",)
    assert profile(pa.table({"a": either, "b": proof, "c": other}))[0].dates == (), (
        "a file that does both proves nothing"
    )


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["02/15/2026 12:00:00 AM", "03/15/2026 12:00:00 AM"], "%m/%d/%Y 12:00:00 AM"),
        (["2026-02-15 00:00:00", "2026-03-11 00:00:00"], "%Y-%m-%d 00:00:00"),
        (["2026-02-15T00:00:00.000", "2026-03-11T00:00:00.000"], "%Y-%m-%dT00:00:00.000"),
    ],
)
def test_times_that_are_all_midnight_are_read_as_days(values: list[str], form: str) -> None:
    dates = dates_of(values)
    assert (dates.midnight, dates.forms[0], len(dates.forms)) == (True, form, 2), "a later time must still be read"
    assert Form(form).precision == "day"
    assert Form(form).fault is None
    (column,) = profile(pa.table({"incdate": values}))
    assert not column.timed
    (proposal,) = propose([column], "fire_incident").proposals
    assert proposal.path == "event_at"
    assert "every time is midnight" in " ".join(proposal.evidence)


def test_what_is_always_the_first_of_a_month_may_be_a_month() -> None:
    rows = pa.table({"id": ["a1", "b2", "c3"], "period": ["2026-01-01", "2026-02-01", "2026-03-01"]})
    assert not propose(profile(rows), "fire_incident").proposals[1].sure


@given(
    st.sampled_from([f"{day} {clock}" for day in DAYS for clock in TIMES] + list(DAYS)),
    st.lists(st.integers(0, 40_000), min_size=5, max_size=30, unique=True),
)
def test_a_form_that_is_found_reads_every_value_as_it_was_meant(form: str, minutes: list[int]) -> None:
    moments = [datetime(2001, 1, 1) + timedelta(minutes=each * 773) for each in minutes]  # noqa: DTZ001
    values = [moment.strftime(form) for moment in moments]
    dates = dates_of(values)
    if dates.rivals:
        assert {order_of(each) for each in dates.rivals} == {"dm", "md"}
        assert form in dates.rivals
    else:
        shown = dates.forms[-1]
        assert [datetime.strptime(each, shown) for each in values] == [  # noqa: DTZ007
            datetime.strptime(each, form)  # noqa: DTZ007
            for each in values
        ]
