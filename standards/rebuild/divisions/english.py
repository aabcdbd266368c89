"""The English names of divisions.

No reference file has them: names in Chinese characters were transliterated once, and the list keeps them.  What the
transliteration got wrong stands in `english.csv`: whole names, and the first word of names in other languages
(Mongolian, Tibetan, Uyghur), which are written as the ministry romanises them.
"""

from __future__ import annotations

import csv
from pathlib import Path

NAMES = Path(__file__).with_name("english.csv")
WHOLE = "whole name"


class English:
    """Gives the English name of a division by its code and its name."""

    def __init__(self, stored: Path) -> None:
        """Read the names that the list at `stored` has, and the corrections."""
        self._by_code: dict[tuple[str, str], str] = {}
        self._by_name: dict[str, str] = {}
        with stored.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                self._by_code[row["code"], row["label_zh"]] = row["label_en"]
                self._by_name.setdefault(row["label_zh"], row["label_en"])
        with NAMES.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        self._whole = {row["label_zh"]: row["label_en"] for row in rows if row["part"] == WHOLE}
        firsts = [(row["label_zh"], row["label_en"]) for row in rows if row["part"] != WHOLE]
        self._first = sorted(firsts, key=lambda pair: -len(pair[0]))

    def of(self, code: str, label: str) -> str:
        """Return the English name.

        Raises:
            KeyError: Neither the list nor the corrections have one: write it into `english.csv`.
        """
        if label in self._whole:
            return self._whole[label]
        name = self._by_code.get((code, label)) or self._by_name[label]
        first = next((english for start, english in self._first if label.startswith(start)), "")
        return name if not first or name.startswith(f"{first} ") else f"{first} {name.partition(' ')[2]}"
