"""The closed catalogue of findings, `findings.yml`: level, title, message and cure of every code, in two languages."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from hub.i18n import say
from hub.yaml_text import load_yaml
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.finding import FindingLine
    from standards import Field

EXAMPLES = Path(__file__).with_name("examples.yml")
# A part of a sentence that is dropped when its place is empty, and perhaps another one instead.
OPTIONAL = re.compile(r"\[\[([^|]*?)(?:\|(.*?))?\]\]")
UNSAID = "…"  # a test sees to it that no sentence needs it; a receipt must be written all the same
DOUBLED = re.compile(r"([.。])[.。](?=\s|$)")
PLACE = re.compile(r"\{(\w+)\}")
RULES = ("BROKEN_RULE", "UNLIKELY_VALUES")  # their `expected` is the id of a rule, shown as the rule's message
BETWEEN = "; "  # two forms, in what a finding expects
POSITION = re.compile(r"[.]\d+[.]")  # of an item, in the path of its field
UNWRITTEN = "Excel"  # a number that a spreadsheet shows as a date; it is never typed
DATE_PARTS = {
    "YYYY": "2026",
    "YY": "26",
    "MM": "03",
    "DD": "02",
    "+hh:mm": "+08:00",
    "hh": "09",
    "mm": "05",
    "ss": "00",
    "Month": "March",
    "Mon": "Mar",
    "AM/PM": "AM",
}
DATE_PART = re.compile("|".join(re.escape(each) for each in DATE_PARTS))
NAMED = {"pattern": "manifest.form", "type": "manifest.type"}  # kinds that expect one of several named things


@dataclass(frozen=True)
class Entry:
    """One code: `scope` is file or row, `level` error, warning or repair; the texts are by language."""

    code: str
    scope: str
    level: str
    title: dict[str, str]
    message: dict[str, str]
    cure: dict[str, str]


@dataclass(frozen=True)
class FindingText:
    """A finding as a person reads it."""

    title: str
    message: str
    cure: str


# What fills the placeholders of a sentence of the catalogue: column, value, line and so on, by their names there.
SentenceParts: TypeAlias = "Mapping[str, object]"


def place_of(found: FindingLine) -> SentenceParts:
    """Return what fills the sentences about a finding."""
    names = ("file", "sheet", "line", "column", "field", "value", "expected", "read")
    return {name: value for name, value in found.items() if name in names}


@cache
def catalogue() -> dict[str, Entry]:
    """Return every entry by its code."""
    written = load_yaml(Path(__file__).with_name("findings.yml").read_text("utf-8"))
    return {code: Entry(code, **each) for code, each in written.items()}


@cache
def examples() -> dict[str, SentenceParts]:
    """Return, by code, the places of one finding that a test has provoked: column, value, expected and so on."""
    written = load_yaml(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else None
    return dict(written or {})


def entry(code: str) -> Entry:
    """Return one entry.  Raises KeyError for a code that is not in the catalogue: a bug that a test must see."""
    return catalogue()[code]


def level_of(code: str) -> str:
    """Return error, warning or repair."""
    return entry(code).level


def levels(codes: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return the level of each code (string, null for a code that is not in the catalogue)."""
    known = catalogue()
    found = pc.index_in(codes, value_set=pa.array(list(known), pa.string()))
    every = pa.array([each.level for each in known.values()], pa.string())
    return pc.take(every, found)


def render(code: str, language: str, /, **place: object) -> FindingText:
    """Return title, message and cure of a finding in "en" or "zh"; `place` are its column, value, line and so on.

    Where the column is called as the field, as in a template of the standard, the title has the field's label too.
    """
    known = entry(code)
    if code in RULES:
        place = {**place, "expected": rule_message(str(place.get("expected")), language)}
    elif code == "BAD_DATE":
        place = {**place, "example": example_of_date(str(place.get("expected") or ""))}
    elif code == "WRONG_PATTERN":
        place = {**place, "example": next(iter(examples_of_field(str(place.get("field")))), "")}
    elif code == "MANIFEST_INVALID":
        place = {**place, **manifest_fault_text(place, language)}
    given = {key: value for key, value in place.items() if value not in {None, ""}}
    title, message, cure = (_filled(each[language], given) for each in (known.title, known.message, known.cure))
    if "read" in given and not _alike(str(given["read"]), str(given.get("value", ""))):
        message += say("finding.read", language, read=given["read"])
    column = place.get("column")
    label = label_of_field(str(column), language) if column and column == place.get("field") else ""
    return FindingText(f"{title}: {label}" if label else title, message, cure)


