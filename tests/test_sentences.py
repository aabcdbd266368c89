"""What a person reads comes from the catalogue: no error for a person is made from a literal text.

`hub.messages.error_of` makes such errors.  Direct calls of their classes pass on sentences that exist already.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hub.yaml_text import load_yaml
from tests.support.code_tree import syntax_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[1]
FOLDERS = (
    "hub",
    "standards",
    "validation",
    "mappings",
    "connectors",
    "warehouse",
    "pipeline",
    "stack",
    "cli",
    "pages",
    "dags",
    "riskhub",
)
KINDS = {"HubError", "RetryLater", "FixTheHub", "WrongUsage", "RawDamaged"}
READ = ("what", "why", "next_step")  # the parts of an error that are sentences; `where` is a place
VALUES = {  # a variable called `why` or `what` there is the value of a finding, which every language quotes alike
    "connectors/readers/archive/zip.py",
    "connectors/readers/tree/ndjson.py",
}
PROSE = re.compile(r"[A-Za-z]{2,} +[A-Za-z]{2,}|^[A-Z][a-z]+ ")
COMMAND = re.compile(r"riskhub [a-z]")


def literals(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of each literal that becomes a sentence of an error."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _name(node) in KINDS | {"error_of"}:
            parts = list(node.args[:1]) if _name(node) in KINDS else []
            parts += [each.value for each in node.keywords if each.arg in READ]
        elif isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id in READ for to in node.targets):
            parts = [node.value]
        else:
            continue
        for part in parts:
            yield from ((part.lineno, text) for text in _texts(part))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the literal texts of an expression, but not what it passes to other functions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(each.value if isinstance(each, ast.Constant) else "X" for each in node.values)  # type: ignore[misc]
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*_texts(node.left), *_texts(node.right))
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _texts(each)


@pytest.mark.parametrize("folder", FOLDERS)
def test_errors_for_people_are_in_the_catalogue(folder: str) -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{line}: {text}"
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for line, text in literals(syntax_tree(path.relative_to(PROJECT)))
        if PROSE.search(text) and not COMMAND.match(text) and path.relative_to(PROJECT).as_posix() not in VALUES
    ]
    assert not found, "\n".join(["put these sentences into hub/text/sentences.yml, and call error_of:", *found])


@pytest.mark.parametrize(
    "code",
    [
        'raise WrongUsage("There is no file.")',
        'raise FixTheHub(f"There is no file {file}.", where=file)',
        'raise error_of(WrongUsage, "cli.no_file", next_step="Name a file that exists." if file else "")',
        'why = "No answer in time."',
    ],
)
def test_a_literal_is_seen(code: str) -> None:
    assert [text for _, text in literals(ast.parse(code)) if PROSE.search(text)]


CATALOGUE = sorted((PROJECT / "hub" / "text").glob("*.yml"))


@cache
def _catalogue(file: Path) -> dict[str, dict[str, str]]:
    return load_yaml(file.read_text("utf-8"))


def test_no_key_of_the_catalogue_stands_twice() -> None:
    keys = [key for file in CATALOGUE for key in re.findall(r"^([a-z][\w.]*):", file.read_text("utf-8"), re.MULTILINE)]
    assert sorted(keys) == sorted(set(keys))


def test_a_key_stands_in_the_file_of_its_first_part() -> None:
    names = {file.stem for file in CATALOGUE}
    for file in CATALOGUE:
        for key in _catalogue(file):
            first = key.partition(".")[0]
            assert file.stem == (first if first in names else "sentences"), f"{key} is looked for elsewhere"


PARTS = {"error_of": {"": "", ".why": "why", ".next": "next_step"}, "sentence": {"": ""}}
PLACE = re.compile(r"(?<!{){(\w+)")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_place_of_a_sentence_is_filled(folder: str) -> None:
    """A call that names its sentence by a literal gives a value for each of the sentence's places."""
    texts = {key: text for file in CATALOGUE for key, text in _catalogue(file).items()}
    calls = [
        (path, node)
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for node in ast.walk(syntax_tree(path.relative_to(PROJECT)))
        if isinstance(node, ast.Call) and _name(node) in PARTS
    ]
    open_places = []
    for path, call in calls:
        key = call.args[-1]
        given = {each.arg for each in call.keywords}
        if not isinstance(key, ast.Constant) or None in given:  # `**values` holds what it holds
            continue
        for part, replaced in PARTS[_name(call)].items():
            if replaced not in given and (text := texts.get(f"{key.value}{part}")):
                left = {*PLACE.findall(text["en"])} - given
                open_places += [f"{path.relative_to(PROJECT)}:{call.lineno}: {key.value}{part}: {left}"] if left else []
    assert not open_places, "\n".join(open_places)
