"""Alerts as messages of the Common Alerting Protocol: OASIS CAP 1.2, section 3.2.  One file for each alert.

Each text of an alert is one `info` with its language.  What CAP wants and a record does not say is `Unknown` where CAP
has this word; the category is then `Other`, the status `Actual` and the scope `Public`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from standards.exchange.exported import Exported, left_out, moment, zone_of
from standards.prefixes import curies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element

    from standards import CodeList, Standard
    from standards.schema import Json

RECORD_TYPE = "alert"
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
DEFAULT: Any = {None: NAMESPACE}  # the namespace without a prefix
# What is no sign of XML 1.0, and what an identifier of CAP may not have (3.2.1: no space, comma, < and &).
NO_SIGN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NO_IDENTIFIER = re.compile(r"[\s,<&]+")
NO_FILE = re.compile(r"[^A-Za-z0-9._-]+")
# An address, absolute or relative, as far as XML Schema checks it.
ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|[^:/?#]*(?:[/?#]|$))[^\s<>\"{}|\\^`]*")
LONGEST = 80  # signs of an alert's number in the name of its file
SEVERITY = "cap:severity#"  # of the CURIEs by which the list of levels names severities of CAP
TYPES = {"replaces": "Update", "cancels": "Cancel"}
LEVEL, COLOUR = "riskhub:level_code", "alert_color"  # parameters for what `severity` does not say
SCHEMES = (("region", "GB/T 2260"), ("country", "ISO 3166-1"))  # of geocodes
WRITTEN = frozenset(
    {
        *("alert_no", "event_at", "issued_at", "level_code", "level_text", "message_type_code", "handling_code"),
        *("audience_code", "audience_text", "event_text", "urgency_code", "event_severity_code", "certainty_code"),
        *("effective_at", "expires_at", "url", "summary"),
        *(f"text.{name}" for name in ("text_no", "language", "headline", "description", "instruction", "event_text")),
        *(f"text.{name}" for name in ("urgency_code", "event_severity_code", "certainty_code", "audience_text")),
        *(f"text.{name}" for name in ("effective_at", "onset_at", "expires_at", "url")),
        *("category", "response", "parameter", "resource", "area", "shape", "geocode"),
    }
)


class _Message(NamedTuple):
    """The three parts by which CAP names an alert, in the order of a reference."""

    sender: str
    identifier: str
    issued: str


@dataclass(frozen=True)
class _Context:
    """What a message takes from elsewhere: the other alerts by their numbers, names of places, severities by level."""

    messages: dict[str, _Message]
    places: dict[str, CodeList]
    severities: dict[str, str]


def cap_files(records: Iterable[Json], standard: Standard, sender: str = "unknown") -> Exported:
    """Return one CAP message for each alert, by the name of its file.

    A message refers to another alert by sender, number and time; an alert that is not among the records cannot be named
    so, and counts as left out.  So does one of two alerts with one sender, number and second.  Contacts are left out
    too: they may be persons, and are shared with nobody.

    Args:
        records: Alerts in the form of their schema.
        standard: The standard, for the names of regions and countries.
        sender: The sender of an alert that names no authority.
    """
    alerts = list(records)
    messages = [_message(each, sender) for each in alerts]
    levels = curies(standard.codelists["alert_level"])
    numbers = Counter(each["alert_no"] for each in alerts)
    context = _Context(
        {
            each["alert_no"]: message
            for each, message in zip(alerts, messages, strict=True)
            if numbers[each["alert_no"]] == 1  # a reference to one of two alerts with one number would be a guess
        },
        {name: standard.codelists[name] for name, _ in SCHEMES},
        {code: curie.removeprefix(SEVERITY) for code, curie in levels if curie.startswith(SEVERITY)},
    )
    files = {
        _file(message): _written(_alert(each, message, context)) for each, message in zip(alerts, messages, strict=True)
    }
    missing = left_out(alerts, WRITTEN | {"party", "link"})
    missing["alert_no"] += len(alerts) - len(files)
    for each in alerts:
        missing["link"] += sum(not _refers(link, context.messages) for link in each.get("link", []))
        missing["resource.url"] += sum(_address(part.get("url", "")) is None for part in each.get("resource", []))
        missing["party"] += sum(party is not _sender(each) for party in each.get("party", []))
    return Exported(files, +missing)


def _message(record: Json, sender: str) -> _Message:
    authority = _sender(record) or {}
    name = str(authority.get("agency_party_no") or authority.get("name") or sender)
    issued = _time(record.get("issued_at") or record["event_at"], record)
    return _Message(NO_IDENTIFIER.sub("_", name), NO_IDENTIFIER.sub("_", record["alert_no"]), issued)


def _sender(record: Json) -> Json | None:
    """Return the authority among the parties, the first of several."""
    return next((each for each in record.get("party", []) if each.get("role_code") == "authority"), None)


def _refers(link: Json, messages: dict[str, _Message]) -> bool:
    return link.get("target_record_type", RECORD_TYPE) == RECORD_TYPE and link.get("target_no") in messages


def _file(message: _Message) -> str:
    digest = hashlib.sha256(" ".join(message).encode()).hexdigest()
    return f"{NO_FILE.sub('_', message.identifier)[:LONGEST]}.{digest[:8]}.cap.xml"


def _alert(record: Json, message: _Message, context: _Context) -> _Element:
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap=DEFAULT)
    messages = context.messages
    scope = record.get("audience_code", "Public")
    links = [link for link in record.get("link", []) if _refers(link, messages)]
    kind = next((TYPES[link["relation_code"]] for link in links if link["relation_code"] in TYPES), "Alert")
    _add(alert, "identifier", message.identifier)
    _add(alert, "sender", message.sender)
    _add(alert, "sent", message.issued)
    _add(alert, "status", record.get("handling_code", "Actual"))
    _add(alert, "msgType", record.get("message_type_code", kind))
    _add(alert, "scope", scope)
    _add(alert, "addresses" if scope == "Private" else "restriction", record.get("audience_text"))
    for each in record.get("parameter", []):
        if not each.get("scheme_text"):
            _add(alert, "code", each.get("value_text"))
    _add(alert, "note", record.get("summary"))
    _add(alert, "references", " ".join(",".join(messages[link["target_no"]]) for link in links) or None)
    texts = _texts(record)
    for place, text in enumerate(texts):
        number = text.get("text_no", str(place))
        first = texts[0].get("text_no", "0")
        _info(alert, _of_text(record, number, first, context.severities), text, context)
    return alert


def _of_text(record: Json, number: str, first: str, severities: dict[str, str]) -> Json:
    """Return the record with the items of one text; an item that names no text belongs to the first one."""
    own = {
        name: [each for each in record.get(name, []) if each.get("text_no", first) == number]
        for name in ("category", "response", "parameter", "resource", "area")
    }
    if number != first:
        return {name: value for name, value in record.items() if name != "url"} | own
    return record | own | {"parameter": [*own["parameter"], *_level(record, severities)]}


def _texts(record: Json) -> Sequence[Json]:
    """Return the texts; where there are none, one of the record's own words, if it has any that CAP keeps in `info`."""
    own = ("event_text", "level_code", "event_severity_code", "urgency_code", "area", "category")
    named = any(each.get("scheme_text") for each in record.get("parameter", []))
    has_own = named or any(name in record for name in own)
    return record.get("text") or ([{"language": "zh-CN"}] if has_own else [])


