"""A route: the rows of a feed that become records of one type, and how they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.engine.model.condition import Condition
    from mappings.engine.model.rule import Block, Rule
    from standards import RecordType


@dataclass(frozen=True)
class Route:
    """The mapping of one record type.  A feed has one for all of its rows, or several with a condition each."""

    name: str  # of the record type; `fire_incident.2` for a second route to the same one
    record_type: RecordType
    key: tuple[str, ...]
    when: Condition | None = None  # None: every row that no route before it has taken
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    children: dict[str, tuple[Block, ...]] = field(default_factory=dict, repr=False)

    def all_rules(self) -> Iterator[tuple[str, Rule]]:
        """Yield every rule with its full path, `goods.0.hs_code` for an item that has its own, else `goods.hs_code`."""
        for rule in self.rules:
            yield rule.path, rule
        for child, blocks in self.children.items():
            for block in blocks:
                numbered = len(block.items) > 1 and len(blocks) == 1
                for index, rules in enumerate(block.items):
                    head = f"{child}.{index}" if numbered else child
                    yield from ((f"{head}.{rule.path}", rule) for rule in rules)

    @cached_property
    def read_columns(self) -> tuple[str, ...]:
        """Every column, by full path, that the route reads: by its key, a child, a rule or its condition."""
        found = dict.fromkeys(self.key)
        for blocks in self.children.values():
            for block in blocks:
                found |= dict.fromkeys((*block.of, *block.each))
                found |= dict.fromkeys(block.split.columns if block.split else ())
                found |= dict.fromkeys(condition.column for condition in block.when)
        for _, rule in self.all_rules():
            found |= dict.fromkeys(rule.reads)
        if self.when is not None:
            found[self.when.column] = None
        return tuple(found)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The list columns that a child or a value is made of; their members are called `list/member`."""
        found = {name for blocks in self.children.values() for block in blocks for name in (*block.of, *block.each)}
        return frozenset(found.union(*(rule.pick.lists for _, rule in self.all_rules() if rule.pick)))

    def column_of(self, path: str) -> str | None:
        """Return the sender's column behind a field's full path (`goods.3.hs_code`), None when there is none.

        A field that several rules or blocks may fill has several: `descriptions / prodname`.
        """
        return self._columns_by_path.get(path) or self._columns_by_path.get(unnumbered(path))

    def zone_of(self, path: str) -> str | None:
        """Return the time zone of the cells behind a field's full path, None where the cells state their own."""
        return self._zones_by_path.get(path) or self._zones_by_path.get(unnumbered(path))

    @cached_property
    def local_zones(self) -> dict[str, str]:
        """The one time zone of each field of the record whose local time the standard keeps.

        A field has none here whose cells always state an offset, or are in several zones.
        """
        found: dict[str, set[str | None]] = {}
        for rule in self.rules:
            if "zone" in rule.local_columns:
                found.setdefault(rule.name, set()).add(rule.options.get("tz"))
        return {name: zone for name, (zone, *more) in found.items() if zone is not None and not more}

    @cached_property
    def _zones_by_path(self) -> dict[str, str]:
        return {path: rule.options["tz"] for path, rule in self.all_rules() if "tz" in rule.options}

    @cached_property
    def _columns_by_path(self) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for path, rule in self.all_rules():
            if rule.shown:
                found.setdefault(path, []).append(rule.shown)
        return {path: " / ".join(dict.fromkeys(shown)) for path, shown in found.items()}


def unnumbered(path: str) -> str:
    """Return a field's full path without the positions of items in it.

    >>> unnumbered("goods.3.hs_code")
    'goods.hs_code'
    """
    return ".".join(part for part in path.split(".") if not part.isdigit())
