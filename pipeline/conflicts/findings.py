"""What the owners are told: findings for the batch that brought a disagreement, a notice for everybody else's folder.

A receipt is fixed when its batch is loaded, so the other owner cannot be told by an old one, and the next one may be a
month away (docs/decisions/0008).  Nobody reads a value that its owner does not share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypedDict

from psycopg.rows import dict_row, kwargs_row

from hub.errors import HubError
from hub.i18n import say
from hub.receipt import SAMPLES
from pipeline.conflicts.compare_sql import core_of
from pipeline.sources import source_named
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from hub.finding import FindingLine, FindingPlace
    from standards.links import Column, Comparison, Link

CODE = "CONFLICT"
PLACE = ("file", "sheet", "line")


@dataclass
class ConflictFindings:
    """What one source is to be told of one cause: findings as a receipt has them, and how many conflicts are over."""

    source: str
    language: str
    closed: int = 0
    findings: list[FindingLine] = field(default_factory=list)


def conflict_findings(conn: Connection[Any], cause: str, links: Iterable[Link]) -> dict[str, ConflictFindings]:
    """Return what `cause` has opened and closed, by source, ordered by its name."""
    with conn.cursor(row_factory=dict_row) as cursor, conn.cursor(row_factory=kwargs_row(OpenedConflict)) as opened:
        found = {
            f"{row['agency']}/{row['feed']}": ConflictFindings(
                f"{row['agency']}/{row['feed']}", row["language"], row["closed"]
            )
            for row in cursor.execute(statement("conflicts/settled_counts"), {"cause": cause}).fetchall()
        }
        if not found:
            return found
        for link in links:
            for name, side in (("left", link.left), ("right", link.right)):
                about = {"cause": cause, "link": link.id, "side": name, "most": SAMPLES}
                rows = opened.execute(compose("conflicts/opened_conflicts", core=core_of(side)), about).fetchall()
                for (agency, feed, rule), some in groupby(rows, lambda row: (row["agency"], row["feed"], row["rule"])):
                    ours = found[f"{agency}/{feed}"]
                    compared = next(each for each in link.compare if each.id == rule)
                    ours.findings.append(_finding(link, compared, name, list(some), ours))
    return found


class OpenedConflict(TypedDict):
    """One place where another feed contradicts: a row of `conflicts/opened_conflicts`."""

    agency: str
    feed: str
    rule: str
    count: int  # of the rule
    thing: str
    record_no: str | None
    value: str | None
    other_agency: str
    other_feed: str
    other_no: str | None
    other_value: str | None
    title_zh: str  # of the other feed
    title_en: str
    name_zh: str  # of the other agency
    name_en: str
    file: str | None
    sheet: str | None
    line: int | None


def _finding(
    link: Link, rule: Comparison, side: str, rows: list[OpenedConflict], ours: ConflictFindings
) -> FindingLine:
    mine, theirs = (rule.left, rule.right) if side == "left" else (rule.right, rule.left)
    samples: list[FindingPlace] = [
        {
            "file": row["file"],
            "sheet": row["sheet"],
            "line": row["line"],
            "field": mine.path,
            "value": row["value"],
            "expected": _message(link, theirs, row, ours.language),
        }
        for row in rows
    ]
    column = _column(ours.source, link, side, mine)
    first = samples[0]
    return {
        "code": CODE,
        "level": "warning",
        "file": first["file"],
        "sheet": first["sheet"],
        "line": first["line"],
        "field": first["field"],
        "value": first["value"],
        "expected": f"{rule.message[ours.language]} {first['expected']}",
        "column": column,
        "count": rows[0]["count"],
        "samples": samples,
    }


def _message(link: Link, theirs: Column, row: OpenedConflict, language: str) -> str:
    """Return in words what the other feed says; its value and number only where the owner may read them."""
    chinese = language == "zh"
    who = f"{row['name_zh' if chinese else 'name_en']}, {row['title_zh' if chinese else 'title_en']}"
    fields = {"source": who, "thing": row["thing"], "number": row["other_no"], "value": row["other_value"]}
    shared = link.is_shared(theirs) and row["other_value"] is not None
    return say("conflict.says" if shared else "conflict.says_otherwise", language, **fields)


def _column(source: str, link: Link, side: str, mine: Column) -> str | None:
    """Return the sender's column behind a field; None where the mapping does not name one, or is broken just now."""
    wanted = (link.left if side == "left" else link.right).record_type
    item, _, rest = mine.path.partition(".")
    paths = [mine.path, f"{item}.0.{rest}"] if mine.of_item else [mine.path]
    try:
        routes = [route for route in source_named(source).routes if route.record_type.name == wanted]
    except HubError:
        return None
    return next((found for route in routes for path in paths if (found := route.column_of(path))), None)
