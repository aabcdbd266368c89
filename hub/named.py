"""Names that senders give (files, sheets, members of archives, columns) as they may be kept outside the raw store."""

from __future__ import annotations

import hmac
from pathlib import PurePosixPath

from hub.personal import MASK, masked
from hub.tokens import token_key

PURPOSE = "file name"
DIGITS = 8


def name_to_keep(name: str) -> str:
    """Return a name without personal data: where a number of a person stands in it, none of its stem is kept.

    Beside the number stands the person's name as a rule, which nobody recognises by itself.  The name can still be told
    from others by a keyed hash: a plain one could be found by trying all numbers.
    """
    if masked(name) == name:
        return name
    return "/".join(_part(part) for part in name.split("/"))


def _part(part: str) -> str:
    if masked(part) == part:
        return part
    suffix = PurePosixPath(part).suffix
    suffix = suffix if masked(suffix) == suffix and len(suffix) <= DIGITS else ""
    return (
        f"[{MASK}]~{hmac.digest(token_key(PURPOSE), part.encode('utf-8', 'replace'), 'sha256').hex()[:DIGITS]}{suffix}"
    )
