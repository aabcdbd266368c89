"""An Office Open XML package, byte for byte the same each time: no clock, no host, parts in one order.

Written by ourselves since a library stamps the time of writing into it, and takes seconds for the cells of a large
answer.  The tests read it with two libraries and with our own reader.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can say


def packed(parts: dict[str, str]) -> bytes:
    """Return the package with these parts, in the order in which they are given."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, text in parts.items():
            about = zipfile.ZipInfo(name, EPOCH)
            about.compress_type, about.create_system = zipfile.ZIP_DEFLATED, 0
            package.writestr(about, text.encode())
    return stream.getvalue()


def content_types(sheets: int, noted: Sequence[int]) -> str:
    """Return the list of what each part is; `noted` are the numbers of the sheets that have notes."""
    kinds = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    kinds |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in range(1, sheets + 1)}
    kinds |= {f"/xl/comments{number}.xml": "comments" for number in noted}
    more = "".join(f'<Override PartName="{part}" ContentType="{TYPES}.{kind}+xml"/>' for part, kind in kinds.items())
    properties = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        f'{more}<Override PartName="/docProps/core.xml" ContentType="{core}"/>'
        f'<Override PartName="/docProps/custom.xml" ContentType="{properties}"/></Types>'
    )


def relations(*targets: tuple[str, str]) -> str:
    """Return what a part refers to: kind and target of each, with the ids rId1, rId2 and so on."""
    core = f"{PACKAGE}/relationships/metadata/core-properties"
    lines = (
        f'<Relationship Id="rId{number}" Type="{core if kind == "core" else f"{OFFICE}/relationships/{kind}"}"'
        f' Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def workbook(sheets: Sequence[tuple[str, bool]]) -> str:
    """Return the workbook part: the names of the sheets, and whether each can be seen."""
    lines = (
        f'<sheet name={quoteattr(name)} sheetId="{number}"{"" if visible else " state=" + quoteattr("hidden")}'
        f' r:id="rId{number}"/>'
        for number, (name, visible) in enumerate(sheets, 1)
    )
    return (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships"><bookViews><workbookView activeTab="0"/>'
        f"</bookViews><sheets>{''.join(lines)}</sheets></workbook>"
    )


def core_properties(title: str, made: datetime | None) -> str:
    """Return title and date: the day on which the submission came, not that of the writing."""
    moment = f"{made:%Y-%m-%dT%H:%M:%SZ}" if made else ""
    date = f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>' if moment else ""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>riskhub</dc:creator>{date}</cp:coreProperties>"
    )


def custom_properties(values: dict[str, str]) -> str:
    """Return the properties by which a person or a program finds what the workbook answers."""
    lines = (
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), 2)
    )
    return (
        f'{HEAD}<Properties xmlns="{OFFICE}/custom-properties" xmlns:vt="{OFFICE}/docPropsVTypes">'
        f"{''.join(lines)}</Properties>"
    )
