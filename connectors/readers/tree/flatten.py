"""Records with nested members (JSON, XML) as columns: objects are flattened, repetition becomes a list.

A record is a dict of path to node.  A node is a text, None (absent), a list of nodes, or within a list another such
dict.  `{"a": {"b": "1"}, "c": [{"d": "2"}]}` has the columns `a/b` (string) and `c` (list of structs with the member
`d`).  Where a list has both texts and objects, a text is the member `.` of its struct.
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
OWN_TEXT = "."  # the member for the text of a node that also has members
BATCH_ROWS = 5_000
# Lists within lists: Arrow nests 64 types, and a list of objects is two of them.
MAX_LIST_DEPTH = 24


class FaultyRecordError(Exception):
    """One record cannot be read; the others can."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


class Shape:
    """The types of all nodes at one path of the records: texts, lists, members, or several of these.

    Attributes:
        text: Whether a node is a text.
        items: The shape of the items where a node is a list.
        members: The shape of each member where a node is an object; of a record, of each path.

    >>> shape = Shape()
    >>> shape.add({"a/b": "1", "c": [{"d": "2"}]})
    >>> shape.arrow_type()
    StructType(struct<a/b: string, c: list<item: struct<d: string>>>)
    """

    def __init__(self) -> None:
        self.text = False
        self.items: Shape | None = None
        self.members: dict[str, Shape] = {}

    def add(self, node: Node | Record) -> None:
        """Widen the shape so that it fits a node."""
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
        """Widen the shape so that it fits everything that another one fits."""
        self.text |= other.text
        if other.items:
            self.items = self.items or Shape()
            self.items.merge(other.items)
        for name, member in other.members.items():
            self.members.setdefault(name, Shape()).merge(member)

    def width(self) -> int:
        """Return the greatest number of members that a record, or an item of a list within it, has."""
        below = [each.width() for each in self.members.values() if each.items or each.members]
        return max(len(self.members), self.items.width() if self.items else 0, *below, 0)

    def drop_null_members(self) -> None:
        """Drop members that are always null where other records have an object of that name."""
        if self.items:
            self.items.drop_null_members()
        parents = {name[:place] for name in self.members for place, sign in enumerate(name) if sign == "/"}
        for name, member in list(self.members.items()):
            member.drop_null_members()
            if name in parents and not (member.text or member.items or member.members):
                del self.members[name]

    def arrow_type(self) -> pa.DataType:
        """Return the type that fits all nodes; a single node where others have a list is a list of one."""
        if self.items:
            single_shape = Shape()
            single_shape.text, single_shape.members = self.text, self.members
            self.items.merge(single_shape)
            return pa.list_(self.items.arrow_type())
        if not self.members:
            return pa.string()
        if self.text and OWN_TEXT in self.members:  # a member may have that name
            self.members[OWN_TEXT].text = True
        own_field = [pa.field(OWN_TEXT, pa.string())] if self.text and OWN_TEXT not in self.members else []
        return pa.struct(own_field + [pa.field(name, member.arrow_type()) for name, member in self.members.items()])

    def conform(self, node: Node) -> Node:
        """Return a node in the form of `arrow_type()`."""
        if node is None:
            return None
        if self.items:
            return [self.items.conform(item) for item in (node if isinstance(node, list) else [node])]
        if isinstance(node, dict):
            known = ((self.members.get(name), name, member) for name, member in node.items())
            return {name: shape.conform(member) for shape, name, member in known if shape} if self.members else None
        own_field = self.members.get(OWN_TEXT)
        return {OWN_TEXT: own_field.conform(node) if own_field else node} if self.members else node


