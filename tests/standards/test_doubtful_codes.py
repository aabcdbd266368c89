"""Codes that are surely in force on all days of a span need no look at each day; no other code counts as sure."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from standards import CodeList, standard
from standards.codelist import Span

EPOCH = date(1970, 1, 1).toordinal()


def test_a_code_that_was_away_is_sure_within_one_period_only() -> None:
    table = pa.table(
        {
            "code": ["a", "a", "b"],
            "valid_from": pa.array([None, date(2010, 1, 1), None], pa.date32()),
            "valid_to": pa.array([date(2000, 1, 1), None, None], pa.date32()),
        }
    )
    again = CodeList("again", table)
    first, gone, back = (day.toordinal() - EPOCH for day in (date(1999, 12, 31), date(2000, 1, 1), date(2010, 1, 1)))
    assert again.doubtful(["a", "b", "c"], Span(first - 1, first)) == ["c"]
    assert again.doubtful(["a", "b", "c"], Span(first, gone)) == ["a", "c"]
    assert again.doubtful(["a", "b", "c"], Span(back - 1, back)) == ["a", "c"]
    assert again.doubtful(["a", "b", "c"], None) == ["c"]


@pytest.mark.parametrize("name", ["country", "region", "unit", "currency", "severity"])
@pytest.mark.parametrize("years", [(1950, 1970), (1999, 2003), (2019, 2026), (2026, 2026)])
def test_what_no_doubt_is_about_is_in_force_on_every_day(name: str, years: tuple[int, int]) -> None:
    codes = standard().codelists[name]
    days = [date(year, month, 1) for year in range(years[0], years[1] + 1) for month in (1, 7)]
    span = Span(days[0].toordinal() - EPOCH, days[-1].toordinal() - EPOCH)
    doubts = pa.array(codes.doubtful(codes.codes.to_pylist(), span), pa.string())
    sure = codes.codes.filter(pc.invert(pc.is_in(codes.codes, doubts)))
    for day in days:
        assert pc.all(codes.in_force(sure, pa.array([day] * len(sure), pa.date32())), min_count=0).as_py(), day
