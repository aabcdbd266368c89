"""The second sheet of an answer: what came, what was kept out and why, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.i18n import local_time, say
from pipeline.corrections.xlsx_sheet import Cell, Sheet
from pipeline.corrections.xlsx_styles import Style
from pipeline.sources import types_of
from validation.catalogue import place_of, render

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from hub.finding import FindingLine

LEVELS = {"error": Style.ERROR, "warning": Style.WARNING, "repair": Style.REPAIR}
WIDTHS = (13.0, 30.0, 26.0, 11.0, 62.0, 62.0)
LINE = 16.0  # points of one line of text
FULL = 58  # letters in a line of the widest columns


@dataclass(frozen=True)
class About:
    """What an answer says of the submission that it answers."""

    source: str
    feed_title: str
    file_name: str
    batch_id: str | None  # None: of a check, which nothing can be sent back to
    received_at: datetime | None
    language: str
    read: int
    quarantined: int
    shown: int
    whole: bool  # whether the rows of this sheet can be dropped back as they are
    findings: Sequence[FindingLine] = field(default_factory=tuple, repr=False)
    sheet: str | None = None

    @property
    def title(self) -> str:
        """The heading, also of the file's properties."""
        return say("answer.title", self.language, file=self.file_name)


def summary_sheet(about: About, name: str) -> Sheet:
    """Return the sheet: heading, figures, what to do, causes with their true counts."""
    language = about.language
    sheet = Sheet(name, lines=False)
    sheet.widths = [(width, Style.PLAIN) for width in WIDTHS]
    _line(sheet, (about.title, Style.TITLE), height=30)
    for key, value in _facts(about):
        sheet.rows.append([(say(key, language), Style.LABEL), (value, Style.PLAIN)])
    sheet.rows.append([])
    _line(sheet, (say("answer.to_do", language), Style.LABEL))
    steps = ("answer.step_mend", "answer.step_hidden", "answer.step_back") if about.whole else ("answer.step_own",)
    for number, step in enumerate(steps if about.batch_id else ("answer.step_check",), 1):
        _line(sheet, (f"{number}.  {say(step, language)}", Style.STEP), height=LINE * 1.2)
    if about.shown < about.quarantined:
        capped_note = say("answer.capped", language, shown=f"{about.shown:,}", of=f"{about.quarantined:,}")
        _line(sheet, (capped_note, Style.STEP), height=LINE * 1.2)
    sheet.rows.append([])
    header = ("level", "cause", "column", "count", "what", "cure")
    sheet.rows.append([(say(f"answer.{head}", language), Style.CAUSE_HEADER) for head in header])
    types = types_of(about.source)
    for found in about.findings:
        _cause(sheet, found, types, language)
    return sheet


def _facts(about: About) -> list[tuple[str, str]]:
    moment = local_time(about.received_at, about.language)
    rows = say(
        "answer.rows",
        about.language,
        read=f"{about.read:,}",
        kept_out=f"{about.quarantined:,}",
        shown=f"{about.shown:,}",
    )
    facts = [
        ("receipt.source", f"{about.feed_title}  ({about.source})"),
        ("receipt.batch", about.batch_id or ""),
        ("receipt.received", moment),
        ("answer.rows_label", rows),
    ]
    return [(key, value) for key, value in facts if value]


def _cause(sheet: Sheet, found: FindingLine, types: Collection[str], language: str) -> None:
    text = render(found["code"], language, types, **place_of(found))
    cells: list[Cell | None] = [
        (say(f"level.{found['level']}", language), LEVELS[found["level"]]),
        (f"{text.title}\n{found['code']}", Style.WRAP),
        (found["column"] or "", Style.WRAP),
        (found["count"], Style.COUNT),
        (text.message, Style.WRAP),
        (text.cure, Style.WRAP),
    ]
    wide = 2 if language == "zh" else 1
    longest = max(len(text.message), len(text.cure)) * wide
    sheet.heights[len(sheet.rows)] = LINE * max(2, 1 + longest // FULL) + 4
    sheet.rows.append(cells)


def _line(sheet: Sheet, cell: Cell, height: float = LINE) -> None:
    """Add a line that goes over all columns."""
    sheet.heights[len(sheet.rows)] = height
    at = len(sheet.rows) + 1
    sheet.merged.append(f"A{at}:F{at}")
    sheet.rows.append([cell])
