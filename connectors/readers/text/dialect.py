"""What the first lines of a delimited file say: another delimiter or quote than agreed, or a `sep=` line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.readers.header import clean_name
from connectors.readers.text.delimiters import cells_of, signs_of
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.readers import Member
    from connectors.readers.format import Format

# Spreadsheet programs write and obey it; it is no part of the table.
SEP = re.compile(r'"?sep=(.)"?[,;\t| ]*', re.IGNORECASE)
SIGNS, QUOTES = ",;\t|，；", "\"'"
SHOWN = {"\t": "TAB"}


def sep_line(text: str, member: Member, fmt: Format) -> bool:
    """Whether the first line of a file is a `sep=` line; raise RejectBatch when it names another delimiter than agreed.

    Raises RejectBatch: WRONG_DELIMITER.
    """
    told = SEP.fullmatch(text)
    if told is None:
        return False
    if told[1] not in signs_of(fmt) + fmt.delimiter:
        raise _wrong(told[1], fmt.quote, 1, member, fmt)
    return True


def below_sep(fmt: Format, lines: Sequence[str]) -> Format:
    """Return the form of what stands below a `sep=` line, which the agreed line of the header may or may not count."""
    if not isinstance(fmt.header, int):
        return fmt
    counted = fmt.header - 2  # its place among the lines below, if the agreement counts the line
    names = _cells(lines[counted], fmt) if 0 <= counted < len(lines) else set()
    agreed = {clean_name(name) for name in fmt.expected}
    return fmt if counted >= 0 and (not agreed or names & agreed) else replace(fmt, header=fmt.header + 1)


def check_signs(texts: Sequence[str], numbers: Sequence[int], member: Member, fmt: Format) -> None:
    """Raise RejectBatch (WRONG_DELIMITER) when the agreed names appear only by another delimiter or quote."""
    agreed = {clean_name(name) for name in fmt.expected}
    if len(agreed) < 2 or any(_cells(text, fmt) & agreed for text in texts):  # noqa: PLR2004 - a line has two cells
        return
    for text, number in zip(texts, numbers, strict=True):
        for sign in SIGNS:
            for quote in QUOTES:
                names = {clean_name(cell) for cell in cells_of(text, sign, quote)}
                if 2 * len(names & agreed) >= len(agreed):
                    raise _wrong(sign, quote if quote in text else fmt.quote, number, member, fmt)


def _cells(text: str, fmt: Format) -> set[str]:
    return {clean_name(cell) for sign in signs_of(fmt) for cell in cells_of(text, sign, fmt.quote)}


def _wrong(sign: str, quote: str, line: int, member: Member, fmt: Format) -> RejectBatch:
    found, agreed = (SHOWN.get(each, each) for each in (sign, fmt.delimiter + fmt.second_delimiter))
    if quote != fmt.quote:
        found, agreed = f"{found} {quote}", f"{agreed} {fmt.quote}"
    return RejectBatch(Finding("WRONG_DELIMITER", file=member.name, line=line, value=found, expected=agreed))
