"""A record that holds for a period: it has days in place of a moment, and its first day dates the codes."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from standards import standard
from standards.schema import SCHEMAS, record_types
from standards.tables import metadata
from tests.support.folders import refine, rows_of, source_of
from tests.support.reference import records_of, verdict
from validation.records.check import check_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from standards import RecordType

RECEIVED = datetime(2026, 11, 29, tzinfo=UTC)
LICENCE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Licence",
    "label": {"en": "Licence", "zh": "许可"},
    "description": "A licence.",
    "description_zh": "许可。",
    "kind": "register",
    "sensitivity": "internal",
    "share": "none",
    "type": "object",
    "allOf": [{"$ref": "blocks/validity_envelope.schema.json"}],
    "properties": {},
    "unevaluatedProperties": False,
}
BODY = """\
fields:
  source_record_no: no
  valid_from: {column: since, date: ["%Y-%m-%d"]}
  valid_to: {column: until, date: ["%Y-%m-%d"]}
  region_code: region
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = (tmp_path / "schemas").resolve()
    shutil.copytree(SCHEMAS / "blocks", folder / "blocks")
    (folder / "licence.schema.json").write_text(json.dumps(LICENCE), "utf-8")
    return folder


@pytest.fixture
def licence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordType]:
    """Add a register to the standard."""
    found = record_types(folder)["licence"]
    monkeypatch.setitem(standard().types, "licence", found)
    metadata.cache_clear()
    yield found
    metadata.cache_clear()


def test_a_register_is_mapped_and_judged_by_its_first_day(licence: RecordType, folder: Path, tmp_path: Path) -> None:
    rows = rows_of(
        {
            "no": ["1", "2", "3", "4"],
            "since": ["2014-01-01", "2020-01-01", "2027-01-01", None],
            "until": ["2030-12-31", "2019-12-31", None, None],
            "region": ["469003", "469003", "460400", "460400"],  # 儋州 was 469003 until 2015
        }
    )
    made = refine(rows, source_of(tmp_path, BODY, record_type="licence"))
    assert made.tables[""]["valid_from"].to_pylist() == [date(2014, 1, 1), date(2020, 1, 1), date(2027, 1, 1), None]
    found = check_records(made.tables, licence, received_at=RECEIVED)
    ours = {(line["row"], line["field"], line["code"], line["expected"]) for line in found.to_pylist()}
    assert ours == {
        (1, "valid_to", "BROKEN_RULE", "ended_before_it_began"),
        (1, "region_code", "CODE_NOT_IN_FORCE", "460400"),
        (3, "valid_from", "MISSING_VALUE", None),
    }
    theirs = {
        (row, *each)
        for row, record in records_of(made.tables, licence).items()
        for each in verdict(record, licence, RECEIVED, folder)
    }
    assert theirs == {each[:3] for each in ours}


def test_a_mapping_of_a_register_needs_its_first_day(licence: RecordType, tmp_path: Path) -> None:
    assert licence.begins == "valid_from"
    without = BODY.replace('  valid_from: {column: since, date: ["%Y-%m-%d"]}\n', "")
    with pytest.raises(Exception, match="valid_from"):
        source_of(tmp_path, without, record_type="licence")
    with pytest.raises(Exception, match="event_at"):
        source_of(tmp_path, BODY + "  event_at: since\n", record_type="licence")


def test_a_register_has_a_table_with_an_index_on_its_first_day(licence: RecordType) -> None:
    table = metadata().tables[f"core.{licence.name}"]
    assert "event_at" not in table.c
    assert table.c.valid_from.nullable is False
    assert {index.name for index in table.indexes} == {
        "licence_valid_from",
        "licence_batch_id",
        "licence_recorded_from",
    }


def test_a_future_first_day_is_no_fault_and_a_future_event_is(licence: RecordType) -> None:
    fields = licence.tables[""].fields
    row = {"source_record_no": "1", "valid_from": date(2030, 1, 1), "reported_at": datetime(2030, 1, 1, tzinfo=UTC)}
    columns = {name: pa.array([row.get(name)], each.arrow) for name, each in fields.items()}
    table = pa.table({"row": pa.array([0], pa.int64()), **columns})
    found = check_records({"": table}, licence, received_at=RECEIVED)
    assert [line["field"] for line in found.to_pylist()] == ["reported_at"]
