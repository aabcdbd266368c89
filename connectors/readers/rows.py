"""The contract of a row: the sender's columns as text, then the columns that give its place.

| column   | type   | meaning                                                                                        |
|----------|--------|------------------------------------------------------------------------------------------------|
| `@row`   | int64  | 0-based number of the row in the whole delivery                                                |
| `@file`  | string | path of the member within an archive; null when the delivery is the file                       |
| `@sheet` | string | name of the sheet; null unless the file is a workbook                                          |
| `@line`  | int64  | 1-based line of the file, row of the sheet, or ordinal of the record in JSON, XML and HL7      |
| `@fault` | string | code of the finding that makes the row unreadable; null on good rows                           |
| `@raw`   | string | what the fault is about, at most 64 kB; null on good rows                                      |

A faulty row has nulls in the sender's columns.  Its `@raw` is the text of the row, including any personal data
(WRONG_CELL_COUNT, BAD_QUOTES), or `column: detail` (CELL_TOO_LONG, CELL_ERROR, PRECISION_LOST, CONTROL_CHARACTER).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.labels import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

PLACE_COLUMNS = pa.schema(
    [
        pa.field("@row", pa.int64()),
        pa.field("@file", pa.string()),
        pa.field("@sheet", pa.string()),
        pa.field("@line", pa.int64()),
        pa.field("@fault", pa.string()),
        pa.field("@raw", pa.string()),
    ]
)
# The pipeline adds two columns to a correction file that came back: the batch, and the row of it, that a row corrects.
CORRECTED_BATCH, CORRECTED_ROW = "@batch", "@corrects"
MAX_RAW_BYTES = 64_000


class Fault(NamedTuple):
    """Why a row cannot be read.

    Attributes:
        code: Of the finding.
        raw: The text of the row, or `column: detail`.
    """

    code: str
    raw: str


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows of one file: the good ones as columns, the faulty ones apart.

    Attributes:
        columns: The good rows only; strings, or lists and structs of strings.
        lines: 1-based line of each row, the faulty ones included.
        faults: By position in `lines`.
        file: Path of the member within an archive; None when the delivery is the file.
        sheet: Name of the sheet; None unless the file is a workbook.
    """

    columns: pa.RecordBatch
    lines: npt.NDArray[np.int64]
    faults: dict[int, Fault] = field(default_factory=dict)
    file: str | None = None
    sheet: str | None = None


def empty_chunk(names: Sequence[str], file: str | None = None) -> Chunk:
    """Return a chunk without rows that gives the names of the columns, all of them text.

    >>> empty_chunk(["id", "town"]).columns.num_rows
    0
    """
    columns = pa.RecordBatch.from_arrays([pa.array([], pa.string())] * len(names), names=list(names))
    return Chunk(columns, np.empty(0, np.int64), file=file)


def with_places(chunks: Iterable[Chunk], cell_bytes: int) -> Iterator[pa.RecordBatch]:
    """Convert chunks to record batches that keep the contract of this module.

    Args:
        chunks: All chunks of a delivery, in order.
        cell_bytes: Bytes (UTF-8) of the longest cell; a row with a longer one becomes faulty (CELL_TOO_LONG).

    Yields:
        One batch per chunk: the sender's columns, then `PLACE_COLUMNS`; rows are numbered from 0 across all chunks.
    """
    row = 0
    for chunk in chunks:
        whole = without_long_cells(chunk, cell_bytes)
        size = len(whole.lines)
        columns = [
            *_with_null_rows(whole, size),
            pa.array(np.arange(row, row + size)),
            _constant(whole.file, size),
            _constant(whole.sheet and plain(whole.sheet), size),
            pa.array(whole.lines),
            _sparse({place: fault.code for place, fault in whole.faults.items()}, size),
            _sparse({place: truncated(fault.raw) for place, fault in whole.faults.items()}, size),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=pa.schema([*whole.columns.schema, *PLACE_COLUMNS]))
        row += size


def truncated(text: str) -> str:
    """Return at most 64 kB (UTF-8) of a text, cut between characters.

    >>> len(truncated("中" * 30_000))
    21333
    """
    if len(text) * 4 <= MAX_RAW_BYTES:
        return text
    return text.encode("utf-8", "replace")[:MAX_RAW_BYTES].decode("utf-8", "ignore")


def _with_null_rows(chunk: Chunk, size: int) -> list[pa.Array]:
    """Return the columns with a row of nulls in the place of every faulty row."""
    if not chunk.faults:
        return list(chunk.columns.columns)
    faulty = np.zeros(size, bool)
    faulty[list(chunk.faults)] = True
    origin = pa.array(np.cumsum(~faulty) - 1, mask=faulty)
    return [column.take(origin) for column in chunk.columns.columns]


def without_long_cells(chunk: Chunk, limit: int) -> Chunk:
    """Return the chunk with every good row that has a cell of more than `limit` bytes turned into a faulty one.

    Args:
        chunk: Rows of a file.
        limit: Bytes (UTF-8) of the longest cell.
    """
    long: dict[int, Fault] = {}
    for name, column in zip(chunk.columns.schema.names, chunk.columns.columns, strict=True):
        if pa.types.is_string(column.type) and column.nbytes > limit:
            sizes = pc.binary_length(column)
            for place in pc.indices_nonzero(pc.greater(sizes, limit)).to_pylist():
                long.setdefault(place, Fault("CELL_TOO_LONG", f"{name}: {sizes[place].as_py()} bytes"))
    if not long:
        return chunk
    faulty = np.zeros(len(chunk.lines), bool)
    faulty[list(chunk.faults)] = True
    places = np.flatnonzero(~faulty)
    remaining = np.delete(np.arange(len(places)), list(long))
    faults = chunk.faults | {int(places[place]): fault for place, fault in long.items()}
    return Chunk(chunk.columns.take(pa.array(remaining)), chunk.lines, faults, chunk.file, chunk.sheet)


def _constant(text: str | None, size: int) -> pa.Array:
    return pa.nulls(size, pa.string()) if text is None else pa.repeat(pa.scalar(text, pa.string()), size)


def _sparse(texts: dict[int, str], size: int) -> pa.Array:
    if not texts:
        return pa.nulls(size, pa.string())
    values: npt.NDArray[Any] = np.full(size, None, object)
    for place, text in texts.items():
        values[place] = text
    return pa.array(values, pa.string(), from_pandas=True)
