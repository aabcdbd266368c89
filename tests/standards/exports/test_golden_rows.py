"""The samples of all sources, good rows and bad: a validator with the exported schema judges them as the hub does."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import mappings
from mappings.engine import find_sources, read_source
from pipeline.authoring.golden import received
from standards import RecordType, standard
from standards.exports.json_schema import MOST_CODES, bundle
from tests.support.read_back import refined_tables
from tests.support.reference import records_of
from validation.records.check import check_records

pytestmark = pytest.mark.slow

SOURCES = Path(mappings.__file__).with_name("sources")
FOLDERS = [each for each in find_sources([SOURCES]) if "mode: check" not in (each / "mapping.yml").read_text("utf-8")]
SAID = {"MISSING_VALUE", "OUT_OF_RANGE", "TEXT_TOO_LONG", "WRONG_PATTERN"}  # beside codes of lists that are written out
each_source = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")


@cache
def validator(name: str) -> Any:
    return jsonschema_rs.validator_for(bundle(standard(), name))


def is_said(finding: dict[str, Any], record_type: RecordType) -> bool:
    if finding["code"] != "UNKNOWN_CODE":
        return finding["code"] in SAID
    codelist = record_type.field(finding["field"]).codelist
    return codelist is not None and len(standard().codelists[codelist].codes) <= MOST_CODES


@each_source
def test_a_validator_judges_the_sample_as_the_hub_does(folder: Path) -> None:
    source = read_source(folder)
    at = received(folder)
    for route, tables in refined_tables(next(folder.glob("sample.*")), source):
        findings = check_records(tables, route.record_type, received_at=at).to_pylist()
        wrong = {each["row"] for each in findings if is_said(each, route.record_type)}
        refused = set()
        for row, record in records_of(tables, route.record_type).items():
            if not validator(route.record_type.name).is_valid(json.loads(json.dumps(record, default=float))):
                refused.add(row)
        assert refused == wrong
