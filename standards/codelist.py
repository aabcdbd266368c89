"""Code lists: CSV files whose rows are never deleted, only ended, so that old records stay right.

`valid_from` is the first day on which a row holds, `valid_to` the first day on which it no longer does; empty means
always.  A code may stand in several rows whose periods do not overlap.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

FOLDER = Path(__file__).with_name("codelists")
COLUMNS = pa.schema(
    [
        pa.field("code", pa.string()),
        pa.field("label_zh", pa.string()),
        pa.field("label_en", pa.string()),
        pa.field("parent", pa.string()),
        pa.field("valid_from", pa.date32()),
        pa.field("valid_to", pa.date32()),
        pa.field("replaced_by", pa.string()),
        pa.field("source", pa.string()),
    ]
)


@dataclass(frozen=True)
class CodeList:
    """One list; `table` has the columns of `COLUMNS`, in the order of the file.

    `parents_in` names the list that the column `parent` refers to, `labels` the languages in which every code has one.
    """

    name: str
    table: pa.Table
    title: dict[str, str] = field(default_factory=dict)
    parents_in: str = ""
    labels: tuple[str, ...] = ("zh", "en")

    @cached_property
    def codes(self) -> pa.Array:
        """Every code that ever was, once, in the order of the file."""
        return pc.unique(self.table["code"])

    def in_force(self, codes: pa.Array | pa.ChunkedArray, on: pa.Array | pa.ChunkedArray | None) -> pa.Array:
        """Return whether each code is in the list on the day (date32) beside it; null where the code is null.

        Without days, or where a day is null, a code is judged by whether it ever was in the list.
        """
        known = pc.is_in(codes, value_set=self.codes)
        if on is not None and self._dated:
            held = pa.repeat(pa.scalar(value=False), len(codes))
            for layer in self._layers:
                held = pc.or_(held, _holds(layer, codes, on))
            known = pc.if_else(pc.is_null(on), known, held)
        return _array(pc.if_else(pc.is_null(codes), pa.scalar(None, pa.bool_()), known))

    def parents(self, codes: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Return the parent of each code by its latest row; null where there is none."""
        latest = self._layers[-1] if len(self._layers) == 1 else pa.concat_tables(reversed(self._layers))
        return _array(latest["parent"].take(pc.index_in(codes, value_set=latest["code"])))

    @cached_property
    def _dated(self) -> bool:
        undated = self.table["valid_from"].null_count + self.table["valid_to"].null_count
        return bool(undated < 2 * len(self.table))

    @cached_property
    def _layers(self) -> list[pa.Table]:
        """The list cut into tables in which a code stands once: the first period of every code, the second, ..."""
        layers: list[pa.Table] = []
        rest = self.table
        while len(rest) or not layers:
            places = pa.arange(0, len(rest))
            firsts = rest.append_column("place", places).group_by("code").aggregate([("place", "min")])["place_min"]
            layers.append(rest.take(firsts))
            rest = rest.filter(pc.invert(pc.is_in(places, value_set=firsts.combine_chunks())))
        return layers


def _holds(layer: pa.Table, codes: pa.Array, on: pa.Array) -> pa.Array:
    at = pc.index_in(codes, value_set=layer["code"])
    started = pc.fill_null(pc.less_equal(layer["valid_from"].take(at), on), fill_value=True)
    going = pc.fill_null(pc.greater(layer["valid_to"].take(at), on), fill_value=True)
    return pc.and_(pc.is_valid(at), pc.and_(started, going))


def _array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def code_lists() -> dict[str, CodeList]:
    """Read every list of the standard; a list is called as its file."""
    index = json.loads((FOLDER / "index.json").read_text("utf-8"))
    return {name: _code_list(name, about) for name, about in index.items()}


def _code_list(name: str, about: dict[str, Any]) -> CodeList:
    labels = tuple(about.get("labels", ("zh", "en")))
    return CodeList(name, _read(FOLDER / f"{name}.csv"), about["title"], about.get("parents", name), labels)


def _read(path: Path) -> pa.Table:
    options = csv.ConvertOptions(
        column_types=COLUMNS, strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=True
    )
    return csv.read_csv(path, convert_options=options).select(COLUMNS.names)
