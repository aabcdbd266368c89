"""Migration refuses a warehouse of another version before it changes anything."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from hub.errors import FixTheHub
from stack.migrate import SCHEMA, migrate
from warehouse.connection import owner_url

WHAT_IS_THERE = """
select format('%s.%s', n.nspname, c.relname), c.oid::text, obj_description(c.oid, 'pg_class')
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('ledger', 'code', 'core', 'history', 'quarantine', 'mart')
order by 1
"""


def seen() -> list[tuple[Any, ...]]:
    with psycopg.connect(owner_url()) as owner:
        return owner.execute(WHAT_IS_THERE).fetchall()


def change(sql: str) -> None:
    with psycopg.connect(owner_url()) as owner:
        owner.execute(sql.encode())


@pytest.mark.usefixtures("warehouse")
def test_a_warehouse_of_an_older_version_is_refused_and_left_as_it_is() -> None:
    change("update ledger.migration set name = '050_word' where name = '050_precedence'")
    change("drop view mart.conflict")  # which a migration would make anew
    before = seen()
    with pytest.raises(FixTheHub, match="another version") as refused:
        migrate()
    assert "050_word" in str(refused.value.why)
    assert seen() == before


@pytest.mark.usefixtures("warehouse")
def test_a_file_that_was_changed_after_it_was_applied_is_refused() -> None:
    change("update ledger.migration set sha256 = repeat('0', 64) where name = '010_ledger'")
    change("drop view mart.conflict")
    before = seen()
    with pytest.raises(FixTheHub, match=r"schema/010_ledger\.sql was changed"):
        migrate()
    assert seen() == before


@pytest.mark.usefixtures("warehouse")
def test_views_and_roles_are_made_anew() -> None:
    change("drop view mart.conflict")
    assert migrate() == []
    assert "mart.conflict" in {row[0] for row in seen()}


def test_the_numbers_of_schema_files_are_unique() -> None:
    numbers = [path.name[:3] for path in SCHEMA.glob("*.sql")]
    assert len(numbers) == len(set(numbers))
