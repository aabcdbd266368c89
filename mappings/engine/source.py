"""One source folder, read and checked: what every other part of the engine works from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mappings.engine.rule import Block, Rule, Skip
    from standards import RecordType

HIDDEN = {"personal"}  # values that not even their own sender is shown again; docs/decisions/0004


@dataclass(frozen=True)
class Source:
    """A mapping bound to the standard.  Whatever could be wrong with it was said when it was read."""

    folder: Path
    agency: str
    feed: str
    title: dict[str, str]
    agency_name: dict[str, str]
    language: str  # of the sender: "zh" or "en"
    record_type: RecordType
    connector: dict[str, Any]
    format: dict[str, Any]
    key: tuple[str, ...]
    mode: str
    expect: dict[str, Any]
    missing: frozenset[str]
    optional: frozenset[str]
    rules: tuple[Rule, ...] = field(repr=False)
    children: dict[str, tuple[Block, ...]] = field(repr=False)
    skips: tuple[Skip, ...] = field(repr=False)
    ignore: dict[str, str] = field(repr=False)
    personal: frozenset[str] = field(repr=False)
    version: str  # of the mapping: changes with mapping.yml or a crosswalk, and with nothing else

    @property
    def name(self) -> str:
        """`agency/feed`."""
        return f"{self.agency}/{self.feed}"

    def all_rules(self) -> Iterator[tuple[str, Rule]]:
        """Yield every rule with its full path, `goods.0.hs_code` for an item that has its own, else `goods.hs_code`."""
        for rule in self.rules:
            yield rule.path, rule
        for child, blocks in self.children.items():
            for block in blocks:
                numbered = len(block.items) > 1
                for index, rules in enumerate(block.items):
                    head = f"{child}.{index}" if numbered else child
                    yield from ((f"{head}.{rule.path}", rule) for rule in rules)

    @cached_property
    def read_columns(self) -> tuple[str, ...]:
        """Every column, by full path, that the mapping reads: by a rule, the key or a skip."""
        found = dict.fromkeys(self.key)
        found |= dict.fromkeys(skip.column for skip in self.skips)
        for blocks in self.children.values():
            for block in blocks:
                found |= dict.fromkeys(block.each)
                found |= dict.fromkeys(block.split.columns if block.split else ())
        for _, rule in self.all_rules():
            found |= dict.fromkeys(rule.columns)
        return tuple(found)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The list columns that a child is made of; their members are called `list/member`."""
        return frozenset(each for blocks in self.children.values() for block in blocks for each in block.each)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that a delivery must have: what is read, less members of lists and what is optional."""
        return tuple(name for name in self.read_columns if not self.member(name) and name not in self.optional)

    def member(self, column: str) -> str | None:
        """Return the list column that `column` is a member of, None when it is a column of the row itself."""
        return next((each for each in self.lists if column.startswith(each + "/")), None)

    def column_of(self, path: str) -> str | None:
        """Return the sender's column behind a field's full path (`goods.3.hs_code`), None when there is none."""
        return self._columns_by_path.get(path) or self._columns_by_path.get(_unnumbered(path))

    @cached_property
    def _columns_by_path(self) -> dict[str, str]:
        return {path: rule.shown for path, rule in self.all_rules() if rule.shown}


def _unnumbered(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdigit())
