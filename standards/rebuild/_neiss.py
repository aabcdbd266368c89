"""The format tables of NEISS, and the end of codes that only those still have."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from standards.rebuild._tables import refuse_lost, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from standards.rebuild import Row

FORMATS = "data/injury/codes/neiss_fmt.txt"
# No manual says when a code was taken back; that of January 2016 is the first at hand that does not have these.
GONE_BY = "2016-01-01"


class Period(NamedTuple):
    """When a code was in force: cells of the list, "" for what has no limit or no successor."""

    valid_from: str = ""  # the first day, YYYY-MM-DD
    valid_to: str = ""  # the first day without it
    replaced_by: str = ""


ALWAYS = Period()


def dated(name: str, table: str, data: Path, periods: Mapping[str, Period]) -> Iterator[Row]:
    """Yield the rows of a list whose codes are those of a format table.

    Args:
        name: The list.
        table: The name of the format table.
        data: The folder of public files.
        periods: Those of the codes that have any; it may have codes that the table does not have.

    Raises:
        ValueError: The list lacks a code of the table, or has one that is neither in the table nor in `periods`.
    """
    with (data / FORMATS).open(encoding="ascii", newline="") as stream:
        codes = {row[1] for row in csv.reader(stream, delimiter="\t") if row[0] == table}
    rows = standing(name)
    held = [row["code"] for row in rows]
    refuse_lost(name, held, codes | periods.keys())
    refuse_lost(table, codes | periods.keys(), held)
    for row in rows:
        row["valid_from"], row["valid_to"], row["replaced_by"] = periods.get(row["code"], ALWAYS)
        yield row
