"""The real public files go through the whole pipeline: the ledger adds up, and the warehouse holds their values."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support.exchange import ask, codes, counts, submit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Shared = Callable[[str], Path]

RECALLS = "data/market/cpsc_json_by_product_type"


def days(path: Path, column: str, form: str) -> Counter[date]:
    """Count the rows of a file by the day that a column has."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return Counter(datetime.strptime(row[column].strip(), form).date() for row in csv.DictReader(stream))  # noqa: DTZ007 - a day


def days_of(record_type: str) -> Counter[date]:
    """Count the records of core by the day of the event."""
    found = ask(f"select event_date, count(*) from core.{record_type} group by 1")
    return Counter({row["event_date"]: row["count"] for row in found})


def moved(record_type: str) -> tuple[int, int]:
    """Count the records whose instant, read in UTC, falls on another day than the sender's, and into another month."""
    (found,) = ask(f"""
        select count(*) filter (where (event_at at time zone 'UTC')::date <> event_date) as day,
               count(*) filter (where to_char(event_at at time zone 'UTC', 'YYYY-MM') <> to_char(event_date, 'YYYY-MM'))
                   as month
        from core.{record_type}
    """)
    return found["day"], found["month"]


@pytest.mark.usefixtures("warehouse")
def test_fire_incidents_of_pittsburgh(shared: Shared) -> None:
    path = shared("data/fire/pittsburgh_wprdc_fire_incidents.csv")
    batch = submit("us_pittsburgh/fire_incidents", path.name, path.read_bytes())
    assert counts(batch) == {"read": 8945, "new": 8927, "quarantined": 18}
    assert codes(batch) == {"MISSING_VALUE": 18}
    assert ask("""
        select nfirs_type_code, count(*) from core.fire_incident
        where nfirs_type_code in ('111', '113', '131', '173') group by 1 order by 1
    """) == [
        {"nfirs_type_code": "111", "count": 1890},
        {"nfirs_type_code": "113", "count": 2053},
        {"nfirs_type_code": "131", "count": 1038},
        {"nfirs_type_code": "173", "count": 3},
    ]
    assert ask("""
        select event_at at time zone 'UTC' = '2016-04-21 09:01:04' as moment, lat::text, first_unit_text, source_line
        from core.fire_incident where source_record_no = 'F160029985'
    """) == [{"moment": True, "lat": "40.441275", "first_unit_text": "231EN16", "source_line": 2}]
    assert ask("select count(*) from quarantine.row") == [{"count": 18}]


@pytest.mark.usefixtures("warehouse")
def test_import_declarations_of_korea(shared: Shared) -> None:
    path = shared("data/customs/kcs_synthetic_import_declarations/df_syn_valid_eng.csv")
    batch = submit("kr_customs/declarations", path.name, path.read_bytes())
    assert counts(batch) == {"read": 8134, "new": 8134}
    assert codes(batch) == {}
    assert ask("""
        select count(*) filter (where is_found_wrong) as fraud, count(*) filter (where is_found_dangerous) as critical,
               count(*) filter (where transport_mode_code = '2') as by_sea
        from core.customs_declaration
    """) == [{"fraud": 1704, "critical": 78, "by_sea": 4597}]
    assert ask("""
        select g.hs_code, count(*) from core.customs_declaration_goods g join core.customs_declaration d
        using (agency, record_uid) where g.hs_code in ('392690', '071080') group by 1 order by 1
    """) == [{"hs_code": "071080", "count": 154}, {"hs_code": "392690", "count": 372}]
    assert ask("select role_code, count(*) from core.customs_declaration_party group by 1 order by 1") == [
        {"role_code": "courier", "count": 1298},
        {"role_code": "declarant", "count": 8134},
        {"role_code": "importer", "count": 8134},
        {"role_code": "seller", "count": 7339},
    ]
    assert days_of("customs_declaration") == days(path, "Date", "%Y-%m-%d")
    assert moved("customs_declaration") == (8134, 522)


@pytest.mark.usefixtures("warehouse")
def test_notifications_of_rasff(shared: Shared) -> None:
    path = shared("data/inspection/rasff_2020_to_30OCT2024.csv")
    batch = submit("eu_rasff/notifications", path.name, path.read_bytes())
    assert counts(batch) == {"read": 21871, "new": 21871}
    assert codes(batch) == {"REPAIRED_BLANKS": 1}
    # both vocabularies count: Germany with and without its code behind it, Turkey under both of its names
    assert ask("""
        select count(*) filter (where notifying_country_code = 'DEU') as germany,
               count(*) filter (where p.origin_country_code = 'TUR') as origin_turkey,
               count(*) filter (where p.category_code = 'food_spice') as spices
        from core.overseas_notification join core.overseas_notification_product p using (agency, record_uid)
    """) == [{"germany": 2999, "origin_turkey": 2135, "spices": 1418}]
    assert ask("select count(*) from core.overseas_notification_hazard where type_code = 'mycotoxin'") == [
        {"count": 3633}  # 3,608 of the category, and 25 of ergot under other categories
    ]
    assert days_of("overseas_notification") == days(path, "Date of Case", "%b %d, %Y")
    assert moved("overseas_notification") == (21871, 578)


@pytest.mark.usefixtures("warehouse")
def test_injuries_of_two_years_and_both_sexes(shared: Shared) -> None:
    men, women = (shared(f"data/injury/neiss_skateboard_{who}/NEISS_2019.csv") for who in ("men", "women"))
    assert counts(submit("us_cpsc/neiss", "men.csv", men.read_bytes())) == {"read": 1971, "new": 1971}
    assert counts(submit("us_cpsc/neiss", "women.csv", women.read_bytes())) == {"read": 567, "new": 567}
    assert ask("select sex_code, count(*) from core.injury_case group by 1 order by 1") == [
        {"sex_code": "1", "count": 1971},
        {"sex_code": "2", "count": 567},
    ]
    assert ask("""
        select age_years, age_months from core.injury_case where age_months is not null order by age_months
    """) == [
        {"age_years": 0, "age_months": 9},
        {"age_years": 1, "age_months": 13},
        {"age_years": 1, "age_months": 19},
        {"age_years": 1, "age_months": 21},
    ]


@pytest.mark.usefixtures("warehouse")
def test_recalls_that_stand_in_several_files_are_loaded_once(shared: Shared) -> None:
    expected = {
        "food_recalls.json": {"read": 43, "new": 43},
        "drug_recalls.json": {"read": 13, "new": 13},
        "fda_recalls.json": {"read": 60, "new": 4, "unchanged": 56},
        "Bicycles+Accessories.json": {"read": 50, "new": 50},
        "cpsc_recalls.json": {"read": 50, "new": 47, "unchanged": 2, "quarantined": 1},
    }
    folder = shared(RECALLS)
    found = {name: counts(submit("us_cpsc/recalls", name, (folder / name).read_bytes())) for name in expected}
    assert found == expected
    assert ask("select count(*) from core.recall") == [{"count": 157}]
    assert ask("""
        select r.url, p.name, h.agent_text as hazard from core.recall r
        join core.recall_product p using (agency, record_uid) join core.recall_hazard h using (agency, record_uid)
        where r.recall_no = 'ucm361713'
    """) == [
        {
            "url": "http://www.fda.gov/Safety/Recalls/ucm361713.htm",
            "name": "Square Mile",
            "hazard": "Re-fermenting may cause bottles to burst",
        }
    ]
