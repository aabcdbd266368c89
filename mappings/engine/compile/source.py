"""From a source folder to a `Source`: every mistake in it is found in one pass and reported with its line."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, cast

from hub.source_options import ConnectorOptions
from mappings.engine.compile.agency import bodies_of, check_agency, key_times
from mappings.engine.compile.bind import Binder
from mappings.engine.compile.consistency import check_source
from mappings.engine.compile.crosswalk import read_crosswalk
from mappings.engine.compile.grammar import check_grammar, routes_of, rules_of
from mappings.engine.compile.problems import Problems, nearest
from mappings.engine.compile.repeat import optional_columns
from mappings.engine.compile.route import RouteReader
from mappings.engine.compile.verbs import no_value
from mappings.engine.compile.yaml_document import read_document
from mappings.engine.model.names import Names
from mappings.engine.model.rule import Skip
from mappings.engine.model.source import Source
from standards import Standard, standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hub.json_types import JsonObject
    from mappings.engine.compile.yaml_document import Document, Key
    from mappings.engine.model.options import RouteOptions
    from mappings.engine.model.route import Route

VERSION_DIGITS = 12


def find_sources(folders: Iterable[Path]) -> list[Path]:
    """Return every folder `<agency>/<feed>` with a mapping.yml under the given ones, in order, without reading any."""
    return [path.parent for folder in folders for path in sorted(folder.glob("*/*/mapping.yml"))]


def read_source(folder: Path, held_to: Standard | None = None) -> Source:
    """Compile the mapping of a source folder against the standard.

    Args:
        folder: The folder, `.../<agency>/<feed>`.
        held_to: The standard; None: the one in `standards/`.

    Raises:
        FixTheHub: The folder has mistakes; the error names all of them with file, line, key and the nearest known name.
    """
    problems = Problems(f"{folder.parent.name}/{folder.name}")
    document = read_document(folder / "mapping.yml", problems)
    agency = read_document(folder.parent / "agency.yml", problems)
    check_agency(agency)
    if document.undecided or agency.undecided:
        problems.raise_if_any()  # problems that follow from a TODO are not reported
    if not isinstance(document.data, dict):
        document.problem((), "not_a_mapping")
        problems.raise_if_any()
    broken = check_grammar(document)
    types = _types(document, held_to or standard())
    if () in broken or None in types:
        problems.raise_if_any()
    source = _source(folder, document, agency, held_to or standard(), broken)
    check_source(source, document)
    problems.raise_if_any()
    return source


def version_of(folder: Path) -> str:
    """Return the version of a mapping: a short hash over mapping.yml and its crosswalks, by name."""
    digest = sha256()
    for path in [folder / "mapping.yml", *sorted((folder / "crosswalks").glob("*.csv"))]:
        body = path.read_bytes()
        digest.update(f"{path.name}:{len(body)}:".encode() + body)
    return digest.hexdigest()[:VERSION_DIGITS]


def _types(document: Document, held: Standard) -> list[str | None]:
    """Return the record type of each route, None for one that the standard does not have."""
    found: list[str | None] = []
    for key, written in routes_of(document.data):
        name = written.get("record_type")
        found.append(name if isinstance(name, str) and name in held.types else None)
        if name is not None and found[-1] is None:
            document.problem((*key, "record_type"), "unknown_type", name=name, hint=nearest(str(name), held.types))
    return found


def _source(folder: Path, document: Document, agency: Document, held: Standard, broken: set[Key]) -> Source:
    """Bind a mapping whose grammar is right, but for the rules in `broken`."""
    data, about_agency = document.data, agency.data if isinstance(agency.data, dict) else {}
    missing = no_value(data["format"].get("missing", []))
    personal = _personal(data)
    walks = {
        path.stem: read_crosswalk(path, document.problems) for path in sorted((folder / "crosswalks").glob("*.csv"))
    }
    binder = Binder(document, held, walks, missing, personal)
    language = about_agency.get("language", "en")
    return Source(
        folder=folder,
        agency=data["agency"],
        feed=data["feed"],
        title=data["title"],
        agency_name=about_agency.get("name", {}),
        language=language,
        bodies=bodies_of(agency, data["feed"]),
        agency_keys=tuple(key_times(agency)),
        connector=ConnectorOptions(complete="rename") | data["connector"],
        format=data["format"],
        mode=data["mode"],
        signature=data.get("signature", "none"),
        expect=data.get("expect", {}),
        missing=missing,
        optional=frozenset((*data.get("optional", ()), *_beyond(data))),
        routes=tuple(_routes(document, binder, broken)),
        skips=tuple(_skips(document, binder, language)),
        ignore=data.get("ignore", {}),
        personal=personal,
        blank_key=frozenset(data.get("blank_key", ())),
        not_personal=frozenset(data.get("not_personal", ())),
        version=version_of(folder),
    )


def _personal(data: JsonObject) -> frozenset[str]:
    """Return the columns declared personal and those behind a token."""
    found = set(data.get("personal", ()))
    for _, rule in rules_of(data):
        if isinstance(rule, dict) and "token" in rule:
            found |= {rule.get("column"), *(rule.get("first") or ()), *(rule.get("join") or ())} - {None}
    return frozenset(found)


def _routes(document: Document, binder: Binder, broken: set[Key]) -> Iterator[Route]:
    met: dict[str, int] = {}
    for key, written in routes_of(document.data):
        record_type = binder.standard.types[written["record_type"]]
        met[record_type.name] = met.get(record_type.name, 0) + 1
        name = record_type.name if met[record_type.name] == 1 else f"{record_type.name}.{met[record_type.name]}"
        yield RouteReader(document, binder, broken, record_type, key).route(cast("RouteOptions", written), name)


def _beyond(data: JsonObject) -> Iterator[str]:
    """Yield the columns of repeating blocks that a delivery may lack."""
    for _, route in routes_of(data):
        for written in route.get("children", {}).values():
            for block in written if isinstance(written, list) else [written]:
                yield from optional_columns(block)


def _skips(document: Document, binder: Binder, language: str) -> Iterator[Skip]:
    for at, each in enumerate(document.data.get("skip", ())):
        condition = binder.condition(each, ("skip", at), Names())
        if condition is not None:
            reason = each["reason"]
            yield Skip(condition, reason if isinstance(reason, str) else reason.get(language, reason["en"]))
