"""YAML without its traps, and with lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mappings.engine.compile.problems import Problems
from mappings.engine.compile.yaml_document import Document, read_document

if TYPE_CHECKING:
    from pathlib import Path


def read(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "mapping.yml"
    path.write_text(text, "utf-8")
    return read_document(path, Problems("x"))


def test_scalars_mean_what_they_look_like(tmp_path: Path) -> None:
    found = read(tmp_path, "a: no\nb: 007\nc: 7\nd: 2026-01-01\ne: 1e3\nf: true\ng:\nh: '7'\ni: 0x10\nj: 1_000\n").data
    assert found == {
        "a": "no", "b": "007", "c": 7, "d": "2026-01-01", "e": "1e3", "f": True, "g": None, "h": "7",
        "i": "0x10", "j": "1_000",
    }  # fmt: skip


def test_keys_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, "{true: [Y], 1: x}").data == {"true": ["Y"], "1": "x"}


def test_every_key_knows_its_line(tmp_path: Path) -> None:
    document = read(tmp_path, "a:\n  b: 1\n  c:\n    - x\n    - y\n")
    assert [document.line(key) for key in [("a",), ("a", "b"), ("a", "c", 1), ("a", "z", "z")]] == [1, 2, 5, 1]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2\n", 2, "line 1"),
        ("a: &x 1\nb: *x\n", 1, "alias"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("a: 1\nb: [\n", 3, "not YAML"),
        ("a: 1\n? [x]\n: 2\n", 2, "key must be text"),
    ],
)
def test_traps_are_refused_with_their_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    problems = read(tmp_path, text).problems.found
    assert problems[0].line == line
    assert says in problems[0].text


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_bytes("a: 火".encode("gb18030"))
    problems = Problems("x")
    assert read_document(path, problems).data is None
    assert "not UTF-8" in problems.found[0].text
