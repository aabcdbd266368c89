"""A delivery of several files that belong together: the rows of some are lists in the rows of others, by a key.

`join` of a format says which files of an archive hold the records, and which hold the items of each list.  An item goes
to every record with the same key.  An item without a record is a faulty row (NO_PARENT) with its own file and line, and
so is a row of a list's file that cannot be read.  The files of the lists are held in memory, those of the records pass.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.readers import reader
from connectors.readers.rows import Chunk, Fault, empty_chunk, truncated, without_long_cells
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format, JoinedList

NO_PARENT = "NO_PARENT"
BETWEEN = "\x1f"  # between the parts of a key


def read_joined(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of the files with the records, each list as a column of structs; then the items without a record.

    Args:
        members: The files of the archive.
        fmt: The declared format, with `join`.
        limits: What the reading may cost.
        note: Called with what the reader of the format notes.

    Raises:
        RejectBatch: OTHER_MEMBERS (no file of a declared name, or one of another name), MISSING_COLUMN (a column of the
            key), DUPLICATE_COLUMN (the records have a column with the name of a list), and what the reader of the
            format raises.
    """
    plain = replace(fmt, join=(), join_records="")
    files = _by_list(members, fmt)
    lists = [
        _List(each, list(reader(fmt.kind).read(files[each.name], plain, limits, note)), limits) for each in fmt.join
    ]
    for chunk in reader(fmt.kind).read(files[""], plain, limits, note):
        whole = without_long_cells(chunk, limits.cell_bytes)
        columns = whole.columns
        for each in lists:
            columns = columns.append_column(each.declared.name, each.items_of(whole.columns, files[""][0]))
        yield replace(whole, columns=columns)
    names = reader(fmt.kind).header(files[""], plain, limits)
    for each in lists:
        yield from each.left_over(names, [other.kind for other in lists], [other.declared.name for other in lists])


