"""XML messages: leaf elements are columns named by their path, `DecHead/IEFlag`; attributes `DecHead/Sign/@type`.

Names have no namespaces.  The record's own attributes are `./@name`; where the records are elements of several names,
`./element` is the name of each.  An element that the format lists under `repeat` is a column with a list: of structs
when it has parts, of texts when it has none; paths within it begin at it.  Another element that occurs several times
makes its record faulty, since one of its values would be lost.  An empty element is "", an absent one null.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from connectors.readers.format import Format
from connectors.readers.header import MAX_COLUMNS, clean_name
from connectors.readers.magic import require_kind
from connectors.readers.rows import Fault
from connectors.readers.text.encoding import BOMS, require_encoding
from connectors.readers.tree.flatten import (
    OWN_TEXT,
    FaultyRecordError,
    Node,
    Record,
    check_text,
    infer_shape,
    read_chunks,
)
from connectors.readers.tree.safe_xml import attributes, iter_elements, local_name, release, root_name
from hub.errors import RejectBatch
from hub.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.readers import Limits, Member, Note
    from connectors.readers.rows import Chunk
    from connectors.readers.tree.safe_xml import Element

DECLARED_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
ELEMENT = f"{OWN_TEXT}/element"
SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030"}  # documents that declare these often have characters beyond them


def read(members: Sequence[Member], fmt: Format, limits: Limits, note: Note) -> Iterator[Chunk]:
    """Yield one row per record element of all members.

    Raises:
        RejectBatch: WRONG_FORMAT (another root element), WRONG_ENCODING, DOCTYPE_REFUSED, TRUNCATED_FILE, BAD_DOCUMENT,
            READER_LIMIT, DUPLICATE_COLUMN.
    """
    del note
    yield from read_chunks(members, _records(fmt, limits), _lists(fmt))


def header(members: Sequence[Member], fmt: Format, limits: Limits) -> list[str]:
    """Return the names of all columns of the records; the whole delivery is read for that."""
    return [clean_name(name) for name in infer_shape(members, _records(fmt, limits), _lists(fmt)).members]


def _lists(fmt: Format) -> list[str]:
    """Return the repeated paths that are columns: those within another repeated element belong to its struct."""
    return [path for path in fmt.repeat if not any(path.startswith(f"{other}/") for other in fmt.repeat)]


def _records(fmt: Format, limits: Limits) -> Callable[[Member], Iterable[Record | Fault]]:
    def records(member: Member) -> Iterator[Record | Fault]:
        require_kind(member, "xml", None, "html", expected="xml")
        with member.path.open("rb") as file:
            head = file.read(256)
            encoding = _encoding(head, fmt)
            require_encoding(member, encoding or _codec(declared_encoding(head)))
            root = root_name(file, member.name, encoding)
            declared = (fmt.records, *fmt.other_records) if fmt.records else (root,)
            paths = [path for path in declared if path.partition("/")[0] == root]
            if not paths:
                expected = f"XML: {' | '.join(declared)}"
                raise RejectBatch(Finding("WRONG_FORMAT", file=member.name, value=root, expected=expected))
            names = dict.fromkeys(path.rpartition("/")[2] for path in paths)
            nested = any(f"{path}/".startswith(f"{each}/") for path in paths for each in paths if path != each) or any(
                name in fmt.wrappers for name in names
            )
            several = len({path.rpartition("/")[2] for path in declared}) > 1
            for element in iter_elements(file, member.name, *names, encoding=encoding):
                if _path(element, fmt.wrappers) in paths:
                    record = _record(element, fmt, limits, member.name)
                    if several and not isinstance(record, Fault):
                        record[ELEMENT] = local_name(element)
                    yield record
                    if not nested or not any(_path(each, fmt.wrappers) in paths for each in element.iterancestors()):
                        release(element)  # with what stands before it, which may belong to a record around it

    return records


def declared_encoding(head: bytes) -> str | None:
    """Return the encoding that the XML declaration names, in lower case; None when it names none.

    >>> declared_encoding(b'<?xml version="1.0" encoding="GBK"?>')
    'gbk'
    """
    match = DECLARED_ENCODING.match(head)
    return match[1].decode("ascii").lower() if match else None


def _codec(declared: str | None) -> str:
    """Return the name that Python has for a declared encoding; that of UTF-8 for one that only the parser knows."""
    try:
        return codecs.lookup(declared or "utf-8").name
    except LookupError:
        return "utf-8"


def _encoding(head: bytes, fmt: Format) -> str | None:
    """Return the encoding that overrides the declared one, or is used where none is declared."""
    if name := declared_encoding(head):
        return SUPERSETS.get(name)
    has_bom = any(head.startswith(bom) for bom, _ in BOMS)
    return None if has_bom or fmt.encoding == Format.encoding else fmt.encoding


def _path(element: Element, wrappers: tuple[str, ...]) -> str:
    parent_path = [name for each in element.iterancestors() if (name := local_name(each)) not in wrappers]
    return "/".join([*reversed(parent_path), local_name(element)])


def _record(element: Element, fmt: Format, limits: Limits, file: str | None) -> Record | Fault:
    try:
        return _Flattener(frozenset(fmt.repeat), frozenset(fmt.wrappers), limits.cell_bytes, file).record(element)
    except FaultyRecordError as error:
        return error.fault


class _Flattener:
    """Flattens the elements of records.

    Attributes:
        repeat: The paths of lists.
        wrappers: The names of elements whose parts count as parts of the element around them.
        limit: Bytes (UTF-8) of the longest text.
        file: The name of the member, for findings.
        ancestors: The paths above those of lists.
    """

    def __init__(self, repeat: frozenset[str], wrappers: frozenset[str], limit: int, file: str | None) -> None:
        self.repeat, self.wrappers, self.limit, self.file = repeat, wrappers, limit, file
        self.ancestors = {path[:place] for path in repeat for place, char in enumerate(path) if char == "/"}

    def record(self, element: Element, parent_path: str = "") -> Record:
        """Return the parts of a record, or of a repeated element whose path in the record is `parent_path`."""
        flat: Record = {}
        self._add(flat, element, "", parent_path)
        return flat

    def _add(self, flat: Record, element: Element, prefix: str, parent_path: str) -> None:
        """Add an element: `prefix` is its path in `flat`, `parent_path` its path in the record."""
        if len(element.attrib) > MAX_COLUMNS:  # reading them takes time that grows with their square
            found = f"{len(element.attrib)} > {MAX_COLUMNS} attributes"
            raise RejectBatch(Finding("READER_LIMIT", file=self.file, value=found))
        for name, value in attributes(element):
            self._put(flat, f"{prefix or OWN_TEXT}/@{name}", value)
        texts = [element.text or "", *(part.tail or "" for part in element)]
        parts = list(self._parts(element))
        text = "".join(texts)
        if text.strip() or not (parts or parent_path in self.ancestors):  # an empty list is no text
            self._put(flat, prefix or OWN_TEXT, text)
        for part in parts:
            name = local_name(part)
            path, record_path = (f"{start}/{name}" if start else name for start in (prefix, parent_path))
            if record_path in self.repeat:
                items = flat.setdefault(path, [])
                assert isinstance(items, list)  # noqa: S101 - only this line sets it
                items.append(self._item(part, record_path))
            else:
                self._add(flat, part, path, record_path)

    def _parts(self, element: Element) -> Iterator[Element]:
        """Yield the parts of an element, for a wrapper its own parts; one with a text or an attribute wraps nothing."""
        for part in element:
            texts = (part.text, *(each.tail for each in part))
            is_wrapper = self.wrappers and local_name(part) in self.wrappers and len(part) and not part.attrib
            if is_wrapper and not any(text and text.strip() for text in texts):
                yield from self._parts(part)
            else:
                yield part

    def _item(self, element: Element, parent_path: str) -> Node:
        """Return a repeated element: its text, or its parts."""
        flat = self.record(element, parent_path)
        return flat[OWN_TEXT] if list(flat) == [OWN_TEXT] else flat

    def _put(self, flat: Record, path: str, text: str) -> None:
        if path in flat:
            raise FaultyRecordError(Fault("NOT_ONE_VALUE", f"{path}: […]"))
        flat[path] = check_text(text, path, self.limit)
