"""Small pictures made of bars: what became of the rows, the last amounts, a share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.batch import BUCKETS
from hub.i18n import say
from pages.figures.svg import picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

WIDE = 1000  # units of a bar that fills its place
SPARK = 120, 24  # units of a row of small bars


def outcome_bar(counts: Mapping[str, int], language: str) -> Markup:
    """Return a bar that shows what became of the rows of a batch.

    Args:
        counts: Rows by bucket (`hub.batch.BUCKETS`); other keys are passed over.
        language: Of its description, which says the same as the bar.
    """
    buckets = [name for name in BUCKETS if name != "read" and counts.get(name)]
    total = sum(counts[name] for name in buckets)
    description = ", ".join(f"{say(f'bucket.{name}', language)} {counts[name]:,}" for name in buckets)
    parts, at = "", 0.0
    for name in buckets:
        width = WIDE * counts[name] / total
        parts += f'<rect class="{name}" x="{at:.1f}" y="0" width="{width:.1f}" height="10"/>'
        at += width
    return picture("outcome", (WIDE, 10), description or say("frame.no_rows", language), parts, stretch=True)


def spark(amounts: Sequence[float], label: str, kinds: Sequence[str] = ()) -> Markup:
    """Return a row of small bars, oldest first.

    Args:
        amounts: Their heights, in any unit; none is negative.
        label: What they show, for who cannot see them.
        kinds: For each bar "", "warn" or "bad".
    """
    wide, high = SPARK
    step, most = wide / max(len(amounts), 12), max([*amounts, 1])
    parts = ""
    for at, amount in enumerate(amounts):
        tall = max(high * amount / most, 1.5)
        kind = kinds[at] if at < len(kinds) else ""
        x, y = f"{at * step:.1f}", f"{high - tall:.1f}"
        parts += f'<rect class="{kind}" x="{x}" y="{y}" width="{step - 1.5:.1f}" height="{tall:.1f}"/>'
    return picture("spark", SPARK, label, parts)


def meter(share: float, label: str, kind: str = "") -> Markup:
    """Return a bar that shows a share between 0 and 1; `kind` is "", "good", "warn" or "bad"."""
    width = WIDE * min(max(share, 0.0), 1.0)
    bar = f'<rect x="0" y="0" width="{width:.1f}" height="10"/>'
    return picture(f"meter {kind}".strip(), (WIDE, 10), label, bar, stretch=True)
