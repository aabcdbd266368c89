"""Finding a source's folder by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors import Format
from hub.errors import WrongUsage
from hub.settings import settings
from mappings.engine import find_sources, read_source

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source


def folder_of(name: str) -> Path:
    """Return the folder of `agency/feed`; raise WrongUsage, naming the known ones, when there is none."""
    known = {f"{folder.parent.name}/{folder.name}": folder for folder in find_sources(settings().sources)}
    if name not in known:
        raise WrongUsage(
            f"There is no source {name}.",
            where=", ".join(str(folder) for folder in settings().sources),
            next_step=f"Known sources: {', '.join(sorted(known)) or 'none'}.",
        )
    return known[name]


def source_named(name: str) -> Source:
    """Read the source `agency/feed`; raise FixTheHub when its mapping is broken."""
    return read_source(folder_of(name))


def format_of(source: Source) -> Format:
    """Return the agreed form of the source's files, with the columns that its mapping cannot do without."""
    return Format.of(source.format, expected=source.columns)
