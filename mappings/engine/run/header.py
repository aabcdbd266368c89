"""The header of a delivery against the mapping: missing columns, and columns that the mapping does not mention."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import pyarrow as pa

from hub.finding import Finding
from hub.named import header_to_keep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mappings.engine.model.source import Source


TABLES = ("csv", "xlsx", "xls", "xlsb", "ods")  # whose names stand in a line that may be left out or elsewhere


def check_header(columns: Iterable[str] | pa.Schema, source: Source) -> list[Finding]:
    """Return MISSING_COLUMN and UNMAPPED_COLUMN findings for a delivery with these columns.

    Where a table has none of the agreed columns, and none that is like one, the only finding is NO_HEADER.
    `columns` are the schema of its rows, or the names; members of list columns are called `list/member`.
    """
    if source.only_checks:
        return []
    names = columns_of(columns) if isinstance(columns, pa.Schema) else columns
    given = [name for name in dict.fromkeys(names) if not name.startswith("@")]
    extra = [name for name in given if not agreed(name, source)]
    shown_names = dict(zip(given, header_to_keep(given, set(given) - set(extra)), strict=True))
    findings = []
    for name in source.columns:
        single = name in source.lists and any(each.startswith(f"{name}/") for each in given)  # one object, not a list
        if name not in given and not single:
            like = get_close_matches(name, extra, n=1, cutoff=0.5)
            field = next((path for path, rule in source.all_rules() if name in rule.columns), None)
            near = shown_names[like[0]] if like else None
            findings.append(Finding("MISSING_COLUMN", column=name, field=field, expected=near))
    known = len(extra) < len(given) or any(each.expected for each in findings)
    if not known and len(source.columns) > 1 and source.format["kind"] in TABLES:
        return [Finding("NO_HEADER", expected=", ".join(source.columns))]
    findings += [Finding("UNMAPPED_COLUMN", column=shown_names[name]) for name in extra]
    return findings


def agreed(column: str, source: Source) -> bool:
    """Whether the mapping mentions a column: it is read, ignored, or in an ignored branch."""
    if column in source.read_columns or column in source.ignore:
        return True
    if any(path.endswith("*") and column.startswith(path[:-1]) for path in source.ignore):
        return True
    return any(path == f"{column}/*" for path in source.ignore)


def columns_of(schema: pa.Schema) -> list[str]:
    """Return the columns of rows, with the members of list columns as `list/member`, as `check_header` wants them."""
    found: list[str] = []
    for each in schema:
        found.append(each.name)
        if pa.types.is_list(each.type) and pa.types.is_struct(each.type.value_type):
            found += [f"{each.name}/{member.name}" for member in each.type.value_type]
    return [name for name in found if not name.startswith("@")]
