"""One JSON object per line: lines keep their numbers, and a broken one harms no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from delivered import delivered, here

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
    monkeypatch.setattr("connectors.readers.encoding.BLOCK", 7)
    path.write_bytes('{"名": "海口"}\n{"名": "儋州"}\n'.encode("gb18030"))
    assert here(path, kind="ndjson", encoding="gb18030").cells == [{"名": "海口"}, {"名": "儋州"}]


def test_real_border_failures(shared: Callable[[str], Path]) -> None:
    outcome = delivered(shared("data/inspection/tw_tfda_border_failures_china_origin_excerpt.ndjson"), kind="ndjson")
    assert len(outcome.cells) == 10
    assert not outcome.codes
