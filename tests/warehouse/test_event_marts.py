"""The event marts: what each record comes to, all of its products, hazards and parties, and what was known when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from standards import standard
from warehouse.event_marts import MARTS, create_as_of, event_types

if TYPE_CHECKING:
    from tests.support.ledger_rows import LedgerRows

ADVERSE, HARMLESS, UNKNOWN = True, False, None


def outcome_of(ledger: LedgerRows, record_type: str) -> tuple[Any, ...] | None:
    """Return outcome, whether it is adverse, and in which marts the one record of a type is."""
    ledger.fill_marts()
    marts = {
        mart: ledger.conn.execute(
            f"select outcome_code, is_adverse from mart.{mart} where record_type = %s".encode(), [record_type]
        ).fetchall()
        for mart in ("risk_event", "activity")
    }
    assert all(len(rows) < 2 for rows in marts.values())
    found = {row for rows in marts.values() for row in rows}
    assert len(found) < 2, "both marts say the same of a record"
    return (*found.pop(), *(name for name, rows in marts.items() if rows)) if found else None


RISK, DONE = "risk_event", "activity"
RECORDS: list[tuple[str, dict[str, Any], list[tuple[str, dict[str, Any]]], tuple[Any, ...] | None]] = [
    ("customs_declaration", {}, [], ("declared", HARMLESS, DONE)),
    ("customs_declaration", {"is_found_dangerous": True}, [], ("failed", ADVERSE, RISK, DONE)),
    ("customs_declaration", {}, [("link", {"target_record_type": "customs_declaration"})], None),
    ("customs_declaration", {}, [("link", {"target_record_type": "port_inspection"})], ("declared", HARMLESS, DONE)),
    ("port_inspection", {"result_code": "pass"}, [], ("passed", HARMLESS, DONE)),
    ("port_inspection", {"result_code": "fail", "disposal_code": "treat"}, [], ("failed", ADVERSE, RISK, DONE)),
    ("port_inspection", {"result_code": "fail", "disposal_code": "return"}, [], ("refused", ADVERSE, RISK, DONE)),
    ("port_inspection", {"result_code": "pass_after_treatment"}, [], ("corrected", ADVERSE, RISK, DONE)),
    ("port_inspection", {"result_code": "not_inspected"}, [], ("not_judged", UNKNOWN, DONE)),
    ("market_sampling", {"verdict_code": "fail"}, [], ("failed", ADVERSE, RISK, DONE)),
    ("market_sampling", {"verdict_code": "problem"}, [], ("problem", ADVERSE, RISK, DONE)),
    ("market_sampling", {"verdict_code": "pass"}, [], ("passed", HARMLESS, DONE)),
    ("market_sampling", {"verdict_code": "pending"}, [], ("pending", UNKNOWN, DONE)),
    ("lab_test_result", {"verdict_code": "fail"}, [], ("failed", ADVERSE, RISK, DONE)),
    (
        "lab_test_result",
        {"verdict_code": "pass"},
        [("test_item", {"verdict_code": "fail"})],
        ("passed", HARMLESS, DONE),
    ),
    ("vehicle_emission_test", {"is_cancelled": True, "verdict_code": "fail"}, [], None),
    ("vehicle_emission_test", {"verdict_code": "fail"}, [], ("failed", ADVERSE, RISK, DONE)),
    ("market_check", {"result_code": "closed"}, [], None),
    ("market_check", {"result_code": "refused"}, [], ("obstructed", ADVERSE, RISK, DONE)),
    ("acceptance_result", {"verdict_code": "pass", "decision_code": "accepted"}, [], ("passed", HARMLESS, DONE)),
    ("acceptance_result", {"decision_code": "withdrawn"}, [], ("not_accepted", ADVERSE, RISK, DONE)),
    ("overseas_notification", {}, [], ("notified", ADVERSE, RISK)),
    ("overseas_notification", {"notification_type_code": "border_rejection"}, [], ("refused", ADVERSE, RISK)),
    ("recall", {}, [], ("recalled", ADVERSE, RISK)),
    ("recall", {"status_code": "cancelled"}, [], ("lifted", HARMLESS, RISK)),
    ("injury_case", {}, [], ("injured", ADVERSE, RISK)),
    ("injury_case", {"outcome_code": "fatal"}, [], ("died", ADVERSE, RISK)),
    ("injury_case", {"disposition_code": "0"}, [], ("unharmed", HARMLESS, RISK)),
    ("fire_incident", {"incident_type_code": "false_alarm", "death_count": 1}, [], None),
    ("fire_incident", {"death_count": 0, "injury_count": 0}, [], ("occurred", ADVERSE, RISK)),
    ("fire_incident", {"death_count": 0, "injury_count": 1}, [], ("injured", ADVERSE, RISK)),
    ("fire_incident", {}, [("person", {"outcome_code": "fatal"})], ("died", ADVERSE, RISK)),
    ("traffic_accident", {"death_count": 2}, [], ("died", ADVERSE, RISK)),
    ("emergency_incident", {}, [("casualty", {"injury_count": 2, "death_count": 0})], ("injured", ADVERSE, RISK)),
    ("foodborne_event", {"death_count": 0}, [], ("ill", ADVERSE, RISK)),
    ("foodborne_case", {"case_status_code": "not_a_case"}, [], ("dismissed", HARMLESS, RISK)),
    ("complaint", {"kind_code": "enquiry"}, [], None),
    ("complaint", {"kind_code": "report"}, [], ("reported", ADVERSE, RISK)),
    ("complaint", {"kind_code": "complaint", "is_injury": True}, [], ("injured", ADVERSE, RISK)),
    ("public_opinion", {}, [], None),
    ("public_opinion", {}, [("product", {"name": "x"})], ("unverified", UNKNOWN, RISK)),
    ("public_opinion", {"verification_code": "verified"}, [("hazard", {})], ("reported", ADVERSE, RISK)),
    ("public_opinion", {"verification_code": "refuted"}, [("hazard", {})], None),
    ("alert", {"handling_code": "Exercise"}, [], None),
    ("alert", {}, [], ("warned", ADVERSE, RISK)),
    ("alert", {"handling_code": "Actual", "message_type_code": "Cancel"}, [], ("lifted", HARMLESS, RISK)),
    ("risk_assessment", {"conclusion_code": "safe"}, [], ("safe", HARMLESS, RISK)),
    ("risk_signal", {"triage_status_code": "dismissed"}, [], ("dismissed", HARMLESS, RISK)),
    ("penalty", {}, [], ("penalised", ADVERSE, RISK)),
    ("litigation_clue", {}, [], ("reported", ADVERSE, RISK)),
    ("trace_event", {}, [], None),
]


@pytest.mark.parametrize(("record_type", "columns", "items", "wanted"), RECORDS)
def test_what_came_of_a_record(
    ledger: LedgerRows, record_type: str, columns: dict[str, Any], items: list[Any], wanted: Any
) -> None:
    ledger.record(f"core.{record_type}", "a/f", 1, **columns)
    for position, (child, values) in enumerate(items):
        ledger.record(f"core.{record_type}_{child}", "a/f", 1, position=position, **values)
    ledger.record(f"core.{record_type}_link", "b/f", 1, position=0, target_record_type=record_type)  # another's
    assert outcome_of(ledger, record_type) == wanted


def test_every_type_of_events_is_tried() -> None:
    assert {each.name for each in event_types()} <= {record[0] for record in RECORDS}


@pytest.mark.parametrize(
    ("record_type", "columns", "items", "dead", "hurt", "severity", "rank"),
    [
        ("injury_case", {"severity_code": "fatal"}, [], 1, 0, "fatal", 4),
        ("injury_case", {"severity_code": "minor", "disposition_code": "1"}, [], 0, 1, "minor", 1),
        ("injury_case", {"severity_code": "unknown", "disposition_code": None}, [], None, 1, "unknown", None),
        ("fire_incident", {"death_count": 2, "severity_code": "minor"}, [], 2, None, "fatal", 4),
        ("fire_incident", {}, [{"outcome_code": "fatal"}, {"outcome_code": "slight"}], 1, 1, "fatal", 4),
        ("fire_incident", {"injury_count": 3}, [{"outcome_code": "slight"}], 0, 3, None, None),
        ("traffic_accident", {}, [{"outcome_code": "serious"}, {"outcome_code": None}], 0, 1, None, None),
        ("foodborne_case", {"illness_outcome_code": "died"}, [], 1, None, "fatal", 4),
        ("recall", {"death_count": 0, "injury_count": 7}, [], 0, 7, None, None),
    ],
)
def test_the_dead_and_the_hurt(  # noqa: PLR0913, PLR0917 - a line of the table
    ledger: LedgerRows,
    record_type: str,
    columns: dict[str, Any],
    items: list[dict[str, Any]],
    dead: int | None,
    hurt: int | None,
    severity: str | None,
    rank: int | None,
) -> None:
    ledger.record(f"core.{record_type}", "a/f", 1, **columns)
    for position, item in enumerate(items):
        ledger.record(f"core.{record_type}_person", "a/f", 1, position=position, **item)
    ledger.fill_marts()
    query = "select death_count, injury_count, severity_code, severity_rank from mart.risk_event"
    assert ledger.conn.execute(query).fetchall() == [(dead, hurt, severity, rank)]


def test_what_stands_elsewhere_is_taken_where_a_column_is_empty(ledger: LedgerRows) -> None:
    ledger.record("core.foodborne_event", "a/f", 1, food_text="x" * 600)
    ledger.record("core.penalty", "a/f", 2, violation_text="sold it")
    ledger.record("core.recall", "a/f", 3)
    for position, code in ((1, "toys"), (0, "appliances")):
        ledger.record("core.recall_category", "a/f", 3, position=position, category_code=code)
    ledger.record("core.vehicle_emission_test", "a/f", 4, verdict_code="fail")
    ledger.record("core.vehicle_emission_test_vehicle", "a/f", 4, position=0, make="Yangpu", model="Y1")
    ledger.record("core.injury_case", "a/f", 5, statistical_weight="15.77", stratum_code_text="S")
    ledger.fill_marts()
    rows = ledger.conn.execute(
        "select record_type, product_name, product_brand, product_category_code, summary, weight::float, stratum"
        " from mart.risk_event order by record_uid"
    ).fetchall()
    assert rows == [
        ("foodborne_event", "x" * 512, None, None, None, None, None),
        ("penalty", None, None, None, "sold it", None, None),
        ("recall", None, None, "appliances", None, None, None),
        ("vehicle_emission_test", "Yangpu Y1", "Yangpu", None, None, None, None),
        ("injury_case", None, None, None, None, 15.77, "S"),
    ]


def test_all_products_hazards_and_parties_of_events_are_reached(ledger: LedgerRows) -> None:
    for number, verdict in ((1, "fail"), (2, "pass")):
        ledger.record("core.market_sampling", "a/f", number, verdict_code=verdict)
        for position in (0, 1):
            ledger.record("core.market_sampling_product", "a/f", number, position=position, name=f"p{number}{position}")
        ledger.record("core.market_sampling_party", "a/f", number, position=0, role_code="sampled", name=f"y{number}")
    ledger.record("core.market_sampling_hazard", "a/f", 1, position=0, type_code="heavy_metal", class_code="chemical")
    for position, (judged, analyte) in enumerate((("fail", "lead"), ("pass", "cadmium"))):
        item = {"verdict_code": judged, "analyte_code": analyte, "item_text": analyte}
        ledger.record("core.market_sampling_test_item", "a/f", 1, position=position, **item)
    ledger.record("core.fire_incident", "a/f", 3, incident_type_code="false_alarm")
    ledger.record("core.fire_incident_product", "a/f", 3, position=0, name="of no event")
    ledger.fill_marts()

    def rows(query: str) -> list[Any]:
        return ledger.conn.execute(query.encode()).fetchall()

    assert rows("select name from mart.event_product order by 1") == [("p10",), ("p11",), ("p20",), ("p21",)]
    assert rows("select role_code, name from mart.event_party order by 2") == [("sampled", "y1"), ("sampled", "y2")]
    assert rows("select list, position, class_code, type_code, agent_code from mart.event_hazard order by 1") == [
        ("hazard", 0, "chemical", "heavy_metal", None),
        ("test_item", 0, "chemical", "lead", "lead"),
    ]


def test_items_belong_to_the_versions_that_were_known(ledger: LedgerRows) -> None:
    spans = (("2026-01-01", "2026-02-01", 1, "old"), ("2026-02-01", "2026-03-01", 2, "newer"))
    for since, until, version, name in spans:
        times = {"recorded_from": since, "recorded_to": until}
        ledger.record("history.fire_incident", "a/f", 1, record_version=version, death_count=version, **times)
        for position in range(version):
            ledger.record("history.fire_incident_product", "a/f", 1, position=position, name=name, recorded_to=until)
    ledger.record("core.fire_incident", "a/f", 1, record_version=3, recorded_from="2026-03-01", death_count=3)
    ledger.record("core.fire_incident_product", "a/f", 1, position=0, name="new")

    def then(day: str) -> list[Any]:
        items = ledger.conn.execute("select name from history.fire_incident_product_as_of(%s)", [day]).fetchall()
        events = "select product_name, death_count, outcome_code from mart.risk_event_as_of(%s)"
        named = "select count(*) from mart.event_product_as_of(%s)"
        assert ledger.conn.execute(named, [day]).fetchone() == (len(items),)
        return [*items, *ledger.conn.execute(events, [day]).fetchall()]

    assert then("2025-12-31") == []
    assert then("2026-01-31") == [("old",), ("old", 1, "died")]
    assert then("2026-02-01") == [("newer",), ("newer",), ("newer", 2, "died")]
    assert then("2026-03-01") == [("new",), ("new", 3, "died")]


def test_every_list_and_every_mart_can_be_asked_as_of_a_moment(ledger: LedgerRows) -> None:
    found = ledger.conn.execute(
        "select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where p.proname like '%\\_as\\_of'"
    ).fetchall()
    tables = {table.name for each in standard().types.values() for table in each.tables.values()}
    assert {name for (name,) in found} >= {f"history.{name}_as_of" for name in tables} | {
        f"mart.{name}_as_of" for name in MARTS
    }
    for name in sorted(tables):
        assert ledger.conn.execute(f"select count(*) from history.{name}_as_of(now())".encode()).fetchone() == (0,)
    create_as_of(ledger.conn)  # once more is no fault


def test_what_a_batch_touched_is_found_without_reading_the_rest(ledger: LedgerRows) -> None:
    ledger.conn.execute("set local enable_seqscan = off")
    for table, moment in (("core", "recorded_from"), ("history", "recorded_to")):
        for each in event_types():
            query = f"explain select from {table}.{each.name} where {moment} = now()"
            plan = " ".join(line for (line,) in ledger.conn.execute(query.encode()).fetchall())
            assert f"Bitmap Index Scan on {each.name}_{moment}" in plan


def test_both_event_tables_have_one_shape(ledger: LedgerRows) -> None:
    columns = (
        "select array_agg((attname, atttypid) order by attnum) from pg_attribute where attnum > 0 and attrelid = {}"
    )
    one, other = (
        ledger.conn.execute(columns.format(f"'mart.{name}'::regclass").encode()).fetchall()
        for name in ("risk_event", "activity")
    )
    assert one == other
