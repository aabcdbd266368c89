"""Records with members of members (JSON, XML) as columns: objects are flattened, what repeats becomes a list.

A record is a dict of path to node; a node is a text, None (absent), a list of nodes, or within a list another such
dict.  `{"a": {"b": "1"}, "c": [{"d": "2"}]}` has the columns `a/b` (string) and `c` (list of structs with the member
`d`).  Where a list holds both texts and objects, a text is the member `.` of its struct.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from connectors.readers.header import MAX_COLUMNS, clean_name, duplicates
from connectors.readers.rows import Chunk, Fault
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.readers import Member

Node: TypeAlias = "str | list[Node] | dict[str, Node] | None"
Record: TypeAlias = dict[str, Node]
Records: TypeAlias = "Callable[[Member], Iterable[Record | Fault | None]]"  # None: a line without a record
OWN = "."  # the text of a thing that also has members
BATCH = 5_000
DEEPEST = 24  # lists within lists: Arrow carries 64 types within each other, and a list of objects is two of them


class FaultyRecordError(Exception):
    """One record cannot be read; the others can."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


class Shape:
    """What has been seen in one place of the records: texts, lists, members, or several of these."""

    def __init__(self) -> None:
        self.text = False
        self.items: Shape | None = None
        self.members: dict[str, Shape] = {}

    def add(self, node: Node | Record) -> None:
        """Widen the shape to hold `node`."""
        if isinstance(node, str):
            self.text = True
        elif isinstance(node, list):
            self.items = self.items or Shape()
            for item in node:
                self.items.add(item)
        elif node is not None:
            for name, member in node.items():
                self.members.setdefault(name, Shape()).add(member)

    def merge(self, other: Shape) -> None:
        """Widen the shape to hold what another one holds."""
        self.text |= other.text
        if other.items:
            self.items = self.items or Shape()
            self.items.merge(other.items)
        for name, member in other.members.items():
            self.members.setdefault(name, Shape()).merge(member)

    def settle(self) -> None:
        """Drop what was never more than null where others have an object: it is no member of its own."""
        if self.items:
            self.items.settle()
        above = {name[:place] for name in self.members for place, sign in enumerate(name) if sign == "/"}
        for name, member in list(self.members.items()):
            member.settle()
            if name in above and not (member.text or member.items or member.members):
                del self.members[name]

    def arrow(self) -> pa.DataType:
        """Return the type that holds everything seen; a single thing where others have a list is a list of one."""
        if self.items:
            alone = Shape()
            alone.text, alone.members = self.text, self.members
            self.items.merge(alone)
            return pa.list_(self.items.arrow())
        if not self.members:
            return pa.string()
        if self.text and OWN in self.members:  # somebody calls a member so
            self.members[OWN].text = True
        own = [pa.field(OWN, pa.string())] if self.text and OWN not in self.members else []
        return pa.struct(own + [pa.field(name, member.arrow()) for name, member in self.members.items()])

    def fit(self, node: Node) -> Node:
        """Return a node in the form of `arrow()`."""
        if node is None:
            return None
        if self.items:
            return [self.items.fit(item) for item in (node if isinstance(node, list) else [node])]
        if isinstance(node, dict):
            known = ((self.members.get(name), name, member) for name, member in node.items())
            return {name: shape.fit(member) for shape, name, member in known if shape} if self.members else None
        own = self.members.get(OWN)
        return {OWN: own.fit(node) if own else node} if self.members else node


def chunks(members: Sequence[Member], records: Records, columns: Sequence[str] = ()) -> Iterator[Chunk]:
    """Yield the records of all members; each is read twice, first to learn its shape.

    `columns` are lists, and are there even if no record has them.  Raises RejectBatch: READER_LIMIT (too many columns).
    """
    shape = shape_of(members, records, columns)
    schema = schema_of(shape)
    yield Chunk(columns_of([], shape, schema), np.empty(0, np.int64))
    for member in members:
        numbered = ((number, each) for number, each in enumerate(records(member), 1) if each is not None)
        while batch := list(islice(numbered, BATCH)):
            yield chunk_of(batch, shape, schema, member)


def chunk_of(batch: Sequence[tuple[int, Record | Fault]], shape: Shape, schema: pa.Schema, member: Member) -> Chunk:
    """Return records, each with its line, as a chunk."""
    faults = {place: each for place, (_, each) in enumerate(batch) if isinstance(each, Fault)}
    good = [each for _, each in batch if not isinstance(each, Fault)]
    lines = np.array([number for number, _ in batch], np.int64)
    return Chunk(columns_of(good, shape, schema), lines, faults, member.name)


def shape_of(members: Sequence[Member], records: Records, columns: Sequence[str] = ()) -> Shape:
    """Return what the records of all members have in common."""
    shape = Shape()
    for member in members:
        for record in records(member):
            if not isinstance(record, Fault):
                shape.add(record)  # of nothing is nothing
        bounded(shape, member)
    for name in columns:
        shape.members.setdefault(name, Shape()).add([])
    shape.settle()
    return shape


def bounded(shape: Shape, member: Member) -> None:
    """Raise RejectBatch when records have too many columns (READER_LIMIT), or two of one name (DUPLICATE_COLUMN)."""
    if len(shape.members) > MAX_COLUMNS:
        what = f"{len(shape.members)} > {MAX_COLUMNS} columns"
        raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=what))
    twice = duplicates([clean_name(name) for name in shape.members])
    if twice:
        raise RejectBatch(
            *(Finding("DUPLICATE_COLUMN", file=member.name, column=name, expected=str(count)) for name, count in twice)
        )


def schema_of(shape: Shape) -> pa.Schema:
    """Return the columns of records."""
    return pa.schema([pa.field(clean_name(name), member.arrow()) for name, member in shape.members.items()])


def columns_of(records: Sequence[Record], shape: Shape, schema: pa.Schema) -> pa.RecordBatch:
    """Return records as columns."""
    arrays = [
        pa.array([member.fit(record.get(name)) for record in records], field.type)
        for (name, member), field in zip(shape.members.items(), schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def checked(text: str, path: str, limit: int) -> str:
    """Return a text that a row may carry; raise FaultyRecordError for one that is too long or cannot be written."""
    if len(text) * 4 > limit or not text.isprintable():
        try:
            size = len(text.encode())
        except UnicodeEncodeError:  # half of a surrogate pair
            raise FaultyRecordError(Fault("CONTROL_CHARACTER", f"{path}: surrogate")) from None
        if size > limit:
            raise FaultyRecordError(Fault("CELL_TOO_LONG", f"{path}: {size} bytes"))
    return text
