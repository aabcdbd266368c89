"""The exported JSON Schemas: valid by the official metaschema, self-contained, and of one mind with the hub."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from standards import standard
from standards.exports.json_schema import MOST_CODES, bundle, bundle_of_all, json_schema_files
from tests.support.commands import json_of
from tests.support.records import RECEIVED, tables
from tests.support.reference import records_of, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from standards import Field, RecordType

pytestmark = pytest.mark.slow

TYPES = sorted(standard().types)
SAID = {"MISSING_VALUE", "OUT_OF_RANGE", "TEXT_TOO_LONG", "WRONG_PATTERN", "UNKNOWN_CODE"}
VOCABULARY = {
    *("$schema", "$id", "$defs", "$ref", "$comment", "title", "description", "examples", "type", "enum", "format"),
    *("maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "items", "maxItems", "properties", "required"),
    *("allOf", "anyOf", "unevaluatedProperties"),
}


@cache
def _bundle(name: str) -> dict[str, Any]:
    return bundle(standard(), name)


@pytest.mark.parametrize("name", [*TYPES, "all"])
def test_valid_by_the_metaschema_and_self_contained(name: str) -> None:
    schema = bundle_of_all(standard()) if name == "all" else _bundle(name)
    Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)
    assert schema["$id"] == f"urn:riskhub:standard:{standard().version}:{name}"
    for part in _schemas(schema):
        assert not part.keys() - VOCABULARY, "a strict validator refuses a keyword that it does not know"
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]


def _schemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for key in ("properties", "$defs"):
        for each in schema.get(key, {}).values():
            yield from _schemas(each)
    for key in ("allOf", "anyOf"):
        for each in schema.get(key, []):
            yield from _schemas(each)
    if "items" in schema:
        yield from _schemas(schema["items"])


@pytest.mark.parametrize("name", TYPES)
def test_any_validator_judges_as_the_hub_does(name: str) -> None:
    """As far as the schema says it: neither the day of a code, check digits, days out of range, nor rules."""
    record_type = standard().types[name]
    python, rust = Draft202012Validator(_bundle(name)), jsonschema_rs.validator_for(_bundle(name))
    whole = jsonschema_rs.validator_for({**bundle_of_all(standard()), "anyOf": [{"$ref": f"#/$defs/{name}"}]})

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(tables(record_type))
    def holds(drawn: dict[str, pa.Table]) -> None:
        for record in records_of(drawn, record_type).values():
            wrong = {each for each in verdict(record, record_type, RECEIVED) if _is_said(*each, record_type)}
            plain = json.loads(json.dumps(record, default=float))
            assert rust.is_valid(plain) == whole.is_valid(plain) == (not wrong), wrong
            if "\\n" not in json.dumps(plain):  # to Python's `re`, `$` is also before a last newline
                assert python.is_valid(plain) == (not wrong), wrong

    holds()


def _is_said(path: str, code: str, record_type: RecordType) -> bool:
    if code == "UNKNOWN_CODE":
        codelist = _field(record_type, path).codelist
        return codelist is not None and len(standard().codelists[codelist].codes) <= MOST_CODES
    return code in SAID


def _field(record_type: RecordType, path: str) -> Field:
    first = path.partition(".")[0]
    plain = first in record_type.tables and record_type.tables[first].plain
    return record_type.field(path if not plain or path.endswith(".code") else f"{path}.code")


@pytest.mark.parametrize("name", TYPES)
def test_a_field_too_many_is_refused(name: str) -> None:
    record: dict[str, Any] = {"no such field": 1}
    found = [error.validator for error in Draft202012Validator(_bundle(name)).iter_errors(record)]
    assert "unevaluatedProperties" in found


def test_closed_short_lists_are_written_out_and_others_are_named() -> None:
    lists = standard().codelists
    for name in TYPES:
        text = json.dumps(_bundle(name), ensure_ascii=False)
        for table in standard().types[name].tables.values():
            for field in table.fields.values():
                if field.codelist is not None:
                    assert f"Code list {field.codelist} (" in text
    severity = next(part for part in _schemas(_bundle("recall")) if "list severity " in part.get("$comment", ""))
    assert severity["enum"] == lists["severity"].codes.to_pylist()
    region = next(part for part in _schemas(_bundle("recall")) if "list region " in part.get("$comment", ""))
    assert "enum" not in region


def test_every_rule_is_told_in_both_languages() -> None:
    for name in TYPES:
        comments = " ".join(part.get("$comment", "") for part in _schemas(_bundle(name)))
        for part in (standard().types[name].schema, *(_rules_of(name))):
            for rule in part.get("rules", []):
                assert rule["message"]["en"] in comments
                assert rule["message"]["zh"] in comments


def _rules_of(name: str) -> list[dict[str, Any]]:
    items = [each.get("items", {}) for each in standard().types[name].schema.get("properties", {}).values()]
    return [each for each in items if "rules" in each]


def test_the_command_writes_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = json_of(capsys, "standard", "export", "--jsonschema", "--out", str(tmp_path / "new"))
    expected = json_schema_files(standard())
    assert files == [str(tmp_path / "new" / name) for name in expected]
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == expected
    assert json_schema_files(standard()) == expected, "the same bytes twice"


def test_what_a_command_writes_is_its_callers(tmp_path: Path) -> None:
    """Files that the hub keeps are closed to others; those that a command makes are as its caller has it."""
    for options in (["--language", "zh"], ["--language=zh"], ["--debug"], []):
        command = [sys.executable, "-c", "import cli; cli.main()", *options, "standard", "export", "--jsonschema"]
        folder = tmp_path / str(len(options))
        subprocess.run([*command, "--out", str(folder)], check=True, capture_output=True, umask=0o022)
        assert (folder / "all.schema.json").stat().st_mode & 0o777 == 0o644
