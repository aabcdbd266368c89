"""Pages on disk: what a fetch that ended, or died, leaves there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.http.page_cache import PageCache

if TYPE_CHECKING:
    from pathlib import Path


def test_only_tagged_pages_of_this_fetch_stay(tmp_path: Path) -> None:
    dead = PageCache(tmp_path)
    dead.body("half").with_suffix(".draft").write_bytes(b"ha")
    dead.body("old").write_bytes(b"old")
    dead.store("old", {"If-None-Match": "1"}, {})
    cache = PageCache(tmp_path)
    for url, validators in (("tagged", {"If-None-Match": "2"}), ("plain", {})):
        cache.body(url).write_bytes(url.encode())
        cache.store(url, validators, {})
    cache.finish()
    assert len(list(tmp_path.iterdir())) == 2
    about = cache.find("tagged")
    assert about is not None
    assert not cache.is_fresh(about)
    assert [cache.find(url) for url in ("half", "old", "plain")] == [None] * 3
