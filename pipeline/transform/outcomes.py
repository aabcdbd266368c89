"""Outcomes: what became of a batch's rows, as counts and reasons.  Load, withdrawal, plan and check say it by this.

Needs no warehouse, so that a check without a hub can use it too.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from hub.batch import Counts
from hub.finding import Finding
from hub.i18n import say
from validation.aggregation import finding_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_WITHDRAWN = {"skipped": "skip.later_word", "unknown": "skip.no_record"}


def counted(read: int, fates: Mapping[str, int], *, quarantined: int, skipped: int) -> Counts:
    """Return the counts of a batch whose good rows met these fates."""
    new, changed, unchanged, duplicate = (fates.get(name, 0) for name in ("new", "changed", "unchanged", "duplicate"))
    return Counts(read, new, changed, unchanged, duplicate, quarantined, skipped)


def skipped_with(skipped: Mapping[str, int], fates: Mapping[str, int], language: str) -> Counter[str]:
    """Return the skipped rows by reason, those with them of which a later delivery has said otherwise."""
    found = Counter(skipped)
    if fates.get("skipped"):
        found[say("skip.later_word", language)] = fates["skipped"]
    return found


def taken_back(read: int, fates: Mapping[str, int], language: str) -> tuple[Counts, dict[str, int]]:
    """Return the counts of a withdrawal, in which a record that ends has changed, and its skipped rows by reason."""
    skipped = {say(key, language): fates[fate] for fate, key in NOT_WITHDRAWN.items() if fates.get(fate)}
    changed = {**fates, "changed": fates.get("ended", 0)}
    return counted(read, changed, quarantined=0, skipped=sum(skipped.values())), skipped


def about_rows(code: str, rows: int) -> list[dict[str, Any]]:
    """Return a finding that is only a number of rows, if there are any."""
    return [finding_to_dict(Finding(code, value=str(rows), count=rows))] if rows else []
