"""Findings of the standard about items quote the cell that the item was cut out of, or the member that it came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mappings.engine import quoted, refine
from pipeline.transform.map_batches import judged
from tests.support.folders import rows_of, source_of

if TYPE_CHECKING:
    from pathlib import Path

BODY = """\
fields:
  source_record_no: no
  sample_no: no
  event_at: {column: at, datetime: [iso], tz: Asia/Shanghai}
  verdict_code: {constant: pending}
children:
  test_item:
    - split: {columns: [items], items: ["；"], parts: ":", names: [item, kind]}
      fields: {item_text: item, hazard_type_code: kind, result_value: {column: ../result, measure: value}}
    - fields: {item_text: also, hazard_type_code: {column: kind, case: lower}}
    - each: more
      fields: {item_text: name, hazard_type_code: {first: [kind, ../kind], case: lower}}
"""
RECEIVED = datetime(2026, 12, 1, tzinfo=UTC)


def test_items_of_several_blocks(tmp_path: Path) -> None:
    source = source_of(tmp_path, BODY, record_type="market_sampling")
    rows = rows_of(
        {
            "no": ["1", "2", "3", "4"],
            "at": ["2026-05-01"] * 4,
            "items": ["铅:explosion； 镉 : Odd", None, "镉:explosion", "铅:explosion；镉"],
            "also": ["汞", None, None, "汞"],
            "kind": [" STRANGE", None, None, None],
            "result": [None, None, "1.2×103 mg/kg ", None],
            "more": [
                [{"name": "砷", "kind": "explosion"}, {"name": "铬", "kind": " Other "}],
                [{"name": "砷", "kind": " One"}],
                None,
                None,
            ],
        }
    )
    refined = refine(rows, source)
    (route,) = source.routes
    findings = judged(refined.tables[route.name], refined.findings[route.name], route, RECEIVED)
    told = {
        (each["row"], each["code"], each["field"], each["value"], each["read"])
        for each in quoted(findings, rows, source).to_pylist()
        if not each["code"].startswith("REPAIRED")
    }
    assert told == {
        (0, "UNKNOWN_CODE", "test_item.1.hazard_type_code", "铅:explosion； 镉 : Odd", "Odd"),
        (0, "UNKNOWN_CODE", "test_item.2.hazard_type_code", " STRANGE", "strange"),
        (0, "UNKNOWN_CODE", "test_item.4.hazard_type_code", " Other ", "other"),
        (1, "UNKNOWN_CODE", "test_item.0.hazard_type_code", " One", "one"),
        (2, "MEASURE_AS_TEXT", "test_item.0.result_value", "1.2×103 mg/kg ", "1.2×103 mg/kg"),
        (3, "BAD_SPLIT", "test_item.1", "铅:explosion；镉", "镉"),
    }
