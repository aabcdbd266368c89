"""Which source fills which field of the standard, as the mappings are written; nothing is checked or compiled.

The mapping engine fills the local day, zone and precision of a moment by itself, so they count as filled where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.yaml_text import load_yaml
from mappings.catalogue import source_headers
from standards import standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Coverage = dict[tuple[str, str], list[str]]


def coverage(folders: Iterable[Path] | None = None) -> Coverage:
    """Return the sources that fill a field, by record type and path; the path of an item's field is `goods.*.hs_code`.

    Args:
        folders: Folders of agencies, those of the settings by default.  A mapping that cannot be read fills nothing.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for head in source_headers(folders):
        if head.error is None:
            written = load_yaml((head.folder / "mapping.yml").read_text("utf-8-sig"))
            for record_type, path in _filled(written):
                found.setdefault((record_type, path), {})[head.name] = None
    for name, path, moment in _local_times():
        for source in found.get((name, moment), ()):
            found.setdefault((name, path), {})[source] = None
    return {field: list(names) for field, names in found.items()}


def _local_times() -> Iterator[tuple[str, str, str]]:
    """Yield record type and path of each field that the engine fills from a moment, with the moment's path."""
    for name, record_type in standard().types.items():
        for child, table in record_type.tables.items():
            head = f"{child}.*." if child else ""
            for field in table.fields.values():
                for follows in table.local_time(field.name).values():
                    yield name, f"{head}{table.fields[follows].path}", f"{head}{field.path}"


def _filled(written: Any) -> Iterator[tuple[str, str]]:
    for route in written.get("records") or [written]:
        name = str(route.get("record_type", ""))
        yield from ((name, _starred(path)) for path in route.get("fields") or {})
        for child, blocks in (route.get("children") or {}).items():
            for block in blocks if isinstance(blocks, list) else [blocks]:
                yield from ((name, f"{child}.*.{path}") for path in block.get("fields") or {})


def _starred(path: str) -> str:
    """Return a path with `*` for the position of an item.

    >>> _starred("party.0.name"), _starred("product.name")
    ('party.*.name', 'product.name')
    """
    return ".".join("*" if part.isdigit() else part for part in str(path).split("."))
