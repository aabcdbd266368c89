"""The example queries for analysts: `warehouse_sql/queries/NN_name.sql`, each with a head of six comment lines.

The head gives title, question and limits, each in English and then in Chinese.  Numbers 1 to 20 are those of the twenty
questions that `docs/cookbook.md` lists; the others look over everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

from warehouse.statements import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

QUERIES = FOLDER / "queries"
HEAD = 6  # comment lines: title, question and limits in two languages
FILE = re.compile(r"(\d\d)_[a-z0-9_]+\.sql")


@dataclass(frozen=True)
class ExampleQuery:
    """One file; `title`, `question` and `limits` are by language, `en` or `zh`."""

    number: int
    name: str  # of the file, without `.sql`
    title: dict[str, str]
    question: dict[str, str]
    limits: dict[str, str]
    text: LiteralString  # the whole file, as it is run


def example_queries() -> list[ExampleQuery]:
    """Return the example queries by number.

    Raises LookupError, which names the file, where a head is not as the module says, or two files have one number.
    """
    found: dict[int, ExampleQuery] = {}
    for path in sorted(QUERIES.glob("*.sql")):
        query = example_query(path)
        if query.number in found:
            raise LookupError(f"{path.name} has the number of {found[query.number].name}.sql")
        found[query.number] = query
    return list(found.values())


def example_query(path: Path) -> ExampleQuery:
    """Return the example query in one file; raises LookupError, which names it, for a head that lacks something."""
    named = FILE.fullmatch(path.name)
    if named is None:
        raise LookupError(f"{path.name} is not called NN_name.sql")
    text: LiteralString = path.read_text("utf-8")
    head = text.splitlines()[:HEAD]
    number = int(named[1])
    if any(not line.startswith("-- ") for line in head) or not all(
        line.startswith(f"-- {number}. ") for line in head[:2]
    ):
        raise LookupError(f"{path.name} does not begin with title, question and limits, each in English and Chinese")
    lines = [line.removeprefix("-- ").removeprefix(f"{number}. ") for line in head]
    title, question, limits = ({"en": lines[at], "zh": lines[at + 1]} for at in (0, 2, 4))
    return ExampleQuery(number, path.stem, title, question, limits, text)
