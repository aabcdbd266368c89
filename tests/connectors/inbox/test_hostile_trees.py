"""Whatever a partner makes of its own tree, before the hub looks or while it does, it stays within that tree."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.exchange import ask
from tests.support.separate_users import SECOND, Place, as_user, attacked_place, become
from tests.support.small_source import fires

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TREES = 12
STEPS = 14  # that make one tree
# The claims of a hub, over and over, without the rest of the journey: as many looks at a folder as can be had.
CLAIM = """
import time
from connectors.inbox import folder
from connectors.inbox import bundle as paired
from datetime import UTC, datetime
from hub.batch import new_batch_id
from hub.errors import HubError
from connectors.inbox.exchange import inbox_of, publish
end, seen = time.monotonic() + 6, 0
while time.monotonic() < end:
    try:
        with inbox_of("hn_two/fires") as inbox:
            scan = folder.FolderScan(inbox, datetime.now(UTC))
            for name in list(paired.complete_manifests(inbox, scan, 0)):
                paired.claim_bundle(inbox, name, new_batch_id())
            for name in folder.ready(inbox, "rename", datetime.now(UTC), 0, scan):
                folder.claim(inbox, name, new_batch_id())
            for claim in folder.claimed(inbox):
                assert b"SECRET" not in claim.path.read_bytes(), claim
                folder.release(claim)
                seen += 1
            for bundle in paired.bundles(inbox):
                assert b"SECRET" not in bundle.body
                for path in bundle.files.values():
                    assert b"SECRET" not in path.read_bytes(), path
                bundle.release()
        publish("hn_two/fires", "answer.json", b"of the hub")
    except (HubError, OSError):
        pass
print(seen)
"""


@pytest.fixture
def place() -> Iterator[Place]:
    with attacked_place() as made:
        made.belongs_to_its_agency("hn_two")
        yield made


def outside(place: Place) -> dict[str, Any]:
    """Return all that the attacker must not reach: every file outside its tree, and the hub's configuration."""
    found = {}
    for top in (place.root / "elsewhere", place.root / "sources", place.exchange / "hn_one" / "fires" / "in"):
        for path in sorted(top.rglob("*")):
            about = path.lstat()
            found[str(path)] = (
                about.st_ino,
                about.st_mode,
                about.st_uid,
                about.st_nlink,
                path.is_file() and path.read_bytes(),
            )
    return found


def spoil(chance: random.Random, place: Place) -> None:
    """Do something hostile somewhere in the second agency's tree."""
    top = place.exchange / "hn_two" / "fires"
    theirs = place.exchange / "hn_one" / "fires"
    targets = [
        theirs / "in", theirs / "out", theirs / "in" / "1.csv", place.exchange / "hn_one", place.exchange / ".hub",
        place.root / "elsewhere", place.root / "elsewhere" / "private.csv", place.root / "sources", place.root / "home",
        Path("/etc/hostname"), Path("/"), Path("in"), Path("../in"), Path(), Path("nowhere"),
    ]  # fmt: skip
    parts = ["in", "in", "check", "out", "in/.claimed", "in/claims", "in/a.csv", "out/x", ""]
    names = [
        "a.csv", "b.csv", "c.csv", "a.csv.manifest.json", "b.csv.manifest.json", "a.csv.done", ".looks.json", "x", "in",
        "check", "out", "in.notice.json", "in.notice.html", "20260101-000000-00000000", "..csv", "new\nline", "\udcff",
        "y" * 255, ".hub", "left.json",
    ]  # fmt: skip
    at = top / chance.choice(parts) / chance.choice(names)
    kind = chance.choice(["link", "link", "link", "file", "file", "folder", "pipe", "hard", "gone", "closed", "away"])
    if kind == "gone" and at.is_dir() and not at.is_symlink():
        shutil.rmtree(at)
        return
    if kind in {"link", "pipe", "hard"} and at.is_symlink():
        at.unlink()
    doing: dict[str, Callable[[], object]] = {
        "link": lambda: at.symlink_to(chance.choice(targets)),
        "file": lambda: at.write_bytes(_content(chance, at.name)),
        "folder": lambda: at.mkdir(parents=True),
        "pipe": lambda: os.mkfifo(at),
        "hard": lambda: os.link(chance.choice(targets), at),
        "gone": at.unlink,
        "closed": lambda: at.chmod(0),
        "away": lambda: at.rename(at.with_name(f"away {chance.random()}")),
    }
    doing[kind]()


