"""A finding: something about the data, with a place and, through the catalogue, a cure.

Findings about rows are rows themselves: an Arrow table with the schema `FINDINGS`, made by kernels, never by a loop
over rows.  Findings about a whole file are few, and are `Finding` objects.  Level, title, message and cure belong to
the code and stand in `validation/findings.yml`; they are joined when a receipt is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, Required, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from hub.personal import Depth, masked

SHOWN = 200  # characters of a value that a finding carries: enough to find it again

FINDINGS = pa.schema(
    [
        pa.field("row", pa.int64()),  # `@row` of the row it is about
        pa.field("code", pa.string()),  # a code of the catalogue
        pa.field("column", pa.string()),  # the sender's column name
        pa.field("field", pa.string()),  # the standard's field path, such as `product.0.name`
        pa.field("value", pa.string()),  # the cell as its sender wrote it; null when the column is personal
        pa.field("expected", pa.string()),  # what would have been right, or the nearest known thing
        pa.field("read", pa.string()),  # how the hub read the cell; null where it is the same as value
    ]
)


class FindingFields(TypedDict, total=False):
    """The fields of a `Finding`, as JSON between processes and in the ledger has them."""

    code: Required[str]
    file: str | None
    sheet: str | None
    line: int | None
    column: str | None
    field: str | None
    value: str | None
    expected: str | None
    count: int


@dataclass(frozen=True)
class Finding:
    """One finding about a file, a sheet or a header; `line` is 1-based in the file that the sender wrote."""

    code: str
    file: str | None = None
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    field: str | None = None
    value: str | None = None
    expected: str | None = None
    count: int = 1

    def __post_init__(self) -> None:
        """Mask what is personal in the sender's texts: a finding travels into receipts, tables and logs."""
        for name in ("file", "sheet", "column", "value", "expected"):
            text = getattr(self, name)
            if text is not None and (plain := masked(text, Depth.NAME)) != text:
                object.__setattr__(self, name, plain)


class FindingPlace(TypedDict, total=False):
    """One place of a finding, as the sender would look for it; `line` is 1-based."""

    row: int  # `@row`; taken away when the cells have been quoted
    file: str | None
    sheet: str | None
    line: int | None
    field: str | None
    value: str | None
    expected: str | None
    read: str | None  # what the hub read the cell as, where that is something else


class FindingLine(TypedDict):
    """A finding as receipts and the ledger hold it: one line per code and column, with its first places."""

    code: str
    level: str  # error, warning or repair
    file: str | None
    sheet: str | None
    line: int | None
    column: str | None
    field: str | None
    value: str | None
    expected: str | None
    read: NotRequired[str | None]
    count: int  # rows; never capped
    samples: list[FindingPlace]  # at most `hub.receipt.SAMPLES`


def findings_of(  # noqa: PLR0913 - one argument per column of the table
    rows: pa.Array,
    code: str,
    *,
    column: str | None = None,
    field: str | None = None,
    values: pa.Array | None = None,
    expected: str | pa.Array | None = None,
) -> pa.Table:
    """Return a findings table with one line per element of `rows` (int64), all of one code and column.

    `values` and an array `expected` run parallel to `rows`; `values=None` keeps the value out (personal columns).
    """
    size = len(rows)

    def same(text: str | None) -> pa.Array:
        return pa.nulls(size, pa.string()) if text is None else pa.repeat(pa.scalar(text, pa.string()), size)

    expectations = expected if isinstance(expected, pa.Array | pa.ChunkedArray) else same(expected)
    shown = same(None) if values is None else values
    return pa.table([rows, same(code), same(column), same(field), shown, expectations, same(None)], schema=FINDINGS)


def no_findings() -> pa.Table:
    """Return the empty findings table."""
    return FINDINGS.empty_table()


def shortened(values: pa.Array) -> pa.Array:
    """Return texts cut to the length that a finding shows; a longer one ends with an ellipsis."""
    long = pc.greater(pc.utf8_length(values), SHOWN)
    cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(values, 0, SHOWN), "…", "")
    return pc.if_else(long, cut, values)
