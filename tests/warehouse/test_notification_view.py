"""What analysts see of notices from abroad: follow-ups beside what they continue, countries, measures and headlines."""

from __future__ import annotations

from pathlib import Path

import pytest

import mappings
from tests.support.exchange import ask, counts, submit

pytestmark = pytest.mark.usefixtures("warehouse")
SOURCE = "hn_customs/overseas_notifications"
SAMPLE = Path(mappings.__file__).with_name("sources") / SOURCE / "sample.csv"
FOLLOW_UPS = """
    select n.ref_no, o.ref_no as original, n.is_original_awaited as awaited
    from mart.overseas_notification n
    left join core.overseas_notification o on o.agency = n.original_agency and o.record_uid = n.original_record_uid
    where n.follow_up_of is not null order by 1
"""


def test_a_follow_up_waits_for_the_notice_that_it_continues() -> None:
    assert counts(submit(SOURCE, SAMPLE.name, SAMPLE.read_bytes()))["new"]
    assert ask(FOLLOW_UPS) == [
        {"ref_no": "SG-2026-0102", "original": "SG-2026-0101", "awaited": False},
        {"ref_no": "SG-2026-0103", "original": None, "awaited": True},
    ]
    head, first, *_ = SAMPLE.read_text("gb18030").splitlines()
    late = f"{head}\n{first.replace('SG-2026-0101', 'SG-2026-0050')}\n"
    assert counts(submit(SOURCE, "late.csv", late.encode("gb18030"))) == {"read": 1, "new": 1}
    assert ask(FOLLOW_UPS)[1] == {"ref_no": "SG-2026-0103", "original": "SG-2026-0050", "awaited": False}


def test_a_notice_is_one_row_with_all_of_its_countries_and_measures() -> None:
    submit(SOURCE, SAMPLE.name, SAMPLE.read_bytes())
    assert ask("""
        select product_name, affected_country_codes as countries, measures, headline_zh, headline_en
        from mart.overseas_notification where ref_no = 'SG-2026-0101'
    """) == [
        {
            "product_name": "电动滑板车",
            "countries": ["HUN", "DEU", "FRA"],
            "measures": "停止销售; 召回",
            "headline_zh": "电动滑板车起火风险",
            "headline_en": "Electric scooter may catch fire",
        }
    ]
    assert ask("select count(*) = count(distinct record_uid) as once from mart.overseas_notification") == [
        {"once": True}
    ]
    first = "select product_name, is_original_awaited from mart.overseas_notification where ref_no = 'SG-2026-0104'"
    assert ask(first) == [{"product_name": "玩具车", "is_original_awaited": False}], "of two products the first"
