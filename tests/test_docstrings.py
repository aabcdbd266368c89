"""The examples in docstrings of the packages are run, so that they stay true."""

from __future__ import annotations

import doctest
from importlib import import_module
from itertools import chain

import pytest

from hub.settings import PROJECT

PACKAGES = ("hub", "standards", "connectors", "mappings", "validation", "warehouse", "pipeline", "stack", "cli")
PROMPT = ">>> "
MODULES = [
    ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(chain.from_iterable((PROJECT / package).rglob("*.py") for package in PACKAGES))
    if PROMPT in path.read_text("utf-8")  # the others are not imported for this
]


def test_there_are_examples() -> None:
    assert "warehouse.dynamic_sql" in MODULES


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_say(name: str) -> None:
    tried = doctest.testmod(import_module(name))
    assert tried.attempted, "an example that is not in a docstring is not run"
    assert not tried.failed
