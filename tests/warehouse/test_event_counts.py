"""The counts of the event marts, and the keys by which records are found: kept up they are what they are made anew."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.ledger_rows import uid
from warehouse.event_counts import COUNTS, KEYS
from warehouse.event_marts import replace_touched
from warehouse.statements import statement

if TYPE_CHECKING:
    from tests.support.ledger_rows import LedgerRows

SOURCE = "a/f"
TYPES = ("fire_incident", "market_sampling")
LISTS = {"fire_incident": ("product", "hazard", "party"), "market_sampling": ("product", "party", "test_item")}


def held(ledger: LedgerRows) -> dict[str, list[str]]:
    """Return the rows of all counts and keys, each as one text, in order."""
    query = "select m::text from mart.{} m order by 1"
    return {
        name: [line for (line,) in ledger.conn.execute(query.format(name).encode()).fetchall()]
        for name in (*COUNTS, *KEYS)
    }


def end(ledger: LedgerRows, record_type: str, number: int) -> None:
    """Remove a record with its lists from core."""
    for table in (record_type, *(f"{record_type}_{child}" for child in LISTS[record_type])):
        ledger.conn.execute(f"delete from core.{table} where record_uid = %s".encode(), [uid(number)])


def bring(ledger: LedgerRows, record_type: str, number: int, dice: Random) -> None:
    """Write a record with its lists, as the dice say."""
    day = dice.choice(["2026-03-31", "2026-04-01", None])
    fire = {
        "incident_type_code": dice.choice(["fire", "false_alarm"]),
        "death_count": dice.choice([0, 2, None]),
        "severity_code": dice.choice(["minor", "severe", None]),
    }
    sampling = {"verdict_code": dice.choice(["pass", "fail", "pending"]), "sample_no": str(number)}
    own: dict[str, Any] = fire if record_type == "fire_incident" else sampling
    region = dice.choice(["460106", None])
    ledger.record(f"core.{record_type}", SOURCE, number, "af-loaded", event_date=day, region_code=region, **own)
    categories, types = ["toy", "scooter", None], ["fall", "burn", None]
    for position in range(dice.randint(0, 2)):
        ledger.record(
            f"core.{record_type}_product", SOURCE, number, position=position, category_code=dice.choice(categories),
            origin_country_code=dice.choice(["CHN", None]), brand=dice.choice(["FunRide", None]), model="FR-S3",
        )  # fmt: skip
    for position in range(dice.randint(0, 2)):
        credit = dice.choice(["91460100MA0HN2014H", None])
        ledger.record(f"core.{record_type}_party", SOURCE, number, position=position, role_code="other", uscc=credit)
    for position in range(dice.randint(0, 2)):
        kind = dice.choice(types)
        if record_type == "fire_incident":
            ledger.record("core.fire_incident_hazard", SOURCE, number, position=position, type_code=kind)
        else:
            verdict = dice.choice(["pass", "fail"])
            ledger.record(
                "core.market_sampling_test_item", SOURCE, number, position=position, item_text="x",
                verdict_code=verdict, hazard_type_code=kind,
            )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_what_is_counted_on_and_off_is_what_is_counted_anew(ledger: LedgerRows, seed: int) -> None:
    dice = Random(seed)
    here: set[tuple[str, int]] = set()
    ledger.fill_marts()
    for _ in range(5):
        touched = [(dice.choice(TYPES), dice.randint(1, 12)) for _ in range(6)]
        ledger.conn.execute(statement("marts/create_touched"))
        for record_type, number in dict.fromkeys(touched):
            if (record_type, number) in here:
                end(ledger, record_type, number)
                here.remove((record_type, number))
            if dice.random() < 0.7:
                bring(ledger, record_type, number, dice)
                here.add((record_type, number))
            ledger.conn.execute("insert into touched_record values (%s, 'a', %s)", [record_type, uid(number)])
        replace_touched(ledger.conn, TYPES)
        ledger.conn.execute(statement("marts/drop_touched"))
        kept = held(ledger)
        ledger.fill_marts()
        assert kept == held(ledger)
    assert all(kept[name] for name in ("region_day", "category_day", "product_year", "party_key", "product_word"))


def test_a_record_counts_once_for_each_category(ledger: LedgerRows) -> None:
    ledger.record("core.market_sampling", SOURCE, 1, "af-loaded", event_date="2026-04-01", verdict_code="fail")
    for position, category in enumerate(("toy", "toy", "scooter")):
        ledger.record("core.market_sampling_product", SOURCE, 1, position=position, category_code=category)
    ledger.fill_marts()
    query = "select category_code, records, judged, adverse, severe from mart.category_day order by 1"
    assert ledger.conn.execute(query).fetchall() == [("scooter", 1, 1, 1, 0), ("toy", 1, 1, 1, 0)]
    query = "select product_category_code, activities, judged, failed, events from mart.product_year"
    assert ledger.conn.execute(query).fetchall() == [("toy", 1, 1, 1, 1)]


def test_a_false_alarm_is_found_and_not_counted(ledger: LedgerRows) -> None:
    ledger.record("core.fire_incident", SOURCE, 1, "af-loaded", incident_type_code="false_alarm")
    ledger.record("core.fire_incident_product", SOURCE, 1, position=0, model="FR-S3", name="滑板车12寸")
    ledger.record("core.fire_incident_party", SOURCE, 1, position=0, role_code="other", uscc="91460100MA0HN2014H")
    ledger.fill_marts()
    found = held(ledger)
    assert not any(found[name] for name in COUNTS)
    assert len(found["party_key"]) == len(found["product_key"]) == 1
    words = ledger.conn.execute("select word from mart.product_word order by 1").fetchall()
    assert words == [("12",), ("s3",)]
