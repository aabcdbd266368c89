"""Trace events as a document of EPCIS 2.0 in JSON-LD: EPCIS 2.0, section 10; CBV 2.0, section 7.

A step, a disposition, a reason or a type of the common vocabulary is written as its bare word, as the JSON binding
wants it; one of another vocabulary as the sender wrote it.  An event without an identifier stays without one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from standards.exchange.exported import Exported, left_out, moment, zone_of
from standards.exchange.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from standards.schema import Json

FILE = "trace_event.epcis.json"
RECORD_TYPE = "trace_event"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
EVENTS = {
    "object": "ObjectEvent",
    "aggregation": "AggregationEvent",
    "transaction": "TransactionEvent",
    "transformation": "TransformationEvent",
    "association": "AssociationEvent",
}
# The lists of single things and of amounts of a class, by the role of the item.
LISTS = {
    "item": ("epcList", "quantityList"),
    "child": ("childEPCs", "childQuantityList"),
    "input": ("inputEPCList", "inputQuantityList"),
    "output": ("outputEPCList", "outputQuantityList"),
}
REPORTS = {
    "type": "type_text",
    "value": "value",
    "minValue": "min_value",
    "maxValue": "max_value",
    "uom": "unit_text",
    "exception": "exception_text",
    "deviceID": "device_text",
}
PERIOD = {"startTime": "started_at", "endTime": "ended_at"}  # of an element
WRITTEN = frozenset(
    {
        *("event_id", "event_type_code", "event_at", "utc_offset_text", "reported_at", "action_code"),
        *("biz_step_code", "biz_step_text", "disposition_code", "disposition_text", "read_point_text"),
        *("biz_location_text", "transformation_no", "sensor_text", "is_error", "error_declared_at"),
        *("error_reason_code", "item", "source_dest", "biz_transaction", "correction", "sensor"),
    }
)


def epcis_files(records: Iterable[Json], made_at: datetime) -> Exported:
    """Return the one document with all events of some records.

    Args:
        records: Trace events in the form of their schema.
        made_at: When the document is made.
    """
    events = list(records)
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(made_at),
        "epcisBody": {"eventList": [_event(each) for each in events]},
    }
    missing = left_out(events, WRITTEN)
    missing["item"] += sum(max(_parents(each) - 1, 0) for each in events)  # an event has one parent
    return Exported({FILE: (json_text(document) + "\n").encode()}, +missing)


def _parents(record: Json) -> int:
    return sum(item["role_code"] == "parent" for item in record.get("item", []))


def _event(record: Json) -> Json:
    zone = zone_of(record.get("event_tz"))
    at = moment(record["event_at"]).astimezone(zone)
    made: Json = {
        "eventID": record.get("event_id"),
        "type": EVENTS[record["event_type_code"]],
        "eventTime": _time(at),
        "eventTimeZoneOffset": record.get("utc_offset_text") or _offset(at),
        "recordTime": _time_of(record.get("reported_at"), record.get("reported_tz")),
        "action": str(record.get("action_code", "")).upper() or None,
        "bizStep": record.get("biz_step_code") or record.get("biz_step_text"),
        "disposition": record.get("disposition_code") or record.get("disposition_text"),
        "readPoint": _place(record.get("read_point_text")),
        "bizLocation": _place(record.get("biz_location_text")),
        "transformationID": record.get("transformation_no"),
        **_things(record.get("item", [])),
        "bizTransactionList": [
            _given({"type": _type_of(each), "bizTransaction": each.get("transaction_no")})
            for each in record.get("biz_transaction", [])
        ],
        "sourceList": _sides(record, "source"),
        "destinationList": _sides(record, "destination"),
        "sensorElementList": [*_elements(record.get("sensor", []))],
        "errorDeclaration": _error(record) if record.get("is_error") else None,
    }
    return _given(made)


def _things(items: Iterable[Json]) -> Json:
    made: Json = {"parentID": None}
    for item in items:
        if item["role_code"] == "parent":
            made["parentID"] = item["id_text"]
            continue
        single, classes = LISTS[item["role_code"]]
        if item.get("is_class") or item.get("quantity") is not None:
            amount = _number(item.get("quantity"))
            element = {"epcClass": item["id_text"], "quantity": amount, "uom": item.get("unit_code")}
            made.setdefault(classes, []).append(_given(element))
        else:
            made.setdefault(single, []).append(item["id_text"])
    return made


def _sides(record: Json, side: str) -> list[Json]:
    return [
        _given({"type": _type_of(each), side: each.get("id_text")})
        for each in record.get("source_dest", [])
        if each.get("side_code") == side
    ]


def _elements(reports: Iterable[Json]) -> Iterator[Json]:
    """Yield a sensor element for each number of one; a report without a number is an element by itself."""
    elements: dict[object, list[Json]] = {}
    for place, report in enumerate(reports):
        number = report.get("element_no")
        elements.setdefault(("alone", place) if number is None else number, []).append(report)
    for each in elements.values():
        times = {name: next((one[ours] for one in each if ours in one), None) for name, ours in PERIOD.items()}
        metadata = _given({name: _time_of(text, None) for name, text in times.items()})
        yield _given({"sensorMetadata": metadata, "sensorReport": [_report(one) for one in each]})


def _report(report: Json) -> Json:
    made = {name: report.get(ours) for name, ours in REPORTS.items()}
    numbers = {name: _number(made[name]) for name in ("value", "minValue", "maxValue")}
    return _given(made | numbers | {"time": _time_of(report.get("measured_at"), None)})


def _error(record: Json) -> Json:
    return _given(
        {
            "declarationTime": _time_of(record.get("error_declared_at"), record.get("event_tz")),
            "reason": record.get("error_reason_code"),
            "correctiveEventIDs": [each["event_id"] for each in record.get("correction", []) if "event_id" in each],
        }
    )


def _type_of(item: Json) -> str | None:
    return item.get("type_code") or item.get("type_text")


def _place(text: str | None) -> Json | None:
    return None if text is None else {"id": text}


def _given(parts: Json) -> Json:
    """Return the members that have something in them."""
    return {name: value for name, value in parts.items() if value not in (None, [], {})}


def _number(value: Any) -> Any:
    """Return a number without zeros at its end; what is no number, as it is."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        exact = Decimal(str(value))
        return int(exact) if exact == exact.to_integral_value() else exact.normalize()
    return value


def _time_of(text: str | None, zone: str | None) -> str | None:
    return None if text is None else _time(moment(text).astimezone(zone_of(zone)))


def _time(at: datetime) -> str:
    """Return a moment by ISO 8601; UTC as Z."""
    text = at.isoformat()
    return text.removesuffix("+00:00") + "Z" if at.tzinfo is UTC else text


def _offset(at: datetime) -> str:
    offset = at.strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}"
