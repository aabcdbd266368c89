"""Identity and content of a record as hashes, computed by DuckDB over Arrow columns.

- record_uid: the first 128 bits of SHA-256 over agency, feed, record type and key values, each with its length before
  it, so that two different keys never give the same text.
- row_hash: SHA-256 over name (as a tag), length and value of every field that is not null, children included.  A field
  that the standard gains later and that is null changes no hash.  Nor does the local time of a moment where it follows
  from the moment (`derived.without_derived`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from hub.pseudonyms import token_key
from mappings.engine.arrays import by_distinct, one_array
from mappings.engine.duck import connection
from mappings.engine.model.personal_columns import search_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mappings.engine.model.source import Source

UID_DIGITS = 32
SHORT = 1024  # bytes
KEY_PURPOSE = "record key"


def record_uids(source: Source, record_type: str, keys: list[pa.Array]) -> pa.Array:
    """Return the uid (text of a UUID) of each row; null where a part of its key is null."""
    head = "".join(_framed(part) for part in (source.agency, source.feed, record_type))
    names = [f"k{at}" for at in range(len(keys))]
    pieces = [_frame(ColumnExpression(name)) for name in names]
    whole = _join([ConstantExpression(head), *pieces])
    digest = FunctionExpression("substr", _sha256(whole), ConstantExpression(1), ConstantExpression(UID_DIGITS))
    uid = digest.cast("UUID").cast("VARCHAR")
    return _computed(pa.table(keys, names), uid)


def key_text(text: pa.Array, column: str, source: Source) -> pa.Array:
    """Return the values of a key column as they are hashed: those of a personal one under the hub's own key.

    A plain hash of an identity number or a telephone number is found again by trying all of them.
    """
    if column not in search_of(source).own:
        return text
    key = token_key(KEY_PURPOSE)
    return by_distinct(
        text,
        lambda texts: [None if each is None else hmac.digest(key, each.encode(), "sha256").hex() for each in texts],
        pa.string(),
    )


class ChildRows(NamedTuple):
    """The items of one child: its name, their table, and the index (int64) of each item's row in the main table."""

    name: str
    table: pa.Table
    rows: pa.Array


def row_hashes(main: pa.Table, children: Iterable[ChildRows]) -> pa.Array:
    """Return the hash (binary of 32) of each record, over its own fields and those of its children.

    The children count in the order of their names, whatever order a mapping gives them in.
    """
    texts = {name: main[name] for name in main.column_names if main[name].null_count < len(main)}
    for name, table, rows in sorted(children, key=lambda child: child.name):
        texts[name] = _per_row(_contents(table), rows, len(main))
    digest = FunctionExpression("unhex", _sha256(ColumnExpression("text")))
    table = pa.table([_named_values(texts, len(main))], ["text"])
    return pc.cast(_computed(table, digest), pa.binary(32))


def _contents(table: pa.Table) -> pa.Array:
    """Return the canonical text of each item, its position included."""
    names = [name for name in table.column_names if name != "row" and table[name].null_count < len(table)]
    return _named_values({name: table[name] for name in names}, len(table))


def _named_values(columns: dict[str, pa.ChunkedArray | pa.Array], size: int) -> pa.Array:
    """Return `tag length:value` of every value that is not null, one after the other, for each row."""
    pieces: list[pa.Array] = [pa.repeat(pa.scalar(""), size)]
    for name, column in columns.items():
        value = _spelt(one_array(column))
        pieces += [_prefixes(name, value), value]
    return pc.binary_join_element_wise(*pieces, "", null_handling="skip")


def _spelt(values: pa.Array) -> pa.Array:
    """Return values as text; a moment as its microseconds, which costs a fraction of spelling it as a date."""
    if pa.types.is_timestamp(values.type):
        values = pc.cast(pc.cast(values, pa.timestamp("us", values.type.tz)), pa.int64())
    return pc.cast(values, pa.string())


def _prefixes(name: str, value: pa.Array) -> pa.Array:
    """Return `tag length:` for each value (bytes; null for null); short lengths, nearly all, come from a table."""
    size = pc.binary_length(value)
    if (pc.max(size).as_py() or 0) < SHORT:
        return _short_prefixes(name).take(size)
    return pc.binary_join_element_wise(tag(name), pc.cast(size, pa.string()), ":", "")


@cache
def _short_prefixes(name: str) -> pa.Array:
    return pa.array([f"{tag(name)}{size}:" for size in range(SHORT)], pa.string())


@cache
def tag(name: str) -> str:
    """Return the four characters that stand for a field's name in the hashed text.

    Names would make up two thirds of it.  A test holds that no two fields of a table share their tag.
    """
    return base64.b64encode(hashlib.sha256(name.encode()).digest()[:3]).decode()


def _per_row(items: pa.Array, rows: pa.Array, size: int) -> pa.Array:
    """Return the texts of each row's items, one after the other; null for a row without items."""
    ends = pc.index_in(pa.arange(0, size), value_set=rows)  # first item of each row
    starts = pc.fill_null_backward(ends)
    starts = pa.concat_arrays([one_array(pc.fill_null(starts, len(rows))), pa.array([len(rows)], pa.int32())])
    joined = pc.binary_join(pa.ListArray.from_arrays(starts, items), "")
    return pc.if_else(pc.is_null(ends), pa.scalar(None, pa.string()), joined)


def _computed(table: pa.Table, expression: Expression) -> pa.Array:
    relation = connection().from_arrow(table).select(expression.alias("made"))
    return one_array(relation.to_arrow_table()["made"])


def _sha256(text: Expression) -> Expression:
    return FunctionExpression("sha256", text)


def _join(parts: list[Expression]) -> Expression:
    """Join texts; null when one of them is, unlike `concat`."""
    whole = parts[0]
    for part in parts[1:]:
        whole = FunctionExpression("||", whole, part)
    return whole


def _frame(value: Expression) -> Expression:
    """Return `length:value` with the length in bytes."""
    size = FunctionExpression("strlen", value).cast("VARCHAR")
    return _join([size, ConstantExpression(":"), value])


def _framed(text: str) -> str:
    return f"{len(text.encode())}:{text}"