def _info(alert: _Element, record: Json, text: Json, context: _Context) -> None:
    info = _add_part(alert, "info")
    both = record | text
    level = context.severities.get(record.get("level_code", ""))
    _add(info, "language", text["language"])
    for each in record["category"] or [{"category_code": "Other"}]:
        _add(info, "category", each["category_code"])
    _add(info, "event", both.get("event_text") or text.get("headline") or record.get("summary") or "Not stated")
    for each in record["response"]:
        _add(info, "responseType", each["response_code"])
    _add(info, "urgency", both.get("urgency_code", "Unknown"))
    _add(info, "severity", both.get("event_severity_code") or level or "Unknown")
    _add(info, "certainty", both.get("certainty_code", "Unknown"))
    _add(info, "audience", text.get("audience_text"))
    for name, member in (("effective", "effective_at"), ("onset", "onset_at"), ("expires", "expires_at")):
        _add(info, name, _time(both[member], record) if member in both else None)
    _add(info, "senderName", (_sender(record) or {}).get("name"))
    for name in ("headline", "description", "instruction"):
        _add(info, name, text.get(name))
    _add(info, "web", _address(both.get("url")))
    for each in record["parameter"]:
        if each.get("scheme_text"):
            _named(info, "parameter", each["scheme_text"], each.get("value_text"))
    for each in record["resource"]:
        _resource(info, each)
    for each in record["area"]:
        _area(info, record, each, context.places)


