"""Rows that are labelled as a sum of others: they become faulty, and are not loaded as one more record.

Only a whole cell counts, in the key or in a row without a key: `合计` is nobody's number, but a product may well be
called Total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from mappings.engine.arrays import any_true, as_text, false, one_array
from mappings.engine.run.single_values import faulty

if TYPE_CHECKING:
    from mappings.engine.model.source import Source

ROW_OF_TOTALS = "ROW_OF_TOTALS"
BLANKS = r"[\s\x{a0}\x{3000}]*"
SPANS = "(?:本页|本月|本季度?|本年度?|本期|全年|累计)?"
CHINESE = "|".join(f"{SPANS}{BLANKS}{word[0]}{BLANKS}{word[1]}" for word in ("合计", "总计", "小计", "共计"))
ENGLISH = rf"(?:grand|sub)?{BLANKS}-?totals?|sum"
SURE, TOTAL = (rf"(?i)^{BLANKS}(?:{words}){BLANKS}[:：]?{BLANKS}$" for words in (CHINESE, f"{CHINESE}|{ENGLISH}"))


def totals_apart(rows: pa.RecordBatch, source: Source) -> pa.RecordBatch:
    """Return the rows with those of totals made faulty and without values, as rows are that cannot be read."""
    return totals_among(rows, [name for name in source.key_columns if name in rows.schema.names])


def totals_among(rows: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    """Return the rows with those made faulty that are totals by the columns `names`, which tell records apart."""
    if "@fault" not in rows.schema.names or not names:
        return rows
    return faulty(rows, ROW_OF_TOTALS, _totals(rows, names))


def _totals(rows: pa.RecordBatch, names: list[str]) -> pa.Array:
    """Return `column: label` of each row that is a total, null of the others."""
    found, doubtful, open_ = pa.nulls(len(rows), pa.string()), [], pc.invert(false(len(rows)))
    for name in names:
        text = _text(rows.column(name))
        hit = pc.match_substring_regex(text, TOTAL)
        open_ = pc.and_(open_, pc.or_(hit, pc.equal(pc.utf8_trim_whitespace(text), "")))
        if any_true(hit):
            found = pc.coalesce(found, _labelled(name, text, pc.match_substring_regex(text, SURE)))
            doubtful.append(_labelled(name, text, hit))
    if not any_true(open_):
        return found
    found = pc.coalesce(found, *(pc.if_else(open_, each, None) for each in doubtful))
    nameless = pc.and_(open_, pc.is_null(found))
    return pc.coalesce(found, _elsewhere(rows, names, nameless)) if any_true(nameless) else found


def _elsewhere(rows: pa.RecordBatch, names: list[str], where: pa.Array) -> pa.Array:
    """Return `column: label` of the rows with such a label outside the key; there are few rows without a key."""
    few, found = rows.filter(where), pa.nulls(pc.sum(where).as_py(), pa.string())
    for name in few.schema.names:
        if not name.startswith("@") and name not in names:
            text = _text(few.column(name))
            found = pc.coalesce(found, _labelled(name, text, pc.match_substring_regex(text, TOTAL)))
    return pc.replace_with_mask(pa.nulls(len(rows), pa.string()), where, found)


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_nested(column.type):
        return pa.repeat(pa.scalar("[]"), len(column))
    return pc.fill_null(one_array(as_text(column)), "")


def _labelled(name: str, text: pa.Array, where: pa.Array) -> pa.Array:
    label = pc.utf8_rtrim(pc.utf8_trim_whitespace(text), ":： \u3000")
    return pc.if_else(where, pc.binary_join_element_wise(name, label, ": "), None)
