"""The hub and two partners as three users of the machine, who can do to each other only what the rights let them do.

Only root can make processes of others.  The users have no accounts: a process may have any number.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from hub.settings import PROJECT
from tests.support.small_source import CAUSES, MAPPING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HUB, FIRST, SECOND = 61_301, 61_302, 61_303
SECRET = b"no,at,cause,note\nSECRET,2026-05-01 10:00,foo,of somebody else\n"
AGENCIES = {"hn_one": FIRST, "hn_two": SECOND}
# One process of the hub for all tests of a run: to start it takes longer than what it then does.
SERVE = """
import contextlib, io, json, os, sys, traceback
from hub.settings import PRIVATE, settings
from cli.screen import guarded
os.umask(PRIVATE)
for line in sys.stdin:
    asked = json.loads(line)
    os.environ.update(asked["environment"])
    settings.cache_clear()
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            code = guarded(asked["words"]) if "words" in asked else exec(asked["code"], {}) or 0
        except BaseException:
            code = -1
            traceback.print_exc()
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
# Where the interpreter lies in root's own folder, which is closed, it is shown to the child at its place.
SHOW = """
set -e; top="/${1#/}"; top="/$(echo "$top" | cut -d/ -f2)"; at=$(dirname "$(dirname "$1")"); shift
mount --bind "$at" "$1"; mount -t tmpfs -o mode=755 tmpfs "$top"; mkdir -p "$at"; mount --bind "$1" "$at"; shift
exec "$@"
"""


class Ran(NamedTuple):
    """How a command of the hub ended, and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """A home, an exchange and two sources, made as docs/running.md shows, or laxer."""

    root: Path

    @property
    def exchange(self) -> Path:
        """The exchange."""
        return self.root / "exchange"

    def folder(self, agency: str, part: str) -> Path:
        """Return `in`, `check` or `out` of an agency's only feed."""
        return self.exchange / agency / "fires" / part

    def environment(self) -> dict[str, str]:
        """Return what a process of the hub is started with."""
        kept = {name: os.environ[name] for name in ("RISKHUB_DATABASE_URL",) if name in os.environ}
        return kept | {
            "RISKHUB_HOME": str(self.root / "home"),
            "RISKHUB_EXCHANGE": str(self.exchange),
            "RISKHUB_SOURCES": str(self.root / "sources"),
        }

    def hub(self, *words: str) -> Ran:
        """Run a command as the hub's user, who is in the groups of its agencies."""
        return _ask({"words": words, "environment": self.environment()})

    def hub_does(self, code: str) -> Ran:
        """Run a program as the hub's user; its code is 0, or the fault stands in `err`."""
        return _ask({"code": code, "environment": self.environment()})

    def belongs_to_its_agency(self, agency: str) -> None:
        """Be lax: the agency's user owns its whole tree and may do anything in it; the hub is in its group."""
        top, user = self.exchange / agency, AGENCIES[agency]
        for path in (top, *sorted(top.rglob("*"))):
            os.chown(path, user, user)
            path.chmod(0o2770)


@contextmanager
def three_users() -> Iterator[Place]:
    """Give a place with the rights that docs/running.md shows; skip where the users cannot be had."""
    if os.geteuid() != 0:
        pytest.skip("only root can make processes of other users")
    if not shutil.which("setpriv"):
        pytest.skip("there is no setpriv (util-linux)")
    with tempfile.TemporaryDirectory(prefix="riskhub-users-") as name:
        place = Place(Path(name))
        place.root.chmod(0o755)
        for folder, user, group, mode in _folders(place):
            folder.mkdir(parents=True, exist_ok=True)
            os.chown(folder, user, group)
            folder.chmod(mode)
        for agency in AGENCIES:
            _write_source(place.root / "sources" / agency, agency)
        yield place


@contextmanager
def attacked_place() -> Iterator[Place]:
    """Give a place of three users with a file beside the exchange that only the hub's user may read."""
    with three_users() as place:
        private = place.root / "elsewhere" / "private.csv"
        private.parent.mkdir()
        private.write_bytes(SECRET)
        os.chown(private, HUB, HUB)
        private.chmod(0o600)
        yield place


def _folders(place: Place) -> Iterator[tuple[Path, int, int, int]]:
    """Yield folder, owner, group and mode, as docs/running.md shows them."""
    yield place.root / "home", HUB, HUB, 0o700
    yield place.exchange, 0, HUB, 0o751
    yield place.exchange / ".hub", HUB, HUB, 0o700
    for agency, user in AGENCIES.items():
        yield place.exchange / agency, 0, user, 0o750
        yield place.exchange / agency / "fires", 0, user, 0o750
        for part, mode in (("in", 0o2770), ("check", 0o2770), ("out", 0o2750)):
            yield place.folder(agency, part), HUB, user, mode


def _write_source(folder: Path, agency: str) -> None:
    (folder / "fires" / "crosswalks").mkdir(parents=True)
    (folder / "agency.yml").write_text("name: {zh: 小队, en: Small}\nlanguage: en\n", "utf-8")
    (folder / "fires" / "mapping.yml").write_text(MAPPING.replace("hn_small", agency), "utf-8")
    lines = ["source_value,code,note", *(f"{value},{code}," for value, code in CAUSES.items()), ""]
    (folder / "fires" / "crosswalks" / "cause.csv").write_text("\n".join(lines), "utf-8")


def as_user(user: int, work: Callable[[], object]) -> None:
    """Do something as a partner's user, in a process of its own; fail the test when it cannot be done."""
    child = os.fork()
    if not child:
        status = 1
        try:
            become(user)
            work()
            status = 0
        except BaseException as fault:  # noqa: BLE001 - it must end here
            sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def become(user: int) -> None:
    """Make this process one of a partner's, as an SFTP server does."""
    os.setgroups([user])
    os.setgid(user)
    os.setuid(user)
    os.umask(0o007)


def refused(user: int, work: Callable[[], object]) -> bool:
    """Whether the rights keep a user from something."""

    def tried() -> None:
        try:
            work()
        except PermissionError:
            return
        raise AssertionError("it could be done")

    as_user(user, tried)
    return True


def _ask(asked: dict[str, object]) -> Ran:
    process = _server()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    return Ran(*json.loads(process.stdout.readline()))


@cache
def _server() -> subprocess.Popen[str]:
    """Start a process of the hub's user, and end it with the process of the tests."""
    users = ["--reuid", str(HUB), "--regid", str(HUB), "--groups", f"{HUB},{FIRST},{SECOND}"]
    ended = ExitStack()
    before = ended.enter_context(_shown())
    process = subprocess.Popen(
        [*before, "setpriv", *users, sys.executable, "-c", SERVE],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "HOME": "/nonexistent"},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ended.callback(process.communicate)
    atexit.register(ended.close)
    return process


@contextmanager
def _shown() -> Iterator[list[str]]:
    """Give what goes before a command, so that another user reaches the interpreter."""
    python = Path(sys.executable).resolve()
    reached = subprocess.run(
        ["setpriv", "--reuid", str(HUB), "--regid", str(HUB), "--clear-groups", "test", "-x", python], check=False
    )
    if not reached.returncode:
        yield []
        return
    with tempfile.TemporaryDirectory(prefix="riskhub-python-") as held:
        before = ["unshare", "--mount", "bash", "-c", SHOW, "show", str(python), held]
        if subprocess.run([*before, "true"], check=False, capture_output=True).returncode:
            pytest.skip(f"{python} cannot be reached by another user")
        yield before
