"""The standard as plain JSON Schema 2020-12: a bundle for each record type, and one for all of them.

A bundle refers to nothing outside itself and has keywords of the vocabulary only, so that every validator reads it,
also one that refuses what it does not know.  A closed list of at most `MOST_CODES` codes becomes an `enum` of all codes
that ever held.  What JSON Schema does not say stands in `$comment` in both languages: the day on which a code holds,
check digits, rules over several fields, rights.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hub.i18n import LANGUAGES, say
from standards.schema import BASE, VERSION, Json, documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from standards import CodeList, Standard

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_CODES = 500  # of a list that becomes an enum
ALL = "all"  # the name of the bundle with every record type
COPIED = frozenset(
    {
        *("type", "format", "maxLength", "minimum", "maximum", "exclusiveMinimum", "pattern"),
        *("maxItems", "required", "unevaluatedProperties", "examples"),
    }
)


def json_schema_files(standard: Standard) -> dict[str, bytes]:
    """Return the files of the export by their names: `<type>.schema.json` and `all.schema.json`."""
    made = {name: bundle(standard, name) for name in standard.types} | {ALL: bundle_of_all(standard)}
    return {f"{name}.schema.json": _written(each) for name, each in made.items()}


def bundle(standard: Standard, record_type: str) -> Json:
    """Return the schema of one record type with everything that it refers to.

    Args:
        standard: The standard.
        record_type: The name of a record type of it.
    """
    definitions = _definitions(standard)
    top = definitions.pop(record_type)
    needed = {name: definitions[name] for name in sorted(_reached(top, definitions))}
    return {"$schema": DIALECT, "$id": _id(record_type), **top, "$defs": needed}


def bundle_of_all(standard: Standard) -> Json:
    """Return a schema that any record of any type fulfils; a type alone is `#/$defs/<type>`."""
    about = {"title": _both("standard.title"), "$comment": _both("standard.schema.all")}
    types = [{"$ref": _pointer(name)} for name in standard.types]
    return {"$schema": DIALECT, "$id": _id(ALL), **about, "anyOf": types, "$defs": _definitions(standard)}


def is_enum(codes: CodeList) -> bool:
    """Whether the codes of a closed list are written out in an export."""
    return len(codes.codes) <= MOST_CODES


def _id(name: str) -> str:
    return f"{BASE}:{VERSION}:{name}"


def _pointer(name: str) -> str:
    return f"#/$defs/{name}"


def _definitions(standard: Standard) -> dict[str, Json]:
    """Return every record type and block by its name; a block is called `blocks.<name>`."""
    return {_local(name): _translated(schema, standard.codelists) for name, schema in documents().items()}


def _local(document_id: str) -> str:
    """Return the name under which a document stands in a bundle: a `/` would have to be escaped in a pointer."""
    return document_id.rpartition(":")[2].replace("/", ".")


def _reached(part: Any, definitions: Mapping[str, Json]) -> set[str]:
    """Return the names of all definitions to which a part refers, directly or not."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += [value for key, value in each.items() if key != "$ref"]
            name = str(each.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(definitions[name])
    return found


def _translated(schema: Json, codelists: Mapping[str, CodeList]) -> Json:
    """Return a schema of the standard in the words of JSON Schema alone."""
    made: Json = {}
    if "label" in schema:
        made["title"] = f"{schema['label']['en']} {schema['label']['zh']}"
    if "description" in schema:
        made["description"] = f"{schema['description']} {schema['description_zh']}"
    if comment := " ".join(_comments(schema, codelists)):
        made["$comment"] = comment
    made |= {key: each for key, each in schema.items() if key in COPIED}
    if "codelist" in schema and not schema.get("open") and is_enum(_list(schema, codelists)):
        made["enum"] = _list(schema, codelists).codes.to_pylist()
    if "$ref" in schema:
        made["$ref"] = _pointer(_local(schema["$ref"]))
    if "allOf" in schema:
        made["allOf"] = [_translated(each, codelists) for each in schema["allOf"]]
    if "properties" in schema:
        made["properties"] = {name: _translated(each, codelists) for name, each in schema["properties"].items()}
    if "items" in schema:
        made["items"] = _translated(schema["items"], codelists)
    return made


def _list(schema: Json, codelists: Mapping[str, CodeList]) -> CodeList:
    return codelists[schema["codelist"].removesuffix(".csv")]


def _comments(schema: Json, codelists: Mapping[str, CodeList]) -> Iterator[str]:
    """Yield what the keywords of the standard say beyond JSON Schema, in both languages."""
    if "codelist" in schema:
        codes = _list(schema, codelists)
        form = "open" if schema.get("open") else "closed" if is_enum(codes) else "long"
        yield _both(f"standard.schema.codes_{form}", name=codes.name, count=len(codes.codes))
    for key in ("unit", "source", "identifier", "moment", "sensitivity", "share", "kind"):
        if key in schema:
            yield _both(f"standard.schema.{key}", value=schema[key])
    if schema.get("type") == "number":
        yield _both("standard.schema.scale", value=schema.get("scale", 4))
    if "format" in schema and "moment" not in schema:
        yield _both("standard.schema.future" if schema.get("future") else "standard.schema.days")
    for rule in schema.get("rules", []):
        values = {"id": rule["id"], "level": rule["level"]}
        yield " ".join(
            say("standard.schema.rule", tongue, rule=rule["message"][tongue], **values) for tongue in LANGUAGES
        )


def _both(key: str, **values: Any) -> str:
    return " ".join(say(key, language, **values) for language in LANGUAGES)


def _written(schema: Json) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()
