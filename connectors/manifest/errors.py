"""Faults of a manifest: each has a kind, for which the receipt has a sentence in its reader's language.

A fault of the form has the keyword of JSON Schema as its kind; `hub/text/` has the sentences (`manifest.fault`).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from connectors.filenames import label
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jsonschema import ValidationError

MOST = 5  # faults that one receipt shows
MOST_EXAMINED = 100  # faults that are examined: a broken list has one for each item
LONGEST = 60  # characters of a quoted value
# Members whose values may be shown; others may hold the number or the name of a person.
SHOWN = {
    "riskhub_manifest",
    "source",
    "operation",
    "sequence",
    "period",
    "files",
    "sent_at",
    "corrects",
    "withdraws",
}
TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null"}


class Unfit(ValueError):
    """One fault of a manifest.

    Attributes:
        kind: The kind of fault, a key of `manifest.fault` in `hub/text/sentences.yml`.
        at: The path of the member, such as `files.0.name`; "" for the whole.
        found: The value there, if it may be shown.
        expected: What would be right.
    """

    def __init__(self, kind: str, at: str = "", found: object = None, expected: object = None) -> None:
        self.kind, self.at, self.found, self.expected = kind, at, found, expected
        super().__init__(kind)

    def finding(self, file: str | None) -> Finding:
        """Return the finding MANIFEST_INVALID; its `expected` is the kind, then a colon and what would be right."""
        expected = self.kind if self.expected is None else f"{self.kind}: {self.expected}"
        found = None if self.found is None else short(str(self.found))
        return Finding("MANIFEST_INVALID", file=file, field=self.at or None, value=found, expected=expected)


def short(text: str) -> str:
    """Return a text that is safe to show, cut after `LONGEST` characters."""
    plain = label(text[: LONGEST * 4])
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "…"


def faults_of(errors: Iterable[ValidationError]) -> list[Unfit]:
    """Return the faults that a schema has found, ordered by path."""
    found: dict[tuple[object, ...], Unfit] = {}  # what lacks three members is three errors, all of which name the three
    for error in islice(errors, MOST_EXAMINED):
        fault = _fault(error)
        found.setdefault((fault.at, fault.kind, fault.found, fault.expected), fault)
        if error.validator == "maxItems":  # what follows would be every single item of too long a list
            break
    return sorted(found.values(), key=lambda each: (each.at, each.kind))


def first_of(faults: Sequence[Unfit]) -> list[Unfit]:
    """Return the first `MOST` faults, and after them one of the kind `more` if there are more."""
    return [*faults[:MOST], *([Unfit("more")] if len(faults) > MOST else [])]


def _fault(error: ValidationError) -> Unfit:
    path, kind = list(error.absolute_path), str(error.validator)
    wanted: Any = error.validator_value
    found_value: Any = error.instance
    schema: Any = error.schema
    found: object = None
    expected: object = None
    match kind:
        case "required":
            expected = ", ".join(name for name in wanted if name not in found_value)
        case "additionalProperties":
            found = ", ".join(sorted(found_value.keys() - schema["properties"].keys())[:MOST])
            expected = ", ".join(schema["properties"])
        case "type":
            found = TYPES.get(type(found_value))
            expected = wanted if isinstance(wanted, str) else ", ".join(wanted)
        case "enum":
            found, expected = _shown(path, found_value), ", ".join(map(str, wanted))
        case "pattern":
            found, expected = _shown(path, found_value), path[-1]
        case "maxLength" | "maxItems":
            found, expected = len(found_value), wanted
        case "minimum" | "const":
            found, expected = _shown(path, found_value), wanted
    return Unfit(kind, ".".join(str(part) for part in path), found, expected)


def _shown(path: list[Any], value: object) -> str | None:
    """Return a value that may be shown; None for one that may identify a person, or is a list or an object."""
    showable = bool(path) and (path[0] in SHOWN or path[-1] in {"algorithm", "key"})
    return str(value) if showable and isinstance(value, str | int) else None
