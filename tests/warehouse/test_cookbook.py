"""Each question of the cookbook: its query answers what a person has counted, and the pages show both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml

from tests.support.cookbook import MOST, PAGES, TWENTY, WORDS, Case, as_text, cases, load, page
from tests.support.ledger_rows import LedgerRows
from warehouse.example_queries import QUERIES, example_queries, example_query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASES = cases()


@pytest.fixture(scope="module")
def empty(database: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to a warehouse that has code lists and no records."""
    with psycopg.connect(database) as conn:
        yield conn


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_the_query_answers_what_was_counted(empty: psycopg.Connection[Any], case: Case, zone: str) -> None:
    try:
        empty.execute("select set_config('TimeZone', %s, false)", [zone])
        load(case, LedgerRows(empty))
        cursor = empty.execute(example_query(QUERIES / f"{case.name}.sql").text)
        columns = [column.name for column in cursor.description or ()]
        assert as_text(columns, cursor.fetchall()) == case.answer
    finally:
        empty.rollback()


# These read fields that are closed to analysts (the narrative of a fire, the age of a person): docs/rights.md.
CLOSED = {"10_battery_fires", "11_children_under_three"}


@pytest.mark.parametrize("query", example_queries(), ids=lambda query: query.name)
def test_an_analyst_may_ask_it(empty: psycopg.Connection[Any], query: Any) -> None:
    try:
        empty.execute("set local role riskhub_analyst")
        if query.name in CLOSED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                empty.execute(query.text)
        else:
            assert empty.execute(query.text).description
    finally:
        empty.rollback()


def test_each_of_the_twenty_questions_has_a_query_and_a_counted_case() -> None:
    queries = {query.number: query.name for query in example_queries()}
    answered = {number for number in queries if number <= TWENTY}
    assert answered == set(range(1, TWENTY + 1))
    assert set(yaml.safe_load(WORDS.read_text("utf-8"))["lacks"]) <= answered
    assert {queries[number] for number in answered} == {case.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_person_can_count_the_rows(case: Case) -> None:
    assert len(case.rows) + len(case.batches) <= MOST
    assert len(case.answer) > 1
    assert all(len(row) == len(case.answer[0]) for row in case.answer)


@pytest.mark.parametrize("language", PAGES)
def test_the_pages_show_queries_and_answers(language: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGES[language].write_text(page(language), "utf-8")
    assert PAGES[language].read_text("utf-8") == page(language), "write it with --update"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one.sql", "-- 1. A\n-- 1. 甲\n-- B\n-- 乙\n-- C\n-- 丙\nselect 1"),
        ("01_one.sql", "-- 2. A\n-- 2. 甲\n-- B\n-- 乙\n-- C\n-- 丙\nselect 1"),
        ("01_one.sql", "-- 1. A\n-- 1. 甲\n-- B\n-- 乙\n-- C\nselect 1"),
    ],
)
def test_a_file_without_its_head_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(LookupError, match=name):
        example_query(tmp_path / name)
