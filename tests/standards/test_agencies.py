"""The register of agencies: the bodies of the policy, who took over from whom, and what each may send on a day."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from hub.errors import FixTheHub
from standards import standard
from standards.agencies import FOLDER, read_register, register

if TYPE_CHECKING:
    from pathlib import Path

BEFORE, AFTER = date(2017, 12, 31), date(2026, 1, 1)
NAMED_BY_THE_POLICY = 33
KNOWN = register()


def test_every_body_of_the_policy_is_there_with_the_governments_of_the_cities() -> None:
    named = {code for codes in KNOWN.duties.values() for code in codes}
    assert len(named - {"hn_counties"}) == NAMED_BY_THE_POLICY
    assert all(KNOWN.bodies[code].holds(BEFORE) for code in named)


def test_every_body_of_2017_leads_to_one_that_exists_today() -> None:
    for code, body in KNOWN.bodies.items():
        heirs = KNOWN.acting([code], "alert", AFTER)
        assert heirs, code
        assert all(KNOWN.bodies[each].holds(AFTER) for each in heirs)
        assert body.label["zh"]
        assert body.label["en"]


def test_policy_has_64_tasks_and_each_is_served_by_records_or_by_a_part_of_the_hub() -> None:
    assert len(KNOWN.rows) == 64
    for row in KNOWN.rows.values():
        assert not row.served_by or (FOLDER.parents[1] / row.served_by).exists(), row.code


def test_every_record_type_of_the_standard_is_one_of_the_plan() -> None:
    assert {*standard().types} <= {*KNOWN.planned_types}
    assert {each for row in KNOWN.rows.values() for each in row.record_types} == {*KNOWN.planned_types}


@pytest.mark.parametrize(
    ("named", "record_type", "day", "acting"),
    [
        ("hn_amr", "market_sampling", date(2018, 9, 28), "hn_qts hn_aic hn_fda"),  # not the office of patents
        ("hn_amr", "market_sampling", date(2018, 9, 29), "hn_amr"),
        ("hn_fda hn_amr", "market_sampling", date(2018, 9, 28), "hn_fda"),
        ("hn_fda hn_amr", "market_sampling", date(2018, 9, 29), "hn_amr"),
        ("hn_ciq", "port_inspection", date(2018, 4, 19), "hn_ciq"),
        ("hn_ciq", "port_inspection", date(2018, 4, 20), "hn_customs"),
        ("hn_fire_rescue", "fire_incident", date(2018, 10, 8), "hn_police"),
        ("hn_police", "fire_incident", date(2018, 10, 9), "hn_fire_rescue"),
        ("hn_police", "traffic_accident", date(2018, 10, 9), "hn_police"),
        ("hn_financial_administration", "credit_event", date(2017, 5, 1), "hn_finance_office"),  # two reforms back
        ("hn_pbc_haikou", "credit_rating", date(2023, 8, 18), "hn_pbc"),
    ],
)
def test_record_keeps_the_body_of_its_day(named: str, record_type: str, day: date, acting: str) -> None:
    assert KNOWN.acting(named.split(), record_type, day) == tuple(acting.split())


@pytest.mark.parametrize(
    ("body", "record_type", "day", "rows"),
    [
        ("hn_customs", "port_inspection", BEFORE, "10.2 18.1"),
        ("hn_customs", "port_inspection", AFTER, "1.3 10.2 18.1"),  # with those of the inspection bureau
        ("hn_police", "fire_incident", BEFORE, "4.7"),
        ("hn_police", "fire_incident", AFTER, ""),
        ("hn_fire_rescue", "fire_incident", AFTER, "4.7"),
        ("hn_fire_rescue", "traffic_accident", AFTER, ""),
        ("hn_amr", "complaint", AFTER, "2.4 13.1"),
        ("hn_health", "alert", AFTER, ""),  # row 7.2 goes out from the hub
    ],
)
def test_right_to_send_passes_to_the_successor(body: str, record_type: str, day: date, rows: str) -> None:
    assert KNOWN.rights(body, record_type, day) == tuple(rows.split())


@pytest.mark.parametrize(
    ("table", "old", "new", "says"),
    [
        ("body", "海口海关,Haikou Customs District,central", "海口海关,,central", "body.csv:6: label_en is empty"),
        ("body", "District,central,", "District,centrel,", "level: centrel is unknown (did you mean central?)"),
        ("body", "District,central,", "District,central,1146", "body.csv:6: uscc: 1146 has a wrong check digit"),
        ("body", "2018-04-20,day", "2018-04-31,day", "body.csv:2: valid_to: 2018-04-31 is no day"),
        ("body", "2018-04-20,day", "2018-04-20,", "body.csv: hn_ciq has a day and no precision"),
        ("body", "2018-04-20,day", "2018-04-21,day", "hn_ciq ended on 2018-04-21, and succession.csv names nobody"),
        ("body", "level,uscc", "levle,uscc", "body.csv:1: levle is unknown (did you mean level?)"),
        ("body", "hn_fda,海南", "hn_qts,海南", "body.csv:4: hn_qts stands there twice"),
        ("body", "Customs District,central,,,,,", "Customs District,central,,,,,,", "cells, the header has 9"),
        ("succession", "hn_ciq,hn_customs", "hn_ciq,hn_custom", "succession.csv:2: successor: hn_custom is unknown"),
        ("succession", "hn_ciq,hn_customs", "hn_ciq,hn_amr", "succession.csv:2: hn_amr does not exist on 2018-04-20"),
        ("succession", "hn_police,hn_fire_rescue", "hn_police,hn_police", "hn_police succeeds itself"),
        ("succession", "fire_incident,Ref", "fire_incidents,Ref", "fire_incidents is unknown (did you mean fire"),
        ("policy_row", "Fires,in", "Fires,inn", "direction: inn is unknown"),
        ("policy_duty", "4.7,hn_police", "4.77,hn_police", "policy_row: 4.77 is unknown"),
    ],
)  # fmt: skip
def test_slip_is_refused_with_its_line_and_the_nearest_name(
    tmp_path: Path, table: str, old: str, new: str, says: str
) -> None:
    folder = tmp_path / "agencies"
    shutil.copytree(FOLDER, folder)
    path = folder / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FixTheHub) as refused:
        read_register(folder)
    assert says in refused.value.why
