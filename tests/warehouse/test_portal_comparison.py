"""What the login of the portal learns of other agencies by SQL: a median of five or more of them, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.support.compared import TYPE, deliver, grant, open_fields
from warehouse.connection import portal_url

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def portal(warehouse: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a session of the portal's login."""
    del warehouse
    with psycopg.connect(portal_url(), autocommit=True) as conn:
        yield conn


def as_agency(portal: psycopg.Connection[Any], agency: str | None, query: str) -> list[Any]:
    """Return what a query gives while the portal serves an agency."""
    with portal.transaction():
        if agency is not None:
            portal.execute("select set_config('portal.agency', %s, true)", [agency])
        return portal.execute(query.encode()).fetchall()


def medians(portal: psycopg.Connection[Any], agency: str) -> dict[str, Decimal | None]:
    """Return what an agency is compared with, by the figure."""
    return dict(as_agency(portal, agency, "select figure, others from portal.quality() order by 1"))


def test_four_others_are_no_comparison_and_five_are(portal: psycopg.Connection[Any]) -> None:
    deliver("own", 50)
    for at, bad in enumerate((1, 2, 3, 4)):
        deliver(f"other{at}", bad)
    assert medians(portal, "own") == {"accepted": None, "filled": None, "hours": None}, "with the own there are five"
    deliver("other4", 20)
    assert medians(portal, "own") == {"accepted": Decimal("0.97"), "filled": Decimal("0.97"), "hours": 3}


def test_many_feeds_of_one_agency_count_once(portal: psycopg.Connection[Any]) -> None:
    deliver("own", 0)
    for feed in "abcde":
        deliver("large", 40, feed)
    for at in range(3):
        deliver(f"other{at}", 1)
    assert set(medians(portal, "own").values()) == {None}
    deliver("other3", 1)
    assert medians(portal, "own")["accepted"] == Decimal("0.99"), "five feeds of the largest do not make the median"


def test_feeds_of_another_type_are_no_comparison(portal: psycopg.Connection[Any]) -> None:
    deliver("own", 0)
    for at in range(4):
        deliver(f"other{at}", 1)
    deliver("other4", 1, types="recall")
    assert set(medians(portal, "own").values()) == {None}
    deliver("other5", 1, types=f"recall, {TYPE}")
    assert medians(portal, "own")["accepted"] == Decimal("0.99"), "one of its types is the same"


@pytest.mark.parametrize("agency", [None, "", "nobody", "own' or true --", "*"])
def test_who_is_no_agency_sees_no_figure(portal: psycopg.Connection[Any], agency: str | None) -> None:
    for at in range(6):
        deliver(f"other{at}", 1)
    for function in ("quality", "openings"):
        assert as_agency(portal, agency, f"select * from portal.{function}()") == []


def test_an_agency_sees_the_figures_of_its_own_feeds_alone(portal: psycopg.Connection[Any]) -> None:
    for at in range(7):
        deliver(f"other{at}", at, feed=f"feed{at}")
    for at in range(7):
        rows = as_agency(portal, f"other{at}", "select feed, figure, own from portal.quality() order by 2")
        share = 1 - Decimal(at) / 100
        assert rows == [(f"feed{at}", "accepted", share), (f"feed{at}", "filled", share), (f"feed{at}", "hours", at)]


def test_openings_are_counted_by_month_and_purpose_and_name_nobody(portal: psycopg.Connection[Any]) -> None:
    deliver("own", 0)
    deliver("other", 0)
    for login, agency, times in (("wang_li", "own", 2), ("li_na", "own", 1), ("wang_li", "other", 5)):
        open_fields(login, agency, times)
    for subject, agency in (("wang_li", "own"), ("li_na", "own"), ("zhao", "other")):
        grant(subject, agency)
    grant("riskhub_agency_other", "own")
    grant("former", "own", until="2001-01-01")
    seen = as_agency(portal, "own", "select record_type, purpose, openings, records from portal.openings()")
    assert seen == [("injury_case", "case_follow_up", 3, 3)]
    query = "select reader, other_agency, logins from portal.readers() where purpose = 'case_follow_up' order by 1"
    assert as_agency(portal, "own", query) == [("agency", "other", 1), ("logins", None, 2)]
    assert as_agency(portal, "other", query) == [("logins", None, 1)]
    every = str(as_agency(portal, "own", "select * from portal.readers()")) + str(seen)
    assert not [name for name in ("wang_li", "li_na", "zhao", "former") if name in every]
    analysts = "select distinct reader, purpose from portal.readers() where reader = 'analysts'"
    assert as_agency(portal, "own", analysts) == [("analysts", "analysis")]
    assert as_agency(portal, None, "select * from portal.readers()") == []
