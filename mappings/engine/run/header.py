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
    """Check the columns of a delivery.

    Args:
        columns: The schema of its rows, or the names; members of list columns are called `list/member`.
        source: The source.

    Returns:
        MISSING_COLUMN and UNMAPPED_COLUMN; only NO_HEADER where a table has none of the agreed columns, and none
        that is like one.
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
    if source.format["kind"] == "hl7" and "/@OBX-" in column:  # kept of every observation, and goes with its value
        value = column.partition("/@OBX-")[0]
        return agreed(value, source) or any(each.startswith(f"{value}/@OBX-") for each in source.read_columns)
    listed = column.removesuffix("/.")  # the text of an item that has attributes, too, is the item itself
    if listed != column and any(listed in rule.columns for _, rule in source.all_rules()):
        return True
    if any(path.endswith("*") and column.startswith(path[:-1]) for path in source.ignore):
        return True
    return any(path == f"{column}/*" for path in source.ignore)


def columns_of(schema: pa.Schema) -> list[str]:
    """Return the columns of rows, with the members of list columns as `list/member`, as `check_header` wants them."""
    return [name for each in schema if not each.name.startswith("@") for name in _named(each, each.name)]


def _named(column: pa.Field, path: str) -> list[str]:
    """Return a column and, of a list of structs, their members and those of the lists within them."""
    if not (pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type)):
        return [path]
    return [path, *(name for member in column.type.value_type for name in _named(member, f"{path}/{member.name}"))]
