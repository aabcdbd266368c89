"""Links: which records of two feeds are about the same thing, and what they must then agree on.

One file of `links/` each, in a closed grammar (`README.md`).  A link is data: the warehouse's comparison, the
indexes that it needs and the texts of its findings are all made from it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from hub.errors import FixTheHub
from hub.messages import error_of
from hub.yaml_text import load_yaml
from standards import standard
from standards.link_grammar import wrong_in

if TYPE_CHECKING:
    from hub.json_types import JsonObject
    from standards import Field, Table

LINKS = Path(__file__).with_name("links")
SHOWN = frozenset({"public", "internal"})  # other values are compared, and never shown


@dataclass(frozen=True)
class Side:
    """One of the two record types; with `item`, each of its children of that name is a thing of its own."""

    record_type: str
    item: str = ""

    @property
    def record(self) -> Table:
        """The record's table."""
        return standard().types[self.record_type].tables[""]

    @property
    def items(self) -> Table | None:
        """The children's table, None where the record itself is the thing."""
        return standard().types[self.record_type].tables[self.item] if self.item else None


@dataclass(frozen=True)
class Column:
    """A field of one side; `of_item`: it stands in the child's table."""

    path: str
    field: Field
    of_item: bool


@dataclass(frozen=True)
class Comparison:
    """What the two sides must agree on; it holds wherever either of them is null.

    `op` ">=" lets the left be greater.  Numbers may differ by `tolerance` (a share of the greater one), days by `days`,
    texts are compared in their first `digits` characters.  With `same`, only where those two fields are equal.
    """

    id: str
    left: Column
    right: Column
    message: dict[str, str]
    op: str = "=="
    tolerance: Decimal | None = None
    days: int = 0
    digits: int | None = None
    same: tuple[Column, Column] | None = None


@dataclass(frozen=True)
class Link:
    """Two record types, the fields by which two records are about one thing, and what is compared."""

    id: str
    label: dict[str, str]
    left: Side
    right: Side
    on: tuple[tuple[Column, Column], ...]
    compare: tuple[Comparison, ...]
    version: str  # of the file, and so of what was compared by it
    basis: dict[str, str] | None = None

    def sides_of(self, record_type: str) -> tuple[str, ...]:
        """Return the sides, left and right, on which records of a type stand."""
        sides = (("left", self.left), ("right", self.right))
        return tuple(name for name, side in sides if side.record_type == record_type)

    def is_shared(self, column: Column) -> bool:
        """Whether the other side's agency may read the value: conditional values need the link's `basis`."""
        agreed = column.field.share == "unconditional" or self.basis is not None
        return agreed and not self.is_sensitive(column)

    @staticmethod
    def is_sensitive(column: Column) -> bool:
        """Whether a value is sensitive: a difference is reported and stored without the value."""
        return column.field.sensitivity not in SHOWN

    def index_of(self, side: str) -> tuple[str, tuple[str, ...]]:
        """Return table and columns of the index by which records of a side ("left" or "right") are found.

        The first pair of `on` decides which table it is.
        """
        at = ("left", "right").index(side)
        columns = [pair[at] for pair in self.on]
        place = (self.left, self.right)[at]
        table = place.items if columns[0].of_item and place.items else place.record
        return table.name, tuple(each.field.name for each in columns if each.of_item == columns[0].of_item)


@cache
def links() -> dict[str, Link]:
    """Return every link by its id.  Raises FixTheHub, naming file and key, when one of them is not sound."""
    return {path.stem: read_link(path) for path in sorted(LINKS.glob("*.yml"))}


def read_link(path: Path) -> Link:
    """Read one file of the grammar."""
    text = path.read_text("utf-8")
    try:
        written = load_yaml(text)
    except yaml.YAMLError as fault:
        raise _unsound(path, [f"not YAML: {type(fault).__name__}"]) from None
    wrong = wrong_in(written, path.stem, standard())
    if wrong:
        raise _unsound(path, wrong)
    left, right = (Side(**each) for each in written["sides"])
    return Link(
        id=written["id"],
        label=written["label"],
        left=left,
        right=right,
        on=tuple(_pair(left, right, each) for each in written["on"]),
        compare=tuple(_comparison(left, right, each) for each in written["compare"]),
        version=hashlib.sha256(text.encode()).hexdigest(),
        basis=written.get("basis"),
    )


def _comparison(left: Side, right: Side, given: JsonObject) -> Comparison:
    one, two = _pair(left, right, given["fields"])
    same = _pair(left, right, given["same"]) if "same" in given else None
    return Comparison(
        given["id"],
        one,
        two,
        given["message"],
        op=given.get("op", "=="),
        tolerance=_exact(given.get("tolerance")),
        days=given.get("days", 0),
        digits=given.get("digits"),
        same=same,
    )


def _exact(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _pair(left: Side, right: Side, paths: list[str]) -> tuple[Column, Column]:
    return _column(left, paths[0]), _column(right, paths[1])


def _column(side: Side, path: str) -> Column:
    first, _, rest = path.partition(".")
    if side.items is not None and first == side.item:
        return Column(path, side.items.fields[rest.replace(".", "_")], of_item=True)
    return Column(path, side.record.fields[path.replace(".", "_")], of_item=False)


def _unsound(path: Path, wrong: list[str]) -> FixTheHub:
    return error_of(FixTheHub, "standard.bad_link", where=f"standards/links/{path.name}", why="\n".join(wrong))
