"""A cell of an OpenDocument table as text, with the styles that decide what it shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from connectors.readers.rows import Fault
from connectors.readers.spreadsheet.cell_text import number_text
from connectors.readers.spreadsheet.number_formats import make_sections
from connectors.readers.spreadsheet.ooxml import Style
from connectors.readers.tree.safe_xml import attributes, local_name

if TYPE_CHECKING:
    from connectors.readers.spreadsheet.number_formats import Section
    from connectors.readers.tree.safe_xml import Element

ERROR_TEXT = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|Err:\d+")
DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S")
NUMBER_STYLES = ("number-style", "percentage-style", "currency-style")
NUMBERS = ("float", "currency", "percentage")
NOT_CELL_TEXT = (
    "annotation",
    "annotation-end",
    "shapes",
    "frame",
    "ruby-text",
)  # elements with other text


class Styles:
    """The styles of a document: number formats of cells, and sheets that are hidden."""

    elements: ClassVar = (*NUMBER_STYLES, "style")

    def __init__(self) -> None:
        self._digits: dict[str, int] = {}  # least digits before the point, by the name of a number style
        self._sections: dict[str, tuple[Section, ...]] = {}  # what is shown besides the number, by the same name
        self._of_cell: dict[str, str] = {}  # number style by the name of a cell style
        self.hidden: set[str] = set()  # styles of sheets that are not shown

    def add(self, element: Element) -> None:
        """Add one style element."""
        attrs = dict(attributes(element))
        name = attrs.get("name", "")
        if local_name(element) in NUMBER_STYLES:
            self._sections[name] = _parse_sections(element)
            for part in element.iterfind("{*}number"):
                shape = dict(attributes(part))
                if shape.get("decimal-places", "0") == "0" and shape.get("min-integer-digits", "1").isdecimal():
                    self._digits[name] = int(shape.get("min-integer-digits", "1"))
            return
        if "data-style-name" in attrs:
            self._of_cell[name] = attrs["data-style-name"]
        for part in element.iterfind("{*}table-properties"):
            if dict(attributes(part)).get("display") == "false":
                self.hidden.add(name)

    def style(self, name: str | None) -> Style:
        """Return what the cells with a named style show; plain numbers for None and unknown names."""
        text = self._of_cell.get(name or "", "")
        digits, sections = self._digits.get(text, 0), self._sections.get(text, ())
        zeros = digits if 1 < digits <= 30 else 0  # noqa: PLR2004 - one digit is no padding
        return Style(zeros=zeros, sections=sections) if zeros or sections else Style()


def _parse_sections(element: Element) -> tuple[Section, ...]:
    """Return what a style of numbers shows besides them; nothing for one that differs by condition."""
    texts, scale, part_index = ["", ""], 0, 0
    for part in element:
        if local_name(part) in {"number", "scientific-number", "fraction"}:
            part_index = 1
            factor = dict(attributes(part)).get("display-factor", "1")
            scale = len(factor) - 1 if factor.strip("0") == "1" else 0
        elif local_name(part) in {"text", "currency-symbol"}:
            texts[part_index] += part.text or ""
        elif local_name(part) == "map":
            return ()
    percent = 2 if local_name(element) == "percentage-style" else 0
    return make_sections(texts[0], texts[1], scale - percent)


def ods_cell_text(cell: Element, attrs: dict[str, str], styles: Styles) -> str | Fault:  # noqa: PLR0911 - one per kind
    """Return the text of a cell.

    Args:
        cell: The element.
        attrs: Its attributes by local name.
        styles: Of the document.

    Returns:
        "" for an empty cell; a Fault (CELL_ERROR, PRECISION_LOST, SHOWN_OTHERWISE) for an error or an ambiguous number.
    """
    kind, text = attrs.get("value-type"), _paragraphs(cell)
    if _is_error(cell, text):
        return Fault("CELL_ERROR", text or "#ERROR")
    if kind in NUMBERS:
        return number_text(attrs.get("value", ""), styles.style(attrs.get("style-name")))
    if kind == "boolean":
        return attrs.get("boolean-value", "").upper()
    if kind == "date":
        return _date_text(attrs.get("date-value", ""))
    if kind == "time":
        return _duration_text(attrs.get("time-value", ""))
    if kind is None and "formula" in attrs and not text:
        return Fault("CELL_ERROR", "formula")
    return attrs.get("string-value") or text


def _is_error(cell: Element, text: str) -> bool:
    """Whether a cell is an error: programs mark it, or give a formula a value of 0 or "" and show the error."""
    marked = any(str(name).endswith("}value-type") and value == "error" for name, value in cell.attrib.items())
    formula = any(str(name).endswith("}formula") for name in cell.attrib)
    return marked or (formula and ERROR_TEXT.fullmatch(text) is not None)


def _date_text(text: str) -> str:
    """Return a date as other workbooks give it: to the millisecond, without a fraction that is zero."""
    head, dot, fraction = text.removesuffix("T00:00:00").partition(".")
    digits = fraction[:3].rstrip("0") if dot else ""
    return f"{head}.{digits.ljust(3, '0')}000" if digits else head


def _duration_text(text: str) -> str | Fault:
    """Return a time of day or a duration, `PT14H05M00S`, as hours, minutes and seconds."""
    parts = DURATION.fullmatch(text)
    if not parts:
        return Fault("CELL_ERROR", "time")
    sign, days, hours, minutes, seconds, fraction = parts.groups()
    whole = f"{sign}{int(hours) + 24 * int(days or 0):02d}:{int(minutes):02d}:{int(seconds):02d}"
    digits = (fraction or "").rstrip("0")
    return f"{whole}.{digits}" if digits else whole


def _paragraphs(cell: Element) -> str:
    """Return the paragraphs of a cell, one per line."""
    return "\n".join(_inline_text(part) for part in cell if local_name(part) == "p")


def _inline_text(element: Element) -> str:
    text = element.text or ""
    for part in element:
        name = local_name(part)
        if name == "s":
            count = dict(attributes(part)).get("c", "1")
            text += " " * (min(int(count), 10_000) if count.isdecimal() else 1)
        elif name in {"tab", "line-break"}:
            text += "\t" if name == "tab" else "\n"
        elif name not in NOT_CELL_TEXT:
            text += _inline_text(part)
        text += part.tail or ""
    return text
