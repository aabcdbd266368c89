"""Sharing agreements: what one agency shows another, for which purpose and until when, one file for each.

They lie beside the sources of the agency that shows: `<agency>/agreements/NAME.yml`.  Migrations make grants of them
(`access.grant`, origin `agreement`), so an agreement that is changed or taken away holds no longer after the next one.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from mappings.engine.compile.problems import Problems, nearest
from mappings.engine.compile.yaml_document import read_document
from standards import standard
from standards.access import CLASSES, RESERVED_PURPOSES, record_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mappings.engine.compile.yaml_document import Document

FOLDER = "agreements"
KEYS = ("to", "record_types", "purpose", "sensitivity", "valid_from", "valid_to", "basis")
LANGUAGES = ("zh", "en")
PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)


class Agreement(NamedTuple):
    """What one agency shows another.

    Attributes:
        agency: Whose records.
        to: The agency that sees them.
        record_types: Of which types.
        purpose: What for; closed fields are opened only for it.
        sensitivity: The most protected class of fields that may be opened, one of `standards.access.CLASSES`.
        valid_from: First day, in China.
        valid_to: First day on which it no longer holds.
        basis: What it rests on: its file, and its title in both languages.
    """

    agency: str
    to: str
    record_types: tuple[str, ...]
    purpose: str
    sensitivity: str
    valid_from: date
    valid_to: date
    basis: str


def read_agreements(folders: Iterable[Path]) -> list[Agreement]:
    """Return the agreements of all agencies under the given folders, in the order of their files.

    Args:
        folders: Each holds folders of agencies, as `settings().sources` does.

    Raises:
        FixTheHub: An agreement has mistakes; the error names all of the agency's with file, line and key.
    """
    roots = list(folders)
    agencies = {path.parent.name for folder in roots for path in folder.glob("*/agency.yml")}
    found: list[Agreement] = []
    for place in sorted(path for folder in roots for path in folder.glob(f"*/{FOLDER}") if path.is_dir()):
        problems = Problems(f"{place.parent.name}/{FOLDER}")
        taken: dict[tuple[str, str, str, date], str] = {}
        for path in sorted(place.glob("*.yml")):
            document = read_document(path, problems)
            agreement = None if document.undecided else _agreement(document, place.parent.name, agencies)
            if agreement is None:
                continue
            for name in agreement.record_types:
                key = (agreement.to, name, agreement.purpose, agreement.valid_from)
                if taken.setdefault(key, path.name) != path.name:
                    document.problem(("record_types",), "agreed_twice", name=name, file=taken[key])
            found.append(agreement)
        problems.raise_if_any()
    return found


def _agreement(document: Document, agency: str, agencies: set[str]) -> Agreement | None:
    """Return the agreement of a file, None where something is wrong with it, which is noted."""
    data, known = document.data, len(document.problems.found)
    if not isinstance(data, dict):
        if data is not None or not known:
            document.problem((), "not_a_mapping")
        return None
    if not document.has_keys((), data, KEYS):
        return None
    if str(data["to"]) not in agencies - {agency}:
        hint = nearest(str(data["to"]), agencies - {agency})
        document.problem(("to",), "not_one_of", value=data["to"], known=f"*/agency.yml - {agency}", hint=hint)
    purpose, sensitivity = _purpose(document, data["purpose"]), _sensitivity(document, data["sensitivity"])
    record_types = tuple(_record_types(document, data["record_types"], sensitivity))
    start, end = (_day(document, name, data[name]) for name in ("valid_from", "valid_to"))
    if start and end and end <= start:
        document.problem(("valid_to",), "wrong_value", value=end, expected=f"after {start}")
    basis = f"{agency}/{FOLDER}/{document.file}: {_basis(document, data['basis'])}"
    if start is None or end is None or len(document.problems.found) > known:
        return None
    return Agreement(agency, data["to"], record_types, purpose, sensitivity, start, end, basis)


def _purpose(document: Document, written: Any) -> str:
    if not PURPOSE.fullmatch(str(written)):
        document.problem(("purpose",), "wrong_value", value=written, expected="a-z, 0-9, _")
    elif written in RESERVED_PURPOSES:
        document.problem(("purpose",), "reserved_purpose", purpose=written)
    return str(written)


def _sensitivity(document: Document, written: Any) -> str:
    """Return the class; for one that is none the highest, so that nothing else is said because of it."""
    if written in CLASSES:
        return str(written)
    document.problem(("sensitivity",), "not_one_of", value=written, known=", ".join(CLASSES), hint="")
    return CLASSES[-1]


def _basis(document: Document, written: Any) -> str:
    if not document.has_keys(("basis",), written, LANGUAGES):
        return ""
    for language in LANGUAGES:
        if not str(written[language] or "").strip():
            document.problem(("basis", language), "wrong_value", value=written[language], expected="text")
    return " ".join(str(written[language]) for language in LANGUAGES)


def _record_types(document: Document, written: Any, sensitivity: str) -> Iterator[str]:
    """Yield the record types that the agreement names, and note those that it cannot show."""
    if not isinstance(written, list) or not written:
        document.problem(("record_types",), "wrong_value", value=written, expected="[record_type, ...]")
        return
    types = standard().types
    for place, name in enumerate(map(str, written)):
        key = ("record_types", place)
        if name not in types:
            document.problem(key, "unknown_type", name=name, hint=nearest(str(name), types))
        elif types[name].schema["share"] == "none":
            document.problem(key, "shared_with_nobody", name=name)
        elif CLASSES.index(record_class(types[name])) > CLASSES.index(sensitivity):
            document.problem(key, "class_too_low", name=name, wanted=record_class(types[name]), given=sensitivity)
        elif name in written[:place]:
            document.problem(key, "agreed_twice", name=name, file=document.file)
        else:
            yield name


def _day(document: Document, name: str, written: Any) -> date | None:
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        document.problem((name,), "wrong_value", value=written, expected="2026-01-31")
        return None
