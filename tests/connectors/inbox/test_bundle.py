"""A manifest and its files are claimed together; a claim that was cut short is finished, and never takes too much."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.inbox import bundle as paired
from connectors.inbox import folder
from connectors.inbox.bundle import NAME_FILE, TAKEN
from connectors.inbox.confined import Folder
from connectors.inbox.partner_folder import Inbox

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


def lay(inbox: Path, name: str, *files: str, **said: Any) -> Path:
    """Write a manifest that names `files`, each with the hash of its place in the list."""
    named = [{"name": each, "sha256": f"{at:064}"} for at, each in enumerate(files)]
    data = {"riskhub_manifest": 1, "source": "a/b", "operation": "new", "files": named, **said}
    path = inbox / f"{name}.manifest.json"
    path.write_text(json.dumps(data))
    return path


def opened(inbox: Path) -> Inbox:
    """Open the folder as the hub does; it is closed when the test's process ends."""
    own = inbox.parent / "own"
    own.mkdir(exist_ok=True)
    return Inbox(Folder.at(inbox), own)


def id_of(number: int) -> str:
    return f"20261123-060000-{number:08}"


def claim_bundle(manifest: Path, number: int) -> paired.ClaimedSubmission | None:
    return paired.claim_bundle(opened(manifest.parent), manifest.name, id_of(number))


def bundles(inbox: Path) -> list[paired.ClaimedSubmission]:
    return paired.bundles(opened(inbox))


def whole(inbox: Path, now: datetime = NOW, wait: float = 30) -> list[str]:
    scan = folder.FolderScan(opened(inbox), now)
    found = list(paired.complete_manifests(opened(inbox), scan, wait))
    scan.save()
    return found


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_whole_when_all_its_files_are_there_or_have_been_waited_for(inbox: Path) -> None:
    lay(inbox, "m", "a.csv", "b.csv")
    (inbox / "a.csv").write_text("x")
    assert whole(inbox) == []
    assert whole(inbox, NOW + timedelta(seconds=29)) == []
    assert whole(inbox, NOW + timedelta(seconds=30)) == ["m.manifest.json"]
    (inbox / "b.csv").write_text("x")
    assert whole(inbox) == ["m.manifest.json"]
    with (inbox / "b.csv").open("a"):
        assert whole(inbox) == []


def test_what_a_manifest_speaks_of_is_not_taken_without_it(inbox: Path) -> None:
    lay(inbox, "m", "a.csv", "missing.csv")
    for name in ("a.csv", "b.csv", "c.csv"):
        (inbox / name).write_text("x")
    (inbox / "c.csv.manifest.json").write_text("{")
    spoken = paired.claimed_names(opened(inbox))
    assert spoken == {"a.csv", "c.csv"}
    assert folder.ready(opened(inbox), "rename", NOW, excluded=spoken) == ["b.csv"]


def test_claimed_together(inbox: Path) -> None:
    manifest = lay(inbox, "m", "a.csv", "\u00e9.csv")
    (inbox / "a.csv").write_text("x")
    (inbox / "e\u0301.csv").write_text("y")
    bundle = claim_bundle(manifest, 1)
    assert bundle is not None
    assert {name: path.read_text() for name, path in bundle.files.items()} == {"a.csv": "x", "\u00e9.csv": "y"}
    assert (bundle.id, bundle.name, bundle.body) == (id_of(1), "m.manifest.json", (bundle.folder / TAKEN).read_bytes())
    assert claim_bundle(manifest, 2) is None
    assert folder.claimed(opened(inbox)) == [], "it is no file without a manifest"
    assert [each.id for each in bundles(inbox)] == [id_of(1)]
    bundle.release()
    assert names(opened(inbox).claims) == set()
    bundle.release()


