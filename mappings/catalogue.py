"""What a scheduler needs of all sources, read fast: the scheduler parses DAG files every few seconds.

Only YAML is read, nothing is checked against the standard, and pyarrow is not imported.  A folder that cannot be read
gives a head with its `error`, so that one broken source shows as one broken DAG and hides no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from hub.expectation import Expect
from hub.settings import settings
from hub.source_options import ConnectorOptions
from hub.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hub.json_types import JsonObject


@dataclass(frozen=True)
class Head:
    """What a scheduler needs of a source; where `error` is given, the rest is empty.

    `connector`, `expect` and `title` are as they are written: no grammar has checked them.
    """

    agency: str
    feed: str
    folder: Path
    connector: ConnectorOptions = field(default_factory=ConnectorOptions)
    expect: Expect = field(default_factory=Expect)
    title: dict[str, str] = field(default_factory=dict)
    record_types: tuple[str, ...] = ()
    error: str | None = None

    @property
    def name(self) -> str:
        """`agency/feed`."""
        return f"{self.agency}/{self.feed}"


def source_headers(folders: Iterable[Path] | None = None, agency: str = "*") -> list[Head]:
    """Return the head of every `<agency>/<feed>` with a mapping.yml, by name.

    Args:
        folders: Where the sources are; None: where the settings say.
        agency: Only the sources of this agency.
    """
    paths = [path for folder in folders or settings().sources for path in folder.glob(f"{agency}/*/mapping.yml")]
    return sorted((_head(path) for path in paths), key=lambda each: each.name)


def _head(path: Path) -> Head:
    agency, feed = path.parent.parent.name, path.parent.name
    try:
        data = load_yaml(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:  # ValueError: a 30 February, bytes, too
        return Head(agency, feed, path.parent, error=" ".join(str(error).split()))
    if not isinstance(data, dict):
        return Head(agency, feed, path.parent, error=f"{path.name}: not a mapping of keys to values")
    parts = {key: data.get(key, {}) for key in ("connector", "expect", "title")}
    wrong = [key for key, value in parts.items() if not isinstance(value, dict)]
    if wrong:
        return Head(agency, feed, path.parent, error=f"{path.name}: {wrong[0]} is not a mapping of keys to values")
    return Head(agency, feed, path.parent, **parts, record_types=_record_types(data))


def _record_types(data: JsonObject) -> tuple[str, ...]:
    """Return the record types of the feed, each once, in the order of its routes."""
    routes = data["records"] if isinstance(data.get("records"), list) else [data]
    found = (route.get("record_type") for route in routes if isinstance(route, dict))
    return tuple(dict.fromkeys(str(name) for name in found if name))
