"""What comes back is looked up in earlier submissions, but not without end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mappings.engine import read_source
from pipeline.corrections.delivery import Delivered
from tests.support.small_source import SmallSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


def test_corrections_that_all_name_each_other_are_read_so_often_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SmallSource(tmp_path / "sources")
    small.map("mode: upsert\n", "mode: upsert\npersonal: [note]\n")
    names = [f"20260101-000000-0000000{at}" for at in range(4)]
    for at, name in enumerate(names):
        rows = [f"F{row},2026-05-01 10:00,,***,{names[row]}/0" for row in range(at)] or ["F0,2026-05-01 10:00,,secret,"]
        (tmp_path / name).write_text("\n".join(["no,at,cause,note,riskhub:row", *rows, ""]), "utf-8")
    read: list[str] = []

    @contextmanager
    def opened(name: str) -> Iterator[Path]:
        read.append(name)
        yield tmp_path / name

    def notes() -> list[str | None]:
        read.clear()
        with Delivered(tmp_path / names[-1], read_source(small.folder), opened) as delivered:
            return [note for rows in delivered for note in rows.column("note").to_pylist()]

    assert notes() == ["secret"] * 3
    assert len(read) == 7, "twice as often, and once more, with each submission"
    monkeypatch.setattr("pipeline.corrections.delivery.OPENED", 3)
    assert notes() == ["secret", "secret", None]
    assert len(read) == 3
