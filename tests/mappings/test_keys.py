"""Hashes that must never change by themselves, and tags that must not collide."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pytest

from mappings.engine.run.record_keys import row_hashes, tag
from standards import standard


@pytest.mark.parametrize("name", sorted(standard().types))
def test_no_two_fields_share_a_tag(name: str) -> None:
    record_type = standard().types[name]
    for table in record_type.tables.values():
        names = [*table.fields, "position", *(child for child in record_type.tables if child)]
        tags = {each: tag(each) for each in names}
        assert len(set(tags.values())) == len(names), tags


def test_the_hash_is_what_it_says() -> None:
    table = pa.table({"a": ["x", None, "中"], "n": pa.array([1, 2, None])})
    texts = [f"{tag('a')}1:x{tag('n')}1:1", f"{tag('n')}1:2", f"{tag('a')}3:中"]
    assert row_hashes(table, []).to_pylist() == [hashlib.sha256(text.encode()).digest() for text in texts]


def test_values_cannot_run_into_each_other() -> None:
    one = row_hashes(pa.table({"a": ["x"], "b": ["yz"]}), [])
    other = row_hashes(pa.table({"a": ["xy"], "b": ["z"]}), [])
    assert one != other


def test_a_new_field_that_is_null_changes_nothing() -> None:
    before = row_hashes(pa.table({"a": ["x"]}), [])
    after = row_hashes(pa.table({"a": ["x"], "new": pa.nulls(1, pa.string())}), [])
    assert before == after
