"""The schemas are valid, say everything in both languages, and mean what the loader makes of them."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from standards import Field, RecordType, Table, documents, standard

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYWHERE = {"party", "hazard", "status", "attachment", "link"}
CHILDREN = {
    "case_transfer": {"product"},
    "litigation_clue": {"product"},
    "acceptance_result": {"scope", "test_item", "product"},
    "vehicle_emission_test": {"vehicle", "test_part", "test_item", "defect", "product"},
    "tbt_measure": {"objective", "impact", "text", "product"},
    "effect_evaluation": {"outcome", "indicator", "product"},
    "risk_assessment": {"reference_value", "measure", "product"},
    "alert": {
        "text",
        "category",
        "response",
        "parameter",
        "resource",
        "area",
        "shape",
        "geocode",
        "channel",
        "measure",
        "product",
    },
    "public_opinion": {"product"},
    "risk_signal": {"indicator", "product"},
    "foodborne_case": {"symptom", "exposure", "specimen", "product"},
    "traffic_accident": {"vehicle", "person", "factor", "product"},
    "trace_event": {"item", "source_dest", "biz_transaction", "correction", "sensor", "product"},
    "foodborne_event": {"setting", "etiology", "age_band", "factor", "product"},
    "lab_test_result": {"sample", "test_item", "product"},
    "emergency_incident": {"substance", "casualty", "kind", "cause", "action", "product"},
    "complaint": {"product"},
    "market_check": {"problem", "product"},
    "customs_declaration": {"goods", "cost", "container", "change", "licence_doc"},
    "port_inspection": {"nonconformity", "test_item", "measure", "product"},
    "overseas_notification": {"product", "affected_country", "measure", "text"},
    "market_sampling": {"test_item", "product"},
    "recall": {
        "product",
        "measure",
        "vehicle",
        "remedy",
        "category",
        "origin",
        "barcode",
        "sold_region",
        "progress",
        "vehicle_range",
    },
    "injury_case": {"diagnosis", "product"},
    "fire_incident": {"product", "person", "unit"},
}
KEYWORDS = {
    *(
        "$schema",
        "$id",
        "$ref",
        "title",
        "examples",
        "maxItems",
        "exclusiveMinimum",
        "type",
        "allOf",
        "properties",
        "required",
        "items",
        "unevaluatedProperties",
    ),
    *("format", "maxLength", "minimum", "maximum", "pattern", "description"),
    *("label", "description_zh", "codelist", "open", "scale", "unit", "identifier", "sensitivity", "share", "source"),
    *("moment", "future", "kind", "rules", "mart"),
}
DOCUMENTS = documents()
TYPES = standard().types
TABLES = {table.name: table for each in TYPES.values() for table in each.tables.values()}
FIRE = {"source_record_no": "F1", "event_at": "2026-02-01T08:30:00Z", "incident_no": "F1", "deaths": 1}


def walk(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every subschema."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("allOf", [])]
    for each in [*inner, schema["items"]] if "items" in schema else inner:
        yield from walk(each)


def validator(record_type: RecordType) -> Draft202012Validator:
    resources = [(key, DRAFT202012.create_resource(schema)) for key, schema in DOCUMENTS.items()]
    return Draft202012Validator(record_type.schema, registry=Registry().with_resources(resources))


def fields() -> Iterator[tuple[Table, Field]]:
    for table in TABLES.values():
        for field in table.fields.values():
            yield table, field


@pytest.mark.parametrize("key", DOCUMENTS)
def test_schema_is_json_schema_with_known_keywords_only(key: str) -> None:
    Draft202012Validator.check_schema(DOCUMENTS[key])
    for each in walk(DOCUMENTS[key]):
        assert set(each) <= KEYWORDS, set(each) - KEYWORDS


@pytest.mark.parametrize("key", DOCUMENTS)
def test_everything_is_said_in_both_languages(key: str) -> None:
    for each in walk(DOCUMENTS[key]):
        if "type" in each and "label" in each:
            assert all(each["label"][language] for language in ("en", "zh"))
            assert each["description"].endswith("."), each["description"]
            assert each["description_zh"].endswith("。"), each["description_zh"]
        for named in each.get("properties", {}).values():
            assert "label" in named
            assert "description_zh" in named
        for rule in each.get("rules", []):
            assert set(rule["message"]) == {"en", "zh"}


@pytest.mark.parametrize("name", CHILDREN)
def test_type_has_its_children_and_the_envelope(name: str) -> None:
    tables = TYPES[name].tables
    assert set(tables) == {"", *EVERYWHERE, *CHILDREN[name]}
    first = ["source_record_no", "event_at", "event_at_precision", "event_date", "event_tz"]
    assert list(tables[""].fields)[: len(first)] == first
    assert tables[""].fields["event_at"].required


@pytest.mark.parametrize("name", CHILDREN)
def test_references_resolve_and_records_are_closed(name: str) -> None:
    check = validator(TYPES[name])
    nothing = {error.validator for error in check.iter_errors({})}
    assert nothing == {"required"}
    unknown = [error for error in check.iter_errors({"no_such_field": 1}) if error.validator == "unevaluatedProperties"]
    assert unknown


def test_schema_judges_a_record() -> None:
    check = validator(TYPES["fire_incident"])
    good = {key: value for key, value in FIRE.items() if key != "deaths"}
    assert check.is_valid({**good, "death_count": 1, "product": [{"name": "电动自行车"}]})
    assert not check.is_valid(FIRE)
    assert not check.is_valid({**good, "product": [{"nme": "电动自行车"}]})
    assert not check.is_valid({**good, "death_count": -1})


def test_fields_carry_what_the_schema_says() -> None:
    fire = TYPES["fire_incident"]
    loss = fire.field("loss_cny")
    assert (loss.arrow, loss.unit, loss.minimum) == (pa.decimal128(18, 2), "CNY", 0)
    name = fire.field("product.0.name")
    assert (name.name, name.share, name.sensitivity) == ("name", "unconditional", "internal")
    assert fire.field("event_at").arrow == pa.timestamp("us", "UTC")
    declared = TYPES["customs_declaration"]
    assert declared.field("goods.0.hs_code").pattern == "^[0-9]{4}([0-9]{2}){0,3}$"
    assert declared.field("customs_office_code").open
    assert not declared.field("trade_mode_code").open
    assert declared.field("party.2.uscc").identifier == "cn.uscc"
    assert TYPES["injury_case"].field("product.0.injury_product_code").codelist == "injury_product"
    with pytest.raises(KeyError):
        fire.field("product.name")


def test_every_code_list_that_a_field_names_exists() -> None:
    for table, field in fields():
        assert field.codelist is None or field.codelist in standard().codelists, f"{table.name}.{field.name}"


def test_values_of_closed_words() -> None:
    for table, field in fields():
        where = f"{table.name}.{field.name}"
        assert field.sensitivity in {"public", "internal", "personal", "sensitive"}, where
        assert field.share in {"unconditional", "conditional", "none"}, where
        bounded = field.max_length is not None or (field.codelist is not None and not field.open)
        assert bounded == (field.arrow == pa.string()), f"{where} is text without an end"
    tokens = [field for _, field in fields() if field.name == "person_token"]
    assert tokens
    assert all((field.sensitivity, field.share) == ("personal", "none") for field in tokens)


@pytest.mark.parametrize("key", DOCUMENTS)
def test_an_identity_names_the_version(key: str) -> None:
    assert key.startswith(f"urn:riskhub:standard:{standard().version}:")
    for each in walk(DOCUMENTS[key]):
        assert each.get("$ref", key) in DOCUMENTS


def test_every_example_is_valid() -> None:
    for table, field in fields():
        for example in field.examples:
            assert field.max_length is None or len(example) <= field.max_length, f"{table.name}.{field.name}"
            assert field.pattern is None or re.search(field.pattern, example, re.ASCII), f"{table.name}.{field.name}"
            if field.codelist and not field.open:
                assert example in standard().codelists[field.codelist].codes.to_pylist(), f"{table.name}.{field.name}"


def test_reading_the_standard_is_light() -> None:
    heavy = {"sqlalchemy", "airflow", "pandas", "jsonschema", "duckdb"}
    code = f"import sys, standards; standards.standard(); sys.exit(', '.join({heavy!r} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
