"""A feed whose files are complete by a marker: what the portal and `riskhub drop` hand over is taken at once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from connectors.delivery_names import DONE
from hub.errors import WrongUsage
from hub.settings import settings
from pages.portal import upload_store
from pipeline.checks.inbox import check_ready
from pipeline.intake.drop import drop_file, move_file
from pipeline.steps.runner import run
from tests.support.durability import traced
from tests.support.exchange import FIRE, batches, sample
from tests.support.portal_people import Portal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def inbox(warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the feed of fires agree on markers; give the folder that it fills."""
    del warehouse
    for agency in ("hn_fire", "hn_lab"):
        theirs = next(folder / agency for folder in settings().sources if (folder / agency).is_dir())
        shutil.copytree(theirs, tmp_path / "sources" / agency)
    mapping = tmp_path / "sources" / FIRE / "mapping.yml"
    agreed = mapping.read_text("utf-8")
    assert "complete: rename" in agreed
    mapping.write_text(agreed.replace("complete: rename", "complete: marker"), "utf-8")
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    return settings().exchange / FIRE / "in"


def test_a_file_of_the_portal_is_checked_and_let_in(inbox: Path) -> None:
    client, (name, content) = Portal.made().client("sender.fire"), sample(FIRE)
    form = {"feed": "incidents", "purpose": "check"}
    where = client.post("/files", data=form, files={"file": (name, content)}).headers["location"]
    assert len(check_ready(FIRE)) == 1
    assert client.post(f"{where}/submit").status_code == 303
    assert sorted(path.name for path in inbox.iterdir()) == [name, f"{name}{DONE}"]
    run(FIRE)
    (batch,) = batches(FIRE)
    assert batch["state"] == "acknowledged"
    assert not [*inbox.iterdir()], "the marker goes with its file"


@pytest.mark.parametrize("moved", [False, True])
def test_a_portal_that_dies_in_the_move_goes_on_at_its_next_start(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, *, moved: bool
) -> None:
    client, (name, content) = Portal.made().client("sender.fire"), sample(FIRE)
    form = {"feed": "incidents", "purpose": "check"}
    where = client.post("/files", data=form, files={"file": (name, content)}).headers["location"]

    def die(file: Path, *_: object) -> None:
        if moved:
            file.rename(inbox / name)
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(upload_store, "move_file", die)
        with pytest.raises(SystemExit):
            upload_store.publish(upload_store.uploads_of("hn_fire")[0], "submit")
    upload_store.recover()
    (upload,) = upload_store.uploads_of("hn_fire")
    assert upload.state == ("submitted" if moved else "whole")
    if not moved:
        assert client.post(f"{where}/submit").status_code == 303
    run(FIRE)
    assert [each["state"] for each in batches(FIRE)] == ["acknowledged"]
    upload_store.recover()
    assert not [*inbox.iterdir()], "no marker of a file that is gone"


def test_what_is_dropped_or_moved_has_a_marker_that_stays(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes(b"a")
    with traced(monkeypatch) as trace:
        drop_file(tmp_path / "a.csv", FIRE)
        move_file(tmp_path / "a.csv", FIRE, "b.csv")
    for name in ("a.csv", "b.csv"):
        file, marker = inbox / name, inbox / f"{name}{DONE}"
        assert trace.is_durable(marker)
        assert file.stat().st_mode == marker.stat().st_mode, "an agency that may read the one may read the other"
        assert trace.named_before(file, marker), "the file is there when the marker says so"
    assert len([*inbox.iterdir()]) == 4


def test_a_link_in_the_place_of_a_marker_is_replaced(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a")
    inbox.mkdir(parents=True)
    (inbox / f"a.csv{DONE}").symlink_to(tmp_path / "elsewhere")
    drop_file(tmp_path / "a.csv", FIRE)
    assert not (inbox / f"a.csv{DONE}").is_symlink()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["a.csv", "a" * 252])
def test_a_file_that_can_have_no_marker_is_not_put_there(inbox: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"a")
    (inbox / f"a.csv{DONE}").mkdir(parents=True)
    with pytest.raises(WrongUsage, match="could not be put"):
        drop_file(tmp_path / name, FIRE)
    with pytest.raises(WrongUsage, match="could not be put"):
        move_file(tmp_path / name, FIRE, name)
    assert (tmp_path / name).exists()
    assert [path.name for path in inbox.iterdir()] == [f"a.csv{DONE}"]


def test_a_zero_report_is_a_manifest_and_needs_no_marker(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "zero").write_bytes(b"{}")
    move_file(tmp_path / "zero", FIRE, "a.manifest.json")
    assert [path.name for path in inbox.iterdir()] == ["a.manifest.json"]
