"""What is wrong with a source folder: collected while it is read, raised together at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from hub.errors import FixTheHub
from hub.i18n import say
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standards import CodeList


FEW = 40  # codes that a hint can name


@dataclass(frozen=True)
class Problem:
    """One mistake at one place: `key` is the path of keys in the file, `line` 1-based (0 when there is none)."""

    file: str
    line: int
    key: str
    text: str
    next_step: str = ""

    def __str__(self) -> str:
        """`mapping.yml:12 fields.cause: what is wrong`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.key}: {self.text}" if self.key else f"{place}: {self.text}"


@dataclass
class Problems:
    """The mistakes of one folder, in the order in which they were met."""

    folder: str
    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int, key: str, what: str, /, **values: object) -> None:
        """Note the mistake `mapping.<what>` of the text catalogue."""
        text = say(f"mapping.{what}", settings().language, **values).rstrip()
        if all((each.file, each.key, each.text) != (file, key, text) for each in self.found):
            self.found.append(Problem(file, line, key, text))

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises:
            FixTheHub: There are problems; its `why` has one line for each, in the order of files and lines.
        """
        if not self.found:
            return
        language = settings().language
        ordered = sorted(self.found, key=lambda each: (each.file != "mapping.yml", each.file, each.line))
        raise FixTheHub(
            say("mapping.broken", language, count=len(self.found)),
            where=self.folder,
            why="\n".join(str(each) for each in ordered),
            next_step=say("mapping.repair", language),
        )


def among(code: str, close: Iterable[str], codes: CodeList) -> str:
    """Return a hint for a code that a list does not have: the nearest one, else all codes where they are few."""
    known = codes.codes.to_pylist()
    listed = "" if len(known) > FEW else say("mapping.codes", settings().language, codes=", ".join(known))
    return nearest(code, close) or listed


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "Did you mean X?" with the known name most like `name`, or "" when none is like it."""
    pool = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), list(pool), n=1, cutoff=0.6)
    return say("mapping.did_you_mean", settings().language, name=pool[close[0]]) if close else ""
