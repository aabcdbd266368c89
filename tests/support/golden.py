"""Golden pairs of the shipped sources, and what is personal in their samples."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mappings.engine import mask, read_source
from pipeline.authoring import golden

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mappings.engine import Source

LONG_NUMBER = re.compile(r"\b[0-9]{10,17}[0-9X]\b")


@dataclass(frozen=True)
class Checked:
    """What became of a sample.  `told` is all text that may leave the engine, `personal` what must not be in it."""

    content: dict[str, Any]
    told: str
    personal: frozenset[str]


@cache
def checked(folder: Path) -> Checked:
    """Return the outcome of the sample in a source folder, and everything that it says."""
    source = read_source(folder)
    outcome = golden.outcome_of(source)
    told = [outcome.written(), *(str(table.to_pylist()) for table in outcome.tables)]
    told += [text for batch in outcome.batches for text in mask(batch, source).to_pylist()]
    rows = pa.Table.from_batches(outcome.batches)
    return Checked(outcome.content, "\n".join(told), frozenset(_personal(rows, source)))


def _personal(rows: pa.Table, source: Source) -> Iterator[str]:
    """Yield the sample's values of personal columns, as written and with ordinary letters and digits.

    Nobody can tell the cells of a row that was not cut; its text, and the numbers of telephones and persons in it,
    are as personal as its columns.
    """
    names = [name for name in rows.schema.names if name in source.personal]
    for value in _texts(rows.select(names).to_pylist()):
        yield from {value.strip(), unicodedata.normalize("NFKC", value).strip()} - {""}
    if names:
        for text in _texts(rows.select(["@raw"]).to_pylist()):
            yield from {text, *LONG_NUMBER.findall(text)}


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in nested lists and members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
