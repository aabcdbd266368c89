"""The page of formats and traps: every test that it names exists, and every kind that a reader has is on it."""

from __future__ import annotations

import re

from jsonschema import Draft202012Validator

from connectors.readers import READERS, reader
from connectors.readers.format import KINDS
from hub.settings import PROJECT
from mappings.engine.compile.grammar import grammar

PAGE = (PROJECT / "docs/formats.md").read_text("utf-8")


def test_every_test_that_the_page_names_exists() -> None:
    written = "\n".join(path.read_text("utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"^def (test_\w+)", written, re.MULTILINE))
    named = re.findall(r"`(test_\w+)`", PAGE)
    assert len(named) > 30
    assert not set(named) - known


def test_kinds_are_the_same_everywhere() -> None:
    assert set(KINDS) == set(READERS)
    for kind in KINDS:
        assert callable(reader(kind).read), kind
    assert set(grammar()["$defs"]["format"]["properties"]["kind"]["enum"]) == set(KINDS)
    assert set(grammar()["$defs"]["formats"]) == set(KINDS)
    assert all(f"`{kind}`" in PAGE for kind in KINDS)


def test_each_kind_refuses_keys_that_it_does_not_have() -> None:
    valid = Draft202012Validator({"$ref": "#/$defs/format", "$defs": grammar()["$defs"]})
    for kind in KINDS:
        said = [error.message for error in valid.iter_errors({"kind": kind, "nonsense": 1})]
        assert any("nonsense" in each for each in said), f"{kind} has no branch in allOf of $defs/format"
