"""File names from outside: whether one is safe, the name to store a file under, and how names are compared."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from typing import TYPE_CHECKING

from connectors.labels import harmful, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 200  # bytes of UTF-8; with a suffix of the hub's own it still fits into the 255 of a file system
PART_OF_PATH = ("..", "\\", "/")


def is_unsafe(name: str) -> bool:
    """Whether a name holds control or invisible characters, undecodable bytes, or parts of a path.

    >>> is_unsafe("../a.csv"), is_unsafe("险情.csv")
    (True, False)
    """
    return any(map(harmful, name)) or any(part in name for part in PART_OF_PATH)


def storage_name(name: str) -> str:
    """Return the name to store a file under: NFC, safe, not hidden, of at most `LONGEST` bytes.

    An unsafe or too long name gets a piece of its hash, so that two different ones never have the same result.

    >>> storage_name("a.csv"), storage_name("../a.csv")
    ('a.csv', '__a~0722f87a.csv')
    """
    safe = nfc(name)
    if not is_unsafe(name):
        return _short(safe, name)
    plain = "".join("_" if harmful(char) or char in "/\\" else char for char in safe).replace("..", "_")
    stem, dot, suffix = plain.rpartition(".")
    hashed = f"{stem}~{_hash(name)}{dot}{suffix}" if dot else f"{plain}~{_hash(name)}"
    return _short(hashed.lstrip("."), name)


def label(name: str) -> str:
    r"""Return a name that is safe to show; harmful characters are written as escapes.

    >>> print(label("a\nb.csv"))
    a\x0ab.csv
    """
    return shown(name)


def comparison_key(name: str) -> str:
    """Return what is equal for two names that a person takes for the same: NFC, without case.

    >>> comparison_key("Fires.CSV") == comparison_key("fires.csv")
    True
    """
    return nfc(name).casefold()


def nfc(name: str) -> str:
    """Return a name in Unicode's composed form: systems write the same accented letter in different forms."""
    return unicodedata.normalize("NFC", name)


def by_nfc(names: Iterable[str]) -> dict[str, list[str]]:
    """Return names by their composed form, as `only_match` takes them."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(nfc(name), []).append(name)
    return found


def only_match(name: str, names: Mapping[str, list[str]]) -> str | None:
    r"""Return the only one of the names (from `by_nfc`) that is equal to a name in NFC; None for none or several.

    >>> only_match("e\u0301.csv", by_nfc(["\xe9.csv", "x.csv"]))
    'é.csv'
    """
    same = names.get(nfc(name), [])
    return same[0] if len(same) == 1 else None


def _short(name: str, original: str) -> str:
    if len(name.encode("utf-8", "replace")) <= LONGEST:
        return name
    suffix = os.path.splitext(name)[1][:20]  # noqa: PTH122 - a label, not a path
    head = name.encode("utf-8", "replace")[: LONGEST - len(suffix.encode()) - 10].decode("utf-8", "ignore")
    return f"{head}~{_hash(original)}{suffix}"


def _hash(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
