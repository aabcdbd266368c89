"""The standard as Data Package, DCAT-AP and catalogue of resources: each as the clause of its specification says."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from typing import Any

import pytest

from standards import standard
from standards.exports.data_package import data_package_files
from standards.exports.dcat import CONTEXT, FILE, dcat_files
from standards.exports.resource_catalogue import COLUMNS, SHARES, resource_catalogue_files
from standards.exports.resource_catalogue import FILE as CATALOGUE
from tests.support.official_schemas import errors

TYPES = {"string", "number", "integer", "boolean", "date", "datetime"}  # Table Schema 2.0, Field Types
CONSTRAINTS = {"required", "enum", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum"}
LEXICAL = {"string": {"enum", "maxLength", "pattern"}}  # constraints that a type supports beside `required`
NUMERIC = {"enum", "minimum", "maximum", "exclusiveMinimum"}


@cache
def package_files() -> dict[str, bytes]:
    return data_package_files(standard())


@cache
def package() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(package_files()["datapackage.json"])
    return found


@cache
def resources() -> dict[str, Any]:
    return {each["name"]: each for each in package()["resources"]}


def test_a_package_has_resources_with_unique_names_and_safe_paths() -> None:
    """Data Package 2.0, `resources` is required; Data Resource 2.0, `name` is unique and `path` stays below."""
    files = package_files()
    assert package()["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[a-z0-9._-]+", package()["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", package()["version"])
    assert len(resources()) == len(package()["resources"])
    assert "统一风险数据标准".encode() in files["datapackage.json"], "whoever opens it in an editor reads Chinese"
    for each in resources().values():
        assert each["type"] == "table"
        assert not each["path"].startswith(("/", ".."))
        assert each["path"] in files
    assert {each["path"] for each in resources().values()} == files.keys() - {"datapackage.json"}


def test_the_official_schema_accepts_the_package() -> None:
    assert errors("dplib", "profiles/2.0/datapackage.json", package()) == []
    assert errors("dplib", "profiles/2.0/datapackage.json", package() | {"resources": [{}]})


@pytest.mark.parametrize("name", sorted(each["name"] for each in package()["resources"]))
def test_a_table_schema_fits_its_file(name: str) -> None:
    """Table Schema 2.0: field names are those of the header, types and constraints those of the specification."""
    files, resource = package_files(), resources()[name]
    rows = list(csv.reader(io.StringIO(files[resource["path"]].decode())))
    fields = {each["name"]: each for each in resource["schema"]["fields"]}
    assert rows[0] == list(fields)
    for field in fields.values():
        assert field["type"] in TYPES
        limits = field.get("constraints", {}).keys()
        assert limits <= CONSTRAINTS
        assert limits - {"required"} <= LEXICAL.get(field["type"], NUMERIC)
    assert {*resource["schema"].get("primaryKey", [])} <= fields.keys()
    for key in resource["schema"].get("foreignKeys", []):
        other = {each["name"] for each in resources()[key["reference"]["resource"]]["schema"]["fields"]}
        assert {*key["fields"]} <= fields.keys()
        assert {*key["reference"]["fields"]} <= other
        assert len(key["fields"]) == len(key["reference"]["fields"])


def test_every_field_and_closed_list_is_in_the_package() -> None:
    for record_type in standard().types.values():
        for table in record_type.tables.values():
            schema = resources()[table.name]["schema"]
            fields = {each["name"]: each for each in schema["fields"]}
            assert {*table.fields} <= fields.keys()
            keys = {key["fields"][0]: key["reference"]["resource"] for key in schema.get("foreignKeys", [])}
            for field in table.fields.values():
                assert bool(fields[field.name].get("constraints", {}).get("required")) == field.required
                if field.codelist is not None and not field.open:
                    assert keys[field.name] == f"codelist_{field.codelist}"


def test_a_catalogue_has_what_is_mandatory() -> None:
    """DCAT-AP 3.0: of a catalogue title, description, publisher; of a dataset title, description; of an agent name."""
    catalogue = json.loads(dcat_files(standard())[FILE])
    assert catalogue["@context"] == CONTEXT
    assert catalogue["@type"] == "dcat:Catalog"
    assert catalogue["dct:publisher"]["foaf:name"]
    nodes = [catalogue, *catalogue["dcat:dataset"]]
    for node in nodes:
        for name in ("dct:title", "dct:description"):
            assert [each["@language"] for each in node[name]] == ["en", "zh-CN"]
            assert all(each["@value"] for each in node[name])
        for key in node:
            assert key.startswith("@") or key.partition(":")[0] in CONTEXT
    for each in catalogue["dcat:dataset"]:
        assert each["dct:accessRights"]["@type"] == "dct:RightsStatement", "the shapes of DCAT-AP 3.0.0 want its class"
    assert [each["dct:identifier"] for each in catalogue["dcat:dataset"]] == list(standard().types)
    assert len({each["@id"] for each in nodes}) == len(nodes)


def test_the_catalogue_of_resources_has_a_row_for_each_item() -> None:
    content = resource_catalogue_files(standard())[CATALOGUE]
    assert content.startswith(b"\xef\xbb\xbf"), "a spreadsheet program reads Chinese only with the mark"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(rows[0]) == list(COLUMNS)
    wanted = [
        (table.name, field.name)
        for record_type in standard().types.values()
        for table in record_type.tables.values()
        for field in table.fields.values()
    ]
    assert [(row["信息资源代码"], row["信息项代码"]) for row in rows] == wanted
    for row in rows:
        assert row["共享类型"] in SHARES.values()
        assert (row["共享条件"] != "") == (row["共享类型"] == "有条件共享"), "a condition is stated where there is one"
        assert all(row[name] for name in ("信息资源名称", "信息资源摘要", "信息项名称", "数据类型"))


def test_the_same_bytes_each_time() -> None:
    for made in (data_package_files, dcat_files, resource_catalogue_files):
        assert made(standard()) == made(standard())
