"""Alerts as CAP 1.2: valid by the official schema, and the same records when they are read back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from standards import standard
from standards.exchange.cap import cap_files
from tests.support.read_back import alike, records_in
from tests.support.source_files import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.read_back import Record

SOURCE = "intl_cap/alerts"
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # each example reads a file: to shrink takes minutes
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
REAL = (
    *("CanadaNaad.xml", "google_43b080713727.cap", "google_amber.atom", "google_australia.cap", "google_canada.cap"),
    *("google_bushfire_valid.edxlde", "google_canada_signed.cap", "google_earthquake.cap", "google_weather.cap"),
    *("iceland_met_office.cap", "mexico.xml", "no_info_tag.cap", "ph.cap", "smhi.se.alerts.cap", "taiwan.cap"),
)


@pytest.fixture(scope="module")
def schema(request: pytest.FixtureRequest) -> etree.XMLSchema:
    find: Callable[[str], Path] = request.getfixturevalue("shared")
    return etree.XMLSchema(etree.parse(find("data2/reference/cap/cap12.xsd")))


def exported(records: list[Record]) -> list[bytes]:
    return list(cap_files(records, standard()).files.values())


def read_again(messages: list[bytes], folder: Path) -> list[Record]:
    path = folder / "again.xml"
    alerts = etree.Element(f"{{{NAMESPACE}}}alerts", nsmap={None: NAMESPACE})
    alerts.extend(etree.fromstring(message) for message in messages)
    path.write_bytes(etree.tostring(alerts, encoding="UTF-8"))
    return records_in(path, SOURCE)


def kept(record: Record, known: set[str]) -> Record:
    """Return what of a record CAP has a place for: no contacts, and no alert that is not among the records."""
    made = {**record}
    made["text"] = [{k: v for k, v in each.items() if k != "contact_text"} for each in record.get("text", [])]
    made["link"] = [each for each in record.get("link", []) if each["target_no"] in known]
    return alike({name: value for name, value in made.items() if value != []})


def check_round_trip(records: list[Record], folder: Path, schema: etree.XMLSchema | None) -> None:
    messages = exported(records)
    if schema is not None:
        for message in messages:
            schema.assertValid(etree.fromstring(message))
    known = {each["alert_no"] for each in records}
    assert [alike(each) for each in read_again(messages, folder)] == [kept(each, known) for each in records]


def test_the_sample_comes_back(tmp_path: Path) -> None:
    records = records_in(SOURCES / SOURCE / "sample.xml", SOURCE)
    assert len(records) > 8
    check_round_trip(records, tmp_path, None)


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_alerts_become_valid_messages_and_come_back(
    name: str, schema: etree.XMLSchema, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    records = records_in(shared(f"data2/alert/cap/{name}"), SOURCE)
    assert records
    check_round_trip(records, tmp_path, schema)


@pytest.mark.slow
@pytest.mark.parametrize("source", ["hn_market/alerts", "who/outbreak_news"])
def test_alerts_of_other_feeds_become_valid_messages(source: str, schema: etree.XMLSchema) -> None:
    [sample] = (SOURCES / source).glob("sample.*")
    records = records_in(sample, source)
    assert records
    for message in exported(records):
        schema.assertValid(etree.fromstring(message))


def codes(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(standard().codelists[name].codes.to_pylist())


WORD = st.text(st.sampled_from('abXY09é中文预警.,;:!?()/<>&"|{}'), min_size=1, max_size=12)
NUMBER = st.text(st.sampled_from("ABC019-._:"), min_size=1, max_size=20)
DAYS = st.datetimes(datetime(2001, 1, 1), datetime(2026, 1, 1))  # noqa: DTZ001 - the zone comes after
TIMES = DAYS.map(lambda at: f"{at.replace(microsecond=0).isoformat()}+00:00")
GRADES = {
    "urgency_code": codes("cap_urgency"),
    "event_severity_code": codes("cap_severity"),
    "certainty_code": codes("cap_certainty"),
}


TEXT = st.fixed_dictionaries(
    {"language": st.sampled_from(["zh-CN", "en-GB", "fr"]), "event_text": WORD, **GRADES},
    optional={
        **dict.fromkeys(("headline", "description", "instruction", "audience_text"), WORD),
        **dict.fromkeys(("effective_at", "onset_at"), TIMES),
    },
)
HEAD = st.fixed_dictionaries(
    {
        "alert_no": NUMBER,
        "event_at": TIMES,
        "event_tz": st.sampled_from(["+08:00", "-03:30", "UTC"]),
        "message_type_code": codes("cap_message_type"),
        "handling_code": codes("cap_status"),
        "audience_code": codes("cap_scope"),
    }
)
PARTY = st.fixed_dictionaries({"role_code": st.just("authority"), "agency_party_no": NUMBER}, optional={"name": WORD})
ITEMS = {
    "response": st.fixed_dictionaries({"response_code": codes("cap_response")}),
    "parameter": st.fixed_dictionaries({"scheme_text": NUMBER, "value_text": WORD}),
    "resource": st.fixed_dictionaries(
        {"name": WORD, "mime": st.just("image/png")},
        optional={"url": NUMBER.map(lambda each: f"https://example.org/{each}"), "size_bytes": st.integers(0, 9**9)},
    ),
}


@st.composite
def alerts(draw: st.DrawFn) -> Record:
    """Draw an alert with what CAP has a place for; each item names the text that it belongs to."""
    texts = draw(st.lists(TEXT, min_size=1, max_size=3))
    numbers = [str(place) for place in range(len(texts))]
    record: dict[str, Any] = draw(HEAD)
    record |= {"source_record_no": record["alert_no"], "issued_at": record["event_at"], "party": [draw(PARTY)]}
    record["text"] = [{"text_no": number} | text for number, text in zip(numbers, texts, strict=True)]
    record["category"] = [{"text_no": each, "category_code": draw(codes("cap_category"))} for each in numbers]
    for name, item in ITEMS.items():
        drawn = draw(st.lists(st.tuples(st.sampled_from(numbers), item), max_size=3))
        record[name] = [{"text_no": number} | each for number, each in drawn]
    return record


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cap")


@pytest.mark.slow
def test_any_alert_comes_back_and_is_valid(folder: Path, schema: etree.XMLSchema) -> None:
    @settings(max_examples=20, deadline=None, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))
    @given(st.lists(alerts(), min_size=1, max_size=6, unique_by=lambda each: each["alert_no"]))
    def holds(records: list[Record]) -> None:
        messages = exported(records)
        for message in messages:
            schema.assertValid(etree.fromstring(message))
        again = {each["alert_no"]: each for each in read_again(messages, folder)}
        for record in records:
            found = again.pop(record["alert_no"])
            expected = {name: value for name, value in record.items() if value != []}
            assert alike({name: found.get(name) for name in expected}) == alike(expected)
            new = found.keys() - expected.keys()
            assert new <= FROM_TEXTS, new
        assert not again

    holds()


# What the source takes for the record from its texts and its moment.
FROM_TEXTS = {
    *("event_date", "event_at_precision", "event_text", "level_code", "level_text", "urgency_code"),
    *("event_severity_code", "certainty_code", "effective_at", "expires_at", "url"),
}


def test_of_alerts_that_cap_cannot_tell_apart_none_is_lost_in_silence() -> None:
    alert: Record = {"alert_no": "A 1", "event_at": "2026-01-01T00:00:00Z"}
    later = alert | {"event_at": "2026-01-02T00:00:00Z"}
    link = {"relation_code": "replaces", "target_no": "A 1"}
    assert cap_files([alert, alert | {"alert_no": "A_1"}], standard()).left_out == {"alert_no": 1}
    made = cap_files([alert, later, alert | {"alert_no": "A 2", "link": [link]}], standard())
    assert made.left_out == {"link": 1}, "either of the two may be meant"
    assert len(made.files) == 3


def test_an_offset_that_is_none_is_utc() -> None:
    alert: Record = {"alert_no": "A 1", "event_at": "2026-01-01T00:00:00Z", "event_tz": "+99:00"}
    assert b"<sent>2026-01-01T00:00:00-00:00</sent>" in exported([alert])[0]
