"""How a sender's program writes is seen at the beginning of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors import Format
from pipeline.corrections.csv_file import Habits, habits_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "habits"),
    [
        (b'"a","b"\r\n"1","2"\r\n', Habits(quotes_all=True, line_end="\r\n")),
        (b'\xef\xbb\xbf"a","b"\n', Habits(quotes_all=True, line_end="\n")),
        (b'\xef\xbb\xbfa,b\n"1",2\n', Habits(quotes_all=False, line_end="\n")),
        (b"a,b\r\n", Habits(quotes_all=False, line_end="\r\n")),
        (b"", Habits(quotes_all=False, line_end="\n")),
    ],
)
def test_quotes_and_line_ends(tmp_path: Path, content: bytes, habits: Habits) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    fmt = Format("csv", encoding="utf-8")
    assert habits_of(tmp_path / "a.csv", fmt) == habits


def test_a_format_without_quotes_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'"a",b\n')
    assert not habits_of(tmp_path / "a.csv", Format("csv", encoding="utf-8", quote="")).quotes_all
