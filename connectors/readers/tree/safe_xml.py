"""XML parsed safely: no document type, no entities, no network, no unlimited depth."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING, TypedDict

from lxml import etree

from hub.errors import RejectBatch
from hub.finding import Finding
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    Element = etree._Element  # noqa: SLF001 - lxml has no public name for it


class ParserOptions(TypedDict):
    """Options of every XML parser of the hub, by lxml's names."""

    resolve_entities: bool
    no_network: bool
    load_dtd: bool
    huge_tree: bool
    remove_comments: bool
    remove_pis: bool


# No entities, no network, no external document, no unlimited depth; comments and instructions are dropped.
PARSER_OPTIONS: ParserOptions = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
TRUNCATED_ERRORS = (etree.ErrorTypes.ERR_TAG_NOT_FINISHED, etree.ErrorTypes.ERR_GT_REQUIRED)
PROLOG_BYTES = 1 << 16
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def iter_elements(stream: IO[bytes], file: str | None, *names: str, encoding: str | None = None) -> Iterator[Element]:
    """Yield elements as soon as they are complete; the caller frees each with `release`.

    Args:
        stream: The document, seekable.
        file: Its name, for findings.
        names: Local names of the elements; "*" for all.
        encoding: Overrides the declared encoding.

    Raises:
        RejectBatch: DOCTYPE_REFUSED, TRUNCATED_FILE, BAD_DOCUMENT.
    """
    _refuse_declarations(stream, file)
    tags = [f"{{*}}{name}" for name in names]
    with _well_formed(file):
        events = etree.iterparse(stream, events=("end",), tag=tags, encoding=encoding, **PARSER_OPTIONS)
        for place, (_, element) in enumerate(events):
            if place == 0:
                _refuse_doctype(element, file)
            yield element
        _refuse_doctype(events.root, file)


def root_name(stream: IO[bytes], file: str | None, encoding: str | None = None) -> str:
    """Return the local name of the root element.

    Args:
        stream: The document, seekable.
        file: Its name, for findings.
        encoding: Overrides the declared encoding.

    Raises:
        RejectBatch: DOCTYPE_REFUSED, TRUNCATED_FILE, BAD_DOCUMENT.
    """
    _refuse_declarations(stream, file)
    with _well_formed(file):
        _, root = next(iter(etree.iterparse(stream, events=("start",), encoding=encoding, **PARSER_OPTIONS)))
        return local_name(root)


@contextmanager
def _well_formed(file: str | None) -> Iterator[None]:
    try:
        yield
    except etree.XMLSyntaxError as error:
        code = "TRUNCATED_FILE" if getattr(error, "code", None) in TRUNCATED_ERRORS else "BAD_DOCUMENT"
        why = quoted(str(error.msg))
        raise RejectBatch(Finding(code, file=file, line=error.lineno, value=why, expected="XML")) from None


def _refuse_declarations(stream: IO[bytes], file: str | None) -> None:
    """Raise RejectBatch when the beginning has a declaration; nothing is parsed before, and UTF-16 is covered."""
    stream.seek(0)
    prolog = stream.read(PROLOG_BYTES)
    stream.seek(0)
    if DECLARATION.search(prolog.replace(b"\0", b"")):
        raise RejectBatch(Finding("DOCTYPE_REFUSED", file=file))


def _refuse_doctype(element: Element, file: str | None) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise RejectBatch(Finding("DOCTYPE_REFUSED", file=file))


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return _without_namespace(element.tag)


@lru_cache(4096)
def _without_namespace(tag: object) -> str:
    return tag[tag.find("}") + 1 :] if isinstance(tag, str) else ""


def attributes(element: Element) -> Iterator[tuple[str, str]]:
    """Yield the local name and the value of each attribute."""
    for name, value in element.attrib.items():
        yield str(name).rpartition("}")[2], str(value)


def release(element: Element) -> None:
    """Free the memory of an element and of its preceding siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
