"""The codes of a list as people choose and write them: in a drop-down `fail 不合格`, by hand `fail` or `不合格`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from standards import CodeList

MOST_CHOICES = 500  # codes of a list that a person still looks through


def choices(codes: CodeList, language: str) -> list[str]:
    """Return code and label of each code that has not ended, in the order of the list."""
    table = codes.table.filter(pc.is_null(codes.table["valid_to"]))
    labels = _labels(table, language)
    texts = (f"{code} {label}".strip() for code, label in zip(table["code"].to_pylist(), labels, strict=True))
    return list(dict.fromkeys(texts))


def code_of_text(codes: CodeList) -> dict[str, str]:
    """Return the code of each text that stands for one: itself, what `choices` shows, a label that no other has."""
    found: dict[str, str] = {}
    labels: dict[str, set[str]] = {}
    for code, label in _pairs(codes):
        found |= {code: code, f"{code} {label}".strip(): code}
        labels.setdefault(label, set()).add(code)
    single = {label: next(iter(of)) for label, of in labels.items() if label and len(of) == 1}
    return single | found


def _pairs(codes: CodeList) -> Iterator[tuple[str, str]]:
    for language in ("zh", "en"):
        yield from zip(codes.table["code"].to_pylist(), _labels(codes.table, language), strict=True)


def _labels(table: pa.Table, language: str) -> list[str]:
    found: list[str] = pc.fill_null(table[f"label_{language}"], "").to_pylist()
    return found
