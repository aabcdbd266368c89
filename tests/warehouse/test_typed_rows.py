"""What a statement returns has the type that its reader names: the same columns, none more and none less."""

from __future__ import annotations

import ast
import importlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.code_tree import PRODUCTION, module_name, syntax_tree
from warehouse.connection import connect
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

FILLED_IN_LATER = {"says", "cure"}  # by `batches_in_trouble`, in the language of the hub


def typed_reads() -> Iterator[Any]:
    """Yield module, row type and statement of every call of `rows_of` in the code."""
    for path in PRODUCTION:
        module = module_name(path)
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "rows_of":
                _, kind, name = node.args
                assert isinstance(kind, ast.Name), f"{module} names no type"
                assert isinstance(name, ast.Constant), f"{module} names no statement"
                yield pytest.param(module, kind.id, name.value, id=f"{kind.id}-{name.value}")


@pytest.mark.parametrize(("module", "kind", "name"), list(typed_reads()))
@pytest.mark.usefixtures("warehouse")
def test_a_row_type_has_the_columns_of_its_statement(module: str, kind: str, name: str) -> None:
    row_type = getattr(importlib.import_module(module), kind)
    text = statement(name)
    with connect() as conn:
        columns = conn.execute(text, dict.fromkeys(re.findall(r"%\((\w+)\)s", text))).description
    assert {column.name for column in columns or ()} == set(row_type.__annotations__) - FILLED_IN_LATER


def test_the_reads_are_found() -> None:
    assert len(list(typed_reads())) > 8
