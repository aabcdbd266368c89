"""Date forms: what a mapping may write under `date:` and `datetime:`, and what each of them can be trusted with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

NAMED = {  # as senders know them
    "iso": "YYYY-MM-DDThh:mm:ss",
    "hl7": "YYYYMMDDhhmmss±hhmm",
    "excel": "Excel",
    "epoch": "Unix time (s)",
    "epoch_ms": "Unix time (ms)",
}
EPOCHS = {"epoch": 1_000_000, "epoch_ms": 1_000}  # microseconds of one unit
SPECIAL = tuple(NAMED)
PATTERNS = {
    "Y": r"\d{4}",
    "y": r"\d{2}",
    "m": r"\d{1,2}",
    "d": r"(?P<day>\d{1,2})",
    "H": r"\d{1,2}",
    "I": r"\d{1,2}",
    "M": r"\d{1,2}",
    "S": r"(?P<second>\d{1,2})",
    "p": r"[AaPp][Mm]",
    "b": r"[A-Za-z]+",
    "B": r"[A-Za-z]+",
    "z": r"(?P<zone>Z|[+-]\d{2}:?\d{2})",
}
SHOWN = {
    "Y": "YYYY",
    "y": "YY",
    "m": "MM",
    "d": "DD",
    "H": "hh",
    "I": "hh",
    "M": "mm",
    "S": "ss",
    "b": "Mon",
    "B": "Month",
    "p": "AM/PM",
    "z": "+hh:mm",
}
# From fine to coarse, the code of the standard's list of precisions for the finest directive that stands in the form.
PRECISION = {
    "S": "second",
    "M": "minute",
    "H": "hour",
    "I": "hour",
    "d": "day",
    "m": "month",
    "b": "month",
    "B": "month",
}


@dataclass(frozen=True)
class Form:
    """One date form: `iso`, `hl7`, `excel`, Unix time, or strptime directives of which only some are allowed."""

    text: str

    @property
    def directives(self) -> list[str]:
        """Return the letters after `%`, in order."""
        return re.findall(r"%(.)", self.text)

    @property
    def fault(self) -> str | None:
        """Return the first directive that is not allowed or stands twice, "%Y" when the year is missing."""
        if self.text in SPECIAL:
            return None
        seen: set[str] = set()
        for each in self.directives:
            if each not in PATTERNS or each in seen:
                return f"%{each}"
            seen.add(each)
        if self.text.endswith("%") and not self.text.endswith("%%"):
            return "%"
        return None if seen & {"Y", "y"} else "%Y"

    @property
    def zoned(self) -> bool:
        """Whether the text itself states its offset from UTC."""
        return "z" in self.directives

    @cached_property
    def pattern(self) -> str:
        """A regular expression (RE2) that takes the form and nothing else."""
        pieces = re.split(r"%(.)", self.text)
        return "^" + "".join(PATTERNS[x] if i % 2 else re.escape(x) for i, x in enumerate(pieces)) + "$"

    @cached_property
    def compact(self) -> str | None:
        """A regular expression that wants two digits of each number where nothing stands between two of them.

        2026111 is the 11th of January or the 1st of November, so 20260111 is required.  None for other forms.
        """
        if not re.search("%[YymdHMS]%[ymdHMS]", self.text):
            return None
        pieces = re.split(r"%(.)", self.text)
        widths = PATTERNS | dict.fromkeys("mdHMS", r"\d{2}")
        return "^" + "".join(widths[x] if i % 2 else re.escape(x) for i, x in enumerate(pieces)) + "$"

    @property
    def precision(self) -> str:
        """The smallest unit that the form states."""
        return next((code for letter, code in PRECISION.items() if letter in self.directives), "year")

    @property
    def skeleton(self) -> str:
        """The form with day and month made alike: two forms with one skeleton read one text in two ways."""
        return re.sub(r"%[dm]", "%?", self.text)

    def __str__(self) -> str:
        """Return the form as a person writes it, such as `YYYY-MM-DD hh:mm`."""
        return NAMED.get(self.text) or re.sub(r"%(.)", lambda found: SHOWN.get(found[1], found[1]), self.text)
