"""Column names: where the header of a file is, and how its cells become names."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from connectors.labels import plain
from connectors.readers.format import HEADER_FIND, HEADER_NONE
from connectors.readers.rows import CORRECTED_BATCH, CORRECTED_ROW, PLACE_COLUMNS
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.glyphs import as_meant
from hub.named import header_to_keep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from connectors.readers import Member
    from connectors.readers.format import Format

MAX_COLUMNS = 2_000
RESERVED = frozenset({*PLACE_COLUMNS.names, CORRECTED_BATCH, CORRECTED_ROW})
DUPLICATE_SEPARATOR = " #"
HEADER_SEARCH_LINES = 30  # in which a header is searched
BLANKS = " \t\r\n\u00a0\u3000\ufeff\u200b"


def clean_name(name: str) -> str:
    r"""Return a column name in Unicode form NFC, without surrounding blanks and without control characters.

    Inner blanks stay.  A name that a place column has, such as `@line`, gets the prefix `./`.

    >>> clean_name("  品名\u3000"), clean_name("@line")
    ('品名', './@line')
    """
    safe = as_meant(unicodedata.normalize("NFC", plain(name))).strip(BLANKS)
    return f"./{safe}" if safe in RESERVED else safe


def column_names(
    cells: Iterable[str], member: Member, line: int | None = None, sheet: str | None = None, fmt: Format | None = None
) -> list[str]:
    """Return the column names of the cells of a header.

    A cell without text is named by its 1-based place, such as `#3`.  Where the format allows duplicates, the second
    column of a name becomes `name #2`.

    Args:
        cells: The texts of the header row.
        member: The file, for findings.
        line: 1-based line of the header, for findings.
        sheet: Name of the sheet, for findings.
        fmt: The declared format; None where any header will do.

    Raises:
        RejectBatch: DUPLICATE_COLUMN, NO_HEADER (some cells are alike and none is an expected name), READER_LIMIT.
    """
    names = [clean_name(cell) or f"#{place}" for place, cell in enumerate(cells, 1)]
    place = {"file": member.name, "sheet": sheet, "line": line}
    if len(names) > MAX_COLUMNS:
        raise RejectBatch(Finding("READER_LIMIT", **place, value=f"{len(names)} > {MAX_COLUMNS} columns"))  # type: ignore[arg-type]
    if fmt is not None and fmt.allow_duplicates:
        names = _number_duplicates(names)
    repeated = duplicates(names, () if fmt is None else (*fmt.expected, *fmt.optional))
    if (
        repeated
        and fmt is not None
        and len(fmt.expected) > 1
        and not {*names} & {clean_name(each) for each in fmt.expected}
    ):
        raise no_header_error(member, fmt, sheet)  # a row of values, some of them alike
    if repeated:
        raise RejectBatch(
            *(Finding("DUPLICATE_COLUMN", **place, column=name, expected=str(count)) for name, count in repeated)  # type: ignore[arg-type]
        )
    return names


def duplicates(names: Sequence[str], agreed: Collection[str] = ()) -> list[tuple[str, int]]:
    """Return each name that occurs several times in a header, and how often.

    Args:
        names: The cleaned names of the header.
        agreed: Names that the mapping uses, which are never masked.

    Returns:
        Pairs of a name, masked where it may be personal data, and its count.

    >>> duplicates(["a", "b", "a"])
    [('a', 2)]
    """
    counts = Counter(names)
    safe = dict(zip(reversed(names), reversed(header_to_keep(names, agreed)), strict=True))  # the first place of each
    return [(safe[name], count) for name, count in counts.items() if count > 1]


def _number_duplicates(names: Iterable[str]) -> list[str]:
    counts: Counter[str] = Counter()
    numbered = []
    for name in names:
        counts[name] += 1
        numbered.append(name if counts[name] == 1 else f"{name}{DUPLICATE_SEPARATOR}{counts[name]}")
    return numbered


def header_search_lines(fmt: Format) -> int:
    """Return in how many lines from the top the header may be."""
    return fmt.header + fmt.header_rows - 1 if isinstance(fmt.header, int) else HEADER_SEARCH_LINES


class Header(NamedTuple):
    """The header of a file.

    Attributes:
        names: Of the columns.
        line: 1-based line of the last row of the header; 0 when the file has none.
        rows: How many of the first rows are the header or above it.
    """

    names: list[str]
    line: int
    rows: int


def find_header(  # noqa: PLR0913, PLR0917 - what is known of the first rows
    lines: Sequence[int],
    cells: Sequence[Sequence[str]],
    member: Member,
    fmt: Format,
    sheet: str | None = None,
    spans: Sequence[range] | None = None,
) -> Header:
    """Return the header among the first rows of a file.

    Args:
        lines: 1-based line numbers of the first rows that are not empty.
        cells: The cells of these rows.
        member: The file, for findings.
        fmt: The declared format.
        sheet: Name of the sheet, for findings.
        spans: The 0-based columns that each merged cell of the upper header row covers; None where that is unknown.

    Raises:
        RejectBatch: NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT.
    """
    if fmt.header == HEADER_NONE:
        return Header(list(fmt.columns), 0, 0)
    place = header_index(lines, cells, fmt)
    if place is None or place + fmt.header_rows > len(lines):
        raise no_header_error(member, fmt, sheet)
    last = place + fmt.header_rows - 1
    names = cells[place] if last == place else join_header_rows(cells[place], cells[last], spans)
    return Header(column_names(names, member, lines[last], sheet, fmt), lines[last], last + 1)


def join_header_rows(upper: Sequence[str], lower: Sequence[str], spans: Sequence[range] | None = None) -> list[str]:
    """Return the names of a header of two rows, `upper/lower`, or the one of the two that has text.

    Args:
        upper: The cells of the upper row.
        lower: The cells of the lower row.
        spans: The 0-based columns that each merged cell of the upper row covers.  None where that is unknown: an upper
            name then covers the blank cells after it whose lower cell has text.

    >>> join_header_rows(["id", "goods", ""], ["", "name", "weight"])
    ['id', 'goods/name', 'goods/weight']
    """
    width, names, parent = max(len(upper), len(lower)), [], ""
    for at in range(width):
        own, below = (clean_name(row[at]) if at < len(row) else "" for row in (upper, lower))
        if own or (spans is None and not below):
            parent = own
        elif spans is not None:
            span_over = next((span for span in spans if at in span), None)
            parent = clean_name(upper[span_over.start]) if span_over and span_over.start < len(upper) else ""
        names.append(f"{parent}/{below}" if parent and below and parent != below else below or own)
    return names


def header_index(lines: Sequence[int], cells: Sequence[Sequence[str]], fmt: Format) -> int | None:
    """Return the index of the header among the first rows, None when no row is the header.

    Args:
        lines: 1-based line numbers of the first rows that are not empty.
        cells: The cells of these rows.
        fmt: The declared format.
    """
    if fmt.header == HEADER_FIND:
        wanted = {clean_name(name) for name in fmt.expected}
        found = (place for place, row in enumerate(cells) if wanted <= {clean_name(cell) for cell in row})
        return next(found, None)
    if fmt.header is None:
        return 0 if lines else None
    return lines.index(fmt.header) if fmt.header in lines else None


def no_header_error(member: Member, fmt: Format, sheet: str | None = None) -> RejectBatch:
    """Return the rejection (NO_HEADER) of a file in which no line is the header."""
    expected = ", ".join(fmt.expected) or (f"line {fmt.header}" if fmt.header else "")
    return RejectBatch(Finding("NO_HEADER", file=member.name, sheet=sheet, expected=expected))


def require_same_columns(first: list[str], names: list[str], one: Member, other: Member) -> None:
    """Check that two members of an archive have the same columns, in any order.

    Args:
        first: The names of the first member.
        names: The names of another member.
        one: The first member.
        other: The other member.

    Raises:
        RejectBatch: MISSING_COLUMN, for each name that one of the two lacks.
    """
    missing = [(safe, other, one) for name, safe in _safe_names(first, names) if name not in names]
    missing += [(safe, one, other) for name, safe in _safe_names(names, first) if name not in first]
    if missing:
        raise RejectBatch(
            *(
                Finding("MISSING_COLUMN", file=member.name, column=name, expected=has.name)
                for name, member, has in missing
            )
        )


def _safe_names(names: list[str], others: list[str]) -> Iterable[tuple[str, str]]:
    return zip(names, header_to_keep(names, others), strict=True)
