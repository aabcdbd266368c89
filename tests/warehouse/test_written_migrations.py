"""A warehouse of an earlier standard is migrated: every value stays, hashes hold, and a second run does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hub.errors import FixTheHub
from hub.settings import settings
from stack.migrate import migrate
from tests.support.exchange import ask, counts, submit
from tests.support.old_warehouse import OLD, restore, write_sources
from warehouse.connection import owner_url
from warehouse.standard_migrations import written_migrations

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse: str) -> None:
    """Give a warehouse of standard 1.3.0 with three records of each type, one of which was corrected."""
    assert warehouse
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    write_sources(tmp_path / "sources")
    restore()


def owner(query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner_url()) as conn:
        cursor = conn.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def test_a_record_that_is_sent_again_is_unchanged() -> None:
    done = migrate()
    assert list(written_migrations()) == [each for each in done if each.startswith("standard/")]
    assert "rehash core fire_incident: 3" in done
    for each in OLD:
        assert counts(submit(each.name, "again.csv", each.file())) == {"read": 3, "unchanged": 3}, each.record_type
        assert counts(submit(each.name, "new.csv", each.file("once more"))) == {"read": 3, "changed": 1, "unchanged": 2}
    assert migrate() == []


VALUES = {
    "select ie_flag_code, entry_port_code, is_found_wrong from core.customs_declaration order by source_line": [
        ("I", "HKG", False),
        ("I", None, True),
        ("I", "SGP", None),
    ],
    "select reg_no, tax_type_code_text from core.customs_declaration_goods where hs_code = '850760'": [("CCC1", "A")],
    "select declaration_no, affected_amount::text, hazard_class_code, hazard_type_code from core.port_inspection "
    "where source_record_no = 'P1'": [("E1", "100.50", "chemical", "heavy_metal")],
    "select summary, declaration_no, ie_flag_code from history.port_inspection": [("as first written", "E2", "E")],
    "select agent_text, class_code, type_code, severity_code from core.overseas_notification_hazard "
    "order by class_code, agent_text": [
        ("沙门氏菌", "biological", "pathogen", None),
        ("镉", "chemical", "heavy_metal", "severe"),
        ("铅", None, None, None),
    ],
    "select source_record_no, position, name, origin_country_code from core.overseas_notification "
    "join core.overseas_notification_product using (agency, record_uid) order by 1": [
        ("N1", 0, "虾", "VNM"),
        ("N2", 0, None, "THA"),
        ("N3", 0, "花生", None),
    ],
    "select position, type_text from core.overseas_notification_measure": [(0, "sent back")],
    "select summary, position, name, p.origin_country_code from history.overseas_notification "
    "join history.overseas_notification_product p using (agency, record_uid, recorded_to)": [
        ("as first written", 0, None, "THA"),
    ],
    "select source_record_no, h.class_code, h.type_code, h.severity_code from core.port_inspection r "
    "join core.port_inspection_hazard h using (agency, record_uid) order by 1": [
        ("P1", "chemical", "heavy_metal", None),
        ("P3", "physical", None, None),
    ],
    "select class_code, type_code, position from history.fire_incident_hazard": [("physical", "fire", 0)],
    "select agent_text, class_code, severity_code from core.recall_hazard order by 1": [
        ("窒息", "physical", "severe"),
        ("起火", "physical", None),
    ],
    "select item_text, hazard_type_code from core.market_sampling_test_item order by 1": [
        ("甲醇", None),
        ("铅", "heavy_metal"),
    ],
    "select source_record_no, hazard_class_code, hazard_type_code from core.market_sampling order by 1": [
        ("S1", "chemical", "heavy_metal"),  # of its failed test item
        ("S2", None, None),
        ("S3", None, None),
    ],
    "select source_record_no, p.position, p.name, p.gtin, p.production_date::text from core.market_sampling_product p "
    "join core.market_sampling using (agency, record_uid) order by 1": [
        ("S1", 0, "饼干", "6901234567892", "2026-01-01"),
        ("S2", 0, "牛奶", None, None),
        ("S3", 0, "白酒", None, "2025-12-01"),
    ],
    "select source_record_no, p.position, p.role_code, p.name, p.address_text from core.market_sampling_party p "
    "join core.market_sampling using (agency, record_uid) order by 1, 2": [
        ("S1", 0, "manufacturer", "食品厂", "工业路1号"),
        ("S1", 1, "sampled", "超市", None),
        ("S1", 2, "laboratory", "检验所", None),
        ("S2", 1, "sampled", "超市", None),
        ("S3", 0, "manufacturer", "酒厂", None),
        ("S3", 2, "laboratory", "检验所", None),
    ],
    "select source_record_no, p.position, p.name from history.market_sampling r "
    "join history.market_sampling_product p using (agency, record_uid, recorded_to)": [("S2", 0, "牛奶")],
    "select p.position, p.role_code, p.name from history.market_sampling_party p": [(1, "sampled", "超市")],
    "select source_record_no, p.name, p.hs_code, p.batch_lot from core.port_inspection "
    "join core.port_inspection_product p using (agency, record_uid) order by 1": [
        ("P1", "车", "950300", "L1"),
        ("P3", "充电宝", "850760", None),
    ],
    "select source_record_no, p.role_code, p.name, p.uscc from core.port_inspection "
    "join core.port_inspection_party p using (agency, record_uid) order by 1": [
        ("P1", "consignee", "海岛", "91350100M000100Y43"),
        ("P2", "consignor", "远洋公司", None),
    ],
    "select p.position, p.role_code, p.name from history.port_inspection r "
    "join history.port_inspection_party p using (agency, record_uid, recorded_to)": [(0, "consignor", "远洋公司")],
    "select source_record_no, n.position, n.nonconformity_code, n.nonconformity_text from core.port_inspection "
    "join core.port_inspection_nonconformity n using (agency, record_uid) order by 1": [
        ("P1", 0, "toxin", "铅"),
        ("P3", 0, "electrical", None),
    ],
    "select record_type, product_name, product_hs_code from mart.activity "
    "where record_type in ('port_inspection', 'market_sampling') order by record_type, source_record_no": [
        ("market_sampling", "饼干", None),
        ("market_sampling", "牛奶", None),
        ("market_sampling", "白酒", None),
        ("port_inspection", "车", "950300"),
        ("port_inspection", None, None),
        ("port_inspection", "充电宝", "850760"),
    ],
    "select affected_count, done_count, severity_code from core.recall where source_record_no = 'R1'": [
        (1000, 10, "severe")
    ],
    "select p.position, p.role_code, p.name from core.recall_party p join core.recall using (agency, record_uid) "
    "order by source_record_no": [(0, "recaller", "玩具公司"), (0, "recaller", "车企")],
    "select incident_type_code, nfirs_type_code from core.fire_incident order by source_record_no": [
        ("contained_fire", "113"),
        ("false_alarm", "745"),
        (None, None),
    ],
    "select source_record_no, position, name, p.role_code from core.fire_incident "
    "join core.fire_incident_product p using (agency, record_uid) order by 1": [
        ("F1", 0, "电动车", "trigger"),
        ("F3", 0, "插座", "cause"),
    ],
    "select first_unit_text, is_battery_involved from history.fire_incident": [("二中队", False)],
    "select statistical_weight::text, stratum_code_text, is_alcohol_involved "
    "from core.injury_case order by source_record_no": [
        ("15.7762", "S", False),
        (None, None, True),
        ("4.5000", "C", None),
    ],
    "select source_record_no, p.position, p.role_code, p.agency_party_no, p.name from core.injury_case "
    "join core.injury_case_party p using (agency, record_uid) order by 1": [
        ("I1", 0, "hospital", "H01", "省医院"),
        ("I2", 0, "hospital", "H02", None),
    ],
    "select summary, p.agency_party_no from history.injury_case "
    "join history.injury_case_party p using (agency, record_uid, recorded_to)": [("as first written", "H02")],
    "select source_record_no, d.position, d.body_part_code, d.diagnosis_code, d.icd10_code from core.injury_case "
    "join core.injury_case_diagnosis d using (agency, record_uid) order by 1, 2": [
        ("I1", 0, "33", "57", "S52.2"),
        ("I1", 1, "76", "62", None),
        ("I2", 1, "79", None, None),
    ],
}


def test_every_value_stays() -> None:
    # 1.3.0 had a view of columns that are in lists today, and no mart with rows of its own
    owner("drop table mart.risk_event cascade")
    owner("delete from mart.built")
    owner(
        "create view mart.risk_event as select product_name from core.port_inspection union "
        "select product_name from core.market_sampling union select product_name from core.overseas_notification"
    )
    owner(
        "update core.injury_case set body_part_code = '33', diagnosis_code = '57', icd10_code = 'S52.2', "
        "body_part_2_code = '76', diagnosis_2_code = '62' where source_record_no = 'I1'"
    )
    for number, nfirs in (("F1", "113"), ("F2", "745")):
        owner(f"update core.fire_incident set incident_type_code = '{nfirs}' where source_record_no = '{number}'")
    owner("update core.injury_case set body_part_2_code = '79' where source_record_no = 'I2'")
    owner("update core.overseas_notification set measure_text = 'sent back' where source_record_no = 'N1'")
    migrate()
    for query, held in VALUES.items():
        assert owner(query) == held, query
    assert owner("select count(*), count(hazard_class_code) from mart.risk_event") == [(16, 7)], (
        "a false alarm is no fire, and what passed is in mart.activity"
    )


def test_a_hazard_type_without_a_class_gets_its_class() -> None:
    owner("update core.port_inspection set hazard_class = null where hazard_type = 'heavy_metal'")
    migrate()
    assert owner(
        "select hazard_class_code, hazard_type_code from core.port_inspection where source_record_no = 'P1'"
    ) == [("chemical", "heavy_metal")]


def test_an_interrupted_migration_leaves_the_old_warehouse() -> None:
    owner("alter table core.fire_incident add column smell text")  # the standard has no such field: refused, after it
    with pytest.raises(FixTheHub, match="smell"):
        migrate()
    assert owner("select unit_text from core.fire_incident where source_record_no = 'F1'") == [("一中队",)]
    assert owner("select count(*) from ledger.migration where name like 'standard/%'") == [(0,)]
    owner("alter table core.fire_incident drop column smell")
    migrate()
    assert ask("select first_unit_text from core.fire_incident where source_record_no = 'F1'") == [
        {"first_unit_text": "一中队"}
    ]


def test_a_written_migration_that_was_changed_is_refused() -> None:
    migrate()
    name = next(iter(written_migrations()))
    owner(f"update ledger.migration set sha256 = repeat('0', 64) where name = '{name}'")
    with pytest.raises(FixTheHub, match=rf"warehouse_sql/{name}\.sql was changed"):
        migrate()


def test_a_new_warehouse_has_nothing_to_migrate() -> None:
    owner("drop schema core cascade")
    owner("drop schema history cascade")
    assert not [each for each in migrate() if each.startswith(("standard/", "rehash"))]
    assert owner("select count(*) from ledger.migration where name like 'standard/%'") == [(len(written_migrations()),)]
