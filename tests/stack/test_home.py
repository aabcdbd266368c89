"""One command at a time, and secrets that only their owner reads."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from hub.durable import write_private
from hub.errors import RetryLater
from stack.home import make_home, only_one, secret, silent
from tests.support.telling import Told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOLD = """
import sys, time
from pathlib import Path
from stack.home import only_one, silent
with only_one(Path(sys.argv[1]), silent):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_waits_says_so_and_gives_up(home: Path) -> None:
    told = Told()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(RetryLater, match="still starting or stopping"),
            only_one(home, told, wait=0.3),
        ):
            pytest.fail("two hold one lock")
        holder.kill()
    with only_one(home, told):
        pass  # the kernel has let go of what a killed process held
    assert told.keys == ["stack.waiting"]


def hold(home: Path) -> None:
    with only_one(home, silent):
        pass


@pytest.mark.parametrize("make", [make_home, hold])
def test_a_new_home_is_closed_and_one_that_is_there_stays(make: Callable[[Path], None], tmp_path: Path) -> None:
    made, there = tmp_path / "above" / "made", tmp_path / "there"
    there.mkdir(mode=0o750)
    for place in (made, there):
        make(place)
    assert stat.S_IMODE(made.stat().st_mode) & 0o767 == 0o700, "its group may pass through, at most"
    assert stat.S_IMODE(there.stat().st_mode) == 0o750


def test_a_lock_can_be_taken_after_a_fault(home: Path) -> None:
    with pytest.raises(ZeroDivisionError), only_one(home, silent):
        raise ZeroDivisionError
    told = Told()
    with only_one(home, told):
        assert told.keys == []


def test_a_secret_is_made_once_and_private(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret(home, "a.key"), range(32)))
    assert len(made) == 1
    assert len(made.pop()) == 44, "32 bytes in base64"
    assert secret(home, "b.key") != secret(home, "a.key")
    assert stat.S_IMODE((home / "secrets").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in (home / "secrets").iterdir()] == [0o600, 0o600]


def test_what_is_written_anew_is_private_too(home: Path) -> None:
    path = home / "open"
    path.write_text("old", "utf-8")
    path.chmod(0o644)
    write_private(path, b"new")
    assert (path.read_text("utf-8"), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
