"""Limits of shares and counts against published figures, amounts in yuan, goods declared, and the rates of both."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from standards import standard

if TYPE_CHECKING:
    from psycopg import Connection

    from tests.support.ledger_rows import LedgerRows

CUSTOMS = "c/d"
HIDDEN = {"sensitive", "personal"}


def rows_of(ledger: LedgerRows, query: str) -> list[tuple[Any, ...]]:
    return ledger.conn.execute(query.encode()).fetchall()


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [
        (0, 20, 0.0, 0.16112516),
        (1, 20, 0.00888145, 0.23613119),
        (3, 30, 0.03459989, 0.25621083),
        (65, 100, 0.55254443, 0.73635752),
        (20, 20, 1 - 0.16112516, 1.0),
    ],
)
def test_wilson(ledger: LedgerRows, x: int, n: int, lower: float, upper: float) -> None:
    ((low, high),) = rows_of(ledger, f"select * from mart.wilson({x}, {n})")
    assert (low, high) == (pytest.approx(lower, abs=1e-8), pytest.approx(upper, abs=1e-8))


@pytest.mark.parametrize(
    ("x", "lower", "upper"),
    [
        (0, 0.0, 3.66801183),
        (1, 0.01307213, 5.56375558),
        (2, 0.22462521, 7.220869),
        (3, 0.60297257, 8.7653644),
        (5, 1.61134772, 11.66816412),
        (10, 4.78744991, 18.39145861),
        (20, 12.21142883, 30.88988037),
        (65, 50.1632, 82.8491),
    ],
)
def test_byar(ledger: LedgerRows, x: int, lower: float, upper: float) -> None:
    ((low, high),) = rows_of(ledger, f"select * from mart.byar({x})")
    assert (low, high) == (pytest.approx(lower, abs=1e-4), pytest.approx(upper, abs=1e-4))


def test_small_counts_have_exact_limits(ledger: LedgerRows) -> None:
    found = {
        count: (low, high) for count, low, high in rows_of(ledger, "select count, lower, upper from code.count_limit")
    }
    assert sorted(found) == list(range(10))
    expected = {
        0: (0, 3.68887945),
        1: (0.02531781, 5.57164339),
        3: (0.61867212, 8.76727307),
        5: (1.62348639, 11.66833208),
    }
    for count, limits in expected.items():
        assert found[count] == pytest.approx(limits, abs=1e-8)


@pytest.mark.parametrize(
    "call", ["wilson(0, 0)", "wilson(3, 2)", "wilson(-1, 5)", "byar(-1)", "byar(null)", "wilson(null, 3)"]
)
def test_what_is_no_count_has_no_limits(ledger: LedgerRows, call: str) -> None:
    assert rows_of(ledger, f"select * from mart.{call}") == [(None, None)]


def test_the_limits_can_be_used_in_parallel_and_in_indexes(ledger: LedgerRows) -> None:
    found = rows_of(
        ledger,
        """
        select proname, provolatile::text, proparallel::text from pg_proc
        where pronamespace = 'mart'::regnamespace and proname in ('wilson', 'byar') order by 1
    """,
    )
    assert found == [("byar", "i", "s"), ("wilson", "i", "s")]


def test_the_counties_of_the_census_add_up_to_the_province(ledger: LedgerRows) -> None:
    ((counties, people),) = rows_of(
        ledger,
        """
        select count(*), sum(population) from code.population where kind = 'census' and region_code <> '460000'
    """,
    )
    assert counties == 19
    assert rows_of(
        ledger, "select population from code.population where kind = 'census' and region_code = '460000'"
    ) == [(people,)]
    assert (
        rows_of(
            ledger,
            """
        select region_code from code.population
        where region_code not in (select unit_code from mart.hainan_unit) and region_code <> '460000'
    """,
        )
        == []
    )


def test_old_codes_belong_to_the_county_of_today(ledger: LedgerRows) -> None:
    found = dict(
        rows_of(
            ledger,
            """
        select region_code, unit_code from mart.hainan_unit
        where region_code in ('469003', '460003', '460029', '460107', '460023', '460400', '469025', '469031')
    """,
        )
    )
    assert found == {
        "469003": "460400", "460003": "460400", "460029": "460400", "460107": "460100", "460023": "469002",
        "460400": "460400", "469025": "469025", "469031": "460300",
    }  # fmt: skip
    assert rows_of(ledger, "select count(distinct unit_code) from mart.hainan_unit") == [(19,)]


@pytest.mark.parametrize(
    ("amount", "currency", "day", "expected"),
    [
        ("100", "'CNY'", "null", (Decimal(100), None)),
        ("100", "'USD'", "'2023-07-01'", (Decimal("704.67"), None)),
        ("100", "'USD'", "null", (None, "no_day")),
        ("100", "'USD'", "'1999-07-01'", (None, "no_rate")),
        ("100", "'XXX'", "'2023-07-01'", (None, "no_rate")),
        ("100", "null", "'2023-07-01'", (None, "no_currency")),
        ("null", "'USD'", "'2023-07-01'", (None, "no_amount")),
    ],
)
def test_an_amount_is_in_yuan_or_says_why_not(
    ledger: LedgerRows, amount: str, currency: str, day: str, expected: tuple[Decimal | None, str | None]
) -> None:
    assert rows_of(ledger, f"select * from mart.cny({amount}, {currency}, {day}::date)") == [expected]


def test_every_amount_of_the_standard_is_in_the_view_unless_it_is_sensitive(crowded: Connection[Any]) -> None:
    ((text,),) = crowded.execute("select pg_get_viewdef('mart.money')").fetchall()
    for kind in standard().types.values():
        for key, table in kind.tables.items():
            for field in table.fields.values():
                if field.name == "amount" or field.name.endswith(("_amount", "_cny")):
                    shown = f"'{key + '.' if key else ''}{field.name}'"
                    assert (shown in text) == (field.sensitivity not in HIDDEN), f"{kind.name} {shown}"


def test_goods_declared_and_the_rate_of_failed_inspections(ledger: LedgerRows) -> None:
    ledger.source(CUSTOMS, "customs_declaration")
    ledger.batch("cd-1", CUSTOMS, new=5)
    day = {"event_at": "2023-03-05 02:00+00", "event_date": "2023-03-05", "ie_flag_code": "I"}
    vietnam = {"hs_code": "9503002100", "origin_country_code": "VNM"}
    ledger.record("core.customs_declaration", CUSTOMS, 1, "cd-1", **day)
    for position, mass in enumerate((1000, None)):
        ledger.record(
            "core.customs_declaration_goods", CUSTOMS, 1, position=position, net_mass_kg=mass, **vietnam,
            total_price_amount=100, currency_code="USD",
        )  # fmt: skip
    ledger.record("core.customs_declaration", CUSTOMS, 2, "cd-1", **day)
    ledger.record("core.customs_declaration_goods", CUSTOMS, 2, position=0, **vietnam, net_mass_kg=500)
    ledger.record("core.customs_declaration", CUSTOMS, 3, "cd-1", **day | {"ie_flag_code": "E"})
    ledger.record("core.customs_declaration_goods", CUSTOMS, 3, position=0, **vietnam, net_mass_kg=7)
    ledger.record("core.customs_declaration", CUSTOMS, 4, "cd-1", **day)
    ledger.record("core.customs_declaration_goods", CUSTOMS, 4, position=0, **vietnam, net_mass_kg=7)
    ledger.record(
        "core.customs_declaration_link", CUSTOMS, 4, position=0, target_record_type="customs_declaration", target_no="1"
    )
    ledger.record("core.customs_declaration", CUSTOMS, 5, "cd-1", **day)
    ledger.record(
        "core.customs_declaration_goods", CUSTOMS, 5, position=0, hs_code="8711600000", origin_country_code="CHN",
        net_mass_kg=2000,
    )  # fmt: skip
    for number, result in ((11, "fail"), (12, "pass"), (13, "pending")):
        ledger.record("core.port_inspection", CUSTOMS, number, "cd-1", **day, result_code=result, insp_type_code="x")
        ledger.record(
            "core.port_inspection_product", CUSTOMS, number, position=0, hs_code="871160", origin_country_code="CHN"
        )
    ledger.conn.execute("select mart.refresh_quality(array['cd-1'])")
    assert rows_of(
        ledger,
        """
        select month::text, hs6, hs4, origin_country_code, declarations, lines, net_mass_kg, lines_without_mass,
               value_cny, lines_without_value
        from mart.exposure order by hs6
    """,
    ) == [
        ("2023-03-01", "871160", "8711", "CHN", 1, 1, Decimal("2000.0000"), 0, None, 1),
        ("2023-03-01", "950300", "9503", "VNM", 2, 3, Decimal("1500.0000"), 1, Decimal("1409.34"), 1),
    ]
    ((failed, lines, per_lines, low, high, per_t, unstable, reason),) = rows_of(
        ledger,
        """
        select failed, lines, per_1000_lines, lines_lower, lines_upper, per_1000_t, is_unstable, reason_code
        from mart.rate_per_declared where hs4 = '8711'
    """,
    )
    assert (failed, lines, per_lines, per_t, unstable, reason) == (1, 1, 1000.0, 500.0, True, None)
    assert (low, high) == (pytest.approx(25.31781), pytest.approx(5571.64339)), "one event: the exact limits"
    assert rows_of(ledger, "select failed, per_1000_t, reason_code from mart.rate_per_declared where hs4 = '9503'") == [
        (0, None, "mass_incomplete")
    ]
    ((failed, tested, share, low, unstable),) = rows_of(
        ledger,
        """
        select failed, tested, failed_share, lower, is_unstable from mart.rate where record_type = 'port_inspection'
    """,
    )
    assert (failed, tested, share, unstable) == (1, 2, 0.5, True), "what is pending is in no number"
    assert low == pytest.approx(0.09453, abs=1e-5)


def test_rates_per_resident_name_the_year_of_the_population(ledger: LedgerRows) -> None:
    for number, (day, code, kind) in enumerate(
        [
            ("2022-01-05", "469003", "building"),
            ("2022-06-05", "460400", "building"),
            ("2022-06-05", "460400", "false_alarm"),
            ("1999-06-05", "460400", "building"),
            ("2022-06-05", "110000", "building"),
        ]
    ):
        ledger.record(
            "core.fire_incident",
            "a/f",
            1 + number,
            "af-loaded",
            event_date=day,
            region_code=code,
            incident_type_code=kind,
        )
    ledger.fill_marts()
    found = rows_of(
        ledger,
        """
        select region_code, year, events, population, population_year, round(per_100000::numeric, 4), is_unstable,
               reason_code
        from mart.rate_per_population order by year
    """,
    )
    assert found == [
        ("460400", 1999, 1, None, None, None, True, "no_population"),
        ("460400", 2022, 2, 954259, 2020, Decimal("0.2096"), True, None),
    ]
