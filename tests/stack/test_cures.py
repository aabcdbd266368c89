"""A cure that is a command does what it says when it is pasted into a shell, whatever the folders are called."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from connectors.inbox.hub_folder import hub_folder
from hub.errors import FixTheHub
from hub.settings import settings
from stack.file_modes import exchange, home_modes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "it's the hub; echo $HOME & co"  # each sign means something to a shell


def paste(cure: str, folder: Path) -> None:
    """Run a cure as a person does, in a folder of no importance."""
    subprocess.run(["sh", "-euc", cure], cwd=folder, check=True, capture_output=True, text=True, timeout=20)


def a_link(exchange: Path) -> None:
    (exchange / ".hub").rmdir()
    (exchange / ".hub").symlink_to(exchange.parent)


SPOILT: dict[str, Callable[[Path], None]] = {
    "exchange open to all": lambda exchange: exchange.chmod(0o777),
    "folder open to the group": lambda exchange: (exchange / ".hub").chmod(0o770),
    "a link": a_link,
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_the_cure_of_the_hubs_own_folder_mends_it(spoil: str, tmp_path: Path) -> None:
    exchange = tmp_path / NAME
    exchange.mkdir()
    assert hub_folder(exchange).is_dir()
    SPOILT[spoil](exchange)
    with pytest.raises(FixTheHub) as fault:
        hub_folder(exchange)
    paste(fault.value.next_step.rpartition("then: ")[2], tmp_path)
    assert hub_folder(exchange) == exchange / ".hub"
    assert [path.name for path in tmp_path.iterdir()] == [NAME], "no other file was made or taken away"


def test_the_cures_of_modes_mend_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / NAME
    (home / "raw").mkdir(parents=True)
    (home / "exchange").mkdir()
    monkeypatch.setenv("RISKHUB_HOME", str(home))
    settings.cache_clear()
    for path in (home, home / "raw", home / "exchange"):
        path.chmod(0o777)
    for check in (home_modes, exchange):
        found = check()
        assert not found.fine
        paste(found.cure, tmp_path)
        assert check().fine
    assert [path.stat().st_mode & 0o777 for path in (home, home / "raw", home / "exchange")] == [0o711, 0o700, 0o755]
