"""How complete each field is and what arrived from where: counted by the warehouse, and by hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from standards import standard
from standards.links import links
from tests.support.ledger_rows import LedgerRows, uid

if TYPE_CHECKING:
    from psycopg import Connection

FIRE = "a/f"
NUMBERS = count(1)
VIEWS = (
    *(
        "feed_period",
        "feed_health",
        "completeness",
        "coverage",
        "feed_month",
        "region_month",
        "hainan_unit",
        "unlinked",
    ),
    *("hainan_unit", "exposure", "rate", "rate_per_declared", "rate_per_population", "money"),
)
TABLES = {
    "mart.completeness": "record_type, agency, feed, month, field, of_records, filled, read_rows, quarantined"
    ", repaired",
    "mart.feed_month": "record_type, agency, feed, month, records, read_rows, newest_event_at, newest_loaded_at"
    ", batches",
    "mart.region_month": "record_type, agency, feed, month, region_code, records",
    "mart.exposure": "agency, feed, month, hs6, origin_country_code, declarations, lines, net_mass_kg, value_cny",
}


def rows_of(ledger: LedgerRows, query: str) -> list[tuple[Any, ...]]:
    return ledger.conn.execute(query.encode()).fetchall()


def refresh(ledger: LedgerRows, *batches: str) -> int:
    ((done,),) = ledger.conn.execute("select mart.refresh_quality(%s)", [list(batches) or None]).fetchall()
    return int(done)


def fire(ledger: LedgerRows, number: int, batch: str, day: str | None, **columns: Any) -> None:
    moment = None if day is None else f"{day} 10:00+08"
    ledger.record(
        "core.fire_incident", FIRE, number, batch,
        **{"event_at": moment or "2026-05-01", "event_date": day, "received_at": "2026-06-01 12:00+08", **columns},
    )  # fmt: skip


def finding(ledger: LedgerRows, batch: str, level: str, field: str, count: int) -> None:
    ledger.conn.execute(
        "insert into ledger.finding (agency, batch_id, number, code, level, field, count)"
        " values ('a', %s, %s, 'X', %s, %s, %s)",
        [batch, next(NUMBERS), level, field, count],
    )


def test_fill_and_validity_by_hand(ledger: LedgerRows) -> None:
    ledger.batch("af-x", FIRE, new=3, quarantined=1, duplicate=5, loaded_at="2026-06-01 13:30+08")
    fire(ledger, 1, "af-x", "2026-05-03", region_code="460100", reported_at="2026-05-03 16:00+08")
    fire(ledger, 2, "af-x", "2026-05-31", region_code="460100")
    fire(ledger, 3, "af-x", "2026-04-30")
    for position, brand in enumerate(("A", None, "B")):
        ledger.record("core.fire_incident_product", FIRE, 1, position=position, brand=brand)
    finding(ledger, "af-x", "error", "region_code", 1)
    finding(ledger, "af-x", "repair", "product.1.brand", 2)
    finding(ledger, "af-x", "warning", "region_code", 4)
    assert refresh(ledger, "af-x") == 2
    found = rows_of(
        ledger,
        """
        select month::text, field, of_records, filled, fill_share, valid_share, repaired_share
        from mart.completeness
        where field in ('region_code', 'product', 'product.brand', 'reported_at') and record_type = 'fire_incident'
        order by 1, 2
    """,
    )
    four, one, none = Decimal("0.7500"), Decimal("1.0000"), Decimal("0.0000")
    assert found == [
        ("2026-04-01", "product", 1, 0, none, one, none),
        ("2026-04-01", "region_code", 1, 0, none, four, none),
        ("2026-04-01", "reported_at", 1, 0, none, one, none),
        ("2026-05-01", "product", 2, 1, Decimal("0.5000"), one, none),
        ("2026-05-01", "product.brand", 3, 2, Decimal("0.6667"), one, Decimal("0.5000")),
        ("2026-05-01", "region_code", 2, 2, one, four, none),
        ("2026-05-01", "reported_at", 2, 1, Decimal("0.5000"), one, none),
    ]
    assert rows_of(
        ledger,
        """
        select month::text, records, read_rows, newest_event_date::text, event_to_report_h, receipt_to_load_h, batches
        from mart.feed_month order by 1
    """,
    ) == [
        ("2026-04-01", 1, 4, "2026-04-30", None, Decimal("1.50"), ["af-x"]),
        ("2026-05-01", 2, 4, "2026-05-31", Decimal("6.0"), Decimal("1.50"), ["af-x"]),
    ]
    assert rows_of(ledger, "select month::text, region_code, records from mart.region_month order by 1") == [
        ("2026-04-01", None, 1), ("2026-05-01", "460100", 2),
    ]  # fmt: skip


def test_every_field_of_the_standard_is_counted(ledger: LedgerRows) -> None:
    """A record of each type with an item of each list: the cells are the fields, and each is found."""
    for name, kind in standard().types.items():
        ledger.source(f"z/{name}", name)
        ledger.batch(f"z{name}", f"z/{name}", new=1)
        ledger.record(f"core.{name}", f"z/{name}", 1, f"z{name}")
        for key, table in kind.tables.items():
            if key:
                ledger.record(f"core.{table.name}", f"z/{name}", 1, position=0)
        refresh(ledger, f"z{name}")
        found = {field for (field,) in ledger.conn.execute(
            "select field from mart.completeness where record_type = %s and feed = %s", [name, name]
        ).fetchall()}  # fmt: skip
        fields = {f"{key}.{each}".lstrip(".") for key, table in kind.tables.items() for each in table.fields}
        assert found == fields | {key for key in kind.tables if key}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_up_by_batch_is_what_is_made_from_everything(ledger: LedgerRows, seed: int) -> None:
    """Batches bring, correct, move to another month and end records, and withdraw what others brought.

    After each the marts are as if made anew.
    """
    dice = Random(seed)
    days = ("2026-03-31", "2026-04-01", "2026-04-15", "2026-05-02", None)
    held: dict[int, str] = {}
    refresh(ledger)
    for number in range(8):
        batch, loaded = f"af-r{number}", f"2026-06-{number + 1:02} 08:00+00"
        ledger.batch(batch, FIRE, new=dice.randint(1, 9), quarantined=dice.randint(0, 3), loaded_at=loaded)
        if dice.random() < 0.6:
            finding(ledger, batch, dice.choice(["error", "repair"]), "region_code", 2)
        for each in dice.sample(range(1, 15), 5):
            if each in held:
                _end(ledger, each, loaded)
                del held[each]
                if dice.random() < 0.4:
                    continue
            brought = batch if dice.random() < 0.7 else f"af-r{dice.randint(0, number)}"  # else it is given back
            fire(
                ledger, each, brought, dice.choice(days), record_version=number + 1, recorded_from=loaded,
                region_code=dice.choice(["460100", "460200", None]),
            )  # fmt: skip
            for position in range(dice.randint(0, 3)):
                brand = dice.choice(["A", None])
                ledger.record("core.fire_incident_product", FIRE, each, position=position, brand=brand)
            held[each] = batch
        refresh(ledger, batch)
        kept = _all(ledger)
        refresh(ledger)
        assert kept == _all(ledger)
    assert sum(row[-1] for row in kept["mart.region_month"]) == len(held)
    _require_naive(ledger)


def _end(ledger: LedgerRows, number: int, at: str) -> None:
    """Move a record with its products to history, as a load does."""
    for table in ("fire_incident", "fire_incident_product"):
        names = [name for (name,) in ledger.conn.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [f"core.{table}"],
        ).fetchall()]  # fmt: skip
        columns = ", ".join(f'"{name}"' for name in names)
        query = f"""
            with gone as (delete from core.{table} where agency = 'a' and record_uid = %s returning *)
            insert into history.{table} ({columns}, recorded_to) select {columns}, %s from gone
        """
        ledger.conn.execute(query.encode(), [uid(number), at])


def _all(ledger: LedgerRows) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows_of(ledger, f"select {names} from {table} order by {names}") for table, names in TABLES.items()}


def _require_naive(ledger: LedgerRows) -> None:
    """Count by hand how often two fields and a list are filled, by the month of the day or of the moment in China."""
    records = rows_of(
        ledger,
        """
        select record_uid, coalesce(event_date, (event_at at time zone 'Asia/Shanghai')::date)::text, region_code
        from core.fire_incident where agency = 'a' and feed = 'f'
    """,
    )
    brands = rows_of(ledger, "select record_uid, brand from core.fire_incident_product where agency = 'a'")
    month = {each: f"{day[:7]}-01" for each, day, _ in records}
    expected = Counter({(month[each], "region_code"): 0 for each, *_ in records})
    expected.update((month[each], "region_code") for each, _, code in records if code)
    expected.update((month[each], "product") for each in {each for each, _ in brands})
    expected.update((month[each], "product.brand") for each, brand in brands if brand)
    found = rows_of(
        ledger,
        """
        select month::text, field, filled from mart.completeness
        where agency = 'a' and feed = 'f' and field in ('region_code', 'product', 'product.brand')
          and (filled > 0 or field = 'region_code')
    """,
    )
    assert {(at, field): filled for at, field, filled in found} == dict(expected)


def test_zeros_where_a_feed_had_to_deliver(ledger: LedgerRows) -> None:
    ledger.conn.execute("update ledger.source set bodies = '{hn_qts}' where agency = 'a' and feed = 'f'")
    ledger.insert("ledger.source_terms", FIRE, terms="0" * 64, every="P1M", zone="Asia/Shanghai", is_readable=True)
    for first, last, due in (("2026-02-01", "2026-02-28", "2026-03-01"), ("2026-03-01", "2026-03-31", "2026-04-01"),
                             ("2026-04-01", "2026-04-30", "2026-05-01")):  # fmt: skip
        ledger.insert(
            "ledger.due_period", FIRE, terms="0" * 64, starts_at=f"{first} 00:00+08", ends_at=f"{due} 00:00+08",
            due_at=f"{due} 00:00+08", late_at=f"{due} 00:00+08", first_day=first, last_day=last, calendar_known=True,
        )  # fmt: skip
    ledger.insert("ledger.poll_window", FIRE, since="2026-02-01", until="2026-06-01")
    ledger.conn.execute("delete from ledger.batch where agency = 'a' and feed = 'f'")
    said = {"operation": "new", "period_from": "2026-02-01", "period_to": "2026-02-28"}
    zero = {"operation": "zero", "period_from": "2026-03-01", "period_to": "2026-03-31"}
    ledger.batch("af-feb", FIRE, submission=said, new=3)
    ledger.batch("af-mar", FIRE, submission=zero)
    fire(ledger, 1, "af-feb", "2026-02-03", region_code="460100")
    fire(ledger, 2, "af-feb", "2026-02-04", region_code="460106")
    fire(ledger, 3, "af-feb", "2026-02-04", region_code="469003")
    fire(ledger, 4, "af-feb", "2026-01-04", region_code="460400")
    refresh(ledger, "af-feb")
    found = rows_of(
        ledger,
        """
        select month::text, state_code, count(*), sum(records)::int, min(region_code) filter (where records > 0)
        from mart.coverage where record_type = 'fire_incident' group by 1, 2 order by 1, 2
    """,
    )
    assert found == [
        ("2026-01-01", "arrived", 1, 1, "460400"),  # nothing was due then
        ("2026-02-01", "arrived", 2, 3, "460100"),
        ("2026-02-01", "empty", 17, 0, None),
        ("2026-03-01", "empty", 19, 0, None),
        ("2026-04-01", "missing", 19, 0, None),
    ]


def test_an_analyst_reads_and_the_loader_refreshes(crowded: Connection[Any]) -> None:
    for role, allowed in (("riskhub_analyst", False), ("riskhub_loader", True)):
        ((may,),) = crowded.execute(
            "select has_function_privilege(%s, 'mart.refresh_quality(text[])', 'execute')", [role]
        ).fetchall()
        assert may == allowed
        with crowded.transaction(force_rollback=True):
            crowded.execute(f"set local role {role}".encode())
            for view in VIEWS:
                crowded.execute(f"select count(*) from mart.{view}".encode())
            if allowed:
                crowded.execute("select mart.refresh_quality(), mart.refresh_quality(array['af-loaded'])")


def test_what_no_other_feed_knows_is_unlinked(ledger: LedgerRows) -> None:
    ((text,),) = ledger.conn.execute("select pg_get_viewdef('mart.unlinked')").fetchall()
    assert all(f"'{name}'" in text for name in links())
    day = {"event_date": "2026-05-03", "country_code": "CHN"}
    for number, no in ((1, "D1"), (2, "D2"), (3, None)):
        ledger.record("core.port_inspection", FIRE, number, **day, declaration_no=no)
    for number, source, no in ((4, "a/g", "D1"), (5, FIRE, "D2"), (6, "b/f", "D3")):
        ledger.record("core.customs_declaration", source, number, **day, declaration_no=no)
    for number, lot in ((1, "L1"), (2, "L2"), (3, None)):
        ledger.record("core.port_inspection_product", FIRE, number, position=0, gtin="1", batch_lot=lot)
    ledger.record("core.market_sampling", "b/f", 7, **day)
    ledger.record("core.market_sampling_product", "b/f", 7, position=0, gtin="1", batch_lot="L2")
    found = rows_of(
        ledger,
        """
        select link, record_type, partner_type, agency || '/' || feed, with_key, unlinked from mart.unlinked
        where month = '2026-05-01' and record_type in ('port_inspection', 'market_sampling') order by 1, 2, 3
    """,
    )
    assert found == [
        ("batch_inspection_sampling", "market_sampling", "port_inspection", "b/f", 1, 0),
        ("batch_inspection_sampling", "port_inspection", "market_sampling", FIRE, 2, 1),
        ("batch_sampling_recall", "market_sampling", "recall", "b/f", 1, 1),
        ("declaration_inspection", "port_inspection", "customs_declaration", FIRE, 2, 1),  # D2 is of the same feed
    ]
