"""Column names: where the header stands, and what its cells are called from here on."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from connectors.labels import plain
from connectors.readers.format import FIND, NONE
from connectors.readers.rows import BATCH, CORRECTS, PLACE
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.glyphs import as_meant
from hub.named import header_to_keep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from connectors.readers import Member
    from connectors.readers.format import Format

COLUMNS = 2_000
OURS = frozenset({*PLACE.names, BATCH, CORRECTS})
TWIN = " #"
LOOK = 30  # lines in which a header is looked for
BLANKS = " \t\r\n\u00a0\u3000\ufeff\u200b"


def cleaned(name: str) -> str:
    """Return a column name in NFC without blanks around it; what stands inside is kept, but for control characters.

    A name that a place column has, such as `@line`, gets `./` in front.
    """
    kept = as_meant(unicodedata.normalize("NFC", plain(name))).strip(BLANKS)
    return f"./{kept}" if kept in OURS else kept


def column_names(
    cells: Iterable[str], member: Member, line: int | None = None, sheet: str | None = None, fmt: Format | None = None
) -> list[str]:
    """Return the names of a header's cells; a cell without text is called by its place, such as `#3`.

    Where the format lets twins pass, the second of a name is called `name #2`.

    Raises RejectBatch: DUPLICATE_COLUMN, NO_HEADER (none of them is agreed), READER_LIMIT.
    """
    names = [cleaned(cell) or f"#{place}" for place, cell in enumerate(cells, 1)]
    place = {"file": member.name, "sheet": sheet, "line": line}
    if len(names) > COLUMNS:
        raise RejectBatch(Finding("READER_LIMIT", **place, value=f"{len(names)} > {COLUMNS} columns"))  # type: ignore[arg-type]
    if fmt is not None and fmt.twins:
        names = _apart(names)
    twice = twins(names, () if fmt is None else fmt.expected)
    if twice and fmt is not None and len(fmt.expected) > 1 and not {*names} & {cleaned(each) for each in fmt.expected}:
        raise no_header(member, fmt, sheet)  # a row of values, some of them alike
    if twice:
        raise RejectBatch(
            *(Finding("DUPLICATE_COLUMN", **place, column=name, expected=str(count)) for name, count in twice)  # type: ignore[arg-type]
        )
    return names


def twins(names: Sequence[str], agreed: Collection[str] = ()) -> list[tuple[str, int]]:
    """Return each name that stands several times in a header, as a finding may show it, and how often."""
    counts = Counter(names)
    kept = dict(zip(reversed(names), reversed(header_to_keep(names, agreed)), strict=True))  # the first place of each
    return [(kept[name], count) for name, count in counts.items() if count > 1]


def _apart(names: Iterable[str]) -> list[str]:
    met: Counter[str] = Counter()
    told = []
    for name in names:
        met[name] += 1
        told.append(name if met[name] == 1 else f"{name}{TWIN}{met[name]}")
    return told


def look(fmt: Format) -> int:
    """Return in how many lines from the top the header may stand."""
    return fmt.header + fmt.header_rows - 1 if isinstance(fmt.header, int) else LOOK


class Header(NamedTuple):
    """The names of the columns, the line of the last row that they stand in, and how many of the first rows that is."""

    names: list[str]
    line: int
    rows: int


def header_of(  # noqa: PLR0913, PLR0917 - what is known of the first rows
    lines: Sequence[int],
    cells: Sequence[Sequence[str]],
    member: Member,
    fmt: Format,
    sheet: str | None = None,
    spans: Sequence[range] | None = None,
) -> Header:
    """Return the header among the first rows that are not empty: `lines` are their numbers, `cells` their contents.

    `spans` are the columns over which a cell of a header's upper row is merged, None where nobody knows.
    Raises RejectBatch: NO_HEADER, DUPLICATE_COLUMN, READER_LIMIT.
    """
    if fmt.header == NONE:
        return Header(list(fmt.columns), 0, 0)
    place = header_place(lines, cells, fmt)
    if place is None or place + fmt.header_rows > len(lines):
        raise no_header(member, fmt, sheet)
    last = place + fmt.header_rows - 1
    names = cells[place] if last == place else joined(cells[place], cells[last], spans)
    return Header(column_names(names, member, lines[last], sheet, fmt), lines[last], last + 1)


def joined(upper: Sequence[str], lower: Sequence[str], spans: Sequence[range] | None = None) -> list[str]:
    """Return the names of a header of two rows, `upper/lower`, or the one that there is.

    An upper name reaches over the columns that it is merged over; where nobody knows, over the blank ones after it that
    have a lower name.
    """
    width, names, above = max(len(upper), len(lower)), [], ""
    for at in range(width):
        own, below = (cleaned(row[at]) if at < len(row) else "" for row in (upper, lower))
        if own or (spans is None and not below):
            above = own
        elif spans is not None:
            over = next((span for span in spans if at in span), None)
            above = cleaned(upper[over.start]) if over and over.start < len(upper) else ""
        names.append(f"{above}/{below}" if above and below and above != below else below or own)
    return names


def header_place(lines: Sequence[int], cells: Sequence[Sequence[str]], fmt: Format) -> int | None:
    """Return which of the first lines of a file is the header, None when none is.

    `lines` are their 1-based numbers, `cells` their contents, without the empty lines.
    """
    if fmt.header == FIND:
        wanted = {cleaned(name) for name in fmt.expected}
        found = (place for place, row in enumerate(cells) if wanted <= {cleaned(cell) for cell in row})
        return next(found, None)
    if fmt.header is None:
        return 0 if lines else None
    return lines.index(fmt.header) if fmt.header in lines else None


def no_header(member: Member, fmt: Format, sheet: str | None = None) -> RejectBatch:
    """Return the verdict on a file in which no line is the header."""
    expected = ", ".join(fmt.expected) or (f"line {fmt.header}" if fmt.header else "")
    return RejectBatch(Finding("NO_HEADER", file=member.name, sheet=sheet, expected=expected))


def same_columns(first: list[str], names: list[str], one: Member, other: Member) -> None:
    """Raise RejectBatch (MISSING_COLUMN) unless two members of an archive have the same columns, in any order."""
    lacking = [(kept, other, one) for name, kept in _kept(first, names) if name not in names]
    lacking += [(kept, one, other) for name, kept in _kept(names, first) if name not in first]
    if lacking:
        raise RejectBatch(
            *(
                Finding("MISSING_COLUMN", file=member.name, column=name, expected=has.name)
                for name, member, has in lacking
            )
        )


def _kept(names: list[str], others: list[str]) -> Iterable[tuple[str, str]]:
    return zip(names, header_to_keep(names, others), strict=True)
