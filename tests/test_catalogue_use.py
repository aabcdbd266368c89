"""What the command line and the stack print comes from the catalogue, so that it is in both languages."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from cli.help import chinese
from hub.settings import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENTENCE = re.compile(r"[A-Za-z`']+,? [a-z`']+,? [a-z`']+")  # three words in a row
HELP = {"help", "epilog"}  # arguments whose Chinese stands in cli/help.yml (tests/cli/test_command_page.py)
COMMAND = re.compile(r"^-c |^`?riskhub |^apt-get |^chmod ")
FILES = sorted([*(PROJECT / "cli").glob("*.py"), *(PROJECT / "stack").glob("*.py")])


def printed(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that read as English sentences: neither docstrings, help, logs nor commands."""
    tree = ast.parse(path.read_text("utf-8"))
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(node.value)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.startswith("log.") or name in {"group", "typer.Argument"}:
                spared |= {*ast.walk(node)}
            for argument in node.keywords:
                if argument.arg in HELP:
                    spared |= {*ast.walk(argument)}
    for node in ast.walk(tree):
        if node in spared or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if SENTENCE.search(node.value) and not COMMAND.search(node.value) and node.value not in chinese():
            yield node.lineno, node.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_sentence_for_people_stands_in_the_code(path: Path) -> None:
    assert not list(printed(path))


def test_the_search_finds_a_sentence(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    code = 'print(f"There is no file {1}.", help="Only this source here.")'
    page.write_text(f'"""A docstring of the module."""\n{code}\n')
    assert list(printed(page)) == [(2, "There is no file ")]
