"""The delimiter and quote of the first lines of a file: a `sep=` line, or other characters than declared."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.readers.header import clean_name
from connectors.readers.text.delimiters import delimiter_chars, split_cells
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.readers import Member
    from connectors.readers.format import Format

# Spreadsheet programs write this line and follow it; it is no part of the table.
SEP_LINE = re.compile(r'"?sep=(.)"?[,;\t| ]*', re.IGNORECASE)
DELIMITERS, QUOTES = ",;\t|，；", "\"'"
SHOWN = {"\t": "TAB"}


def is_sep_line(text: str, member: Member, fmt: Format) -> bool:
    """Whether the first line of a file is a `sep=` line.

    Args:
        text: The line.
        member: The file, for the finding.
        fmt: The declared format.

    Raises:
        RejectBatch: WRONG_DELIMITER; the line names another delimiter than declared.
    """
    match = SEP_LINE.fullmatch(text)
    if match is None:
        return False
    if match[1] not in delimiter_chars(fmt) + fmt.delimiter:
        raise _wrong_delimiter(match[1], fmt.quote, 1, member, fmt)
    return True


def format_below_sep(fmt: Format, lines: Sequence[str]) -> Format:
    """Return the format of the text below a `sep=` line.

    The declared line number of the header may or may not count that line; the expected names decide.

    Args:
        fmt: The declared format.
        lines: The first records below the line.
    """
    if not isinstance(fmt.header, int):
        return fmt
    index = fmt.header - 2  # of the header among the lines below, if the declared line number counts the `sep=` line
    names = _cells(lines[index], fmt) if 0 <= index < len(lines) else set()
    expected_names = {clean_name(name) for name in fmt.expected}
    return fmt if index >= 0 and (not expected_names or names & expected_names) else replace(fmt, header=fmt.header + 1)


def check_delimiter(texts: Sequence[str], numbers: Sequence[int], member: Member, fmt: Format) -> None:
    """Check that the expected names are found by the declared delimiter and quote, if they are found by any.

    Args:
        texts: The first records of a file.
        numbers: Their 1-based lines.
        member: The file, for the finding.
        fmt: The declared format.

    Raises:
        RejectBatch: WRONG_DELIMITER; half of the expected names appear with another delimiter or quote only.
    """
    expected_names = {clean_name(name) for name in fmt.expected}
    if len(expected_names) < 2 or any(_cells(text, fmt) & expected_names for text in texts):  # noqa: PLR2004 - one name proves nothing
        return
    for text, number in zip(texts, numbers, strict=True):
        for delimiter in DELIMITERS:
            for quote in QUOTES:
                names = {clean_name(cell) for cell in split_cells(text, delimiter, quote)}
                if 2 * len(names & expected_names) >= len(expected_names):
                    raise _wrong_delimiter(delimiter, quote if quote in text else fmt.quote, number, member, fmt)


def _cells(text: str, fmt: Format) -> set[str]:
    return {clean_name(cell) for delimiter in delimiter_chars(fmt) for cell in split_cells(text, delimiter, fmt.quote)}


def _wrong_delimiter(delimiter: str, quote: str, line: int, member: Member, fmt: Format) -> RejectBatch:
    found, declared = (SHOWN.get(each, each) for each in (delimiter, fmt.delimiter + fmt.second_delimiter))
    if quote != fmt.quote:
        found, declared = f"{found} {quote}", f"{declared} {fmt.quote}"
    return RejectBatch(Finding("WRONG_DELIMITER", file=member.name, line=line, value=found, expected=declared))
