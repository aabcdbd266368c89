"""What an edition of the standard says, read leniently: an older edition may be written in ways that no longer hold.

An edition is a folder with `schemas/` and `codelists/`, or one with exported JSON Schemas.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hub.errors import WrongUsage
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from standards.schema import Json

SUFFIX = ".schema.json"
ALL = f"all{SUFFIX}"
INHERITED = ("sensitivity", "share")
NESTED = ("$ref", "allOf", "properties", "items", "required", "rules", "unevaluatedProperties", "$defs")
Row = dict[str, str]


@dataclass(frozen=True)
class Facts:
    """One edition.

    Attributes:
        version: As the edition states it; "" where it does not.
        exported: Whether it is an export, which has no code lists, rules and rights of its own.
        types: What each record type says of itself.
        fields: What each field says, by type and path; of a list `goods.*` itself and `goods.*.hs_code`.
        rules: Each rule by type and id, of an item with the list in front.
        codes: The rows of each code by list and code.
        files: The text of other files, by folder and name.
    """

    version: str = ""
    exported: bool = False
    types: dict[str, Json] = field(default_factory=dict)
    fields: dict[tuple[str, str], Json] = field(default_factory=dict)
    rules: dict[tuple[str, str], Json] = field(default_factory=dict)
    codes: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def facts_of(folder: Path) -> Facts:
    """Read an edition from a folder.

    Raises:
        WrongUsage: The folder has neither `schemas/` nor exported schemas.
    """
    for each in (folder, folder / "standards"):
        if (each / "schemas").is_dir():
            return _of_source(each)
    if any(folder.glob(f"*{SUFFIX}")):
        return _of_export(folder)
    raise error_of(WrongUsage, "diff.no_standard", where=str(folder))


def _of_source(folder: Path) -> Facts:
    version = folder / "VERSION"
    facts = Facts(version.read_text("utf-8").strip() if version.exists() else "")
    for path in sorted((folder / "schemas").glob(f"*{SUFFIX}")):
        _add(facts, path.name.removesuffix(SUFFIX), _json(path), _Files(path.parent))
    for path in sorted((folder / "codelists").glob("*.csv")):
        facts.codes[path.stem] = _codes(path)
    for part in ("thresholds", "links"):
        for path in sorted((folder / part).glob("*.*")):
            facts.files[f"{part}/{path.name}"] = path.read_text("utf-8")
    return facts


def _of_export(folder: Path) -> Facts:
    bundles = {
        path.name.removesuffix(SUFFIX): _json(path) for path in sorted(folder.glob(f"*{SUFFIX}")) if path.name != ALL
    }
    versions = [str(each["$id"]).split(":")[-2] for each in bundles.values() if str(each.get("$id")).count(":") > 1]
    facts = Facts(versions[0] if versions else "", exported=True)
    for name, schema in bundles.items():
        _add(facts, name, schema, _Definitions(schema.get("$defs", {})))
    return facts


def _json(path: Path) -> Json:
    read: Json = json.loads(path.read_text("utf-8"))
    return read


def _codes(path: Path) -> dict[str, list[Row]]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found: dict[str, list[Row]] = {}
    for row in rows:
        if code := row.get("code"):
            found.setdefault(code, []).append(row)
    return found


class _Files:
    """References between the files of an edition, relative to the one that has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resolved(self, reference: str) -> tuple[Json, Any]:
        path = (self.folder / reference).resolve()
        return _json(path), _Files(path.parent)


class _Definitions:
    """References within an exported file."""

    def __init__(self, definitions: Json) -> None:
        self.definitions = definitions

    def resolved(self, reference: str) -> tuple[Json, Any]:
        found: Json = self.definitions[reference.rpartition("/")[2]]
        return found, self


def _add(facts: Facts, name: str, schema: Json, references: Any) -> None:
    facts.types[name] = {key: value for key, value in schema.items() if key not in {*NESTED, "$id", "$schema"}}
    rights = {key: schema[key] for key in INHERITED if key in schema}
    for path, each in _walk(schema, references, "", rights):
        if isinstance(each, list):
            facts.rules.update({(name, f"{path}{rule['id']}"): rule for rule in each})
        else:
            facts.fields[name, path] = each


def _walk(schema: Json, references: Any, prefix: str, rights: Json) -> Iterator[tuple[str, Any]]:
    """Yield path and statement of each field, and the rules of each part as a list."""
    required = {*schema.get("required", [])}
    for part, _ in _parts(schema, references):
        required |= {*part.get("required", [])}
        yield prefix, part.get("rules", [])
    for part, refers in _parts(schema, references):
        own = {**rights, **{key: part[key] for key in INHERITED if key in part and part is not schema}}
        for key, each in part.get("properties", {}).items():
            path, inherited = f"{prefix}{key}", {**own, **{key: each[key] for key in INHERITED if key in each}}
            about = {name: value for name, value in each.items() if name not in NESTED}
            declared = {**inherited, **about, "required": key in required}
            if "$ref" in each:
                yield from _walk(each, refers, f"{path}.", inherited)
            elif "items" in each:
                yield f"{path}.*", declared
                items = each["items"]
                plain = "properties" not in items and "$ref" not in items and "allOf" not in items
                coded = {"properties": {"code": items}, "required": ["code"]} if plain else items
                yield from _walk(coded, refers, f"{path}.*.", inherited)
            else:
                yield path, declared


def _parts(schema: Json, references: Any) -> Iterator[tuple[Json, Any]]:
    yield schema, references
    for each in [schema, *schema.get("allOf", [])]:
        if "$ref" in each:
            target, refers = references.resolved(each["$ref"])
            yield from _parts(target, refers)
