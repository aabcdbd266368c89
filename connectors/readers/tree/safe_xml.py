"""XML without its dangers: no document type, no entities, no network, no depth without end."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING

from lxml import etree

from connectors.readers.xml_options import HARDENED
from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    Element = etree._Element  # noqa: SLF001 - lxml has no public name for it

ENDS_EARLY = (etree.ErrorTypes.ERR_TAG_NOT_FINISHED, etree.ErrorTypes.ERR_GT_REQUIRED)
PROLOG = 1 << 16
DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def elements(stream: IO[bytes], file: str | None, *names: str, encoding: str | None = None) -> Iterator[Element]:
    """Yield each element with one of the local `names` as soon as it is complete; free it with `forget`.

    `encoding` overrides what the document says of itself.
    Raises RejectBatch: DOCTYPE_REFUSED, TRUNCATED_FILE, BAD_DOCUMENT.
    """
    _refuse_declarations(stream, file)
    tags = [f"{{*}}{name}" for name in names]
    with _well_formed(file):
        events = etree.iterparse(stream, events=("end",), tag=tags, encoding=encoding, **HARDENED)
        for place, (_, element) in enumerate(events):
            if place == 0:
                _refuse_doctype(element, file)
            yield element
        _refuse_doctype(events.root, file)


def root_name(stream: IO[bytes], file: str | None, encoding: str | None = None) -> str:
    """Return the local name of a document's first element; raises what `elements` raises."""
    _refuse_declarations(stream, file)
    with _well_formed(file):
        _, root = next(iter(etree.iterparse(stream, events=("start",), encoding=encoding, **HARDENED)))
        return local(root)


@contextmanager
def _well_formed(file: str | None) -> Iterator[None]:
    try:
        yield
    except etree.XMLSyntaxError as error:
        code = "TRUNCATED_FILE" if getattr(error, "code", None) in ENDS_EARLY else "BAD_DOCUMENT"
        why = quoted(str(error.msg))
        raise RejectBatch(Finding(code, file=file, line=error.lineno, value=why, expected="XML")) from None


def _refuse_declarations(stream: IO[bytes], file: str | None) -> None:
    """Look for declarations before anything is parsed, also when the text is UTF-16."""
    stream.seek(0)
    prolog = stream.read(PROLOG)
    stream.seek(0)
    if DECLARED.search(prolog.replace(b"\0", b"")):
        raise RejectBatch(Finding("DOCTYPE_REFUSED", file=file))


def _refuse_doctype(element: Element, file: str | None) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise RejectBatch(Finding("DOCTYPE_REFUSED", file=file))


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return _local(element.tag)


@lru_cache(4096)
def _local(tag: object) -> str:
    return tag[tag.find("}") + 1 :] if isinstance(tag, str) else ""


def attributes(element: Element) -> Iterator[tuple[str, str]]:
    """Yield local name and value of the attributes."""
    for name, value in element.attrib.items():
        yield str(name).rpartition("}")[2], str(value)


def forget(element: Element) -> None:
    """Free an element and what stood before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
