"""The warehouse tables are what the standard says, with what the hub adds, and every column explains itself."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from standards import Table, standard
from standards.tables import metadata

TABLES = metadata().tables
NAMED = [(table, key) for each in standard().types.values() for key, table in each.tables.items()]
MAIN = {
    *("agency", "feed", "record_uid", "record_version", "batch_id", "source_file", "source_sheet", "source_line"),
    *("row_hash", "received_at", "recorded_from"),
}
WHEN = {"event_at", "event_date", "valid_from"}
CHILD = {"agency", "record_uid", "position"}
IDENTIFIER = 63  # longest name that PostgreSQL keeps


def test_core_and_history_hold_every_table_of_the_standard() -> None:
    names = {table.name for table, _ in NAMED}
    assert set(TABLES) == {f"{schema}.{name}" for schema in ("core", "history") for name in names}


@pytest.mark.parametrize(("table", "key"), NAMED, ids=lambda value: getattr(value, "name", None) or value)
def test_columns_are_the_fields_and_what_the_hub_adds(table: Table, key: str) -> None:
    core, history = TABLES[f"core.{table.name}"], TABLES[f"history.{table.name}"]
    added = CHILD if key else MAIN
    assert not added & set(table.fields)
    assert set(core.columns.keys()) == added | set(table.fields)
    assert [*core.columns.keys(), "recorded_to"] == history.columns.keys()
    assert [column.name for column in core.primary_key] == ["agency", "record_uid", *(["position"] if key else [])]
    assert len(history.primary_key) == len(core.primary_key) + 1
    for name, field in table.fields.items():
        assert core.columns[name].nullable is not field.required
    assert {index.name for index in core.indexes if "_by_" not in index.name} == (  # those of links: test_links.py
        set()
        if key
        else {f"{table.name}_{column}" for column in ("batch_id", "recorded_from", *WHEN & set(table.fields))}
    )


@pytest.mark.parametrize("name", TABLES)
def test_table_and_columns_carry_comments_in_both_languages(name: str) -> None:
    table = TABLES[name]
    for comment in [table.comment, *(column.comment for column in table.columns)]:
        assert comment
        assert any(char > "\u4e00" for char in comment), comment
        assert any("a" <= char <= "z" for char in comment), comment


@pytest.mark.parametrize("name", TABLES)
def test_postgresql_understands_it(name: str) -> None:
    ddl = str(CreateTable(TABLES[name]).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "TIMESTAMP WITHOUT" not in ddl
    assert all(len(column.name) <= IDENTIFIER for column in TABLES[name].columns)
