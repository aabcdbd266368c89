"""What a file of an exchange folder, or of a partner's server, is by its name: the one pattern for all ways in."""

from __future__ import annotations

from enum import Enum

MANIFEST = ".manifest.json"  # behind the name of a file, or of anything: a manifest of it
DONE = ".done"  # behind the name of a file: it is complete
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")  # as programs name what they still write
DOT_PREFIXES = (".", "~$")


class Kind(Enum):
    """What a name says of its file."""

    DELIVERY = "delivery"
    MANIFEST = "manifest"
    DONE = "done"
    IGNORED = "ignored"  # hidden, a lock of an office program, or not finished


def kind_of(name: str) -> Kind:
    """Return what a file is by its name; capitals mean nothing.

    >>> [kind_of(name).value for name in ("a.csv", "a.csv.manifest.json", "a.csv.DONE", "a.csv.part", "~$a.xlsx")]
    ['delivery', 'manifest', 'done', 'ignored', 'ignored']
    """
    lower = name.lower()
    if is_dot_name(lower) or lower.endswith(UNFINISHED):
        return Kind.IGNORED
    if lower.endswith(DONE):
        return Kind.DONE
    return Kind.MANIFEST if is_manifest(lower) else Kind.DELIVERY


def is_dot_name(name: str) -> bool:
    """Whether a name is hidden by habit; `..` at its beginning is an attempt, which its sender is told of."""
    return name.startswith(DOT_PREFIXES) and not name.startswith("..")


def is_manifest(name: str) -> bool:
    """Whether a name ends as those of manifests do."""
    return name.lower().endswith(MANIFEST)
