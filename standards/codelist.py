"""Code lists: CSV files whose rows are never deleted, only ended, so that old records stay right.

`valid_from` is the first day on which a row holds, `valid_to` the first day on which it no longer does; empty means
always.  A code may stand in several rows whose periods do not overlap.  `index.json` says of each list where it comes
from; `prefixes.csv` is no list but names the schemes of `same_as` and `close_match` (`standards/prefixes.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from hub.errors import FixTheHub
from hub.messages import error_of

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).with_name("codelists")
COLUMNS = pa.schema(  # the last six may be absent from a file
    [
        pa.field("code", pa.string()),
        pa.field("label_zh", pa.string()),
        pa.field("label_en", pa.string()),
        pa.field("parent", pa.string()),
        pa.field("valid_from", pa.date32()),
        pa.field("valid_to", pa.date32()),
        pa.field("replaced_by", pa.string()),
        pa.field("source", pa.string()),
        pa.field("rank", pa.int32()),
        pa.field("same_as", pa.string()),
        pa.field("close_match", pa.string()),
        pa.field("edition", pa.string()),
        pa.field("definition_zh", pa.string()),
        pa.field("definition_en", pa.string()),
    ]
)
OPTIONAL = frozenset(COLUMNS.names[COLUMNS.names.index("rank") :])
ABOUT = frozenset({"title", "source", "edition", "made"})  # what `index.json` says of every list
MAY_SAY = frozenset({"parents", "labels"})


class Span(NamedTuple):
    """Some days, from the first to the last; each is counted from 1970-01-01, as date32 does."""

    first: int
    last: int


ENDLESS = Span(-(2**31), 2**31 - 1)


@dataclass(frozen=True)
class CodeList:
    """One list; `table` has the columns of `COLUMNS`, in the order of the file.

    `parents_in` names the list that the column `parent` refers to, `labels` the languages in which every code has one.
    `source` (en, zh) is the publication that the codes come from, `edition` which of its editions, `made` (en, zh) how
    the list was made from it.
    """

    name: str
    table: pa.Table
    title: dict[str, str] = field(default_factory=dict)
    parents_in: str = ""
    labels: tuple[str, ...] = ("zh", "en")
    source: dict[str, str] = field(default_factory=dict)
    edition: str = ""
    made: dict[str, str] = field(default_factory=dict)

    @cached_property
    def codes(self) -> pa.Array:
        """Every code that ever was, once, in the order of the file."""
        return pc.unique(self.table["code"])

    def in_force(self, codes: pa.Array | pa.ChunkedArray, on: pa.Array | pa.ChunkedArray | None) -> pa.Array:
        """Return whether each code is in the list on the day (date32) beside it; null where the code is null.

        Without days, or where a day is null, a code is judged by whether it ever was in the list.
        """
        known = pc.is_in(codes, value_set=self.codes)
        if on is not None and self.dated:
            held = pa.repeat(pa.scalar(value=False), len(codes))
            for layer in self._layers:
                held = pc.or_(held, _holds(layer, codes, on))
            known = pc.if_else(pc.is_null(on), known, held)
        return _array(pc.if_else(pc.is_null(codes), pa.scalar(None, pa.bool_()), known))

    def doubtful(self, codes: Iterable[str], span: Span | None) -> list[str]:
        """Return those of some codes that are not in the list on every day of a span; without one, those never in it.

        Args:
            codes: A few codes, such as the distinct values of a column.
            span: Holds every day by which `in_force` is asked.  A code that is not returned is in force on each.
        """
        periods = self._longest
        if span is None or not self.dated:
            return [code for code in codes if code not in periods]
        return [
            code
            for code in codes
            if (held := periods.get(code)) is None or span.first < held.first or span.last > held.last
        ]

    def parents(self, codes: pa.Array | pa.ChunkedArray, on: pa.Array | pa.ChunkedArray | None = None) -> pa.Array:
        """Return the parent of each code on the day (date32) beside it; null where there is none.

        Without days, where a day is null, and where the code does not hold on the day, it is that of the latest row.
        """
        latest = self._layers[-1] if len(self._layers) == 1 else pa.concat_tables(reversed(self._layers))
        found = latest["parent"].take(pc.index_in(codes, value_set=latest["code"]))
        for layer in self._layers if on is not None and self.dated else []:
            then = layer["parent"].take(pc.index_in(codes, value_set=layer["code"]))
            found = pc.if_else(pc.fill_null(_holds(layer, codes, on), fill_value=False), then, found)
        return _array(found)

    def name_of(self, code: str, language: str) -> str | None:
        """Return the label of a code in its last row, in `en` or `zh`; None where the list has no such code."""
        return self._names[language].get(code)

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        codes = self.table["code"].to_pylist()
        labels = {language: pc.fill_null(self.table[f"label_{language}"], "").to_pylist() for language in ("zh", "en")}
        return {language: dict(zip(codes, each, strict=True)) for language, each in labels.items()}

    @cached_property
    def dated(self) -> bool:
        """Whether any code of the list begins or ends to hold."""
        undated = self.table["valid_from"].null_count + self.table["valid_to"].null_count
        return bool(undated < 2 * len(self.table))

    @cached_property
    def _longest(self) -> dict[str, Span]:
        """The longest time in which each code holds without a break: the days of a delivery seldom reach over two."""
        starts = pc.fill_null(pc.cast(self.table["valid_from"], pa.int32()), ENDLESS.first)
        ends = pc.fill_null(pc.subtract(pc.cast(self.table["valid_to"], pa.int32()), 1), ENDLESS.last)
        columns = (each.to_pylist() for each in (self.table["code"], starts, ends))
        found: dict[str, Span] = {}
        open_: dict[str, Span] = {}
        for code, first, last in sorted(zip(*columns, strict=True)):
            before = open_.get(code)
            open_[code] = now = Span(before.first if before and before.last + 1 >= first else first, last)
            found[code] = max(now, found.get(code, now), key=lambda each: each.last - each.first)
        return found

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
    """Read every list of the standard; a list is called as its file.

    Raises:
        FixTheHub: `index.json` lacks something about a list or says something unknown, or a file has a column that is
            unknown or lacks one.
    """
    index = json.loads((FOLDER / "index.json").read_text("utf-8"))
    return {name: code_list(FOLDER / f"{name}.csv", about) for name, about in index.items()}


def code_list(path: Path, about: dict[str, Any]) -> CodeList:
    """Read one list from its file and what `index.json` says of it; columns that the file does not have are null.

    Raises:
        FixTheHub: As `code_lists` says.
    """
    refuse(f"index.json: {path.stem}", about.keys(), needed=ABOUT, known=ABOUT | MAY_SAY)
    labels = tuple(about.get("labels", ("zh", "en")))
    parents = about.get("parents", path.stem)
    described = {name: about[name] for name in ABOUT}
    return CodeList(path.stem, _read(path), parents_in=parents, labels=labels, **described)


def refuse(where: str, names: Iterable[str], *, needed: frozenset[str], known: frozenset[str]) -> None:
    """Raise FixTheHub where names are missing or unknown; it names the nearest known one."""
    given = set(names)
    wrong = [f"{name} is missing" for name in sorted(needed - given)]
    for name in sorted(given - known):
        near = get_close_matches(name, known, 1)
        wrong.append(f"{name} is unknown" + (f" (did you mean {near[0]}?)" if near else ""))
    if wrong:
        raise error_of(FixTheHub, "standard.bad_codelist", where=f"standards/codelists/{where}", why="\n".join(wrong))


def _read(path: Path) -> pa.Table:
    options = csv.ConvertOptions(
        column_types=COLUMNS, strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=True
    )
    table = csv.read_csv(path, convert_options=options)
    known = frozenset(COLUMNS.names)
    refuse(path.name, table.column_names, needed=known - OPTIONAL, known=known)
    for name in COLUMNS.names:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), COLUMNS.field(name).type))
    return table.select(COLUMNS.names)
