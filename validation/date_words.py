"""An example of a date in the form that was agreed with its sender: a cure must not ask for another one."""

from __future__ import annotations

import re

BETWEEN = "; "  # two forms, in what a finding expects
UNWRITTEN = "Excel"  # a number that a spreadsheet shows as a date; nobody types it
PARTS = {
    "YYYY": "2026",
    "YY": "26",
    "MM": "03",
    "DD": "02",
    "+hh:mm": "+08:00",
    "hh": "09",
    "mm": "05",
    "ss": "00",
    "Month": "March",
    "Mon": "Mar",
    "AM/PM": "AM",
}
PART = re.compile("|".join(re.escape(each) for each in PARTS))


def example_of_date(forms: str) -> str:
    """Return a date in the first of some forms, `YYYY/MM/DD hh:mm; Mon DD, YYYY`; "" where none can be typed."""
    form = next((each for each in forms.split(BETWEEN) if each and each != UNWRITTEN), "")
    example = PART.sub(lambda part: PARTS[part[0]], form)
    return example if example != form else ""
