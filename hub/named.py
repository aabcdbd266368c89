"""Names that senders give (files, sheets, members of archives, columns) as they may be kept outside the raw store."""

from __future__ import annotations

import hmac
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from hub.personal import MASK, masked
from hub.pseudonyms import token_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

PURPOSE = "file name"
DIGITS = 8
NUMBER = re.compile(r"[+-]?[0-9][0-9\s:/.,TZ年月日时分秒+-]{5,}")  # a number or a day, never the name of a column


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


def header_to_keep(names: Sequence[str], agreed: Collection[str] = ()) -> list[str]:
    """Return the names of a header's columns, each in its place, as findings and corrections may have them.

    Where a row of data stands in the place of the header, a name among its cells is a person's, and nobody recognises
    it.  It is such a row when a number of a person stands among the columns that are not `agreed`, or when none is
    agreed and one of them is a number or a day.  All columns that are not agreed are then called by their place.
    """
    unknown = [name for name in names if name not in agreed]
    numbered = len(unknown) == len(names) and any(NUMBER.fullmatch(name) for name in names)
    if not numbered and not any(masked(name) != name for name in unknown):
        return list(names)
    return [name if name in agreed else f"[{MASK}column~{place}]" for place, name in enumerate(names, 1)]
