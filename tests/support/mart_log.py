"""What the marts show, compared with core as it is, and with what they showed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.exchange import ask
from warehouse.event_marts import MARTS, rows_text

if TYPE_CHECKING:
    from datetime import datetime


def shown(source: str) -> list[str]:
    """Return the rows of a mart, a function or a query, each as one text, in order."""
    return [row["line"] for row in ask(f"select m::text as line from {source} m order by 1")]


def recomputed(mart: str) -> list[str]:
    """Return the rows that a mart has when it is made from core anew."""
    return shown(f"({rows_text(mart).replace('%', '%%')})")


class MartLog:
    """The answers of each moment, kept to be asked for again."""

    def __init__(self) -> None:
        """Begin with no answers."""
        self.answers: list[tuple[datetime, dict[str, list[str]]]] = []

    def note(self) -> None:
        """Keep what the marts show now."""
        (now,) = ask("select clock_timestamp() as moment")
        self.answers.append((now["moment"], {mart: shown(f"mart.{mart}") for mart in MARTS}))

    def check(self) -> None:
        """Ask for every answer again, as of its moment: it must be the same, byte for byte."""
        for moment, answers in self.answers:
            for mart, lines in answers.items():
                assert shown(f"mart.{mart}_as_of('{moment.isoformat()}')") == lines, f"{mart} as of {moment}"
