"""From a source folder to a `Source`: every mistake in it is found in one pass and told with its line."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mappings.engine.binding import Binder, texts
from mappings.engine.consistency import check_agency, check_source
from mappings.engine.crosswalks import Crosswalk, read_crosswalk
from mappings.engine.document import Document, read_document
from mappings.engine.grammar import check_grammar, rules_of
from mappings.engine.names import Names
from mappings.engine.problems import Problems, nearest
from mappings.engine.rule import Block, Rule, Skip, Split
from mappings.engine.source import Source
from standards import RecordType, Standard, standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mappings.engine.document import Key

VERSION_DIGITS = 12
INDEX_PARTS = 3  # party.0.name


def find_sources(folders: Iterable[Path]) -> list[Path]:
    """Return every folder `<agency>/<feed>` with a mapping.yml under the given ones, in order, without reading any."""
    return [path.parent for folder in folders for path in sorted(folder.glob("*/*/mapping.yml"))]


def read_source(folder: Path, against: Standard | None = None) -> Source:
    """Read one source folder and bind it to the standard.

    Raises FixTheHub with all that is wrong with the folder: file, line, key, and the nearest known name.
    """
    held = against or standard()
    problems = Problems(f"{folder.parent.name}/{folder.name}")
    document = read_document(folder / "mapping.yml", problems)
    agency = read_document(folder.parent / "agency.yml", problems)
    check_agency(agency)
    if not isinstance(document.data, dict):
        document.problem((), "not_a_mapping")
        problems.raise_if_any()
    broken = check_grammar(document)
    record_type = held.types.get(str(document.data.get("record_type")))
    if record_type is None and "record_type" in document.data:
        hint = nearest(str(document.data["record_type"]), held.types)
        document.problem(("record_type",), "unknown_type", name=document.data["record_type"], hint=hint)
    if record_type is None or () in broken:
        problems.raise_if_any()
    assert record_type is not None  # noqa: S101 - a missing one was a problem, and raised
    source = _Reader(folder, document, agency, held, record_type, broken).source()
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


@dataclass
class _Reader:
    """One reading of a folder whose grammar is right, but for the rules in `broken`."""

    folder: Path
    document: Document
    agency: Document
    standard: Standard
    record_type: RecordType
    broken: set[Key]

    def source(self) -> Source:
        data, who = self.document.data, self.agency.data if isinstance(self.agency.data, dict) else {}
        missing = texts(data["format"].get("missing", [])) | {""}
        binder = Binder(self.document, self.standard, self._walks(), missing, self._personal())
        rules, numbered = self._fields(binder)
        return Source(
            folder=self.folder,
            agency=data["agency"],
            feed=data["feed"],
            title=data["title"],
            agency_name=who.get("name", {}),
            language=who.get("language", "en"),
            record_type=self.record_type,
            connector={"complete": "rename", **data["connector"]},
            format=data["format"],
            key=tuple(data["key"]),
            mode=data["mode"],
            expect=data.get("expect", {}),
            missing=missing,
            optional=frozenset(data.get("optional", ())),
            rules=rules,
            children={**numbered, **self._children(binder, numbered)},
            skips=tuple(self._skips()),
            ignore=data.get("ignore", {}),
            personal=self._personal(),
            version=version_of(self.folder),
        )

    def _walks(self) -> dict[str, Crosswalk | None]:
        paths = sorted((self.folder / "crosswalks").glob("*.csv"))
        return {path.stem: read_crosswalk(path, self.document.problems) for path in paths}

    def _personal(self) -> frozenset[str]:
        """Return the columns declared personal and those behind a token."""
        found = set(self.document.data.get("personal", ()))
        for _, rule in rules_of(self.document.data):
            if isinstance(rule, dict) and "token" in rule:
                found |= {rule.get("column"), *(rule.get("first") or ()), *(rule.get("join") or ())} - {None}
        return frozenset(found)

    def _fields(self, binder: Binder) -> tuple[tuple[Rule, ...], dict[str, tuple[Block, ...]]]:
        """Bind `fields`: those of the record, and the items with an index path as one block per child."""
        own: list[Rule] = []
        items: dict[str, dict[int, list[Rule]]] = {}
        for path, written in self.document.data["fields"].items():
            key: Key = ("fields", path)
            parts = path.split(".", 2)
            numbered = len(parts) == INDEX_PARTS and parts[1].isdigit() and parts[0] in self.record_type.tables
            table = self.record_type.tables[parts[0] if numbered else ""]
            if key in self.broken:
                continue
            rule = binder.rule(written, key, parts[2] if numbered else path, table, Names())
            if rule is not None and numbered:
                items.setdefault(parts[0], {}).setdefault(int(parts[1]), []).append(rule)
            elif rule is not None:
                own.append(rule)
        for child, found in items.items():
            if sorted(found) != list(range(len(found))):
                self.document.problem(("fields",), "index_gap", child=child)
        blocks: dict[str, tuple[Block, ...]] = {
            child: (Block(child, tuple(tuple(found[index]) for index in sorted(found))),)
            for child, found in items.items()
        }
        return tuple(own), blocks

    def _children(self, binder: Binder, numbered: dict[str, Any]) -> dict[str, tuple[Block, ...]]:
        found = {}
        for child, written in self.document.data.get("children", {}).items():
            key: Key = ("children", child)
            known = [name for name in self.record_type.tables if name]
            if child not in known:
                hint = nearest(child, known)
                self.document.problem(key, "unknown_child", name=child, type=self.record_type.name, hint=hint)
            elif child in numbered:
                self.document.problem(key, "child_twice", name=child)
            elif isinstance(written, list):
                found[child] = tuple(self._block(binder, child, each, (*key, at)) for at, each in enumerate(written))
            else:
                found[child] = (self._block(binder, child, written, key),)
        return found

    def _block(self, binder: Binder, child: str, written: dict[str, Any], key: Key) -> Block:
        if "each" in written and "split" in written:
            self.document.problem(key, "each_and_split")
        each, split = _each(written), _split(written)
        if split is not None and split.parts is not None and len(split.columns) > 1:
            self.document.problem((*key, "split"), "parts_of_many")
        names = _names(each, split)
        table = self.record_type.tables[child]
        rules = []
        for path, rule in written["fields"].items():
            if (*key, "fields", path) not in self.broken:
                rules.append(binder.rule(rule, (*key, "fields", path), path, table, names))
        return Block(child, (tuple(rule for rule in rules if rule is not None),), each, split)

    def _skips(self) -> Iterator[Skip]:
        for at, each in enumerate(self.document.data.get("skip", ())):
            if "in" not in each and "starts" not in each:
                self.document.problem(("skip", at), "missing_key", name="in")
            starts = tuple(str(word) for word in each.get("starts", ()))
            yield Skip(each["column"], texts(each.get("in", ())), starts, each["reason"])


def _each(written: dict[str, Any]) -> tuple[str, ...]:
    each = written.get("each", ())
    return (each,) if isinstance(each, str) else tuple(each)


def _split(written: dict[str, Any]) -> Split | None:
    each = written.get("split")
    if each is None:
        return None
    items = tuple(str(word) for word in each["items"])
    names = tuple(each.get("names", ()))
    return Split(tuple(each["columns"]), items, each.get("parts"), names, lenient="lenient" in each)


def _names(each: tuple[str, ...], split: Split | None) -> Names:
    if split is not None:
        named = dict.fromkeys(split.names, split.columns[0]) if split.names else None
        return Names(offered=named or {column: column for column in split.columns})
    if len(each) > 1:
        return Names(offered={column: column for column in each})
    return Names(under=each[0] if each else "")
