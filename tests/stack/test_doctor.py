"""Every line of `riskhub doctor` fails when what it looks at is wrong: that line alone, with its cure."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow as pa
import pytest

from cli.screen import FAULT, guarded
from connectors.inbox.exchange import exchange_folder
from hub.settings import settings
from pipeline.intake.receive import receive_ready
from stack import doctor
from tests.support.exchange import drop
from tests.support.small_source import SMALL, SmallSource, fires
from warehouse import ledger
from warehouse.connection import connect, database_url, owner_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("warehouse")


class Place:
    """What a test may spoil: settings, limits, folders and the warehouse."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path, small: SmallSource) -> None:
        self.patch, self.folder, self.small = patch, folder, small

    def told(self, name: str, value: str) -> None:
        """Set a setting."""
        self.patch.setenv(f"RISKHUB_{name}", value)

    def beneath_a_file(self) -> str:
        """Return a path at which nothing can be made."""
        (self.folder / "file").touch()
        return str(self.folder / "file" / "beneath")

    def limit(self, name: str, value: int) -> None:
        """Set a limit of the checks."""
        self.patch.setattr(doctor, name, value)

    def waits(self, trouble: str | None) -> str:
        """Register a delivery that is not loaded yet; returns its SHA-256."""
        exchange_folder(SMALL)
        drop(SMALL, "1.csv", fires("F1"))
        (batch,) = receive_ready(SMALL)
        with connect() as conn:
            if trouble:
                ledger.note_trouble(conn, batch, trouble)
            sha256 = ledger.entry(conn, batch).sha256
            conn.commit()
        return sha256


def no_zones(*_: Any, **__: Any) -> None:
    raise pa.ArrowInvalid("no zones")


def spoil_raw(place: Place) -> None:
    sha256 = place.waits(None)
    (kept,) = (settings().home / "raw").rglob(f"*{sha256}*")
    kept.chmod(0o600)
    kept.write_bytes(b"something else")


def as_owner(place: Place) -> None:
    place.told("DATABASE_URL", owner_url())


def as_loader(place: Place) -> None:
    place.told("ANALYST_URL", database_url())


def old_rows(place: Place) -> None:
    with psycopg.connect(owner_url(), autocommit=True) as conn:
        (name,) = conn.execute("select current_database()").fetchone() or ("",)
        conn.execute(f'grant temporary on database "{name}" to riskhub_analyst'.encode())
    assert place.folder.exists()


SPOILT: dict[str, tuple[str, Callable[[Place], object], str]] = {
    "an old Python": ("python", lambda place: place.patch.setattr(sys, "version_info", (3, 10, 9)), "3.11"),
    "no home": ("home", lambda place: place.told("HOME", place.beneath_a_file()), "Not a directory"),
    "an open store": ("rights", lambda _: (settings().home / "work").mkdir(0o777), "work"),
    "an open inbox": ("exchange", lambda _: (exchange_folder(SMALL) / "in").chmod(0o707), "chmod o-rwx"),
    "a full disk": ("disk", lambda place: place.limit("DISK", 1 << 60), "free"),
    "no inodes": ("disk", lambda place: place.limit("INODES", 1 << 60), "free"),
    "no zones": ("time zones", lambda place: place.patch.setattr(doctor.pc, "assume_timezone", no_zones), "tzdata"),
    "a bad mapping": ("sources", lambda place: place.small.map("key: [no]", "key: [nowhere, no]\nkay: 1"), SMALL),
    "a child that starves": ("reading", lambda place: place.told("READ_MEMORY", "1000"), ""),
    "no raw store": ("raw writes", lambda place: place.told("RAW_URL", place.beneath_a_file()), "Not a directory"),
    "no work store": ("work store", lambda place: place.told("WORK_URL", place.beneath_a_file()), "Not a directory"),
    "bytes that were changed": ("raw store", spoil_raw, "1.csv"),
    "an old PostgreSQL": ("warehouse", lambda place: place.limit("OLDEST", 990_000), "15"),
    "the owner's login": ("logins", as_owner, "owns the tables"),
    "an analyst who writes": ("logins", as_loader, "may write rows"),
    "an analyst who keeps rows": ("logins", old_rows, "temporary tables"),
    "no analyst": ("logins", lambda place: place.told("ANALYST_URL", "postgresql://no@127.0.0.1:1/x"), "no login"),
    "a batch that waits": ("waiting batches", lambda place: place.waits("disk_full"), SMALL),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    return Place(monkeypatch, tmp_path, SmallSource(tmp_path / "sources"))


def lines(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, Any]]]:
    settings.cache_clear()
    capsys.readouterr()
    code = guarded(["doctor", "--json"])
    return code, {check["name"]: check for check in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize("case", SPOILT)
def test_a_line_fails_when_what_it_looks_at_is_wrong(
    place: Place, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, spoil, says = SPOILT[case]
    spoil(place)
    code, checks = lines(capsys)
    wrong = {each for each, check in checks.items() if not check["fine"]}
    assert name in wrong, checks
    if name != "home":  # without which little works
        assert wrong == {name}, checks
    assert says in f"{checks[name]['says']} {checks[name]['cure']}"
    assert checks[name]["cure"]
    assert code == FAULT


def test_no_check_is_without_a_case() -> None:
    elsewhere = {"parts", "airflow", "pages"}  # test_health.py kills and stops them one by one
    assert {name for name, _, _ in SPOILT.values()} == set(doctor.CHECKS) - elsewhere