def label_of_field(path: str, language: str) -> str:
    """Return the label of a field by its path, such as `goods.0.hs_code`; "" where types differ about it."""
    labels = {each.label[language] for each in _fields().get(POSITION.sub(".*.", path), ())}
    return labels.pop() if len(labels) == 1 else ""


def examples_of_field(path: str) -> tuple[object, ...]:
    """Return what the standard gives as examples of a field."""
    return next((each.examples for each in _fields().get(POSITION.sub(".*.", path), ()) if each.examples), ())


@cache
def _fields() -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for record_type in standard().types.values():
        for child, table in record_type.tables.items():
            for field in table.fields.values():
                found.setdefault(f"{child}.*.{field.path}" if child else field.path, []).append(field)
    return found


def _alike(read: str, value: str) -> bool:
    """Whether what a cell was read as equals the cell itself, but for blanks and capital letters."""
    return read.strip().casefold() == value.strip().casefold()


def _filled(sentence: str, given: SentenceParts) -> str:
    """Return a sentence of the catalogue with its places filled, and without the parts whose places are empty.

    A full stop at the end of a filled place is not written twice.
    """
    fit = OPTIONAL.sub(lambda part: part[1] if set(PLACE.findall(part[1])) <= given.keys() else part[2] or "", sentence)
    text = " ".join(fit.format_map(defaultdict(lambda: UNSAID, given)).split())
    return DOUBLED.sub(r"\1", text)


def rule_message(rule_id: str, language: str) -> str:
    """Return the message of a broken cross-field rule of the standard; the id itself when it is unknown."""
    return _rule_messages().get(rule_id, {}).get(language, rule_id)


@cache
def _rule_messages() -> dict[str, dict[str, str]]:
    return dict(_messages())


def _messages() -> Iterator[tuple[str, dict[str, str]]]:
    for record_type in standard().types.values():
        for table in record_type.tables.values():
            yield from ((rule.id, rule.message) for rule in table.rules)
        yield from ((rule.id, rule.message) for rule in record_type.across)


def example_of_date(forms: str) -> str:
    """Return an example in the first of the date forms of a finding, "" where none can be typed.

    >>> example_of_date("YYYY/MM/DD hh:mm; Mon DD, YYYY")
    '2026/03/02 09:05'
    >>> example_of_date("Excel")
    ''
    """
    form = next((each for each in forms.split(BETWEEN) if each and each != UNWRITTEN), "")
    example = DATE_PART.sub(lambda part: DATE_PARTS[part[0]], form)
    return example if example != form else ""


def manifest_fault_text(place: SentenceParts, language: str) -> SentenceParts:
    """Return `expected` and `value` of a MANIFEST_INVALID finding as the sentence of its reader has them."""
    kind, _, expected = str(place.get("expected") or "other").partition(": ")
    found = place.get("value")
    if kind in NAMED:
        names = [_text_or_name(f"{NAMED[kind]}.{each}", language) for each in expected.split(", ")]
        expected = say("manifest.type.or", language).join(names)
    if kind == "type" and found:
        found = _text_or_name(f"manifest.type.{found}", language)
    try:
        sentence = say(f"manifest.fault.{kind}", language, expected=expected)
    except KeyError:
        sentence = say("manifest.fault.other", language)
    return {"expected": sentence, "value": found}


def _text_or_name(key: str, language: str) -> str:
    try:
        return say(key, language)
    except KeyError:
        return key.rpartition(".")[2]
