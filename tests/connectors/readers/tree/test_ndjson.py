"""One JSON object per line: lines keep their numbers, and a broken one harms no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.jsonl"


def test_lines_keep_their_numbers_and_numbers_their_digits(path: Path) -> None:
    path.write_bytes('{"id": 0012345678901234567890, "x": 1.50}\r\n'.replace("00", "", 1).encode() + b'\n{"id": "b"}')
    outcome = here(path, kind="ndjson")
    assert [(row["@line"], row["id"], row["x"]) for row in outcome.rows] == [
        (1, "12345678901234567890", "1.50"),
        (3, "b", None),
    ]


def test_broken_line_is_one_faulty_row(path: Path) -> None:
    path.write_text('{"a": 1}\n{"a": 1, "a": 2}\n[1]\n{"a": NaN}\n{"a" 1}\n{"a": {"b": [1, {"c": 2}]}}\n', "utf-8")
    outcome = here(path, kind="ndjson")
    assert outcome.faults == [(line, "BAD_RECORD") for line in (2, 3, 4, 5)]
    assert outcome.rows[1]["@raw"] == '{"a": 1, "a": 2}'
    assert [row["@line"] for row in outcome.rows if row["@fault"] is None] == [1, 6]


@pytest.mark.parametrize("end", [",\n]\n", "\n]", ",\n", "\r\n]\r\n", ""])
def test_a_list_with_one_object_per_line(path: Path, end: str) -> None:
    path.write_bytes(
        b'[\n{"a": 1},\n{"a": "x},"} , \n{"a": [2]},\n{"a" 1},\n' + b'{"a": "\xe5\x93\x81"}' + end.encode()
    )
    outcome = here(path, kind="ndjson")
    assert outcome.faults == [(5, "BAD_RECORD")]
    assert [row["@line"] for row in outcome.rows] == [2, 3, 4, 5, 6]
    assert [row["a"] for row in outcome.cells][-1] == ["品"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1}\n{"a": ', "TRUNCATED_FILE"),
        ("a,b\n1,2\n3,4\n", "BAD_DOCUMENT"),
        ("", "EMPTY_FILE"),
        ("<?xml version='1.0'?><a/>", "WRONG_FORMAT"),
    ],
)
def test_verdicts(path: Path, text: str, code: str) -> None:
    path.write_text(text, "utf-8")
    assert [finding.code for finding in here(path, kind="ndjson").verdict] == [code]


def test_encodings_and_blocks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.text.encoding.BLOCK", 7)
    path.write_bytes('{"名": "海口"}\n{"名": "儋州"}\n'.encode("gb18030"))
    assert here(path, kind="ndjson", encoding="gb18030").cells == [{"名": "海口"}, {"名": "儋州"}]


def test_real_border_failures(shared: Callable[[str], Path]) -> None:
    outcome = delivered(shared("data/inspection/tw_tfda_border_failures_china_origin_excerpt.ndjson"), kind="ndjson")
    assert len(outcome.cells) == 10
    assert not outcome.codes


ODD = (
    "",
    "x",
    "é海\u2028",
    'a, 5, "b": 1}',
    "at 10:30, [3]",
    "\\",
    '\\"',
    "2024-01-02",
    "2024-01-02 03:04:05",
    "a\0b",
    "\ud83d",
)
LEAVES = st.sampled_from(
    [None, True, False, 0, -0.0, 7, 12345678901234567890, 1.50, 1e300, -2.5e-7, "true", "1.50", *ODD]
)  # fmt: skip
KEYS = st.sampled_from(["a", "b", "a/b", "", ".", "键", 'k"1', "c, 5"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
RECORDS = st.dictionaries(KEYS, VALUES, max_size=4)
SEPARATORS = st.sampled_from([None, (",", ":"), (" , ", " : ")])
BAD = """|  |\r|{"a": 1}{"a": 2}|{"a": [|]}|{"a": 01}|{"a": -}|{"a": 1.}|{"a": +1}|{"a": tru}|{"a": NaN}
|{"a": 1, "a": null}|{"b": {"a": 1, "a": 2}}|[1]|{}|{"a": 1}\0{}|{"a": "\\ud83d"}|{"a": "\t"}|{"a":\r1}|{"a": 1}\r|
 {"a": 1} |{"b": [null, 1]}|{"a": 1,}|{"a": -0, "b": [1,2, 3,true]}|{"a": "\\q"}|\u3000""".replace("\n", "").split("|")
LINES = st.builds(json.dumps, RECORDS, ensure_ascii=st.booleans(), separators=SEPARATORS) | st.sampled_from(BAD)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=8), st.integers(1, 4))
def test_lines_read_together_say_what_each_says_alone(path: Path, lines: list[str], together: int) -> None:
    """Not being able to read any line together must make no difference, but in time."""
    text = "\n".join(lines).encode("utf-8", "surrogatepass").decode("utf-8", "ignore")
    path.write_text(text or "\n", "utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.readers.tree.ndjson.LINES_PER_PIECE", together)
        patch.setattr("connectors.readers.tree.ndjson.CACHE_BYTES", together % 2 * 1000)
        fast = here(path, kind="ndjson")
        patch.setattr("connectors.readers.tree.arrow_ndjson.ArrowLines.read", lambda *_: None)
        slow = here(path, kind="ndjson")
    assert fast.verdict == slow.verdict
    assert sorted(map(_row, fast.rows)) == sorted(map(_row, slow.rows))


def _row(row: dict[str, object]) -> str:
    return json.dumps(row, sort_keys=True)
