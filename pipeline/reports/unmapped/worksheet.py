"""The sheet that goes to whoever knows the codes: a CSV to fill in, one line per unknown word, the code left blank.

Excel opens it as it is (a byte order mark, commas).  The words come from outside and Excel takes some of them for
formulas; those get an apostrophe in front, which `merge` takes off again (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from hub.formula_guard import guard_cell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.reports.unmapped.gaps import Gap

COLUMNS = ("source", "crosswalk", "source_value", "code", "note")
HINTS = ("rows", "suggested", "label", "because", "codelist", "column")


def write_sheet(path: Path, gaps: Iterable[Gap], prefill: float | None = None) -> int:
    """Write the gaps that a crosswalk can close and return their number.

    With `prefill`, a suggestion that is at least so like (0 to 1) is filled in as the code.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *HINTS])
    count = 0
    for gap in gaps:
        if gap.crosswalk is None or gap.cut:
            continue
        sure = prefill is not None and gap.likeness is not None and gap.likeness >= prefill
        hints = [gap.rows, gap.suggested or "", gap.label or "", gap.because or "", gap.codelist or "", gap.column]
        line = [gap.source, gap.crosswalk, gap.value, (gap.suggested if sure else "") or "", ""]
        writer.writerow([guard_cell(str(cell)) for cell in (*line, *hints)])
        count += 1
    path.write_bytes(b"\xef\xbb\xbf" + stream.getvalue().encode())
    return count
