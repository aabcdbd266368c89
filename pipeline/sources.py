"""Finding a source's folder by its name."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from connectors import Format
from hub.errors import HubError, WrongUsage
from hub.messages import error_of, sentence
from hub.settings import settings
from mappings.engine import find_sources, read_source
from standards import standard

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source
    from standards import Standard


def folder_of(name: str) -> Path:
    """Return the folder of the source `agency/feed`.

    Raises:
        WrongUsage: There is none; the error names the known ones.
    """
    known = {f"{folder.parent.name}/{folder.name}": folder for folder in find_sources(settings().sources)}
    if name not in known:
        raise error_of(
            WrongUsage,
            "source.unknown",
            where=", ".join(str(folder) for folder in settings().sources),
            name=name,
            known=", ".join(sorted(known)) or sentence("source.unknown.none"),
        )
    return known[name]


def source_named(name: str) -> Source:
    """Return the source `agency/feed` as its files are now.

    Compiling a mapping costs more than a small delivery does, so it is compiled again only when its files have changed.

    Raises:
        WrongUsage: There is no such source.
        FixTheHub: Its mapping does not compile.
    """
    folder, held = folder_of(name), standard()
    files = _files(folder)
    known = _read.get(folder)
    if known is None or known[:2] != (files, held):
        source = read_source(folder, held)
        if _files(folder) != files:  # changed while it was read: which of the two it is, nobody knows
            return source
        known = _read[folder] = (files, held, source)
    return known[2]


def types_of(name: str) -> tuple[str, ...]:
    """Return the record types that the source `agency/feed` has records of, whose words its findings are told in.

    None where its mapping is not here any more, or does not compile.
    """
    try:
        return tuple(each.name for each in source_named(name).record_types)
    except HubError:
        return ()


def _files(folder: Path) -> dict[str, bytes]:
    """Return what a source is read from: a hash of each of its files, by name."""
    paths = (folder / "mapping.yml", folder.with_name("agency.yml"), *(folder / "crosswalks").glob("*.csv"))
    return {path.name: sha256(path.read_bytes()).digest() for path in paths if path.is_file()}


_read: dict[Path, tuple[dict[str, bytes], Standard, Source]] = {}


def format_of(source: Source) -> Format:
    """Return the agreed form of the source's files, with the columns that its mapping needs or may have."""
    return Format.of(source.format, expected=source.columns, optional=source.optional)
