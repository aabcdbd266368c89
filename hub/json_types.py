"""The two types of JSON without known keys.  What has known keys is a dataclass or a TypedDict of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

# An object of JSON or YAML as it was parsed, before a grammar or a schema has checked it.
JsonObject: TypeAlias = dict[str, Any]
# How far a connector has fetched: its own JSON (a TypedDict within that connector), which the hub stores unread.
CursorState: TypeAlias = Mapping[str, object]
