"""The cookbook: rows that a person can count, the answer that a person wrote, and the pages that show both.

`tests/warehouse/cookbook/NN_name.yml` has for the example query of that name the rows that are loaded and the answer,
each written by hand.  A row with `times: N` stands for N like records.  `docs/cookbook.md` and `docs/cookbook.zh.md`
are made from the queries and these answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from hub.settings import PROJECT
from standards.tables import metadata
from warehouse.example_queries import HEAD, example_queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.support.ledger_rows import LedgerRows
    from warehouse.example_queries import ExampleQuery

FOLDER = PROJECT / "tests" / "warehouse" / "cookbook"
PAGES = {"en": PROJECT / "docs" / "cookbook.md", "zh": PROJECT / "docs" / "cookbook.zh.md"}
WORDS = PROJECT / "tests" / "support" / "cookbook.yml"
MOST = 12  # rows of one case, so that a person can count them
NOON = "12:00+08"
TWENTY = 20


@dataclass(frozen=True)
class Case:
    """One hand-counted case; `answer` is text, its first line the names of the columns."""

    name: str
    sources: dict[str, str]
    batches: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    answer: list[list[str]]


def cases() -> list[Case]:
    """Return all cases, by the names of their queries."""
    return [case(path) for path in sorted(FOLDER.glob("*.yml"))]


def case(path: Path) -> Case:
    """Return the case in one file."""
    written = yaml.safe_load(path.read_text("utf-8"))
    lines = written["expected"].strip().splitlines()
    answer = [[cell.strip() for cell in line.split("|")] for line in lines]
    return Case(path.stem, written.get("sources", {}), written.get("batches", []), written["rows"], answer)


def load(found: Case, ledger: LedgerRows) -> None:
    """Write the rows of a case into the ledger, core and history, and fill the marts from them."""
    for source, record_type in found.sources.items():
        ledger.source(source, record_type)
    for given in found.batches:
        ledger.batch(**given)
    known: dict[tuple[str, str], int] = {}
    for row in _each(found.rows):
        table, source = row.pop("table"), row.pop("source", "none/none")
        number = known.setdefault((source, row.get("record", str(len(known)))), len(known) + 1)
        _record(ledger, table, source, number, row)
    ledger.fill_marts()
    ledger.conn.execute("select mart.refresh_quality()")


def _each(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for given in rows:
        row = dict(given)
        times = row.pop("times", None)
        if times is None:
            yield row
        else:
            yield from (row | {"record": f"{row['record']}-{number}"} for number in range(1, times + 1))


def _record(ledger: LedgerRows, table: str, source: str, number: int, row: dict[str, Any]) -> None:
    schema, _, name = table.partition(".")
    children = {key: row.pop(key) for key in list(row) if f"core.{name}_{key}" in metadata().tables}
    if "record" in row:
        row["source_record_no"] = row.pop("record")
    if "day" in row:
        day = row.pop("day")
        row = {"event_date": day, "event_at": f"{day} {NOON}", "event_tz": "Asia/Shanghai", **row}
    if table in metadata().tables:
        unknown = set(row) - set(metadata().tables[table].c.keys())
        assert not unknown, f"{table} has no {unknown}"
    ledger.record(table, source, number, **row)
    for child, items in children.items():
        for position, item in enumerate(items):
            unknown = set(item) - set(metadata().tables[f"{table}_{child}"].c.keys())
            assert not unknown, f"{table}_{child} has no {unknown}"
            ledger.record(f"{schema}.{name}_{child}", source, number, position=position, **item)


def as_text(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Return a result as a case writes it: no value is an empty cell, yes is `true`."""
    return [list(columns), *([_cell(value) for value in row] for row in rows)]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def page(language: str) -> str:
    """Return the cookbook in a language, `en` or `zh`, as it should be."""
    words = yaml.safe_load(WORDS.read_text("utf-8"))
    said = {key: text[language] for key, text in words["page"].items()}
    queries = example_queries()
    lines = [*said["head"].strip().splitlines(), *_twenty(queries, words["lacks"], said, language)]
    answers = {each.name: each.answer for each in cases()}
    for query in queries:
        lines += ["", f'## <a id="{query.name}"></a>{query.number}. {query.title[language]}', ""]
        lines += [query.question[language], "", query.limits[language], "", "```sql", *_statement(query), "```"]
        if query.name in answers:
            fixture = f"[{query.name}.yml](../tests/warehouse/cookbook/{query.name}.yml)"
            lines += ["", said["rows"].format(fixture=fixture), "", *_table(answers[query.name])]
    return "\n".join(lines) + "\n"


def _twenty(queries: list[ExampleQuery], lacks: Any, said: dict[str, str], language: str) -> Iterator[str]:
    """Yield the table of the twenty questions with their queries, and what some of the answers lack."""
    by_number = {query.number: query for query in queries}
    yield from ("", f"## {said['twenty']}", "", f"| | {said['question']} | {said['answer']} |", "|---|---|---|")
    for number in range(1, TWENTY + 1):
        query = by_number[number]
        yield f"| {number} | {query.question[language]} | [{query.name}](#{query.name}) |"
    yield from ("", f"## {said['lacks']}", "", f"| | {said['lacking']} |", "|---|---|")
    for number in sorted(lacks):
        yield f"| [{number}](#{by_number[number].name}) | {lacks[number][language]} |"


def _statement(query: ExampleQuery) -> list[str]:
    """Return the lines of a query without those that head it."""
    return query.text.rstrip().splitlines()[HEAD:]


def _table(answer: list[list[str]]) -> list[str]:
    heading, *rows = ["| " + " | ".join(cells) + " |" for cells in answer]
    return [heading, "|" + "---|" * len(answer[0]), *rows]