def test_a_claim_cut_short_is_finished(inbox: Path) -> None:
    manifest = lay(inbox, "m", "a.csv", "b.csv")
    (inbox / "a.csv").write_text("x")
    (inbox / "b.csv").write_text("y")
    claim = opened(inbox).claims / id_of(1)
    claim.mkdir(parents=True)
    (claim / NAME_FILE).write_text("m.manifest.json")
    manifest.rename(claim / TAKEN)
    (inbox / "a.csv").rename(claim / "a.csv")
    (inbox / "a.csv").write_text("a new file of the old name")
    (bundle,) = bundles(inbox)
    assert {name: path.read_text() for name, path in bundle.files.items()} == {"a.csv": "x", "b.csv": "y"}
    assert names(inbox) == {"a.csv"}


def test_an_end_cut_short_takes_no_new_file_of_an_old_name(inbox: Path) -> None:
    manifest = lay(inbox, "m", "a.csv", "b.csv")
    (inbox / "a.csv").write_text("x")
    (inbox / "b.csv").write_text("x")
    bundle = claim_bundle(manifest, 1)
    assert bundle is not None
    (bundle.folder / TAKEN).unlink()
    (bundle.folder / "a.csv").unlink()
    (inbox / "a.csv").write_text("new")
    assert bundles(inbox) == []
    bundle.release()
    assert (inbox / "a.csv").read_text() == "new"
    assert names(opened(inbox).claims) == set()


def test_a_claim_that_has_nothing_yet_goes(inbox: Path) -> None:
    claim = opened(inbox).claims / id_of(1)
    claim.mkdir(parents=True)
    (claim / NAME_FILE).write_text("m.manifest.json")
    assert bundles(inbox) == []
    assert names(opened(inbox).claims) == set()


def test_a_manifest_exchanged_for_a_link_is_nobodys(inbox: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    link = inbox / "m.manifest.json"
    link.symlink_to(secret)
    assert whole(inbox) == []
    assert claim_bundle(link, 1) is None
    assert secret.exists()


def test_a_file_exchanged_for_a_link_is_not_read(inbox: Path, tmp_path: Path) -> None:
    manifest = lay(inbox, "m", "a.csv")
    (tmp_path / "secret").write_text("x")
    (inbox / "a.csv").symlink_to(tmp_path / "secret")
    bundle = claim_bundle(manifest, 1)
    assert bundle is not None
    assert bundle.files == {}


def test_twins_are_nobodys(inbox: Path) -> None:
    lay(inbox, "m", "x\u00e9\u0327.csv")
    (inbox / "xe\u0301\u0327.csv").write_text("1")
    (inbox / "xe\u0327\u0301.csv").write_text("2")
    assert whole(inbox) == []


def test_a_manifest_too_large_is_looked_at_no_further(inbox: Path) -> None:
    big = inbox / "a.csv.manifest.json"
    big.write_bytes(b"[" * (3 << 20))
    (inbox / "a.csv").write_text("x")
    bundle = claim_bundle(big, 1)
    assert bundle is not None
    assert len(bundle.body) == (1 << 20) + 1
    assert list(bundle.files) == ["a.csv"]


def test_nothing_new_is_removed_when_an_end_is_repeated(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the end after every file that it removes; a new file of an old name must come through."""
    for stop in range(1, 5):
        manifest = lay(inbox, "m", "a.csv", "b.csv")
        (inbox / "a.csv").write_text("x")
        (inbox / "b.csv").write_text("x")
        bundle = claim_bundle(manifest, stop)
        assert bundle is not None
        with monkeypatch.context() as patch:
            left = iter(range(stop))
            ordinary = type(inbox).unlink

            def unlink(self: Path, *, missing_ok: bool = False, left: Any = left, ordinary: Any = ordinary) -> None:
                if next(left, None) is None:
                    raise KeyboardInterrupt
                ordinary(self, missing_ok=missing_ok)

            patch.setattr(type(inbox), "unlink", unlink)
            with suppress(KeyboardInterrupt):
                bundle.release()
        (inbox / "a.csv").write_text("new")
        assert bundles(inbox) == []
        bundle.release()
        assert (inbox / "a.csv").read_text() == "new"
        assert names(opened(inbox).claims) == set()