def joined_header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of the columns of the records, then those of the lists."""
    plain = replace(fmt, join=(), join_records="")
    names = reader(fmt.kind).header(_by_list(members, fmt)[""], plain, limits)
    return [*names, *(each.name for each in fmt.join)]


def _by_list(members: Sequence[Member], fmt: Format) -> dict[str, list[Member]]:
    """Return the files of each list by its name, those of the records under ""; a name is compared in small letters."""
    patterns = {"": fmt.join_records, **{each.name: each.files for each in fmt.join}}
    found: dict[str, list[Member]] = {name: [] for name in patterns}
    for member in members:
        last = (member.name or "").rpartition("/")[2].lower()
        name = next((name for name, pattern in patterns.items() if fnmatchcase(last, pattern.lower())), None)
        if name is None:
            raise _missing(members, " | ".join(patterns.values()))
        found[name].append(member)
    for name, pattern in patterns.items():
        if not found[name]:
            raise _missing(members, pattern)
    return found


def _missing(members: Sequence[Member], wanted: str) -> RejectBatch:
    names = ", ".join(member.name or "" for member in members)
    return RejectBatch(Finding("OTHER_MEMBERS", value=names, expected=wanted))


class _List:
    """The items of one list in the order of their keys, and which of them found a record.

    Attributes:
        declared: The list as the format declares it.
        kind: The type of its column.
    """

    def __init__(self, declared: JoinedList, chunks: Sequence[Chunk], limits: Limits) -> None:
        self.declared = declared
        self.chunks = [without_long_cells(chunk, limits.cell_bytes) for chunk in chunks]
        rows = pa.Table.from_batches([chunk.columns for chunk in self.chunks]).combine_chunks()
        _require(declared.on, rows.column_names, self.chunks[0].file)
        self.items = rows.to_batches()[0].to_struct_array() if len(rows) else pa.array([], pa.struct(list(rows.schema)))
        self.kind = pa.list_(self.items.type)
        keys = _keys(rows.column_names, rows.columns, declared.on).dictionary_encode()
        self.known = keys.dictionary
        codes = keys.indices.fill_null(len(self.known)).to_numpy(zero_copy_only=False)
        self.order: npt.NDArray[np.int64] = np.argsort(codes, kind="stable")
        self.counts = np.bincount(codes, minlength=len(self.known) + 1)[: len(self.known)].astype(np.int64)
        self.starts = np.cumsum(self.counts) - self.counts
        self.codes = codes
        self.met = np.zeros(len(self.known) + 1, bool)  # the last is that of items without a key

    def items_of(self, records: pa.RecordBatch, member: Member) -> pa.Array:
        """Return the list of each record."""
        _require(self.declared.on, records.schema.names, member.name)
        if self.declared.name in records.schema.names:
            raise RejectBatch(Finding("DUPLICATE_COLUMN", file=member.name, column=self.declared.name, expected="2"))
        keys = _keys(records.schema.names, records.columns, self.declared.on)
        places = pc.index_in(keys, value_set=self.known).fill_null(-1).to_numpy(zero_copy_only=False)
        has = places >= 0
        self.met[places[has]] = True
        sizes = np.zeros(len(places), np.int64)
        starts = np.zeros(len(places), np.int64)
        sizes[has], starts[has] = self.counts[places[has]], self.starts[places[has]]
        ends = np.cumsum(sizes)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
        taken = self.items.take(pa.array(self.order[np.repeat(starts, sizes) + within]))
        return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]), pa.int32()), taken)

    def left_over(self, names: Sequence[str], kinds: Sequence[pa.DataType], lists: Sequence[str]) -> Iterator[Chunk]:
        """Yield the rows that are in no list: those that cannot be read, and those whose key no record has."""
        empty = empty_chunk(names).columns
        for name, kind in zip(lists, kinds, strict=True):
            empty = empty.append_column(name, pa.array([], kind))
        before = 0
        for chunk in self.chunks:
            size = chunk.columns.num_rows
            orphans = np.flatnonzero(~self.met[self.codes[before : before + size]])
            before += size
            if not len(orphans) and not chunk.faults:
                continue
            faulty = np.zeros(len(chunk.lines), bool)
            faulty[list(chunk.faults)] = True
            places = np.flatnonzero(~faulty)[orphans]
            texts = _written(chunk.columns.take(pa.array(orphans)))
            faults = {int(at): Fault(NO_PARENT, truncated(text)) for at, text in zip(places, texts, strict=True)}
            all_faults = sorted({**chunk.faults, **faults}.items())
            lines = chunk.lines[[place for place, _ in all_faults]]
            yield Chunk(empty, lines, {at: fault for at, (_, fault) in enumerate(all_faults)}, chunk.file)


def _require(on: Sequence[str], names: Sequence[str], file: str | None) -> None:
    lost = [name for name in on if name not in names]
    if lost:
        raise RejectBatch(*(Finding("MISSING_COLUMN", file=file, column=name) for name in lost))


def _keys(names: Sequence[str], columns: Sequence[pa.Array], on: Sequence[str]) -> pa.Array:
    """Return the key of each row (string), null where a part of it is blank."""
    parts = [pc.utf8_trim_whitespace(columns[names.index(name)]) for name in on]
    parts = [pc.if_else(pc.equal(each, ""), pa.scalar(None, pa.string()), each) for each in parts]
    sizes = (pc.cast(pc.utf8_length(each), pa.string()) for each in parts)  # a part may contain the sign between parts
    keys = pc.binary_join_element_wise(*(cell for pair in zip(sizes, parts, strict=True) for cell in pair), BETWEEN)
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


def _written(rows: pa.RecordBatch) -> list[str]:
    """Return each row as one text, for the finding."""
    cells = [pc.fill_null(column, "") for column in rows.columns]
    return pc.binary_join_element_wise(*cells, "|").to_pylist() if cells else []
