"""The raw store: the same bytes once, under their hash, whole or not at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import fsspec
import pytest

from connectors import raw_store
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from pathlib import Path

BYTES = b"x" * 3_000_000
HASH = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    path = tmp_path / "delivery.csv"
    path.write_bytes(BYTES)
    return path


@pytest.fixture(params=["path", "file", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    place = tmp_path / "raw"
    return {"path": str(place), "file": f"file://{place}", "memory": f"memory:/{place}"}[request.param]


def test_what_was_put_comes_back(delivery: Path, url: str) -> None:
    assert raw_store.put(delivery, url) == (HASH, len(BYTES))
    assert raw_store.put(delivery, url).sha256 == HASH
    with raw_store.open_raw(HASH, url) as file:
        assert file.read() == BYTES
    with raw_store.local_path(HASH, url) as path:
        assert path.read_bytes() == BYTES
    assert delivery.read_bytes() == BYTES


def test_place_and_nothing_beside_it(delivery: Path, tmp_path: Path) -> None:
    root = tmp_path / "raw"
    raw_store.put(delivery, str(root))
    raw_store.put(delivery, str(root))
    assert [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()] == [f"{HASH[:2]}/{HASH}"]
    assert list(root.glob(".put-*")) == []
    assert (root / HASH[:2] / HASH).stat().st_mode & 0o777 == 0o400


def test_torn_copy_is_replaced(delivery: Path, tmp_path: Path) -> None:
    torn = tmp_path / "raw" / HASH[:2] / HASH
    torn.parent.mkdir(parents=True)
    torn.write_bytes(BYTES[:10])
    raw_store.put(delivery, str(tmp_path / "raw"))
    assert torn.read_bytes() == BYTES


def test_empty_file_has_a_hash_too(tmp_path: Path, url: str) -> None:
    (tmp_path / "empty").touch()
    stored = raw_store.put(tmp_path / "empty", url)
    assert stored == (hashlib.sha256().hexdigest(), 0)
    with raw_store.local_path(stored.sha256, url) as path:
        assert path.read_bytes() == b""


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 63, "G" * 64, ""])
def test_only_hashes_are_places(name: str, url: str) -> None:
    with pytest.raises(FixTheHub, match="SHA-256"):
        raw_store.open_raw(name, url)


def test_missing_bytes_are_told(url: str) -> None:
    with pytest.raises(FixTheHub, match="missing"):
        raw_store.open_raw("0" * 64, url)


def spoiled(delivery: Path, url: str, data: bytes) -> None:
    raw_store.put(delivery, url)
    system, root = fsspec.core.url_to_fs(url)
    place = f"{root}/{HASH[:2]}/{HASH}"
    system.rm(place)
    with system.open(place, "wb") as file:
        file.write(data)


@pytest.mark.parametrize(
    "data", [BYTES[:-1] + b"y", BYTES[:-1], BYTES + b"x", b""], ids=["one", "short", "long", "none"]
)
def test_other_bytes_are_never_read_and_the_right_ones_take_their_place(delivery: Path, url: str, data: bytes) -> None:
    spoiled(delivery, url, data)
    with pytest.raises(raw_store.RawDamaged):
        raw_store.open_raw(HASH, url)
    with pytest.raises(raw_store.RawDamaged), raw_store.local_path(HASH, url):
        pytest.fail("nobody gets these bytes")
    assert raw_store.put(delivery, url) == (HASH, len(BYTES))
    with raw_store.local_path(HASH, url) as path:
        assert path.read_bytes() == BYTES


def test_bytes_that_change_during_the_reading_are_told_at_its_end(delivery: Path, tmp_path: Path) -> None:
    url = str(tmp_path / "raw")
    raw_store.put(delivery, url)

    def read() -> None:
        with raw_store.local_path(HASH, url) as path:
            path.chmod(0o600)  # as a backup that touches the file: nothing has changed
            path.chmod(0o400)

    def spoil(*, gone: bool) -> None:
        with raw_store.local_path(HASH, url) as path:
            path.chmod(0o600)
            path.write_bytes(b"other")
            if gone:
                path.unlink()
            raise ValueError  # whatever was found in them is not what came

    read()
    for gone in (False, True):
        with pytest.raises(raw_store.RawDamaged):
            spoil(gone=gone)
        raw_store.put(delivery, url)
