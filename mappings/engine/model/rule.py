"""The parts of a compiled mapping: rules, blocks of children, rows to skip."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from mappings.engine.model.condition import Condition
    from mappings.engine.model.options import RuleOptions
    from standards import Field


GROUP = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|\((?!\?)", re.DOTALL)  # escapes and sets are passed over
NUMBERED = ("_no", "_code")  # ends of the names of fields that identify things


@dataclass(frozen=True)
class Fault:
    """Values that a verb could not take: `where` is a boolean array over all of them.

    `expected` is what would be right, of each value or of all.  What is right of one value tells something of it, so of
    a personal column a finding has `of_any` in its place: what is right whatever the value is.
    """

    code: str
    where: pa.Array
    expected: str | pa.Array | None = None
    of_any: str | None = None


TIMED = ("hour", "minute", "second")  # precisions of texts that say a time of day


class LocalTime(NamedTuple):
    """What a text says of a moment beside the instant, as arrays over all values; null where it gave no moment."""

    precision: pa.Array  # the smallest unit that is written, a code of the list `precision`
    day: pa.Array  # date32: the day in `zone`
    zone: pa.Array  # string: an IANA name, or the text's own offset as `+08:00`


@dataclass(frozen=True)
class Outcome:
    """What a verb made of an array of text: values of the same length, and what went wrong.

    `local` is there for moments whose local time the standard keeps.
    """

    values: pa.Array
    faults: tuple[Fault, ...] = ()
    local: LocalTime | None = None


class Moment(Protocol):
    """What a verb may know of the rows beside their text."""

    def event_day(self) -> pa.Array:
        """Return the day (date32) of each row's event, null where it is not known."""

    def beside(self, cell: str, missing: frozenset[str]) -> pa.Array:
        """Return the repaired text of another column, null where it has no value."""


@dataclass(frozen=True)
class Place:
    """What a finding is about: the sender's column, our field, and whether its values may be shown."""

    column: str | None
    path: str
    personal: bool


@dataclass(frozen=True)
class Pick:
    """Which item of a list gives a value: the first one that has it, or the one whose value is first in `order`."""

    lists: tuple[str, ...]  # full paths, each list in the items of the one before
    column: str  # the member, by its full path
    when: Condition | None = None  # only items for which it holds
    order: tuple[str, ...] = ()

    @property
    def cell(self) -> str:
        """The name under which a scope offers the value, which is no column of the sender's."""
        return repr(self)


@dataclass(frozen=True)
class Rule:
    """How one field is filled.  `columns` are the sender's, by their full path.

    Several rules may fill one field, each in the rows where its condition holds; the first that holds is taken.
    """

    path: str  # of the field within its table: `event_at`, `product.name`, in a child `hs_code`
    target: Field
    subject: str
    columns: tuple[str, ...]
    cells: tuple[str, ...]  # the names under which a scope offers them
    verb: str
    options: RuleOptions = field(repr=False)
    missing: frozenset[str] = frozenset()
    constant: pa.Scalar | None = None
    function: Callable[..., pa.Array] | None = field(default=None, repr=False)
    convert: Callable[[pa.Array, Moment], Outcome] | None = field(default=None, repr=False)
    local_columns: Mapping[str, str] = field(default_factory=dict)  # the column that gets each part of `LocalTime`
    constant_local: LocalTime | None = field(default=None, repr=False)  # of a constant moment: arrays of one element
    personal: bool = False
    when: Condition | None = None  # None: every row that no rule before it has taken
    beside: tuple[str, ...] = ()  # columns with facts about the value, such as its unit
    pick: Pick | None = None  # of the subject `item`

    @property
    def name(self) -> str:
        """The column of the table that is filled."""
        return self.target.name

    @property
    def reads(self) -> tuple[str, ...]:
        """Every column that the rule reads."""
        conditions = [each for each in (self.when, self.pick.when if self.pick else None) if each is not None]
        lists = self.pick.lists if self.pick else ()
        return (*self.columns, *self.beside, *lists, *(each.column for each in conditions))

    @property
    def shown(self) -> str | None:
        """The sender's columns as a finding names them."""
        return self.separator.join(dict.fromkeys(self.columns)) or None

    @property
    def separator(self) -> str:
        """What stands between columns, or their cells, that a finding names together."""
        return " + " if self.subject == "join" else " / "

    @property
    def place(self) -> Place:
        """What a finding about this rule is about."""
        return Place(self.shown, self.path, self.personal)

    @property
    def halved(self) -> bool:
        """Whether full-width signs in the column are read as ordinary ones before the verb sees them.

        Lookups try the written text first, and repair it themselves.
        """
        return self.coded if self.verb == "text" else self.verb not in {"crosswalk", "named", "boolean"}

    @property
    def leaves_rest(self) -> bool:
        """Whether the rule after this one fills the field where this one finds nothing."""
        return self.verb == "named"

    @property
    def coded(self) -> bool:
        """Whether the field holds a code or an identifying number, which is never a sentence."""
        return self.verb in {"text", "crosswalk"} and bool(
            self.target.codelist or self.target.pattern or self.target.identifier or self.name.endswith(NUMBERED)
        )


@dataclass(frozen=True)
class Split:
    """How a cell is split into items, and an item into parts."""

    columns: tuple[str, ...]
    items: tuple[str, ...]
    parts: str | None = None
    names: tuple[str, ...] = ()
    lenient: bool = False


@dataclass(frozen=True)
class Block:
    """Where the items of one child come from, and how each is mapped.

    With `each`, from list columns, or with `of` from the lists in their items; with `split`, from cells; else from the
    row's own columns, one set of rules per item (index paths, `repeat`), which is why `items` is a tuple of rule sets.
    The first two have exactly one set.
    """

    child: str
    items: tuple[tuple[Rule, ...], ...]
    each: tuple[str, ...] = ()
    split: Split | None = None
    when: tuple[Condition, ...] = ()  # of each rule set: only items for which it holds; none: every item
    of: tuple[str, ...] = ()  # full paths of the lists whose items have the list `each`, the outermost first


@dataclass(frozen=True)
class Skip:
    """Rows that are no records: totals, footnotes, repeated headers."""

    condition: Condition
    reason: str


@cache
def named_group(pattern: str) -> str:
    """Return the pattern with its one plain group named `value`, as Arrow wants it.

    >>> named_group("No ([0-9]+)")
    'No (?P<value>[0-9]+)'

    Raises:
        ValueError: There is not exactly one group.
    """
    groups = [found.start() for found in GROUP.finditer(pattern) if found[0] == "("]
    if len(groups) != 1:
        raise ValueError(f"{len(groups)} groups")
    return f"{pattern[: groups[0]]}(?P<value>{pattern[groups[0] + 1 :]}"
