"""One source folder, read and checked: what every other part of the engine works from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from hub.expectation import Expect
    from hub.source_options import ConnectorOptions, FormatOptions
    from mappings.engine.model.route import Route
    from mappings.engine.model.rule import Rule, Skip
    from standards import RecordType

MASKED_SENSITIVITIES = {"personal"}  # values that not even their own sender is shown again; docs/decisions/0004


@dataclass(frozen=True)
class KeyTimes:
    """When a key of the agency is good: from `valid_from` until before `valid_to` and `revoked_at`."""

    name: str
    valid_from: datetime
    valid_to: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Source:
    """A mapping bound to the standard.  It is valid: `read_source` raises for every mistake."""

    folder: Path
    agency: str
    feed: str
    title: dict[str, str]
    agency_name: dict[str, str]
    language: str  # of the sender: "zh" or "en"
    bodies: tuple[str, ...]  # of the register of agencies; the first that exists on a day sends the records of that day
    agency_keys: tuple[KeyTimes, ...]  # its public keys lie in keys/ beside agency.yml
    connector: ConnectorOptions
    format: FormatOptions
    mode: str  # upsert, append or snapshot
    signature: str  # of the manifest: required, wanted or none
    expect: Expect
    missing: frozenset[str]
    optional: frozenset[str]
    routes: tuple[Route, ...] = field(repr=False)  # a row goes to the first one whose condition holds
    skips: tuple[Skip, ...] = field(repr=False)
    ignore: dict[str, str] = field(repr=False)
    personal: frozenset[str] = field(repr=False)
    blank_key: frozenset[str] = field(repr=False)  # columns of keys in which a blank is a value like any other
    not_personal: frozenset[str] = field(repr=False)  # columns whose numbers look like those of persons and are none
    version: str  # of the mapping: changes with mapping.yml or a crosswalk, and with nothing else

    @property
    def name(self) -> str:
        """`agency/feed`."""
        return f"{self.agency}/{self.feed}"

    @property
    def only_checks(self) -> bool:
        """Whether files are checked and never loaded."""
        return self.mode == "check"

    @cached_property
    def record_types(self) -> tuple[RecordType, ...]:
        """The record types that the feed has records of, each once, in the order of the routes."""
        return tuple({route.record_type.name: route.record_type for route in self.routes}.values())

    @cached_property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that a key of any route is made of."""
        return tuple(dict.fromkeys(column for route in self.routes for column in route.key))

    def mode_of(self, operation: str) -> str:
        """Return how a submission is loaded: only what is new is a whole picture, or must not come again."""
        return self.mode if operation == "new" else "upsert"

    def all_rules(self) -> Iterator[tuple[str, Rule]]:
        """Yield every rule of every route with its full path."""
        for route in self.routes:
            yield from route.all_rules()

    @cached_property
    def read_columns(self) -> tuple[str, ...]:
        """Every column, by full path, that the mapping reads: by a route or a skip."""
        found = dict.fromkeys(self.key_columns)
        found |= dict.fromkeys(skip.condition.column for skip in self.skips)
        for route in self.routes:
            found |= dict.fromkeys(route.read_columns)
        return tuple(found)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The list columns that a child is made of; their members are called `list/member`."""
        return frozenset().union(*(route.lists for route in self.routes))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that a delivery must have: what is read, less members of lists and what is optional."""
        return tuple(name for name in self.read_columns if not self.member(name) and name not in self.optional)

    def member(self, column: str) -> str | None:
        """Return the list column that `column` is a member of, None when it is a column of the row itself."""
        return next((each for each in self.lists if column.startswith(each + "/")), None)
