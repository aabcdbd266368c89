"""What is wrong with a manifest: a word for the kind of fault, told as a sentence in its reader's language.

The words are those of JSON Schema where it is a fault of the form; `hub/text.yml` has a sentence for each
(`manifest.fault`).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from connectors.filenames import label
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jsonschema import ValidationError

MOST = 5  # faults that are told at once
LOOKED_AT = 100  # faults that are looked at: a broken list has one for each item
LONGEST = 60  # signs of what stood there
# Members that hold no more than what was agreed; the others may hold the number or the name of a person.
TOLD = {"riskhub_manifest", "source", "operation", "sequence", "period", "files", "sent_at", "corrects", "withdraws"}
TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null"}


class Unfit(ValueError):
    """One fault: its kind, where it is, what stood there, and what would have been right."""

    def __init__(self, kind: str, at: str = "", found: object = None, expected: object = None) -> None:
        self.kind, self.at, self.found, self.expected = kind, at, found, expected
        super().__init__(kind)

    def finding(self, file: str | None) -> Finding:
        """Return it as the finding that a receipt shows; `expected` is the kind, and after a colon what fits."""
        said = self.kind if self.expected is None else f"{self.kind}: {self.expected}"
        found = None if self.found is None else short(str(self.found))
        return Finding("MANIFEST_INVALID", file=file, field=self.at or None, value=found, expected=said)


def short(text: str) -> str:
    """Return a text as a person may see it, not longer than helps."""
    plain = label(text[: LONGEST * 4])
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "…"


def faults_of(errors: Iterable[ValidationError]) -> list[Unfit]:
    """Return what a schema has found, in the order of the places."""
    found: dict[tuple[object, ...], Unfit] = {}  # what lacks three members is three errors, all of which name the three
    for error in islice(errors, LOOKED_AT):
        fault = _fault(error)
        found.setdefault((fault.at, fault.kind, fault.found, fault.expected), fault)
        if error.validator == "maxItems":  # what follows would be every single item of too long a list
            break
    return sorted(found.values(), key=lambda each: (each.at, each.kind))


def first_of(faults: Sequence[Unfit]) -> list[Unfit]:
    """Return no more faults than somebody reads, with a word that there are more."""
    return [*faults[:MOST], *([Unfit("more")] if len(faults) > MOST else [])]


def _fault(error: ValidationError) -> Unfit:
    path, kind = list(error.absolute_path), str(error.validator)
    agreed: Any = error.validator_value
    there: Any = error.instance
    schema: Any = error.schema
    found: object = None
    expected: object = None
    match kind:
        case "required":
            expected = ", ".join(name for name in agreed if name not in there)
        case "additionalProperties":
            found = ", ".join(sorted(there.keys() - schema["properties"].keys())[:MOST])
            expected = ", ".join(schema["properties"])
        case "type":
            found = TYPES.get(type(there))
            expected = agreed if isinstance(agreed, str) else ", ".join(agreed)
        case "enum":
            found, expected = _shown(path, there), ", ".join(map(str, agreed))
        case "pattern":
            found, expected = _shown(path, there), path[-1]
        case "maxLength" | "maxItems":
            found, expected = len(there), agreed
        case "minimum" | "const":
            found, expected = _shown(path, there), agreed
    return Unfit(kind, ".".join(str(part) for part in path), found, expected)


def _shown(path: list[Any], value: object) -> str | None:
    """Return a value that may be told; None for one that a person may stand behind, or that is no single one."""
    may = bool(path) and (path[0] in TOLD or path[-1] in {"algorithm", "key"})
    return str(value) if may and isinstance(value, str | int) else None
