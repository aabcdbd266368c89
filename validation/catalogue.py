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
from validation.standard_texts import examples_of_field, label_of_field, lacking_texts, rule_message

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hub.finding import FindingLine

EXAMPLES = Path(__file__).with_name("examples.yml")
# A part of a sentence that is dropped when its place is empty, and perhaps another one instead.
OPTIONAL = re.compile(r"\[\[([^|]*?)(?:\|(.*?))?\]\]")
UNSAID = "…"  # a test sees to it that no sentence needs it; a receipt must be written all the same
DOUBLED = re.compile(r"([.。])[.。](?=\s|$)")
PLACE = re.compile(r"\{(\w+)\}")
RULES = ("BROKEN_RULE", "UNLIKELY_VALUES")  # their `expected` is the id of a rule, shown as the rule's message
BETWEEN = "; "  # two forms, in what a finding expects
UNWRITTEN = "Excel"  # a number that a spreadsheet shows as a date; it is never typed
DATE_PARTS = {
    "YYYY": "2026",
    "YY": "26",
    "MM": "03",
    "DD": "25",  # above 12: which of two numbers is the day can be seen
    "+hh:mm": "+08:00",
    "hh": "09",
    "mm": "05",
    "ss": "00",
    "Month": "March",
    "Mon": "Mar",
    "AM/PM": "AM",
}
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,，' \u00a0\u2009\u202f]\d{3})+(?:[.]\d+)?")
# How long a text may be, and how long it is; what would have been right, and the day of the event.
LENGTH = re.compile(r"(?P<expected>\d+) \((?P<length>\d+)\)")
DAY = re.compile(r"(?:(?P<expected>.+) )?\((?P<day>\d{4,}-\d\d-\d\d)\)")
PARTED = {"TEXT_TOO_LONG": LENGTH, "CODE_NOT_IN_FORCE": DAY, "UNKNOWN_REGION": DAY}  # codes whose `expected` has parts
IDENTIFIERS = ("GB 32100", "GB 11643", "GB 16735", "GTIN", "CAS", "ISO 17442")
POSITIONS = ("lon", "lat")  # fields whose values are easily swapped
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


def render(code: str, language: str, types: Collection[str] = (), /, **place: object) -> FindingText:
    """Return title, message and cure of a finding.

    Where the column is called as the field, as in a template of the standard, the title has the field's label too, and
    of a finding about a list that of the list.

    Args:
        code: A code of the catalogue.
        language: "en" or "zh".
        types: The record types that the delivery has records of, whose labels and rules are meant; none where they are
            not known.
        place: The column, value, line and so on of the finding.
    """
    known, column, path = entry(code), place.get("column"), str(place.get("field") or "")
    expected = str(place.get("expected") or "")
    lacking = lacking_texts(expected, language, known.level, types, path) if code in RULES else None
    filled = {**place, **_worded(code, language, types, place)}
    given = {key: value for key, value in filled.items() if value not in {None, ""}}
    title, message, cure = (_filled(each[language], given) for each in (known.title, known.message, known.cure))
    if lacking:
        title, cure = lacking
    elif more := _likely_cause(code, place):
        cure = say(more, language)
    if "read" in given and not _alike(str(given["read"]), str(given.get("value", ""))):
        message += say("finding.read", language, read=given["read"])
    named = column == path and not lacking if column else code in RULES and "." not in path  # not of what is filled
    label = label_of_field(path, language, types) if path and named else ""
    return FindingText(f"{title}: {label}" if label else title, message, cure)


def _worded(code: str, language: str, types: Collection[str], place: SentenceParts) -> SentenceParts:
    """Return the places of a finding that its sentences have in other words, or in parts."""
    expected, path = str(place.get("expected") or ""), str(place.get("field") or "")
    parts = PARTED[code].fullmatch(expected) if code in PARTED else None
    worded: dict[str, object] = dict(parts.groupdict()) if parts else {}
    match code:
        case "BROKEN_RULE" | "UNLIKELY_VALUES":
            worded["expected"] = rule_message(expected, language, types, path)
        case "BAD_DATE":
            worded["example"] = example_of_date(expected)
        case "WRONG_PATTERN":
            worded["example"] = next(iter(examples_of_field(path, types)), "")
        case "BAD_IDENTIFIER" if expected in IDENTIFIERS:
            worded["expected"] = say(f"identifier.{expected.replace(' ', '_')}", language)
        case "MANIFEST_INVALID":
            worded.update(manifest_fault_text(place, language))
    return worded


def expected_shown(code: str, expected: str | None) -> str:
    """Return what a table shows as right: nothing of a rule, and neither the length of a text nor a day."""
    return "" if code in RULES else right_part(code, expected) or ""


def right_part(code: str, expected: str | None) -> str | None:
    """Return what would have been right, without the length of the text or the day that stands beside it.

    >>> right_part("TEXT_TOO_LONG", "100 (612)")
    '100'
    """
    parts = PARTED[code].fullmatch(expected or "") if code in PARTED else None
    return parts["expected"] if parts else expected


def _likely_cause(code: str, place: SentenceParts) -> str:
    """Return the sentence about what is probably wrong, where the value or the field shows it; "" elsewhere."""
    if code == "BAD_NUMBER" and THOUSANDS.fullmatch(str(place.get("value") or "").strip()):
        return "finding.thousands"
    if code == "OUT_OF_RANGE" and str(place.get("field") or "").rpartition(".")[2] in POSITIONS:
        return "finding.swapped"
    return ""


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


def example_of_date(forms: str) -> str:
    """Return an example in the first of the date forms of a finding, "" where none can be typed.

    >>> example_of_date("YYYY/MM/DD hh:mm; Mon DD, YYYY")
    '2026/03/25 09:05'
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
