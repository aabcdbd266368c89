"""How every XML parser here is set: no entities, no network, no document of another's, no endless depth."""

from __future__ import annotations

from typing import Any

HARDENED: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
