"""A file is there whole, with its rights, also after a power cut or a kill; or it is not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from hub.durable import (
    copy_durable,
    create_private,
    durable_file,
    make_folder,
    move,
    new_file,
    write_durable,
    write_private,
)
from hub.pseudonyms import token_key
from hub.settings import PROJECT
from pipeline.authoring.manifests import keygen
from pipeline.intake.drop import drop_file
from stack import ports
from stack.home import secret
from tests.support.durability import traced
from tests.support.killing import KILLING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def rights(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_what_is_written_is_on_disk_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "given").write_bytes(b"4")
    with traced(monkeypatch) as trace:
        write_durable(tmp_path / "1", b"1")
        write_private(tmp_path / "2", b"2")
        create_private(tmp_path / "3", b"3")
        copy_durable(tmp_path / "given", tmp_path / "4")
        with new_file(tmp_path / "draft") as file:
            file.write(b"5")
        move(tmp_path / "draft", tmp_path / "5")
    for name in "12345":
        assert (tmp_path / name).read_bytes() == name.encode()
        assert trace.is_durable(tmp_path / name), name
    assert len(list(tmp_path.iterdir())) == 6, "no draft is left"


def test_the_rights_do_not_depend_on_what_was_there(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"old")
        (tmp_path / name).chmod(0o644)
    write_private(tmp_path / "a", b"new")
    create_private(tmp_path / "b", b"new")
    create_private(tmp_path / "c", b"new")
    write_durable(tmp_path / "d", b"new")
    assert {path.name: (path.read_bytes(), rights(path)) for path in tmp_path.iterdir()} == {
        "a": (b"new", 0o600), "b": (b"old", 0o644), "c": (b"new", 0o600), "d": (b"new", 0o644),
    }  # fmt: skip


def test_what_fails_changes_nothing(tmp_path: Path) -> None:
    write_durable(tmp_path / "x", b"1")
    for broken in (durable_file(tmp_path / "x"), new_file(tmp_path / "y")):
        with pytest.raises(TypeError), broken as file:
            file.write("no bytes")  # type: ignore[call-overload]
    with pytest.raises(IsADirectoryError):
        write_durable(tmp_path, b"2")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("x", b"1")]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).symlink_to(outside)
    write_durable(tmp_path / "a", b"x")
    write_private(tmp_path / "b", b"x")
    create_private(tmp_path / "c", b"x")
    with pytest.raises(FileExistsError), new_file(tmp_path / "d"):
        pytest.fail("a link to nowhere was followed")
    assert not outside.exists()
    assert [(tmp_path / name).is_symlink() for name in "abcd"] == [False, False, True, True]


def test_a_folder_stays_with_all_that_were_made_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with traced(monkeypatch) as trace:
        made = make_folder(tmp_path / "a" / "b" / "c", 0o700)
    assert rights(made) == 0o700
    assert all(trace.has_name(each) for each in (made, made.parent, made.parent.parent))
    with traced(monkeypatch) as trace:
        assert make_folder(made) == made
    assert trace.events == [], "there was nothing to do"


def test_whoever_reads_a_private_file_finds_the_old_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "url"
    whole = {b"1" * 9000, b"2" * 9000}

    def write(body: bytes) -> None:
        for _ in range(100):
            write_private(path, body)

    write_private(path, min(whole))
    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write, body) for body in sorted(whole)]
        while not all(each.done() for each in writers):
            assert path.read_bytes() in whole
    assert all(each.exception() is None for each in writers)


@pytest.fixture
def own_token_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("RISKHUB_TOKEN_KEY", raising=False)
    token_key.cache_clear()
    yield
    token_key.cache_clear()


@pytest.mark.usefixtures("own_token_key")
def test_the_keys_of_a_hub_outlive_a_power_cut(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that comes back with another token key gives every person a new token; with another password it is shut."""
    with traced(monkeypatch) as trace:
        token_key("person")
        secret(home, "postgres.password")
        ports.remember(home, "postgres", 54320)
    made = [path for path in home.rglob("*") if path.is_file()]
    assert {path.name for path in made} == {"token.key", "postgres.password", "ports.json"}
    assert [path for path in made if not trace.is_durable(path)] == []
    assert trace.has_name(home / "secrets")


@pytest.mark.usefixtures("own_token_key")
def test_a_token_key_is_made_though_a_process_of_the_same_id_has_died_making_it(home: Path) -> None:
    """In a container the hub has the same process id at each start."""
    (home / "secrets").mkdir()
    (home / "secrets" / f".token.key.{os.getpid()}").touch()
    assert len(token_key("person")) == 32


def test_a_pair_of_keys_outlives_a_power_cut_and_is_never_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with traced(monkeypatch) as trace:
        made = keygen("k", tmp_path / "keys")
    assert [(path.name, rights(path)) for path in made] == [("k.key", 0o600), ("k.pem", 0o644)]
    assert [path for path in made if not trace.is_durable(path)] == []
    assert trace.has_name(tmp_path / "keys")


def test_what_is_dropped_is_on_disk_before_it_has_its_name(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "a.csv"
    given.write_bytes(b"x" * 100)
    with traced(monkeypatch) as trace:
        dropped = drop_file(given, "a/f")
    assert dropped.is_relative_to(home)
    assert dropped.read_bytes() == b"x" * 100
    assert trace.is_durable(dropped)


KILLED = f"""{KILLING}
from pathlib import Path
from stack.home import secret
count(os, "link")
secret(Path(sys.argv[2]), "a.key")
print("done", flush=True)
"""


@pytest.mark.slow
def test_a_secret_is_whole_whenever_its_maker_is_killed(tmp_path: Path) -> None:
    for call in range(1, 20):
        home = tmp_path / str(call)
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(call), str(home)], capture_output=True, check=False, cwd=PROJECT
        )
        assert done.returncode in {0, -9}, done.stderr.decode()
        assert len(secret(home, "a.key")) == 44
        if done.stdout:
            break
    assert call > 3, "it was killed at each of its calls"
