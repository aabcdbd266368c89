"""One source of each kind: what is proved of the way through the hub does not ask how each column is named."""

from __future__ import annotations

import os

from mappings.catalogue import source_headers
from mappings.engine import read_source


def unlike_sources() -> list[str]:
    """Return the first source, by name, of each combination of what the way through the hub depends on.

    These are the format, the mode, whether numbers are expected, whether columns are personal, and whether rows are
    skipped.  With EVERY_SOURCE=1 it is every source that has a sample.
    """
    first: dict[str, str] = {}
    for head in source_headers():
        if not any(head.folder.glob("sample.*")):
            continue
        source = read_source(head.folder)
        kind = (
            f"{source.format['kind']} {source.mode} {bool(source.expect)} {bool(source.personal)} {bool(source.skips)}"
        )
        first.setdefault(head.name if os.environ.get("EVERY_SOURCE") else kind, head.name)
    return sorted(first.values())
