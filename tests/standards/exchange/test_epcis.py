"""Trace events as EPCIS 2.0: words and terms of the official vocabularies, and the same records when read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from standards import standard
from standards.exchange.epcis import FILE, epcis_files
from tests.support.read_back import alike, records_in
from tests.support.source_files import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.read_back import Record

SOURCE = "hn_trace/epcis_events"
MADE = datetime(2026, 5, 12, 1, tzinfo=UTC)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # each example reads a file: to shrink takes minutes
REAL = (
    *("AggregationEvent", "AssociationEvent", "Combination_of_different_event", "CurieString_document"),
    *("JumbledFieldsOrder", "Namespaces_at_different_level", "ObjectEvent", "ObjectEvent_with_digitalLink"),
    *("ObjectEvent_with_error_declaration", "SensorData_with_combined_events", "TransactionEvent"),
    "TransformationEvent",
)
# The file of the official schema that judges a member, and the definition in it.
WORDS = {
    "bizStep": ("bizStep-JSON-Schema.json", "bizStep"),
    "disposition": ("disposition-JSON-Schema.json", "disposition"),
    "reason": ("error-reason-JSON-Schema.json", "error-reason"),
}


def document(records: list[Record]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(epcis_files(records, MADE).files[FILE])
    return made


def as_written(record: Record) -> Record:
    """Return what a document says of a record: a word of the common vocabulary is bare, and an offset is stated."""
    made = {name: value for name, value in record.items() if name != "reported_tz"}
    for name in ("biz_step", "disposition"):
        if f"{name}_code" in made:
            made[f"{name}_text"] = made[f"{name}_code"]
    if "event_id" not in made:
        del made["source_record_no"]
    return alike(made)


def check_round_trip(records: list[Record], folder: Path) -> None:
    path = folder / "again.json"
    path.write_bytes(epcis_files(records, MADE).files[FILE])
    assert [as_written(each) for each in records_in(path, SOURCE)] == [as_written(each) for each in records]


def test_the_sample_comes_back(tmp_path: Path) -> None:
    records = records_in(SOURCES / SOURCE / "sample.json", SOURCE)
    assert len(records) > 20
    check_round_trip(records, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_events_come_back(name: str, shared: Callable[[str], Path], tmp_path: Path) -> None:
    records = records_in(shared(f"data2/trace/epcis2_json/{name}.json"), SOURCE)
    assert records
    check_round_trip(records, tmp_path)


@pytest.mark.slow
def test_words_are_those_of_the_official_schemas(shared: Callable[[str], Path]) -> None:
    folder = shared("data2/reference/epcis_cbv")
    found = records_in(SOURCES / SOURCE / "sample.json", SOURCE)
    for path in shared("data2/trace/epcis2_json").glob("*.json"):
        found += records_in(path, SOURCE)
    seen = set()
    for name, word in _members(document(found)):
        if name in WORDS and isinstance(word, str):
            file, definition = WORDS[name]
            [own, bare] = json.loads((folder / file).read_text("utf-8"))["definitions"][definition]["anyOf"]
            assert "$ref" in own, "the other branch is a link to another vocabulary"
            assert Draft7Validator(bare).is_valid(word) or ":" in word, (name, word)
            seen.add(name)
    assert seen == set(WORDS)


def test_members_are_terms_of_the_official_context(shared: Callable[[str], Path]) -> None:
    context = json.loads(shared("data2/reference/epcis_cbv/epcis-context-root.jsonld").read_text("utf-8"))
    known = {name for name, _ in _members(context)} | {"@context"}
    found = records_in(shared("data2/trace/epcis2_json/SensorData_with_combined_events.json"), SOURCE)
    found += records_in(SOURCES / SOURCE / "sample.json", SOURCE)
    assert {name for name, _ in _members(document(found))} <= known


def _members(part: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        for name, value in part.items():
            yield name, value
            yield from _members(value)
    elif isinstance(part, list):
        for each in part:
            yield from _members(each)


def codes(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(standard().codelists[name].codes.to_pylist())


NUMBER = st.text(st.sampled_from("ABC019.:-"), min_size=1, max_size=12).map(lambda each: f"urn:x:{each}")
DAYS = st.datetimes(datetime(2001, 1, 1), datetime(2026, 1, 1))  # noqa: DTZ001 - the zone comes after
TIMES = DAYS.map(lambda at: f"{at.replace(microsecond=0).isoformat()}+00:00")
AMOUNTS = st.integers(0, 10**9).map(lambda number: Decimal(number) / 10**4)
ROLES = {"object": ["item"], "aggregation": ["child"], "transaction": ["item"], "association": ["child"]}
SIDE = {"type_code": codes("cbv_source_dest"), "id_text": NUMBER}


@st.composite
def events(draw: st.DrawFn) -> Record:
    """Draw an event as a source makes them: its things stand by role, single ones before classes."""
    kind = draw(codes("trace_event_type"))
    offset = draw(st.sampled_from(["+08:00", "-03:30"]))
    fields = {"disposition_code": codes("cbv_disposition"), "biz_step_code": codes("cbv_biz_step")}
    places = dict.fromkeys(("read_point_text", "biz_location_text"), NUMBER)
    record: dict[str, Any] = draw(st.fixed_dictionaries({"event_at": TIMES}, optional={**fields, **places}))
    record |= {"event_type_code": kind, "event_tz": offset, "utc_offset_text": offset, "is_error": False}
    record["event_id"] = record["source_record_no"] = f"urn:uuid:{draw(st.uuids())}"
    if kind != "transformation":
        record["action_code"] = draw(codes("trace_action"))
    record["item"] = [each for role in ROLES.get(kind, ["input", "output"]) for each in draw(_things(role))]
    sides = [{"side_code": side, **each} for side in ("source", "destination") for each in draw(_list(SIDE))]
    record["source_dest"] = [each | {"type_text": each["type_code"]} for each in sides]
    papers = draw(_list({"type_code": codes("cbv_transaction_type"), "transaction_no": NUMBER}, least=1))
    record["biz_transaction"] = [each | {"type_text": each["type_code"]} for each in papers]
    return record


def _things(role: str) -> st.SearchStrategy[list[Record]]:
    single = {"role_code": st.just(role), "id_text": NUMBER, "is_class": st.just(value=False)}
    of_class = single | {"is_class": st.just(value=True), "quantity": AMOUNTS, "unit_code": st.just("KGM")}
    return st.tuples(_list(single, least=1), _list(of_class)).map(lambda pair: pair[0] + pair[1])


def _list(fields: dict[str, Any], least: int = 0) -> st.SearchStrategy[list[Record]]:
    return st.lists(st.fixed_dictionaries(fields), min_size=least, max_size=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("epcis")


@pytest.mark.slow
def test_any_event_comes_back(folder: Path) -> None:
    @settings(max_examples=20, deadline=None, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))
    @given(st.lists(events(), min_size=1, max_size=6, unique_by=lambda each: each["event_id"]))
    def holds(records: list[Record]) -> None:
        path = folder / "again.json"
        path.write_bytes(epcis_files(records, MADE).files[FILE])
        again = {each["event_id"]: each for each in records_in(path, SOURCE)}
        for record in records:
            found = again.pop(record["event_id"])
            expected = as_written({name: value for name, value in record.items() if value != []})
            assert {name: as_written(found).get(name) for name in expected} == expected
            assert found.keys() - expected.keys() <= {"event_date", "event_at_precision"}
        assert not again

    holds()


def test_numbers_have_every_digit() -> None:
    item = {"role_code": "item", "id_text": "urn:x", "is_class": True, "quantity": Decimal("12345678901234.5678")}
    event = {"event_type_code": "object", "event_at": "2026-01-01T00:00:00Z", "item": [item]}
    assert b'"quantity": 12345678901234.5678' in epcis_files([event], MADE).files[FILE]


def test_what_has_no_place_is_counted() -> None:
    event = {"event_type_code": "object", "event_at": "2026-01-01T00:00:00Z", "summary": "s", "product": [{}, {}]}
    assert epcis_files([event], MADE).left_out == {"summary": 1, "product": 2}


def test_a_second_parent_is_counted() -> None:
    items = [{"role_code": "parent", "id_text": each} for each in ("urn:a", "urn:b")]
    event = {"event_type_code": "aggregation", "event_at": "2026-01-01T00:00:00Z", "item": items}
    assert epcis_files([event], MADE).left_out == {"item": 1}