def _content(chance: random.Random, name: str) -> bytes:
    if not name.endswith(".json"):
        return fires(f"B{chance.randint(1, 9)}")
    named = chance.choice(["a.csv", "b.csv", "../../../hn_one/fires/in/1.csv", ".claimed", "x"])
    listed = f'[{{"name": "{named}", "sha256": "{0:064}"}}]'
    return f'{{"riskhub_manifest": 1, "source": "hn_two/fires", "operation": "new", "files": {listed}}}'.encode()


@pytest.mark.usefixtures("warehouse")
def test_no_tree_of_one_partner_reaches_outside_of_it(place: Place) -> None:
    for seed in range(TREES):
        theirs = place.exchange / "hn_one" / "fires" / "in" / "1.csv"
        theirs.write_bytes(fires(f"A{seed}"))
        theirs.chmod(0o644)
        chance = random.Random(seed)

        def make(chance: random.Random = chance) -> None:
            for _ in range(STEPS):
                with suppress(OSError, ValueError):
                    spoil(chance, place)

        as_user(SECOND, make)
        expected = {path: about for path, about in outside(place).items() if path != str(theirs)}
        done = place.hub("run")
        assert done.code in {0, 1, 3}, (seed, done.err)
        loaded = ask("select agency from core.fire_incident where source_record_no = %(no)s", no=f"A{seed}")
        assert loaded == [{"agency": "hn_one"}], (seed, done.err)
        assert outside(place) == expected, seed
        assert "SECRET" not in str(ask("select original from quarantine.row")), seed
        assert not [path for path in answers(place) if b"SECRET" in path.read_bytes()], seed


def answers(place: Place) -> list[Path]:
    found = place.exchange.glob("*/fires/out/*")
    return [path for path in found if path.is_file() and not path.is_symlink()]


def exchanging(place: Place) -> None:
    """Exchange, for ever, files and folders of the tree for links to what is not the attacker's."""
    top = place.exchange / "hn_two" / "fires"
    inbox, out = top / "in", top / "out"
    private, elsewhere = place.root / "elsewhere" / "private.csv", place.root / "elsewhere"
    for number in count():
        name = f"{number}.csv"
        named = {"name": name, "sha256": f"{0:064}"}
        said = {"riskhub_manifest": 1, "source": "hn_two/fires", "operation": "new", "files": [named]}
        with suppress(OSError):
            (inbox / name).write_bytes(fires("B1"))
            if number % 3 == 0:
                (inbox / f"{name}.manifest.json").write_text(json.dumps(said))
            time.sleep(number % 7 / 1000)
            for each in (name, f"{name}.manifest.json"):
                if (inbox / each).exists():
                    (inbox / ".link").symlink_to(private)
                    (inbox / ".link").rename(inbox / each)
                    (inbox / each).unlink()
        with suppress(OSError):
            (top / "in.away").symlink_to(elsewhere)
            inbox.rename(top / "in.held")
            (top / "in.away").rename(inbox)
            inbox.unlink()
            (top / "in.held").rename(inbox)
        with suppress(OSError):
            (out / "answer.json").unlink()
            (out / "answer.json").symlink_to(private)


def test_a_partner_that_exchanges_files_for_links_all_the_time_wins_nothing(place: Place) -> None:
    before = outside(place)
    with _running(SECOND, lambda: exchanging(place)):
        done = place.hub_does(CLAIM)
    assert done.code == 0, done.err
    assert int(done.out) > 0, "some of its own files were taken meanwhile"
    assert outside(place) == before


@contextmanager
def _running(user: int, work: Callable[[], None]) -> Iterator[None]:
    child = os.fork()
    if not child:
        try:
            become(user)
            work()
        finally:
            os._exit(1)
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
