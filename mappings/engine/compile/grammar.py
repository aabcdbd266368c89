"""The closed grammar of mapping.yml: an unknown key is an error.

A rule is checked by the keys of its verb, not by a list of alternatives, so that a message is about that verb and
never "is not valid under any of the given schemas".
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from mappings.engine.compile.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError

    from hub.json_types import JsonObject
    from mappings.engine.compile.yaml_document import Document, Key

SCHEMA = Path(__file__).resolve().parents[2] / "mapping.schema.json"


@cache
def grammar() -> JsonObject:
    """Return the JSON Schema of mapping.yml; editors read the same file."""
    schema: JsonObject = json.loads(SCHEMA.read_text("utf-8"))
    return schema


def subjects() -> dict[str, list[str]]:
    """Return the keys that each kind of subject brings along."""
    return {name: keys for name, keys in grammar()["$defs"]["subjects"].items() if name != "description"}


def verbs() -> dict[str, list[str]]:
    """Return the keys that go with each verb; `text` is the verb of a rule without a conversion."""
    return {name: keys for name, keys in grammar()["$defs"]["verbs"].items() if name != "description"}


def check_grammar(document: Document) -> set[Key]:
    """Add every departure from the grammar to the document's problems.

    Returns:
        The keys of the rules that cannot be bound, and the empty key when what is around them is broken.
    """
    broken: set[Key] = set()
    places = dict(rules_of(document.data))
    for error in _validator("").iter_errors(document.data):
        key = tuple(error.absolute_path)
        above = [place for place in places if key[: len(place)] == place]
        broken.add(above[0] if above else ())
        if not above or not isinstance(places[above[0]], dict):
            _add_problem(error, document, key)
    for key, rule in places.items():
        before = len(document.problems.found)
        if isinstance(rule, dict):
            _check_rule(rule, key, document)
        if len(document.problems.found) > before:
            broken.add(key)
    return broken


def routes_of(data: Any) -> Iterator[tuple[Key, JsonObject]]:
    """Yield each route with its key path: those under `records`, or the whole mapping; none in mode check."""
    if not isinstance(data, dict) or data.get("mode") == "check":
        return
    if "records" not in data:
        yield (), data
        return
    records = data["records"] if isinstance(data["records"], list) else []
    yield from ((("records", at), each) for at, each in enumerate(records) if isinstance(each, dict))


def rules_of(data: Any) -> Iterator[tuple[Key, Any]]:
    """Yield each rule with its key path, wherever it stands; broken parts are passed over."""
    for head, route in routes_of(data):
        yield from _fields(route, (*head, "fields"))
        children = route.get("children")
        for name, child in children.items() if isinstance(children, dict) else ():
            blocks: list[tuple[Key, Any]] = [((*head, "children", name), child)]
            if isinstance(child, list):
                blocks = [((*head, "children", name, index), each) for index, each in enumerate(child)]
            for key, block in blocks:
                if isinstance(block, dict):
                    yield from _fields(block, (*key, "fields"))


def _fields(data: JsonObject, key: Key) -> Iterator[tuple[Key, Any]]:
    fields = data.get("fields")
    for name, rule in fields.items() if isinstance(fields, dict) else ():
        yield from choices((*key, name), rule)


def choices(key: Key, rule: Any) -> list[tuple[Key, Any]]:
    """Return the rules of one field with their key paths: the one, or those of a list."""
    return [((*key, at), each) for at, each in enumerate(rule)] if isinstance(rule, list) else [(key, rule)]


@cache
def _validator(pointer: str) -> Draft202012Validator:
    schema = {"$defs": grammar()["$defs"], "$ref": f"#/$defs/keys/{pointer}"} if pointer else grammar()
    return Draft202012Validator(schema)


def _check_rule(rule: JsonObject, key: Key, document: Document) -> None:
    known = grammar()["$defs"]["keys"]
    subject = [name for name in subjects() if name in rule]
    verb = [name for name in verbs() if name in rule]
    own = [each for name in subject for each in subjects()[name]]
    own += [each for name in verb or ["text"] for each in verbs()[name]]
    for name in rule.keys() - known.keys():
        hint = nearest(name, own) or nearest(name, known)
        document.problem((*key, name), "unknown_key", name=name, hint=hint)
    if len(subject) != 1:
        document.problem(key, "one_subject", known=", ".join(subjects()), found=", ".join(subject) or "-")
    if len(verb) > 1:
        document.problem(key, "one_verb", found=", ".join(verb))
    if len(subject) == 1 and len(verb) <= 1:
        _check_company(rule, subject[0], verb[0] if verb else "text", key, document)
    for name in rule.keys() & known.keys():
        for error in _validator(name).iter_errors(rule[name]):
            _add_problem(error, document, (*key, name, *error.absolute_path))


def _check_company(rule: JsonObject, subject: str, verb: str, key: Key, document: Document) -> None:
    allowed = [*subjects()[subject], *(verbs()[verb] if subject != "constant" else ())]
    beside = subject if subject == "constant" or verb == "text" else verb
    for name in rule.keys() & grammar()["$defs"]["keys"].keys() - set(allowed):
        document.problem((*key, name), "wrong_company", name=name, verb=beside)
    if subject == "function" and "columns" not in rule:
        document.problem(key, "missing_key", name="columns")
    widths = rule.get("widths") if subject == "join" else None
    if isinstance(widths, list) and isinstance(rule["join"], list) and len(widths) != len(rule["join"]):
        expected = "one number for each column of join"
        document.problem((*key, "widths"), "wrong_value", value=_shown(widths), expected=expected)
    if "unmatched" in rule and "extract" not in rule:
        document.problem(key, "missing_key", name="extract")


def _add_problem(error: ValidationError, document: Document, key: Key) -> None:
    """Note a JSON Schema error as a problem of the grammar."""
    schema: JsonObject = dict(error.schema) if isinstance(error.schema, dict) else {}
    match error.validator:
        case "not":  # a key that another one rules out
            what = "beside_records" if schema == grammar()["$defs"]["in_a_route"] else "not_here"
            document.problem(key, what, name=key[-1], why=schema["description"])
        case "additionalProperties":
            known = schema.get("properties", {})
            instance: Any = error.instance
            for name in instance.keys() - known.keys():
                document.problem((*key, name), "unknown_key", name=name, hint=nearest(name, known))
        case "required" | "dependentRequired":
            name = str(error.message).split("'")[1]
            document.problem(key, "missing_key", name=name)
        case "enum" | "const":
            values = schema["enum"] if error.validator == "enum" else [schema["const"]]
            known = [each if isinstance(each, str) else json.dumps(each) for each in values]
            hint = nearest(str(error.instance), known)
            document.problem(key, "not_one_of", value=error.instance, known=", ".join(known), hint=hint)
        case _:
            expected = schema.get("description") or error.message
            document.problem(key, "wrong_value", value=_shown(error.instance), expected=expected)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - enough to find it again
