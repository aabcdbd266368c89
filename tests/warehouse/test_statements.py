"""Statements by name: what the loader refuses names the file and the statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from warehouse.statements import STATEMENTS, named_statements, statement

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """-- What the file is about.

-- name: one
-- Returns 1.
select 1;

-- name: two
-- Returns two rows,
-- in order.
select 2 -- a comment within
union all select 3;
"""


def test_a_statement_is_found_by_concept_and_name() -> None:
    assert statement("locks/make_lock") == "insert into ledger.lock (what) values (%(what)s) on conflict do nothing;\n"


def test_the_comment_that_heads_a_statement_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "good.sql").write_text(GOOD, "utf-8")
    found = named_statements(tmp_path / "good.sql")
    assert found == {"one": "select 1;\n", "two": "select 2 -- a comment within\nunion all select 3;\n"}


@pytest.mark.parametrize("path", sorted(STATEMENTS.glob("*.sql")), ids=lambda path: path.stem)
def test_every_file_can_be_read(path: Path) -> None:
    assert named_statements(path)
    assert path.read_text("utf-8").startswith("-- ")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GOOD.replace("name: two", "name: one"), "bad.sql has two statements 'one'"),
        (GOOD.replace("name: two", "name: Two 2"), "bad.sql names a statement 'Two 2'"),
        (GOOD.replace("-- Returns 1.\n", ""), "bad.sql: the statement 'one' lacks"),
        (GOOD.replace("select 1;\n", ""), "bad.sql: the statement 'one' lacks"),
        (GOOD.replace("-- What the file is about.", "select 0;"), "bad.sql has SQL before"),
    ],
)
def test_a_file_with_a_fault_is_refused(tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / "bad.sql").write_text(wrong, "utf-8")
    with pytest.raises(LookupError, match=said):
        named_statements(tmp_path / "bad.sql")


@pytest.mark.parametrize("name", ["locks/no_such", "no_such/make_lock", "make_lock", "locks/", ""])
def test_an_unknown_name_is_an_error_that_says_it(name: str) -> None:
    concept, _, each = name.partition("/")
    with pytest.raises(LookupError) as caught:
        statement(name)
    assert f"{concept}.sql" in str(caught.value)
    assert each in str(caught.value)
