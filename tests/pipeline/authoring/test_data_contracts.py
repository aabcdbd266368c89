"""Data contracts by the Open Data Contract Standard 3.1.0, one for every source."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from openpyxl import load_workbook

from cli.screen import FINE, WRONG, guarded
from hub.i18n import say
from mappings.catalogue import source_headers
from mappings.coverage import coverage
from pipeline.authoring.catalogue_workbook import FILE, catalogue_workbook_files
from pipeline.authoring.data_contracts import data_contract_files
from standards import standard
from standards.exports.resource_catalogue import FILE as CSV
from standards.exports.resource_catalogue import resource_catalogue_files
from tests.support.commands import json_of
from tests.support.official_schemas import errors

if TYPE_CHECKING:
    from pathlib import Path

REQUIRED = {"version", "apiVersion", "kind", "id", "status"}  # Fundamentals
# Schema, logicalType
LOGICAL = {"string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean"}
OPTIONS = {  # Schema, logicalTypeOptions by logicalType
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"},
}
SOURCES = [head.name for head in source_headers() if head.record_types and head.error is None]


@cache
def contracts() -> dict[str, dict[str, Any]]:
    return {name: yaml.safe_load(content) for name, content in data_contract_files().items()}


@pytest.mark.parametrize("source", SOURCES)
def test_a_contract_is_as_the_standard_says(source: str) -> None:
    contract = contracts()[f"{source.replace('/', '.')}.odcs.yaml"]
    assert contract.keys() >= REQUIRED
    assert (contract["apiVersion"], contract["kind"]) == ("v3.1.0", "DataContract")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", contract["id"])
    for each in contract["slaProperties"]:
        assert each.keys() == {"property", "value"}
    for each in contract["roles"]:
        assert each.keys() == {"role", "access"}
    assert contract["schema"]
    for table in contract["schema"]:
        assert table["logicalType"] == "object"
        assert all(rule["type"] == "text" and rule["description"] for rule in table.get("quality", []))
        for each in table["properties"]:
            assert each["logicalType"] in LOGICAL
            assert each.get("logicalTypeOptions", {}).keys() <= OPTIONS.get(each["logicalType"], set())
            for rule in each.get("quality", []):
                assert rule.keys() == {"type", "metric", "arguments", "mustBe"}
                assert rule["metric"] == "invalidValues"


@pytest.mark.parametrize("source", SOURCES)
def test_the_official_schema_accepts_a_contract(source: str) -> None:
    contract = contracts()[f"{source.replace('/', '.')}.odcs.yaml"]
    assert errors("open_data_contract_standard", "schema.json", contract) == []


def test_the_official_schema_refuses_what_is_no_contract() -> None:
    contract = contracts()["hn_market.sampling.odcs.yaml"]
    assert errors("open_data_contract_standard", "schema.json", contract | {"kind": "Contract"})


def test_the_catalogue_is_a_workbook_with_the_rows_of_the_csv() -> None:
    made = catalogue_workbook_files(standard())
    assert made == catalogue_workbook_files(standard()), "the same bytes twice"
    [sheet] = load_workbook(io.BytesIO(made[FILE]), read_only=True).worksheets
    read = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    content = resource_catalogue_files(standard())[CSV].decode("utf-8-sig")
    assert read == [list(row) for row in csv.reader(io.StringIO(content))]


def test_a_contract_has_the_fields_that_its_mapping_fills() -> None:
    contract = contracts()["hn_market.sampling.odcs.yaml"]
    tables = {each["name"]: {field["name"] for field in each["properties"]} for each in contract["schema"]}
    assert {"sample_no", "event_at", "event_date", "verdict_code"} <= tables["market_sampling"]
    assert "detected_at" not in tables["market_sampling"], "the mapping does not fill it"
    assert {"result_text", "verdict_code"} <= tables["market_sampling_test_item"]
    assert {"property": "every", "value": "P7D"} in contract["slaProperties"]


def test_coverage_is_of_fields_that_there_are() -> None:
    for name, path in coverage():
        record_type = standard().types[name]
        child, star, inner = path.partition(".*.")
        table = record_type.tables[child if star else ""]
        assert (inner if star else path).replace(".", "_") in table.fields, f"{name}.{path}"


def test_several_forms_at_once_and_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = json_of(capsys, "standard", "export", "--odcs", "--dcat", "--catalogue", "--out", str(tmp_path))
    assert len(files) == len(contracts()) + 3 == len(list(tmp_path.iterdir()))
    capsys.readouterr()
    assert guarded(["standard", "export", "--dcat", "--out", str(tmp_path)]) == FINE
    assert capsys.readouterr().out.split() == say("standard.written", "en", count=1, folder=tmp_path).split()
    assert guarded(["standard", "export", "--out", str(tmp_path)]) == WRONG
