"""Pages on disk: what a pull that ended, or died, leaves there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.http.page_cache import PageCache

if TYPE_CHECKING:
    from pathlib import Path


def test_only_tagged_pages_of_this_pull_stay(tmp_path: Path) -> None:
    dead = PageCache(tmp_path)
    dead.body("half").with_suffix(".draft").write_bytes(b"ha")
    dead.body("old").write_bytes(b"old")
    dead.keep("old", {"If-None-Match": "1"}, {})
    shelf = PageCache(tmp_path)
    for url, validators in (("tagged", {"If-None-Match": "2"}), ("plain", {})):
        shelf.body(url).write_bytes(url.encode())
        shelf.keep(url, validators, {})
    shelf.finish()
    assert len(list(tmp_path.iterdir())) == 2
    about = shelf.find("tagged")
    assert about is not None
    assert not shelf.is_fresh(about)
    assert [shelf.find(url) for url in ("half", "old", "plain")] == [None] * 3
