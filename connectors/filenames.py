"""File names are hostile: under which name a delivery is kept, and whether its sender must be told."""

from __future__ import annotations

import hashlib
import os
import unicodedata

from connectors.labels import harmful, shown

LONGEST = 200  # bytes of UTF-8, so that a suffix of ours still fits into 255
PART_OF_PATH = ("..", "\\", "/")


def unsafe(name: str) -> bool:
    """Whether a name holds what a name must not hold: control characters, undecodable bytes, parts of a path."""
    return any(map(harmful, name)) or any(part in name for part in PART_OF_PATH)


def stored(name: str) -> str:
    """Return the name to keep a file under: NFC, without anything harmful, not hidden, not too long.

    Two different unsafe names never get the same one: a piece of their hash is added.
    """
    safe = unicodedata.normalize("NFC", name)
    if not unsafe(name):
        return _short(safe, name)
    plain = "".join("_" if harmful(char) or char in "/\\" else char for char in safe).replace("..", "_")
    stem, dot, suffix = plain.rpartition(".")
    marked = f"{stem}~{_hash(name)}{dot}{suffix}" if dot else f"{plain}~{_hash(name)}"
    return _short(marked.lstrip("."), name)


def label(name: str) -> str:
    """Return a name as people may see it."""
    return shown(name)


def slot(name: str) -> str:
    """Return what two names have in common when one person takes them for the same."""
    return unicodedata.normalize("NFC", name).casefold()


def _short(name: str, original: str) -> str:
    if len(name.encode("utf-8", "replace")) <= LONGEST:
        return name
    suffix = os.path.splitext(name)[1][:20]  # noqa: PTH122 - a label, not a path
    head = name.encode("utf-8", "replace")[: LONGEST - len(suffix.encode()) - 10].decode("utf-8", "ignore")
    return f"{head}~{_hash(original)}{suffix}"


def _hash(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
