"""XML messages: leaf elements are columns called by their path, `DecHead/IEFlag`; attributes `DecHead/Sign/@type`.

Namespaces are left out of the names.  The record's own attributes are `./@name`.  An element that the format lists
under `repeat` is a column of its own with a list, of structs when it has parts and of texts when it has none; paths
within it begin at it.  An element that stands several times without being listed makes its record faulty, since one of
its values would be lost.  An empty element is "", an absent one null.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.readers.format import Format
from connectors.readers.header import MAX_COLUMNS, clean_name
from connectors.readers.magic import require_kind
from connectors.readers.rows import Fault
from connectors.readers.text.encoding import BYTE_ORDER_MARKS
from connectors.readers.tree.flatten import OWN, FaultyRecordError, Node, Record, checked, chunks, shape_of
from connectors.readers.tree.safe_xml import attributes, elements, forget, local, root_name
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.rows import Chunk
    from connectors.readers.tree.safe_xml import Element

DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}  # documents that say so often hold characters beyond it


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per record element of all members.

    Raises RejectBatch: WRONG_FORMAT (no such records), DOCTYPE_REFUSED, TRUNCATED_FILE, BAD_DOCUMENT, READER_LIMIT.
    """
    del note
    yield from chunks(members, _records(fmt, limits), _lists(fmt))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns that the records have; the whole delivery is read for that."""
    return [clean_name(name) for name in shape_of(members, _records(fmt, limits), _lists(fmt)).members]


def _lists(fmt: Format) -> list[str]:
    """Return the repeated paths that are columns: those within another repeated element belong to its struct."""
    return [path for path in fmt.repeat if not any(path.startswith(f"{other}/") for other in fmt.repeat)]


def _records(fmt: Format, limits: Limits) -> Callable[[Member], Iterable[Record | Fault]]:
    def records(member: Member) -> Iterator[Record | Fault]:
        require_kind(member, "xml", None, "html", expected="xml")
        with member.path.open("rb") as file:
            encoding = _encoding(file.read(256), fmt)
            root = root_name(file, member.name, encoding)
            path = fmt.records or root
            if path.partition("/")[0] != root:
                raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=root, expected=f"XML: {path}"))
            for element in elements(file, member.name, path.rpartition("/")[2], encoding=encoding):
                if _path(element) == path:
                    yield _record(element, fmt, limits)
                    forget(element)

    return records


def _encoding(head: bytes, fmt: Format) -> str | None:
    """Return the encoding to read with instead of what the document says, or leaves out."""
    told = DECLARED.match(head)
    if told:
        return WIDER.get(told[1].decode("ascii").lower())
    marked = any(head.startswith(mark) for mark, _ in BYTE_ORDER_MARKS)
    return None if marked or fmt.encoding == Format.encoding else fmt.encoding


def _path(element: Element) -> str:
    above = [local(each) for each in element.iterancestors()]
    return "/".join([*reversed(above), local(element)])


def _record(element: Element, fmt: Format, limits: Limits) -> Record | Fault:
    try:
        return _Flattening(frozenset(fmt.repeat), limits.cell_bytes).record(element)
    except FaultyRecordError as error:
        return error.fault


class _Flattening:
    """One record on its way to columns: which paths repeat, and how long a text may be."""

    def __init__(self, repeat: frozenset[str], limit: int) -> None:
        self.repeat, self.limit = repeat, limit
        self.around = {path[:place] for path in repeat for place, char in enumerate(path) if char == "/"}

    def record(self, element: Element, above: str = "") -> Record:
        """Return the parts of a record, or of a repeated element whose path in the record is `above`."""
        flat: Record = {}
        self._add(flat, element, "", above)
        return flat

    def _add(self, flat: Record, element: Element, prefix: str, above: str) -> None:
        """Add an element: `prefix` is its path in `flat`, `above` the same from the record on."""
        if len(element.attrib) > MAX_COLUMNS:  # asking for them would take a time that grows with their square
            raise RejectBatch(Finding("READER_LIMIT", value=f"{len(element.attrib)} > {MAX_COLUMNS} attributes"))
        for name, value in attributes(element):
            self._put(flat, f"{prefix or OWN}/@{name}", value)
        parts = list(element)
        texts = [element.text or "", *(part.tail or "" for part in parts)]
        text = "".join(texts)
        if text.strip() or not (parts or above in self.around):  # an empty list is no text
            self._put(flat, prefix or OWN, text)
        for part in parts:
            name = local(part)
            path, full = (f"{start}/{name}" if start else name for start in (prefix, above))
            if full in self.repeat:
                items = flat.setdefault(path, [])
                assert isinstance(items, list)  # noqa: S101 - only this line puts something there
                items.append(self._item(part, full))
            else:
                self._add(flat, part, path, full)

    def _item(self, element: Element, above: str) -> Node:
        """Return a repeated element: its text, or its parts."""
        flat = self.record(element, above)
        return flat[OWN] if list(flat) == [OWN] else flat

    def _put(self, flat: Record, path: str, text: str) -> None:
        if path in flat:
            raise FaultyRecordError(Fault("NOT_ONE_VALUE", f"{path}: […]"))
        flat[path] = checked(text, path, self.limit)
