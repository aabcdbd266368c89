"""The examples in docstrings of the packages are run, so that they stay true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from hub.settings import PROJECT
from tests.support.code_tree import PRODUCTION, module_name

PROMPT = ">>> "
MODULES = [
    module_name(path)
    for path in PRODUCTION
    if path.parts[0] != "dags" and PROMPT in (PROJECT / path).read_text("utf-8")  # the others are not imported for this
]


def test_there_are_examples() -> None:
    assert "warehouse.dynamic_sql" in MODULES


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_say(name: str) -> None:
    tried = doctest.testmod(import_module(name))
    assert tried.attempted, "an example that is not in a docstring is not run"
    assert not tried.failed
