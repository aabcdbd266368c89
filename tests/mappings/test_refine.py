"""Whole batches through a mapping: every row comes out once, with the right words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from hub.errors import FixTheHub
from tests.support.folders import FIRE, Made, refine, rows_of, source_of, told

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source

WIDE = """\
  region_code: {column: place, region: true, within: "46"}
  cause_code: {column: cause, crosswalk: cause}
  loss_cny: {column: loss, decimal: 2, times: 10000}
  is_battery_involved: {column: battery, boolean: {true: [是], false: [否]}}
  alarm_at: {join: [day, hour], with: " ", datetime: ["%Y-%m-%d %H:%M"], tz: Asia/Shanghai}
  first_unit_text: {first: [unit, team]}
  country_code: {constant: CHN}
  household_count: {column: homes, integer: true, extract: '(\\d+)户', unmatched: free text}
  product.0.name: product
  product.0.brand: {column: product, extract: '^(\\S+) ', case: upper}
skip:
  - {column: no, in: [合计], reason: total line}
  - {column: no, starts: [注], reason: footnote}
"""


@pytest.fixture
def fires(tmp_path: Path) -> Source:
    return source_of(
        tmp_path, FIRE + WIDE, crosswalks={"cause": "电气,electrical,\n不明,ignored,the sender does not know\n"}
    )


def rows(**changed: list[Any]) -> pa.RecordBatch:
    size = len(next(iter(changed.values())))
    plain = {
        "no": [f"F{at}" for at in range(size)],
        "at": ["2026-03-02 07:05:00"] * size,
        "place": ["龙华区"] * size,
        "cause": ["电气"] * size,
        "loss": ["1.5"] * size,
        "battery": ["是"] * size,
        "day": ["2026-03-02"] * size,
        "hour": ["07:06"] * size,
        "unit": [""] * size,
        "team": ["二中队"] * size,
        "homes": ["约3户"] * size,
        "product": ["acme 电动车"] * size,
    }
    return rows_of(plain | changed)


def main(refined: Made) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = refined.tables[""].to_pylist()
    return lines


def test_a_clean_row(fires: Source) -> None:
    refined = refine(rows(no=["F1"]), fires)
    record = {name: value for name, value in main(refined)[0].items() if value is not None}
    assert refined.findings.num_rows == refined.skipped.num_rows == 0
    assert len(record.pop("row_hash")) == 32
    assert len(record.pop("record_uid")) == 36
    assert record == {
        "row": 0,
        "source_record_no": "F1",
        "incident_no": "F1",
        "event_at": datetime(2026, 3, 1, 23, 5, tzinfo=UTC),
        "event_at_precision": "second",
        "event_date": date(2026, 3, 2),
        "event_tz": "Asia/Shanghai",
        "region_code": "460106",
        "country_code": "CHN",
        "cause_code": "electrical",
        "alarm_at": datetime(2026, 3, 1, 23, 6, tzinfo=UTC),
        "loss_cny": Decimal("15000.00"),
        "is_battery_involved": True,
        "first_unit_text": "二中队",
        "household_count": 3,
    }
    (product,) = refined.tables["product"].to_pylist()
    held = {name: value for name, value in product.items() if value is not None}
    assert held == {"row": 0, "position": 0, "name": "acme 电动车", "brand": "ACME"}


def test_the_tables_have_the_shape_of_the_standard(fires: Source) -> None:
    table = refine(rows(no=["F1", "F2"]), fires).tables[""]
    assert table.schema.names[:3] == ["row", "record_uid", "row_hash"]
    assert table.schema.types[:3] == [pa.int64(), pa.string(), pa.binary(32)]
    assert pa.schema(list(table.schema)[3:]) == fires.record_types[0].tables[""].arrow


def test_every_row_comes_out_once(fires: Source) -> None:
    refined = refine(rows(no=["F1", "合计", " 注：数据", "", "F5"]), fires)
    assert [line["row"] for line in main(refined)] == [0, 3, 4]
    assert refined.skipped.to_pylist() == [{"row": 1, "reason": "total line"}, {"row": 2, "reason": "footnote"}]


def test_a_row_of_blanks_is_skipped_and_said(fires: Source) -> None:
    blank = {name: ["x", "\u3000", ""] for name in rows(no=["F1"]).schema.names if not name.startswith("@")}
    refined = refine(rows_of(blank), fires)
    assert refined.skipped.to_pylist() == [{"row": 1, "reason": "blank row"}, {"row": 2, "reason": "blank row"}]
    assert refine(rows_of({name: values[1:] for name, values in blank.items()}), fires).tables[""].num_rows == 0


def test_faults_of_the_reader(fires: Source) -> None:
    batch = rows(no=["F1", None, None, "F4"])
    good = {name: batch.column(name).to_pylist() for name in batch.schema.names if not name.startswith("@")}
    for values in good.values():
        values[1] = values[2] = None
    faults = {1: ("WRONG_CELL_COUNT", 'F2,"a,b",c'), 2: ("CELL_TOO_LONG", "loss: 10485760 bytes")}
    refined = refine(rows_of(good, faults), fires)
    assert told(refined.findings) == [(1, "WRONG_CELL_COUNT", None, None), (2, "CELL_TOO_LONG", "loss", None)]
    assert refined.findings["value"].to_pylist() == ["3", "10485760"]
    assert refined.findings["expected"].to_pylist()[0] == "12"
    assert [line["record_uid"] is None for line in main(refined)] == [False, True, True, False]


@pytest.mark.slow
@pytest.mark.parametrize("code", ["BAD_QUOTES", "CONTROL_CHARACTER", "WRONG_CELL_COUNT", "CELL_TOO_LONG", "CELL_ERROR"])
def test_nothing_of_a_faulty_row_is_told(fires: Source, code: str) -> None:
    columns = {name: [None] for name in rows(no=["x"]).schema.names if not name.startswith("@")}
    refined = refine(rows_of(columns, {0: (code, 'F1,secret: 4,"secret')}), fires)
    assert refined.findings["code"].to_pylist() == [code]
    assert "secret" not in str(refined.findings.to_pylist())


def test_what_cannot_be_understood_is_said_and_null(fires: Source) -> None:
    refined = refine(
        rows(
            no=["F0", "F1", "F2", "F3", "F4", "F5", "", "F7", "F8"],
            at=["2026-02-30"] + ["2026-03-02"] * 8,
            place=["龙华区", "龙化区"] + ["龙华区"] * 7,
            cause=["电气", "电气", "雷击"] + ["不明"] * 6,
            loss=["1", "1", "1", "约1", " ２.５ ", "/", "1", "1", "1"],
            battery=["是"] * 5 + ["可能"] + ["是"] * 3,
            product=["a b"] * 7 + ["a\x00b"] + ["ab"],
        ),
        fires,
    )
    assert told(refined.findings) == [
        (0, "BAD_DATE", "at", "event_at"),
        (1, "UNKNOWN_REGION", "place", "region_code"),
        (2, "UNKNOWN_CODE", "cause", "cause_code"),
        (3, "BAD_NUMBER", "loss", "loss_cny"),
        (4, "REPAIRED_BLANKS", "loss", "loss_cny"),
        (4, "REPAIRED_WIDTH", "loss", "loss_cny"),
        (5, "UNKNOWN_CODE", "battery", "is_battery_involved"),
        (6, "MISSING_VALUE", "no", "source_record_no"),
        (7, "CONTROL_CHARACTER", "product", "product.0.name"),
        (8, "WRONG_PATTERN", "product", "product.0.brand"),
    ]
    found = main(refined)
    assert [line["loss_cny"] for line in found][3:6] == [None, Decimal("25000.00"), None]
    assert [line["cause_code"] for line in found][1:4] == ["electrical", None, None]
    assert found[6]["record_uid"] is None
    assert "\x00" not in str(refined.findings.to_pylist())


def test_the_uid_is_the_key_and_nothing_else(fires: Source) -> None:
    one, two = main(refine(rows(no=["F1", " F1 "], loss=["1", "2"]), fires))
    other = main(refine(rows(no=["F2"]), fires))[0]
    assert one["record_uid"] == two["record_uid"] != other["record_uid"]
    assert one["row_hash"] != two["row_hash"]
    assert one["record_uid"] == "68d2d857-a360-329b-ba92-782db3a92c80"


def test_the_hash_is_the_content_and_nothing_else(fires: Source) -> None:
    batch = rows(no=["F1", "F1", "F1", "F1"], place=["龙华区", "海口市龙华区", "460106", "美兰区"])
    hashes = [line["row_hash"] for line in main(refine(batch, fires))]
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]
    alone = [main(refine(batch.slice(at, 1), fires))[0]["row_hash"] for at in range(4)]
    assert alone == hashes  # whatever stands beside it in the batch
    null = main(refine(rows(no=["F1", "F1"], product=["", "x y"]), fires))
    assert null[0]["row_hash"] == main(refine(rows(no=["F1"], product=[None]), fires))[0]["row_hash"]


def test_values_cannot_slide_from_one_field_into_the_next(tmp_path: Path) -> None:
    source = source_of(tmp_path, FIRE + "  first_unit_text: a\n  district_text: b\n")
    batch = rows_of({"no": ["1", "1"], "at": ["2026", "2026"], "a": ["x", "xdistrict_text:1:y"], "b": ["y", None]})
    one, two = (line["row_hash"] for line in main(refine(batch, source)))
    assert one != two


def test_an_empty_batch(fires: Source) -> None:
    refined = refine(rows(no=["F1"]).slice(0, 0), fires)
    assert {table.num_rows for table in (*refined.tables.values(), refined.findings, refined.skipped)} == {0}


def test_a_column_that_the_delivery_lacks_is_null(tmp_path: Path) -> None:
    source = source_of(tmp_path, FIRE + "  summary: text\noptional: [text]\n")
    assert main(refine(rows_of({"no": ["1"], "at": ["2026-01"]}), source))[0]["event_at_precision"] == "month"


def test_slices_of_a_batch_are_the_batch(fires: Source) -> None:
    batch = rows(no=["F0", "合计", "F2", "F3"], loss=["1", "x", "y", " 2 "])
    whole = refine(batch, fires)
    parts = [refine(batch.slice(at, 2), fires) for at in (0, 2)]
    assert pa.concat_tables([part.tables[""] for part in parts]).equals(whole.tables[""])
    assert sorted(map(str, pa.concat_tables([part.findings for part in parts]).to_pylist())) == sorted(
        map(str, whole.findings.to_pylist())
    )


BLANK_KEY = """\
blank_key: [unit]
records:
  - record_type: fire_incident
    key: [no, unit]
    fields:
      source_record_no: no
      incident_no: no
      first_unit_text: unit
      event_at: {column: at, datetime: ["%Y-%m-%d"], tz: UTC}