def read_chunks(members: Sequence[Member], records: Records, columns: Sequence[str] = ()) -> Iterator[Chunk]:
    """Yield the records of all members, 5,000 at a time; each member is read twice, first to infer the columns.

    Args:
        members: The delivery, or the members of the archive.
        records: Returns the records of a member; a Fault for one that cannot be read, None for a line without one.
        columns: Names of lists that are columns even if no record has them.

    Yields:
        Chunks whose lines are the 1-based ordinals of the records.

    Raises:
        RejectBatch: READER_LIMIT (too many columns), DUPLICATE_COLUMN, and what `records` raises.
    """
    shape = infer_shape(members, records, columns)
    schema = arrow_schema(shape)
    yield Chunk(to_batch([], shape, schema), np.empty(0, np.int64))
    for member in members:
        numbered = ((number, each) for number, each in enumerate(records(member), 1) if each is not None)
        while batch := list(islice(numbered, BATCH_ROWS)):
            yield to_chunk(batch, shape, schema, member)


def to_chunk(batch: Sequence[tuple[int, Record | Fault]], shape: Shape, schema: pa.Schema, member: Member) -> Chunk:
    """Return records as a chunk.

    Args:
        batch: Pairs of a line and its record or fault.
        shape: Of all records of the delivery.
        schema: The columns of that shape.
        member: The file.
    """
    faults = {place: each for place, (_, each) in enumerate(batch) if isinstance(each, Fault)}
    good = [each for _, each in batch if not isinstance(each, Fault)]
    lines = np.array([number for number, _ in batch], np.int64)
    return Chunk(to_batch(good, shape, schema), lines, faults, member.name)


def infer_shape(members: Sequence[Member], records: Records, columns: Sequence[str] = ()) -> Shape:
    """Return the shape that fits the records of all members.

    Args:
        members: The delivery, or the members of the archive.
        records: As for `read_chunks`.
        columns: As for `read_chunks`.

    Raises:
        RejectBatch: READER_LIMIT (too many columns), DUPLICATE_COLUMN, and what `records` raises.
    """
    shape = Shape()
    for member in members:
        for record in records(member):
            if not isinstance(record, Fault):
                shape.add(record)  # an empty line adds nothing
        check_columns(shape, member)
    for name in columns:
        shape.members.setdefault(name, Shape()).add([])
    shape.drop_null_members()
    return shape


def check_columns(shape: Shape, member: Member) -> None:
    """Check the number and the names of the columns of a shape.

    An item of a list has room for each member that any item has, so these are counted as well.

    Raises:
        RejectBatch: READER_LIMIT (more than 2,000 columns, or members of an item), DUPLICATE_COLUMN (two paths have
            one name after cleaning).
    """
    if (width := shape.width()) > MAX_COLUMNS:
        what = f"{width} > {MAX_COLUMNS} columns"
        raise RejectBatch(Finding("READER_LIMIT", file=member.name, value=what))
    repeated = duplicates([clean_name(name) for name in shape.members])
    if repeated:
        raise RejectBatch(
            *(
                Finding("DUPLICATE_COLUMN", file=member.name, column=name, expected=str(count))
                for name, count in repeated
            )
        )


def arrow_schema(shape: Shape) -> pa.Schema:
    """Return the columns of a shape, with cleaned names."""
    return pa.schema([pa.field(clean_name(name), member.arrow_type()) for name, member in shape.members.items()])


def to_batch(records: Sequence[Record], shape: Shape, schema: pa.Schema) -> pa.RecordBatch:
    """Return records as columns: `schema` is that of `shape`."""
    arrays = [
        pa.array([member.conform(record.get(name)) for record in records], field.type)
        for (name, member), field in zip(shape.members.items(), schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def check_text(text: str, path: str, limit: int) -> str:
    """Return a text that a row may contain.

    Args:
        text: The value, or the name of a member.
        path: Of the node, for the fault.
        limit: Bytes (UTF-8) of the longest text.

    Raises:
        FaultyRecordError: CELL_TOO_LONG, or CONTROL_CHARACTER for half of a surrogate pair.
    """
    if len(text) * 4 > limit or not text.isprintable():
        try:
            size = len(text.encode())
        except UnicodeEncodeError:  # half of a surrogate pair
            raise FaultyRecordError(Fault("CONTROL_CHARACTER", f"{path}: surrogate")) from None
        if size > limit:
            raise FaultyRecordError(Fault("CELL_TOO_LONG", f"{path}: {size} bytes"))
    return text
