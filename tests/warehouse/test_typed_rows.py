"""What a statement returns has the type that its reader names: the same columns, none more and none less."""

from __future__ import annotations

import ast
import importlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.support.code_tree import PRODUCTION, module_name, syntax_tree
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILLED_IN_LATER = {"says", "cure"}  # by `batches_in_trouble`, in the language of the hub
VALUES = {"idle": timedelta(), "longest": timedelta(), "since": datetime(2026, 1, 1, tzinfo=UTC)}  # others are null
# What reads rows of a named statement, and how many arguments stand before the type of a row.
READS = {"rows_of": 1, "first_of": 1, "rows": 0}


def typed_reads() -> Iterator[Any]:
    """Yield module, row type and statement of every call in the code that reads rows, but for those in `READS`."""
    found = dict.fromkeys(each for path in PRODUCTION for each in _reads_in(path))
    for module, kind, name in found:
        yield pytest.param(module, kind, name, id=f"{kind}-{name}")


def _reads_in(path: Path) -> Iterator[tuple[str, str, str]]:
    module, tree = module_name(path), syntax_tree(path)
    inner = {id(node) for each in ast.walk(tree) if getattr(each, "name", "") in READS for node in ast.walk(each)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or id(node) in inner:
            continue
        called = ast.unparse(node.func).rpartition(".")[2]
        if called not in READS or (called != "rows_of" and not path.is_relative_to("pages")):
            continue
        kind, name = node.args[READS[called] : READS[called] + 2]
        assert isinstance(kind, ast.Name), f"{module} names no type"
        if isinstance(name, ast.Attribute) and name.attr == "statement":  # one of each kind
            for each in importlib.import_module(module).KINDS.values():
                yield module, kind.id, each.statement
            continue
        assert isinstance(name, ast.Constant), f"{module} names no statement"
        yield module, kind.id, str(name.value)


@pytest.mark.parametrize(("module", "kind", "name"), list(typed_reads()))
def test_a_row_type_has_the_columns_of_its_statement(module: str, kind: str, name: str, database: str) -> None:
    row_type = getattr(importlib.import_module(module), kind)
    text = statement(name)
    with psycopg.connect(database) as conn:
        read = conn.execute(text, {each: VALUES.get(each) for each in re.findall(r"%\((\w+)\)s", text)}).description
        conn.rollback()
    fields = row_type.__annotations__
    needed = {name for name, type_ in fields.items() if "NotRequired" not in str(type_)} - FILLED_IN_LATER
    assert needed <= {column.name for column in read or ()} <= fields.keys(), "no less and no more"


def test_the_reads_are_found() -> None:
    assert len(list(typed_reads())) > 60
