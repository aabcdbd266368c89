"""Parquet: columns as text, nested ones as lists and structs of text, read in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connectors.readers.header import column_names, require_same_columns
from connectors.readers.magic import bad_document, require_kind
from connectors.readers.rows import Chunk, Fault
from connectors.readers.stringify import FLOAT_EXACT, is_supported, lost_digits, to_text
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.format import Format

BATCH_ROWS = 20_000
MAX_THRIFT_BYTES = 64 << 20  # of the metadata of a file
READ_ERRORS = (pa.ArrowException, OSError, ValueError)


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield the rows of all members, 20,000 at a time.

    The line of a row is its 1-based number in the file.

    Raises:
        RejectBatch: WRONG_FORMAT, BAD_DOCUMENT (damaged, or a column type without text form), DUPLICATE_COLUMN,
            READER_LIMIT, MISSING_COLUMN (the members of an archive differ).
    """
    del limits, note
    first: list[str] = []
    for member in members:
        file = _open_file(member)
        names = _names(file, member)
        if first:
            require_same_columns(first, names, members[0], member)
        first = first or names
        yield Chunk(_texts(file.schema_arrow.empty_table().to_batches(), file, names, first), np.empty(0, np.int64))
        line = 1
        for batch in _batches(file, member):
            lines = np.arange(line, line + len(batch))
            line += len(batch)
            faults = _imprecise(batch, names, fmt)
            good = batch.filter(pa.array([place not in faults for place in range(len(batch))])) if faults else batch
            yield Chunk(_texts([good], file, names, first), lines, faults, member.name)


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the column names of the first member."""
    del fmt, limits
    return _names(_open_file(members[0]), members[0])


def _open_file(member: Member) -> pq.ParquetFile:
    require_kind(member, "parquet", expected="parquet")
    try:
        # A column chunk is decoded page by page; with pre_buffer Arrow would read whole row groups in advance.
        return pq.ParquetFile(
            member.path, pre_buffer=False, buffer_size=1 << 20, thrift_string_size_limit=MAX_THRIFT_BYTES,
            page_checksum_verification=True,
        )  # fmt: skip
    except READ_ERRORS as error:
        raise bad_document(member, str(error), "parquet") from None


def _names(file: pq.ParquetFile, member: Member) -> list[str]:
    for field in file.schema_arrow:
        if not is_supported(field.type):
            unsupported = Finding(
                "BAD_DOCUMENT", file=member.name, value=f"{field.name}: {field.type}"[:200], expected="parquet"
            )
            raise RejectBatch(unsupported)
    return column_names(file.schema_arrow.names, member)


def _batches(file: pq.ParquetFile, member: Member) -> Iterator[pa.RecordBatch]:
    try:
        for batch in file.iter_batches(BATCH_ROWS, use_threads=False):
            if batch.num_rows:
                batch.validate(full=True)
                yield batch
    except READ_ERRORS as error:
        raise bad_document(member, str(error), "parquet") from None


def _imprecise(batch: pa.RecordBatch, names: list[str], fmt: Format) -> dict[int, Fault]:
    """Return a fault for each row with a whole number that its float type cannot hold, in a column that is used."""
    faults: dict[int, Fault] = {}
    for name, column in zip(names, batch.columns, strict=True):
        if pa.types.is_floating(column.type) and fmt.uses(name):
            exact = FLOAT_EXACT[column.type.bit_width]
            wide = pc.fill_null(pc.greater_equal(pc.abs(column.cast(pa.float64())), float(exact)), fill_value=False)
            for place in pc.indices_nonzero(wide).to_pylist():
                if digits := lost_digits(column[place].as_py(), exact):
                    faults.setdefault(place, Fault("PRECISION_LOST", f"{name}: {digits} digits"))
    return faults


def _texts(batches: list[pa.RecordBatch], file: pq.ParquetFile, names: list[str], order: list[str]) -> pa.RecordBatch:
    """Return the columns of a batch as text, in the order of the first member."""
    schema = file.schema_arrow
    columns = batches[0].columns if batches else [pa.array([], field.type) for field in schema]
    texts = {name: to_text(column) for name, column in zip(names, columns, strict=True)}
    return pa.RecordBatch.from_arrays([texts[name] for name in order], names=order)
