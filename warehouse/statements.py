"""The SQL of the warehouse by name: `warehouse_sql/statements/<concept>.sql` holds one block for each statement.

A block begins with `-- name: <statement>`, then says in comments what the statement does and returns.  Code asks for
`<concept>/<statement>`, such as `ledger/insert_batch`.  The whole file is checked whenever one of it is read.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).resolve().parent.parent / "warehouse_sql"
STATEMENTS = FOLDER / "statements"
BLOCK = re.compile(r"^-- name:[ \t]*(.*)\n((?:--.*\n)*)", re.MULTILINE)
NAME = re.compile(r"[a-z][a-z0-9_]*")


@cache
def statement(name: str) -> LiteralString:
    """Return the text of the statement `<concept>/<statement>`.  It ships with the code, so it counts as a literal.

    Raises LookupError, which names file and statement, when there is none of that name.
    """
    concept, _, each = name.partition("/")
    path = STATEMENTS / f"{concept}.sql"
    found = named_statements(path) if path.is_file() else {}
    if each not in found:
        raise LookupError(f"warehouse_sql/statements/{concept}.sql has no statement {each!r}")
    text: LiteralString = found[each]
    return text


def named_statements(path: Path) -> Mapping[str, LiteralString]:
    """Return the statements of a file by their names, without the comments that head them.

    Raises LookupError, which names file and statement, for a name that is no identifier or stands twice, a statement
    without text or comment, and SQL before the first name.
    """
    head, *rest = BLOCK.split(path.read_text("utf-8"))
    if any(line and not line.startswith("--") for line in head.splitlines()):
        raise LookupError(f"{path.name} has SQL before its first `-- name:`")
    found: dict[str, LiteralString] = {}
    for name, comment, body in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if not NAME.fullmatch(name.strip()):
            raise LookupError(f"{path.name} names a statement {name.strip()!r}, which is no identifier")
        if name.strip() in found:
            raise LookupError(f"{path.name} has two statements {name.strip()!r}")
        if not body.strip() or not comment.strip():
            raise LookupError(f"{path.name}: the statement {name.strip()!r} lacks its text or its comment")
        text: LiteralString = body.strip() + "\n"
        found[name.strip()] = text
    return found


def file_text(name: str) -> LiteralString:
    """Return a whole file below `warehouse_sql/` that is run as it stands; `name` is its path without `.sql`."""
    text: LiteralString = (FOLDER / f"{name}.sql").read_text("utf-8")
    return text
