"""The parts of an Office Open XML package (ECMA-376): sheets, shared strings, and the meaning of number formats.

They are streamed in one pass by own code, because libraries hide what a hub must see: error cells and formulas without
a result come out as empty, a number format with leading zeros is lost, and a cell in the last column of the last row
makes one of them allocate 17 billion cells and abort.  Those libraries are the reference in the tests.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import IO, TYPE_CHECKING

from connectors.readers.archive.zip_errors import reject_broken_zip
from connectors.readers.spreadsheet.number_formats import parse_format
from connectors.readers.tree.safe_xml import attributes, iter_elements, local_name, release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Member
    from connectors.readers.spreadsheet.number_formats import Section
    from connectors.readers.tree.safe_xml import Element

ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
SURROGATES = range(0xD800, 0xE000)
# Numbers of the formats that need no definition and show a date, a time or both (ECMA-376 part 1, 18.8.30, with those
# of the East Asian editions).
BUILT_IN_DATES = {*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58}
BUILT_IN_PERCENTAGES = (9, 10)
BUILT_IN_TIMES = {18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56}
LITERAL = re.compile(r'"[^"]*"|[\\!].|_.|\*.|\[[^\]]*\]')
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)


class Shows(Enum):
    """What a number format shows a number as."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    MOMENT = "date and time"
    ELAPSED = "elapsed time"


@dataclass(frozen=True)
class Style:
    """The number format of a cell, as far as it changes what the cell shows.

    Attributes:
        shows: As what the number is shown.
        zeros: Width to which the number is padded with zeros.
        sections: The sections of the format where it shows more than the number, or another number.
    """

    shows: Shows = Shows.NUMBER
    zeros: int = 0
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Worksheet:
    """One worksheet of a package.

    Attributes:
        name: As on its tab.
        part: Name of its part in the package.
        hidden: Whether its tab is hidden.
    """

    name: str
    part: str
    hidden: bool = False


class Workbook:
    """An open package.

    Raises:
        RejectBatch: BAD_ARCHIVE, BAD_DOCUMENT, DOCTYPE_REFUSED; by any method.
    """

    def __init__(self, member: Member) -> None:
        self._member = member
        with reject_broken_zip(self._member.name):
            self._zip = zipfile.ZipFile(member.path)
            self._parts = {name.lower(): name for name in self._zip.namelist()}
        main = self.related_parts("", "officeDocument") or {"": "xl/workbook.xml"}
        self.main = next(iter(main.values()))

    @contextmanager
    def open_part(self, part: str) -> Iterator[IO[bytes] | None]:
        """Open a part of the package; None when the package does not have it."""
        with reject_broken_zip(self._member.name):
            name = self._parts.get(part.lower())
            if name is None:
                yield None
            else:
                with self._zip.open(name) as file:
                    yield file

    def elements(self, part: str, *names: str) -> Iterator[Element]:
        """Yield the elements of a part that have one of these local names."""
        with self.open_part(part) as file:
            if file is not None:
                yield from iter_elements(file, self._member.name, *names)

    def related_parts(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts that a part refers to (ECMA-376 part 2, relationships).

        Args:
            part: The referring part; "" for the package.
            kind: Last segment of the relationship type, such as "worksheet".

        Returns:
            The part of each relationship id; external targets are left out.
        """
        folder, name = posixpath.split(part)
        related = {}
        for element in self.elements(posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship"):
            if element.get("Type", "").endswith(f"/{kind}") and element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
                related[element.get("Id", "")] = target.lstrip("/")
        return related

    @cached_property
    def sheets(self) -> list[Worksheet]:
        """The worksheets in the order of their tabs; chart sheets have no cells."""
        parts = self.related_parts(self.main, "worksheet")
        sheets = []
        for element in self.elements(self.main, "sheet"):
            attrs = dict(attributes(element))
            part = parts.get(attrs.get("id", ""))
            if part and part.lower() in self._parts:
                sheets.append(Worksheet(attrs.get("name", ""), part, attrs.get("state", "visible") != "visible"))
        return sheets

    @cached_property
    def from_1904(self) -> bool:
        """Whether days are counted from 1904-01-01, as old Macintosh workbooks do."""
        return any(element.get("date1904") in ("1", "true") for element in self.elements(self.main, "workbookPr"))

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts, by number."""
        texts = []
        for part in self.related_parts(self.main, "sharedStrings").values():
            for element in self.elements(part, "si"):
                texts.append(string_text(element))
                release(element)
        return texts

    @cached_property
    def styles(self) -> list[Style]:
        """The cell styles, by number."""
        codes: dict[int, str] = {}
        styles: list[Style] = []
        for part in self.related_parts(self.main, "styles").values():
            for element in self.elements(part, "numFmts", "cellXfs"):
                if local_name(element) == "numFmts":
                    codes |= {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in element}
                else:
                    numbers = [int(each.get("numFmtId") or 0) for each in element]
                    styles = [parse_style(number, codes.get(number)) for number in numbers]
        return styles


def string_text(element: Element) -> str:
    """Return the text of a shared or inline string: its runs joined, without phonetic runs (rPh)."""
    if len(element) == 1 and local_name(element[0]) == "t":  # nearly all are
        return unescape(element[0].text or "")
    runs = (
        text.text or ""
        for text in element.iter("{*}t")
        if all(local_name(above) != "rPh" for above in text.iterancestors())
    )
    return unescape("".join(runs))


def unescape(text: str) -> str:
    """Return a text with escapes such as `_x000D_` replaced by their characters (ECMA-376 part 1, 22.9.2.19).

    >>> unescape("a_x0041_")
    'aA'
    """
    return ESCAPE.sub(lambda match: _escaped_character(match[1]), text) if "_x" in text else text


def _escaped_character(digits: str) -> str:
    """Return the character that an escape stands for; half of a pair of surrogates stands for none."""
    code = int(digits, 16)
    return "\ufffd" if code in SURROGATES else chr(code)


def parse_style(number: int, code: str | None) -> Style:  # noqa: PLR0911 - one for each kind of format
    """Return what a number format means (ECMA-376 part 1, 18.8.30 and 18.8.31).

    Args:
        number: Its id; below 164 a built-in one.
        code: Its definition; None for a built-in one.

    >>> parse_style(0, "0000").zeros, parse_style(14, None).shows
    (4, <Shows.DATE: 'date'>)
    """
    if code is None:
        if number in BUILT_IN_PERCENTAGES:
            return Style(sections=parse_format("0%"))
        built_in = Shows.DATE if number in BUILT_IN_DATES else Shows.TIME if number in BUILT_IN_TIMES else None
        return Style(Shows.MOMENT if number == 22 else built_in or Shows.NUMBER)  # noqa: PLR2004 - m/d/yy h:mm
    section = code.split(";")[0]
    bare = LITERAL.sub("", section).lower()
    if ELAPSED.search(section):
        return Style(Shows.ELAPSED)
    if "general" in bare:
        return Style(sections=parse_format(code))
    has_date = any(letter in bare for letter in "yd") or "aaa" in bare or ("m" in bare and not set(bare) & set("hs"))
    if time := bool(set(bare) & set("hs")):
        return Style(Shows.MOMENT if has_date and time else Shows.TIME)
    if has_date:
        return Style(Shows.DATE)
    zeros = len(bare) if len(bare) > 1 and not bare.strip("0") else 0
    return Style(zeros=zeros, sections=parse_format(code))
