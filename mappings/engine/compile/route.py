"""From one route of mapping.yml to a `Route`: its fields, its items by index path, its blocks of children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mappings.engine.compile.grammar import choices
from mappings.engine.compile.problems import nearest
from mappings.engine.compile.repeat import repeated
from mappings.engine.model.names import Names, nested_paths
from mappings.engine.model.route import Route
from mappings.engine.model.rule import Block, Rule, Split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mappings.engine.compile.bind import Binder
    from mappings.engine.compile.yaml_document import Document, Key
    from mappings.engine.model.condition import Condition
    from mappings.engine.model.options import BlockOptions, RouteOptions
    from standards import RecordType, Table

INDEX_PARTS = 3  # party.0.name


@dataclass
class RouteReader:
    """One reading of the route at `key`, whose grammar is right but for the rules in `broken`."""

    document: Document
    binder: Binder
    broken: set[Key]
    record_type: RecordType
    key: Key

    def route(self, written: RouteOptions, name: str) -> Route:
        """Return the route that is written so."""
        rules, numbered = self._fields(written["fields"])
        children = {**numbered, **self._children(written.get("children", {}), numbered)}
        when = written.get("when")
        condition = None if when is None else self.binder.condition(when, (*self.key, "when"), Names())
        return Route(name, self.record_type, tuple(written["key"]), condition, rules, children)

    def _fields(self, fields: Mapping[str, Any]) -> tuple[tuple[Rule, ...], dict[str, tuple[Block, ...]]]:
        """Bind `fields`: those of the record, and the items with an index path as one block per child."""
        own: list[Rule] = []
        items: dict[str, dict[int, list[Rule]]] = {}
        for path, written in fields.items():
            key: Key = (*self.key, "fields", path)
            parts = path.split(".", 2)
            numbered = len(parts) == INDEX_PARTS and parts[1].isdigit() and parts[0] in self.record_type.tables
            table = self.record_type.tables[parts[0] if numbered else ""]
            rules = self._rules(written, key, parts[2] if numbered else path, table, Names())
            if numbered and rules:
                items.setdefault(parts[0], {}).setdefault(int(parts[1]), []).extend(rules)
            else:
                own += rules
        for child, found in items.items():
            if sorted(found) != list(range(len(found))):
                self.document.problem((*self.key, "fields"), "index_gap", child=child)
        blocks: dict[str, tuple[Block, ...]] = {
            child: (Block(child, tuple(tuple(found[index]) for index in sorted(found))),)
            for child, found in items.items()
        }
        return tuple(own), blocks

    def _children(
        self, children: dict[str, BlockOptions | list[BlockOptions]], numbered: dict[str, tuple[Block, ...]]
    ) -> dict[str, tuple[Block, ...]]:
        found = {}
        for child, written in children.items():
            key: Key = (*self.key, "children", child)
            known = [name for name in self.record_type.tables if name]
            if child not in known:
                hint = nearest(child, known)
                self.document.problem(key, "unknown_child", name=child, type=self.record_type.name, hint=hint)
            elif child in numbered:
                self.document.problem(key, "child_twice", name=child)
            elif isinstance(written, list):
                found[child] = tuple(self._block(child, each, (*key, at)) for at, each in enumerate(written))
            else:
                found[child] = (self._block(child, written, key),)
        return found

    def _rules(self, written: Any, key: Key, path: str, table: Table, names: Names) -> list[Rule]:
        """Bind the rule of one field, or the list of those of which the first that holds is taken."""
        found = []
        before: list[Condition] = []
        all_of_it = choices(key, written)
        for place, each in all_of_it:
            rule = None if place in self.broken else self.binder.rule(each, place, path, table, names)
            if rule is None:
                continue
            if rule.when is None and not rule.leaves_rest and place != all_of_it[-1][0]:
                self.document.problem(place, "rule_not_last")
            elif rule.when is not None and rule.when.never_after(before):
                self.document.problem((*place, "when"), "rule_never_taken")
            before += [rule.when] if rule.when is not None else []
            found.append(rule)
        return found

    def _block(self, child: str, written: BlockOptions, key: Key) -> Block:
        if sum(kind in written for kind in ("each", "split", "repeat")) > 1:
            self.document.problem(key, "each_and_split")
        of, each, split = _of(written), _each(written), _split(written)
        if of and len(each) != 1:
            self.document.problem((*key, "of"), "of_without_each")
        elif of:
            each = nested_paths((*of, each[0]))[-1:]
        if split is not None and split.parts is not None and len(split.columns) > 1:
            self.document.problem((*key, "split"), "parts_of_many")
        names = _names(nested_paths(of), each, split)
        table = self.record_type.tables[child]
        blocks = repeated(written, key, self.document)
        items = tuple(
            tuple(
                bound
                for path, rule in block["fields"].items()
                for bound in self._rules(rule, (*key, "fields", path), path, table, names)
            )
            for block in blocks
        )
        when = [self.binder.condition(block["when"], (*key, "when"), names) for block in blocks if "when" in block]
        return Block(child, items, each, split, tuple(each for each in when if each is not None), nested_paths(of))


def _each(written: BlockOptions) -> tuple[str, ...]:
    each = written.get("each", ())
    return (each,) if isinstance(each, str) else tuple(each)


def _of(written: BlockOptions) -> tuple[str, ...]:
    above = written.get("of", ())
    return (above,) if isinstance(above, str) else tuple(above)


def _split(written: BlockOptions) -> Split | None:
    each = written.get("split")
    if each is None:
        return None
    items = tuple(str(separator) for separator in each["items"])
    names = tuple(each.get("names", ()))
    return Split(tuple(each["columns"]), items, each.get("parts"), names, lenient="lenient" in each)


def _names(of: tuple[str, ...], each: tuple[str, ...], split: Split | None) -> Names:
    if split is not None:
        named = dict.fromkeys(split.names, split.columns[0]) if split.names else None
        return Names(offered=named or {column: column for column in split.columns})
    if len(each) > 1:
        return Names(offered={column: column for column in each})
    return Names((*of, *each))
