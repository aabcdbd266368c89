"""The dimensions: what a code became, cities and counties told apart, days off, categories of goods."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.rows import dict_row

from mappings.engine.verbs.gazetteer import Gazetteer
from stack.migrate import migrate
from standards import standard
from warehouse.dimensions import calendar_days

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def conn(database: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """Give a connection to a migrated warehouse; rows are dicts."""
    with psycopg.connect(database, row_factory=dict_row) as found:
        yield found


def one(conn: psycopg.Connection[dict[str, Any]], query: str, *values: object) -> dict[str, Any]:
    """Return the only row."""
    [row] = conn.execute(query.encode(), values).fetchall()
    return row


def test_what_a_division_became_is_what_the_finding_of_names_says(conn: psycopg.Connection[dict[str, Any]]) -> None:
    """Two ways to the same answer, of all 7,476 periods."""
    places = Gazetteer.of(standard().codelists["region"])
    today = date(2026, 10, 2)
    expected = {
        (one.code, one.since): sorted(
            [one.code] if one.holds(today) else {each.code for each in places.of_another_time([one], today)}
        )
        for periods in places.by_code.values()
        for one in periods
    }
    found = {
        (row["region_code"], row["valid_from"] or date.min): row["became_codes"]
        for row in conn.execute("select region_code, valid_from, became_codes from mart.region_period")
    }
    assert len(found) == len(standard().codelists["region"].table)
    assert found == expected


@pytest.mark.parametrize(
    ("code", "level", "city", "county", "unit"),
    [
        ("460000", "province", None, None, None),
        ("460100", "city", "460100", None, "460100"),
        ("460105", "county", "460100", "460105", "460100"),
        ("460101", "group", "460100", None, "460100"),
        ("469000", "group", None, None, None),
        ("469005", "county", None, "469005", "469005"),  # Wenchang is directly under the province
        ("460400", "city", "460400", None, "460400"),  # Danzhou has no counties
        ("469003", "county", None, "469003", "460400"),  # and was one until 2015
        ("442129", "county", "442100", "442129", "460400"),  # when Hainan was part of Guangdong
        ("460321", "county", "460300", "460321", "460300"),
        ("110101", "county", None, "110101", "110101"),
        ("341400", "city", "341400", None, None),  # divided among three cities
    ],
)
def test_cities_and_counties(  # noqa: PLR0913, PLR0917 - one row of the table
    conn: psycopg.Connection[dict[str, Any]],
    code: str,
    level: str,
    city: str | None,
    county: str | None,
    unit: str | None,
) -> None:
    row = one(conn, "select * from mart.region where region_code = %s", code)
    assert (row["level"], row["city_code"], row["county_code"], row["unit_code"]) == (level, city, county, unit)
    assert row["province_label_zh"] == ("海南省" if code.startswith("46") else row["province_label_zh"])


def test_a_code_of_two_places_has_a_row_for_each(conn: psycopg.Connection[dict[str, Any]]) -> None:
    rows = conn.execute(
        "select label_zh, current_code from mart.region_period where region_code = '469025' order by valid_from"
    )
    assert [tuple(row.values()) for row in rows] == [("定安县", "469021"), ("白沙黎族自治县", "469025")]


def test_hainan_has_nineteen_tiles_of_their_own(conn: psycopg.Connection[dict[str, Any]]) -> None:
    tiles = {
        row["unit_label_zh"]: (row["tile_col"], row["tile_row"])
        for row in conn.execute("select * from mart.region where unit_code = region_code and tile_col is not null")
    }
    assert len(tiles) == len(set(tiles.values())) == 19
    expected = {
        row["region_code"]
        for row in conn.execute(
            """select region_code from mart.region
               where province_code = '460000' and is_current and level <> 'group' and region_code = unit_code"""
        )
    }
    assert len(expected) == 19
    north, south, east, far = (tiles[name] for name in ("海口市", "三亚市", "文昌市", "三沙市"))
    assert north[1] < tiles["琼中黎族苗族自治县"][1] < south[1] < far[1]
    assert tiles["儋州市"][0] < east[0] < far[0]


@pytest.mark.parametrize(
    ("day", "what", "name"),
    [
        ("2024-02-10", (False, True, False), "Spring Festival"),
        ("2024-02-04", (True, False, True), "Spring Festival"),  # a Sunday worked
        ("2024-02-03", (False, False, False), None),  # a Saturday
        ("2024-03-05", (True, False, False), None),
        ("2033-03-05", (False, None, None), None),  # not announced: a Saturday
        ("2033-10-03", (True, None, None), None),  # not announced: a Monday
    ],
)
def test_days_off_in_china(
    conn: psycopg.Connection[dict[str, Any]], day: str, what: tuple[bool | None, ...], name: str | None
) -> None:
    row = one(conn, "select * from mart.calendar where day = %s", day)
    assert (row["is_working_day"], row["is_public_holiday"], row["is_makeup_day"]) == what
    assert row["holiday_en"] == name
    assert row["is_announced"] == (what[1] is not None)


def test_the_calendar_is_whole_and_its_weeks_are_those_of_iso_8601(conn: psycopg.Connection[dict[str, Any]]) -> None:
    wrong = one(
        conn,
        """select count(*) as n, min(day) as first, max(day) as last,
                  count(*) filter (where extract(isoyear from day) <> iso_year or extract(week from day) <> iso_week
                      or extract(isodow from day) <> weekday or date_trunc('week', day)::date <> iso_week_start
                      or extract(quarter from day) <> quarter or date_trunc('month', day)::date <> month_start) as wrong
           from mart.calendar""",
    )
    assert wrong == {"n": 9496, "first": date(2010, 1, 1), "last": date(2035, 12, 31), "wrong": 0}
    assert sum(day.is_working_day for day in calendar_days(date(2025, 1, 1), date(2025, 12, 31))) == 248


def test_port_data_joins_injuries_by_the_category_of_the_heading(conn: psycopg.Connection[dict[str, Any]]) -> None:
    row = one(
        conn,
        """select h.category_code, c.top_code, c.label_zh from mart.category_hs h
           join mart.product_category c using (category_code) where h.hs_heading = left('9503001000', 4)""",
    )
    assert row == {"category_code": "toy", "top_code": "child", "label_zh": "玩具"}
    counted = one(conn, "select sum(hs_headings) as n from mart.product_category")
    assert counted == one(conn, "select count(*) as n from mart.category_hs")


def test_countries_and_hazards(conn: psycopg.Connection[dict[str, Any]]) -> None:
    china = one(conn, "select iso2, m49, customs_codes, became_codes from mart.country where country_code = 'CHN'")
    assert china == {"iso2": "CN", "m49": "156", "customs_codes": ["142"], "became_codes": ["CHN"]}
    assert one(conn, "select became_codes from mart.country where country_code = 'YUG'") == {"became_codes": ["SCG"]}
    lead = one(conn, "select class_code, path from mart.hazard where hazard_code = 'lead'")
    assert lead == {"class_code": "chemical", "path": ["chemical", "heavy_metal", "lead"]}
    codes = sum(len(standard().codelists[name].codes) for name in ("hazard_class", "hazard_type"))
    assert one(conn, "select count(*) as n from mart.hazard") == {"n": codes}


def test_every_code_of_a_dimension_is_there(conn: psycopg.Connection[dict[str, Any]]) -> None:
    for name, column in (
        ("region", "region_code"),
        ("country", "country_code"),
        ("product_category", "category_code"),
    ):
        found = {row[column] for row in conn.execute(f"select {column} from mart.{name}".encode())}
        assert found == set(standard().codelists[name].codes.to_pylist())


def test_an_agency_knows_what_its_body_was_before(database: str) -> None:
    with psycopg.connect(database, row_factory=dict_row) as conn:
        conn.execute("insert into ledger.agency values ('a', '市场监管', 'Market', 'zh')")
        conn.execute(
            """insert into ledger.source (agency, feed, title_zh, title_en, record_type, bodies)
               values ('a', 'f', '抽检', 'Samplings', 'market_sampling', '{hn_amr}'),
                      ('a', 'g', '召回', 'Recalls', 'recall', '{hn_amr}')"""
        )
        row = one(conn, "select * from mart.agency where agency = 'a'")
        conn.rollback()
    assert row["bodies"] == row["acting_bodies"] == ["hn_amr"]
    assert set(row["predecessors"]) >= {"hn_aic", "hn_fda", "hn_qts"}
    assert row["successors"] == []
    assert (row["feeds"], row["record_types"]) == (["f", "g"], ["market_sampling", "recall"])


def test_a_second_migration_leaves_the_dimensions_alone(warehouse: str) -> None:
    with psycopg.connect(warehouse) as conn:
        before = conn.execute("select max(xmin::text::bigint) from mart.region").fetchone()
    assert migrate(warehouse) == []
    with psycopg.connect(warehouse) as conn:
        assert conn.execute("select max(xmin::text::bigint) from mart.region").fetchone() == before