def _level(record: Json, severities: dict[str, str]) -> Iterator[Json]:
    """Yield the level as parameters, where neither the severity nor a parameter of the record says it."""
    level = record.get("level_code")
    if level is not None and record.get("event_severity_code", severities.get(level)) != severities.get(level):
        yield {"scheme_text": LEVEL, "value_text": level}
    declared = {each.get("value_text") for each in record.get("parameter", [])}
    if record.get("level_text", None) not in {None, *declared}:
        yield {"scheme_text": COLOUR, "value_text": record["level_text"]}


def _resource(info: _Element, resource: Json) -> None:
    part = _add_part(info, "resource")
    _add(part, "resourceDesc", resource.get("name") or resource.get("url") or "")
    _add(part, "mimeType", resource.get("mime") or "application/octet-stream")
    _add(part, "size", None if resource.get("size_bytes") is None else str(int(resource["size_bytes"])))
    _add(part, "uri", _address(resource.get("url")))
    _add(part, "digest", resource.get("digest_text"))


def _area(info: _Element, record: Json, area: Json, places: dict[str, CodeList]) -> None:
    part = _add_part(info, "area")
    codes = [(name, scheme, area[f"{name}_code"]) for name, scheme in SCHEMES if area.get(f"{name}_code")]
    names = [_label(places[name], code) for name, _, code in codes]
    _add(part, "areaDesc", area.get("description") or " ".join(names))
    number = area.get("area_no")
    shapes = [each for each in record.get("shape", []) if each.get("area_no") == number]
    for name in ("polygon", "circle"):
        for each in shapes:
            _add(part, name, each.get(f"{name}_text"))
    for each in record.get("geocode", []):
        if each.get("area_no") == number:
            _named(part, "geocode", each.get("scheme_text"), each.get("value_text"))
    for _, scheme, code in codes:
        _named(part, "geocode", scheme, code)


def _label(codes: CodeList, code: str) -> str:
    place = codes.table["code"].index(code).as_py()
    return code if place < 0 else str(codes.table["label_zh"][place].as_py() or code)


def _address(text: str | None) -> str | None:
    """Return a text if it is an address; CAP has no place for another one."""
    return text if text is not None and ADDRESS.fullmatch(text) else None


def _named(part: _Element, name: str, scheme: str | None, value: str | None) -> None:
    pair = _add_part(part, name)
    _add(pair, "valueName", scheme or "")
    _add(pair, "value", value or "")


def _add_part(parent: _Element, name: str) -> _Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _add(parent: _Element, name: str, text: str | None) -> None:
    """Add an element with a text, unless there is none; signs that XML does not have are left out."""
    if text is not None:
        _add_part(parent, name).text = NO_SIGN.sub("", text)


def _time(text: str, record: Json) -> str:
    """Return a moment as CAP 3.3.2 writes it: whole seconds, with the offset of the record; UTC as -00:00."""
    at = moment(text).astimezone(zone_of(record.get("event_tz"))).replace(microsecond=0)
    return at.isoformat().replace("+00:00", "-00:00")


def _written(alert: _Element) -> bytes:
    made: bytes = etree.tostring(alert, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return made
