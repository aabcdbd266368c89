"""Folders that are held open: nothing is followed, nothing is trusted by its name, what moved by mistake goes back."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.inbox import outbox
from connectors.inbox.confined import Folder
from connectors.inbox.hub_folder import hub_folder
from connectors.inbox.partner_folder import CLOSED, FOLDER, LINK, LINKED, SPECIAL, Inbox
from hub.durable import copy_durable
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    place, own = tmp_path / "in", tmp_path / "own"
    place.mkdir()
    own.mkdir()
    with Folder.at(place) as folder:
        yield Inbox(folder, own)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_no_level_is_followed(tmp_path: Path, level: int) -> None:
    names = ["agency", "feed", "in"]
    (tmp_path / "real" / "feed" / "in").mkdir(parents=True)
    (tmp_path / "x" / "in").mkdir(parents=True)
    at = tmp_path.joinpath(*names[:level])
    at.mkdir(parents=True, exist_ok=True)
    (at / names[level]).symlink_to(tmp_path.joinpath("real", "feed", "in"))
    with pytest.raises(FixTheHub, match="a link, or no folder") as refused:
        Folder.beneath(tmp_path, *names, make=True)
    assert refused.value.where == str(at / names[level])
    assert "mount --bind" in refused.value.next_step


def test_a_folder_stays_the_same_whatever_takes_its_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.csv").write_text("1")
    (tmp_path / "other").mkdir()
    with Folder.beneath(tmp_path, "a") as folder:
        (tmp_path / "a").rename(tmp_path / "b")
        (tmp_path / "a").symlink_to(tmp_path / "other")
        assert folder.names() == ["1.csv"]
        assert folder.first_bytes("1.csv", 9) == b"1"
        for out in ("../other", "..", ".", "", "/etc/hostname", "a/b", "nul\0", "\ud800"):
            assert folder.stat_of(out) is None
            assert folder.first_bytes(out, 9) == b""
            assert not folder.is_being_written(out)


def test_what_is_no_file_of_its_own_is_neither_read_nor_taken(inbox: Inbox, tmp_path: Path) -> None:
    place = Path(inbox.folder.path)
    secret = tmp_path / "secret"
    secret.write_text("x")
    (place / "link").symlink_to(secret)
    (place / "linked").hardlink_to(secret)
    (place / "folder").mkdir()
    os.mkfifo(place / "pipe")
    assert inbox.files() == []
    assert inbox.skipped == {"link": LINK, "linked": LINKED, "folder": FOLDER, "pipe": SPECIAL}
    for name in inbox.skipped:
        assert inbox.folder.first_bytes(name, 9) == b""
        assert not inbox.take(name, inbox.own / "taken")
    assert not (inbox.own / "taken").exists()
    assert secret.read_text() == "x"


@pytest.mark.parametrize("kind", ["link", "hard link", "another file", "folder"])
def test_what_was_exchanged_between_the_look_and_the_rename_goes_back(
    inbox: Inbox, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, secret = Path(inbox.folder.path), tmp_path / "secret"
    secret.write_text("x")
    (place / "a.csv").write_text("mine")
    ordinary = os.rename

    def exchanged(*arguments: object, **more: object) -> None:
        monkeypatch.setattr(os, "rename", ordinary)
        (place / "a.csv").unlink()
        {
            "link": lambda: (place / "a.csv").symlink_to(secret),
            "hard link": lambda: (place / "a.csv").hardlink_to(secret),
            "another file": lambda: (place / "a.csv").write_text("another"),
            "folder": (place / "a.csv").mkdir,
        }[kind]()
        ordinary(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", exchanged)
    assert not inbox.take("a.csv", inbox.own / "taken")
    assert list(inbox.own.iterdir()) == []
    assert [path.name for path in place.iterdir()] == ["a.csv"]
    assert secret.read_text() == "x"


def test_what_goes_back_replaces_nothing(inbox: Inbox) -> None:
    place = Path(inbox.folder.path)
    (inbox.own / "taken").write_text("old")
    (place / "a.csv").write_text("new")
    inbox.give_back(inbox.own / "taken", "a.csv")
    assert sorted(path.read_text() for path in place.iterdir()) == ["new", "old"]
    assert (place / "a.csv").read_text() == "new"


def test_a_second_name_that_is_made_between_the_look_and_the_rename_is_seen(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(inbox.folder.path)
    (place / "a.csv").write_text("x")
    ordinary = os.rename

    def linked(*arguments: object, **more: object) -> None:
        monkeypatch.setattr(os, "rename", ordinary)
        (place / "b.csv").hardlink_to(place / "a.csv")
        ordinary(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", linked)
    assert not inbox.take("a.csv", inbox.own / "taken")
    assert sorted(path.name for path in place.iterdir()) == ["a.csv", "b.csv"]


def test_a_file_that_may_not_be_read_or_moved_is_noted(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (Path(inbox.folder.path) / "a.csv").write_text("x")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", denied)
        assert not inbox.take("a.csv", inbox.own / "taken")
    assert inbox.skipped == {"a.csv": "fixed"}
    with monkeypatch.context() as patch:
        patch.setattr("connectors.inbox.confined.os.open", denied)
        assert not inbox.is_free("a.csv")
    assert inbox.skipped == {"a.csv": CLOSED}


def test_a_folder_on_another_mount_is_refused_with_the_cure(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (Path(inbox.folder.path) / "a.csv").write_text("x")

    def across(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "rename", across)
    with pytest.raises(FixTheHub, match="another file system or mount") as refused:
        inbox.take("a.csv", inbox.own / "taken")
    assert "RISKHUB_EXCHANGE" in refused.value.next_step


def test_a_copy_of_ours_does_not_change_with_the_file_that_its_writer_has_open(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("sent")
    with file.open("r+") as writer:
        copy_durable(file, file)
        writer.write("evil")
        writer.flush()
        assert file.read_text() == "sent"


def test_an_answer_replaces_a_link_and_has_the_rights_of_its_folder(tmp_path: Path) -> None:
    out, drafts, secret = tmp_path / "out", tmp_path / "drafts", tmp_path / "secret"
    for folder in (out, drafts):
        folder.mkdir()
    secret.write_text("x")
    (out / "a.json").symlink_to(secret)
    out.chmod(0o750)
    with Folder.at(out) as folder:
        outbox.publish(folder, drafts, "a.json", b"answer")
        (out / "b.json").mkdir()
        (out / "b.json" / "full").touch()
        with pytest.raises(OSError, match=r"directory|empty"):
            outbox.publish(folder, drafts, "b.json", b"answer")
    assert (out / "a.json").read_bytes() == b"answer"
    assert not (out / "a.json").is_symlink()
    assert stat.S_IMODE((out / "a.json").stat().st_mode) == 0o640
    assert secret.read_text() == "x"
    assert list(drafts.iterdir()) == []


def test_the_hubs_own_folder_is_closed(tmp_path: Path) -> None:
    place = hub_folder(tmp_path, "a", "f", "in")
    assert place == tmp_path / ".hub" / "a" / "f" / "in"
    assert stat.S_IMODE((tmp_path / ".hub").stat().st_mode) == 0o700
    (tmp_path / ".hub").chmod(0o755)
    hub_folder(tmp_path)
    assert stat.S_IMODE((tmp_path / ".hub").stat().st_mode) == 0o700, "to read there is nobody's business"


@pytest.mark.parametrize(
    ("spoil", "cure"),
    [
        (lambda hub: hub.symlink_to(hub.parent), "rm "),
        (lambda hub: hub.touch(), "rm "),
        (lambda hub: (hub.mkdir(), hub.chmod(0o770)), "chmod -R go-rwx"),
        (lambda hub: hub.parent.chmod(0o777), "chmod o-w"),
    ],
    ids=["a link", "a file", "open to a group", "in a folder that is open to all"],
)
def test_a_place_that_others_could_have_filled_is_refused(tmp_path: Path, spoil: object, cure: str) -> None:
    spoil(tmp_path / ".hub")  # type: ignore[operator]
    with pytest.raises(FixTheHub, match="not safe") as refused:
        hub_folder(tmp_path)
    assert cure in refused.value.next_step
    assert str(tmp_path) in refused.value.next_step


def test_another_users_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub_folder(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 61_399)
    with pytest.raises(FixTheHub, match="not safe") as refused:
        hub_folder(tmp_path)
    assert "chown -R 61399" in refused.value.next_step
