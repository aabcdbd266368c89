"""YAML as a mapping may use it: plain data, every key with its line, none of the traps.

Keys are always text.  A plain scalar is a boolean only as `true` or `false`, an integer only in its shortest decimal
form, null only as `null`, `~` or nothing; everything else is text, so `no`, `007`, `1e3` and `2026-01-01` stay as
they were written.  Duplicate keys, anchors and tags are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from hub.yaml_text import FAST_LOADER
from mappings.engine.compile.problems import nearest

if TYPE_CHECKING:
    from pathlib import Path

    from hub.json_types import JsonObject
    from mappings.engine.compile.problems import Problems

CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)

TODO = "TODO"  # what a draft was not sure of; nothing is read until a person has decided

Key = tuple[str | int, ...]


@dataclass
class Document:
    """A YAML file as data; `lines` gives the line (1-based) of each key path."""

    file: str
    problems: Problems
    data: Any = None
    lines: dict[Key, int] = field(default_factory=dict)
    undecided: bool = False  # something in it is still TODO

    def line(self, key: Key) -> int:
        """Return the line of `key`, or of the nearest thing above it."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 0)

    def problem(self, key: Key, what: str, /, **values: object) -> None:
        """Note a mistake at `key`."""
        self.problems.add(self.file, self.line(key), ".".join(str(part) for part in key), what, **values)

    def has_keys(self, key: Key, written: Any, needed: tuple[str, ...], *more: str) -> bool:
        """Whether what stands at `key` has the needed keys and none but `more` besides; what is not so is noted."""
        known = (*needed, *more)
        if not isinstance(written, dict):
            self.problem(key, "agency_keys", known=", ".join(known))
            return False
        for name in written.keys() - set(known):
            self.problem((*key, name), "unknown_key", name=name, hint=nearest(name, known))
        for name in set(needed) - written.keys():
            self.problem(key, "missing_key", name=name)
        return set(needed) <= written.keys() <= set(known)


def read_document(path: Path, problems: Problems) -> Document:
    """Read one YAML file; what is wrong with it goes to `problems`, and `data` is then None or lacks that part."""
    document, before = Document(path.name, problems), len(problems.found)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        problems.add(path.name, 0, "", "no_file")
        return document
    except UnicodeDecodeError as error:
        problems.add(path.name, 0, "", "not_utf8", byte=error.start)
        return document
    try:
        for event in yaml.parse(text, Loader=FAST_LOADER):
            _refuse(event, document)
        if len(problems.found) == before:
            node = yaml.compose(text, Loader=FAST_LOADER)
            document.data = None if node is None else _value(node, (), document)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problems.add(path.name, mark.line + 1 if mark else 0, "", "not_yaml", why=error.problem or error.context)
    except yaml.YAMLError as error:
        problems.add(path.name, 0, "", "not_yaml", why=str(error).splitlines()[0])
    return document


def _refuse(event: yaml.Event, document: Document) -> None:
    line = event.start_mark.line + 1 if event.start_mark else 0
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        document.problems.add(document.file, line, "", "anchor")
    tag = getattr(event, "tag", None)
    if tag is not None:
        document.problems.add(document.file, line, "", "tag", tag=tag)


def _value(node: yaml.Node, key: Key, document: Document) -> Any:
    document.lines.setdefault(key, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, key, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*key, index), document) for index, each in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and node.value.startswith(TODO):
        document.undecided = True
        document.problem(key, "todo", text=str(node.value).removeprefix(TODO).strip())
    plain = isinstance(node, yaml.ScalarNode) and not node.style  # libyaml says "" of a plain one
    return _scalar(node.value) if plain else node.value


def _scalar(written: str) -> Any:
    if written in CONSTANTS:
        return CONSTANTS[written]
    return int(written) if INTEGER.fullmatch(written) else written


def _mapping(node: yaml.MappingNode, key: Key, document: Document) -> JsonObject:
    found: JsonObject = {}
    for name_node, value_node in node.value:
        line = name_node.start_mark.line + 1
        if not isinstance(name_node, yaml.ScalarNode):
            document.problems.add(document.file, line, ".".join(map(str, key)), "key_not_text")
            continue
        name = str(name_node.value)
        below = (*key, name)
        if name in found:
            document.problems.add(
                document.file, line, ".".join(map(str, below)), "duplicate_key", first=document.lines[below]
            )
            continue
        document.lines[below] = line
        found[name] = _value(value_node, below, document)
    return found
