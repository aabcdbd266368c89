"""A map of equal tiles: each unit has one, so that a small county is seen as well as a large one.

No boundary is drawn.  Where a unit stands is data (`tile_col` and `tile_row` of `mart.region`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import escape

from pages.figures.svg import shown_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

SIDE, GAP = 60, 4  # units of a tile, and between two
SHADES = 5  # shades of a tile that counts something
LONGEST = 7  # letters of a name on one line
# A unit is called without its kind on a tile: 琼中黎族苗族自治县 is 琼中.
KINDS = re.compile(r"(?:[黎苗]族)*自治县$|[市县区]$| (?:City|County|District|Li|and|Miao|Autonomous)\b.*$")
SYLLABLE = re.compile(r"[^aeiou]*[aeiou]+(?:ng(?![aeiou])|n(?![aeiou]))?'?", re.IGNORECASE)


@dataclass(frozen=True)
class Tile:
    """One unit: its name, its place in the grid from 0, what is counted there, and the address of its rows."""

    name: str
    column: int
    row: int
    count: int
    href: str = ""


def tile_map(tiles: Sequence[Tile]) -> Markup:
    """Return the map; the darker a tile, the more is counted there.

    It is for the eye and the mouse.  A page shows a table of the same numbers beside it, for keyboards and screen
    readers.
    """
    columns = max((tile.column for tile in tiles), default=0) + 1
    rows = max((tile.row for tile in tiles), default=0) + 1
    most = max((tile.count for tile in tiles), default=0)
    parts = "".join(_tile(tile, most) for tile in tiles)
    return shown_only("picture tiles", (columns * (SIDE + GAP), rows * (SIDE + GAP)), parts)


def shade(count: int, most: int) -> int:
    """Return the shade of a count beside the greatest one: 0 for none, else 1 to 5.

    Shades are steps of the square root: one city with very many does not make all others alike.

    >>> [shade(count, 100) for count in (0, 1, 10, 40, 100)]
    [0, 1, 2, 4, 5]
    """
    return 0 if not count else max(1, -int(-SHADES * (count / most) ** 0.5 // 1))


def short_name(name: str) -> list[str]:
    """Return a name as it stands on a tile, in one line or two.

    >>> short_name("琼中黎族苗族自治县"), short_name("Haikou"), short_name("Qiongzhong Li and Miao Autonomous County")
    (['琼中'], ['Haikou'], ['Qiong-', 'zhong'])
    """
    plain = KINDS.sub("", name) or name
    if len(plain) <= LONGEST or not plain.isascii():
        return [plain]
    syllables = SYLLABLE.findall(plain)
    if len(syllables) <= 1 or "".join(syllables) != plain:
        return [plain]
    cuts = ["".join(syllables[:at]) for at in range(1, len(syllables))]
    first = min(cuts, key=lambda part: abs(2 * len(part) - len(plain)))
    return [f"{first}-", plain.removeprefix(first)]


def _tile(tile: Tile, most: int) -> str:
    x, y = tile.column * (SIDE + GAP) + GAP / 2, tile.row * (SIDE + GAP) + GAP / 2
    lines = short_name(tile.name)
    middle = x + SIDE / 2
    texts = "".join(
        f'<text class="unit" x="{middle:g}" y="{y + (22 if len(lines) == 1 else 18) + 13 * at:g}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )
    texts += f'<text class="count" x="{middle:g}" y="{y + (44 if len(lines) == 1 else 50):g}">{tile.count:,}</text>'
    square = f'<rect x="{x:g}" y="{y:g}" width="{SIDE}" height="{SIDE}" rx="7"/>'
    title = f"<title>{escape(tile.name)}: {tile.count:,}</title>"
    body = f'<g class="tile shade{shade(tile.count, most)}">{title}{square}{texts}</g>'
    return f'<a href="{escape(tile.href)}" tabindex="-1">{body}</a>' if tile.href else body