"""


def test_a_blank_may_be_a_part_of_a_key(tmp_path: Path) -> None:
    source = source_of(tmp_path, BLANK_KEY, record_type=None)
    made = refine(
        rows_of({"no": ["1", "1", "1", None], "at": ["2026-01-01"] * 4, "unit": ["a", None, "", "a"]}), source
    )
    first, second, third, fourth = made.tables[""]["record_uid"].to_pylist()
    assert first != second == third
    assert fourth is None
    assert [(row, code, column) for row, code, column, _ in told(made.findings)] == [(3, "MISSING_VALUE", "no")]


@pytest.mark.parametrize("names", ["[place]", "[no, unit]"])
def test_a_key_is_never_blank_as_a_whole(tmp_path: Path, names: str) -> None:
    with pytest.raises(FixTheHub, match="may be blank only as one of several columns"):
        source_of(tmp_path, BLANK_KEY.replace("blank_key: [unit]", f"blank_key: {names}"), record_type=None)


def test_a_part_of_the_key_that_only_an_item_has_is_named_with_its_path(tmp_path: Path) -> None:
    body = "record_type: fire_incident\nkey: [no, lot]\n" + FIRE + "  product.0.batch_lot: lot\n"
    source = source_of(tmp_path, body, record_type=None)
    made = refine(rows_of({"no": ["A", "B"], "at": ["2026-03-02"] * 2, "lot": ["", "x1"]}), source)
    assert told(made.findings) == [(0, "MISSING_VALUE", "lot", "product.batch_lot")]
