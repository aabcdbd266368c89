"""JSON: digits kept, shapes united, and everything that readers disagree on refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.readers import Limits
from tests.support.delivered import here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STRUCT = pa.list_(pa.struct([("name", pa.string()), ("qty", pa.string()), ("maker/city", pa.string())]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.json"


def test_shapes_of_all_records_are_united(path: Path) -> None:
    path.write_text(
        """{"success": {"total": 3, "results": [
        {"id": 1, "amount": 1.50, "big": 123456789012345678901234567890, "tags": ["a", "b"], "x": null},
        {"id": "2", "ok": true, "maker": {"name": "甲", "at": {"city": "海口"}}, "tags": []},
        {"id": 3e2, "goods": [{"name": "n", "qty": 1}, {"name": "m", "maker": {"city": "c"}}], "tags": null}]}}"""
    )
    outcome = here(path, kind="json", records="success/results")
    schema = outcome.batches[0].schema
    assert schema.field("tags").type == pa.list_(pa.string())
    assert schema.field("goods").type == STRUCT
    assert [row["@line"] for row in outcome.rows] == [1, 2, 3]
    first, second, third = outcome.cells
    assert (first["id"], first["amount"], first["big"]) == ("1", "1.50", "123456789012345678901234567890")
    assert (first["tags"], second["tags"], third["tags"]) == (["a", "b"], [], None)
    assert (second["ok"], second["maker/name"], second["maker/at/city"]) == ("true", "甲", "海口")
    assert (third["id"], first["ok"], first["x"]) == ("3e2", None, None)
    assert third["goods"] == [
        {"name": "n", "qty": "1", "maker/city": None},
        {"name": "m", "qty": None, "maker/city": "c"},
    ]


def test_one_thing_where_others_have_a_list(path: Path) -> None:
    path.write_text('[{"t": "a", "p": [{"n": "1"}]}, {"t": ["b", "c"], "p": ["x"]}, {"t": [["d"]], "p": []}]')
    outcome = here(path, kind="json")
    assert [row["p"] for row in outcome.cells] == [
        [{".": None, "n": "1"}],
        [{".": "x", "n": None}],
        [],
    ]
    assert [row["t"] for row in outcome.cells] == [[["a"]], [["b"], ["c"]], [["d"]]]


def test_member_that_is_called_as_the_text_of_its_object(path: Path) -> None:
    path.write_text('[{"a": "1"}, {"a": [{".": ["x", "y"]}]}]')
    assert [row["a"] for row in here(path, kind="json").cells] == [[{".": ["1"]}], [{".": ["x", "y"]}]]


def test_null_where_others_have_an_object_is_no_column(path: Path) -> None:
    path.write_text('[{"a": null, "b": null}, {"a": {"c": "1"}}]')
    assert here(path, kind="json").cells == [{"b": None, "a/c": None}, {"b": None, "a/c": "1"}]


@pytest.mark.parametrize(
    ("text", "rows"),
    [('{"a": 1}', [{"a": "1"}]), ("[1, null]", [{".": "1"}, {".": None}]), ("[]", []), ('[{}, {"a": {}}]', [{}, {}])],
)
def test_what_counts_as_records(path: Path, text: str, rows: list[dict[str, str]]) -> None:
    path.write_text(text)
    assert here(path, kind="json").cells == rows


@pytest.mark.parametrize(
    ("value", "why"), [("NaN", "NaN"), ("-Infinity", "-Infinity"), ('{"b": 1, "b": 2}', "duplicate key b")]
)
def test_what_is_no_json_costs_its_record_only(path: Path, value: str, why: str) -> None:
    path.write_text(f'{{"rows": [{{"a": 1}}, {{"a": {value}}}, {{"a": 3}}]}}')
    read = here(path, kind="json", records="rows")
    assert read.verdict == ()
    assert [row["a"] for row in read.rows] == ["1", None, "3"]
    assert [row["@raw"] for row in read.rows] == [None, f"a: {why}", None]


def test_envelope_with_a_key_twice_cannot_be_trusted(path: Path) -> None:
    path.write_text('{"rows": [], "rows": [{"a": 1}]}')
    assert [each.code for each in here(path, kind="json", records="rows").verdict] == ["BAD_DOCUMENT"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"a": 1}\n{"a": 2}', "BAD_DOCUMENT", 2),
        ("[\n1,\n]", "BAD_DOCUMENT", 3),
        ("[" * 100_000 + "]" * 100_000, "BAD_DOCUMENT", 1),
        ('[{"a": 1},\n', "TRUNCATED_FILE", 2),
        ('[{"a": "x', "TRUNCATED_FILE", 1),
        ("<html>", "WRONG_FORMAT", None),
        ("", "EMPTY_FILE", None),
    ],
)
def test_document_that_cannot_be_trusted(path: Path, text: str, code: str, line: int | None) -> None:
    path.write_text(text)
    assert [(finding.code, finding.line) for finding in here(path, kind="json").verdict] == [(code, line)]


def test_records_that_are_not_where_they_were_agreed(path: Path) -> None:
    path.write_text('{"failure": {"message": "no"}}')
    (verdict,) = here(path, kind="json", records="success/results").verdict
    assert (verdict.code, verdict.value) == ("WRONG_FORMAT", "failure")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"rows": "busy, call 13812345678"}', "busy, call [***phone]"),
        ('{"rows": 5}', "5"),
        ('{"rows": true}', "true"),
        ("[[1]]", "[ ]"),
        ("null", "null"),
    ],
)
def test_what_stands_in_the_place_of_the_records_is_said_in_the_signs_of_json(path: Path, text: str, told: str) -> None:
    path.write_text(text)
    (verdict,) = here(path, kind="json", records="rows").verdict
    assert (verdict.code, verdict.value) == ("WRONG_FORMAT", told)


def test_records_that_cannot_be_read_leave_the_others(path: Path) -> None:
    long = "x" * 200
    path.write_text(
        json.dumps([{"a": "1"}, {"a": "\ud800"}, {"a": ["y", long]}, {"a": "2"}, {"a/b": 1, "a": {"b": 2}}])
    )
    outcome = here(path, Limits(cell_bytes=100), kind="json")
    assert outcome.faults == [(2, "CONTROL_CHARACTER"), (3, "CELL_TOO_LONG"), (5, "CELL_ERROR")]
    assert outcome.rows[2]["@raw"] == "a: 200 bytes"
    assert [row["a"] for row in outcome.cells] == ["1", "2"]


def test_nul_is_left_to_the_mapping(path: Path) -> None:
    path.write_text('[{"a": "x\\u0000y"}]')
    assert here(path, kind="json").cells == [{"a": "x\0y"}]


LEAVES = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="/"))
KEYS = st.text("abc张", min_size=1, max_size=2)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=6))
def test_every_leaf_of_any_document_arrives(path: Path, documents: list[dict[str, object]]) -> None:
    path.write_text(json.dumps(documents))
    outcome = here(path, kind="json")
    assert not outcome.faults
    assert [sorted(_leaves(row)) for row in outcome.cells] == [sorted(_leaves(document)) for document in documents]


def _leaves(node: object) -> list[str]:
    if isinstance(node, dict):
        return [leaf for member in node.values() for leaf in _leaves(member)]
    if isinstance(node, list):
        return [leaf for item in node for leaf in _leaves(item)]
    if isinstance(node, bool):
        return [str(node).lower()]
    return [] if node is None else [str(node)]


def test_real_recalls_of_both_shapes(shared: Callable[[str], Path]) -> None:
    folder = shared("data/market/cpsc_json_by_product_type")
    total = 0
    for path in sorted(folder.glob("*.json")):
        outcome = here(path, kind="json", records="success/results")
        document = json.loads(path.read_bytes())["success"]
        assert len(outcome.cells) == len(document["results"]), path
        total += len(outcome.cells)
    assert total == 3627


def test_items_with_too_many_different_members_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "delivery.json"
    path.write_text(json.dumps([{"list": [{f"k{number}": number} for number in range(2_001)]}]), "utf-8")
    assert here(path, kind="json").codes == ["READER_LIMIT"]
