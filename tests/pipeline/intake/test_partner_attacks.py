"""What a partner may do to its own folders reaches nobody else: tried by separate users for the hub and two partners.

Each attack leaves the other agency's file where it is until it is loaded as that agency's, nothing outside the
attacker's folders is read, changed or removed, and the hub says what it found.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.exchange import ask
from tests.support.separate_users import FIRST, HUB, SECOND, SECRET, Place, as_user, attacked_place, refused
from tests.support.small_source import fires

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.usefixtures("warehouse")
FINE, FINDINGS, FAULT = 0, 1, 3


@pytest.fixture
def place() -> Iterator[Place]:
    with attacked_place() as made:
        yield made


@pytest.fixture
def lax(place: Place) -> Place:
    """Give the worst case: the attacker's whole tree is its own."""
    place.belongs_to_its_agency("hn_two")
    return place


def put(place: Place, agency: str, name: str, content: bytes, part: str = "in") -> None:
    user = {"hn_one": FIRST, "hn_two": SECOND}[agency]
    as_user(user, lambda: (place.folder(agency, part) / name).write_bytes(content))


def loaded() -> dict[str, str]:
    """Return which record came from which agency."""
    return {row["no"]: row["agency"] for row in ask("select source_record_no as no, agency from core.fire_incident")}


def quarantined() -> str:
    return " ".join(str(row["original"]) for row in ask("select original from quarantine.row"))


def files_of(root: Path, but: Path | None = None) -> dict[str, Any]:
    """Return what every file under a folder is, without those under `but`."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if but is None or but not in path.parents:
                about = path.lstat()
                found[str(path)] = (about.st_ino, about.st_mtime_ns, about.st_size, about.st_nlink, about.st_mode)
    return found


def untouched(place: Place) -> bool:
    """Whether what belongs to nobody in the exchange is as it was, and nobody was given it."""
    private = place.root / "elsewhere" / "private.csv"
    assert private.read_bytes() == SECRET
    assert private.stat().st_nlink == 1
    for answer in place.exchange.glob("*/fires/out/*"):
        if not answer.is_symlink() and answer.is_file():
            assert b"SECRET" not in answer.read_bytes(), answer
    assert "SECRET" not in quarantined()
    return "SECRET" not in loaded()


def test_the_rights_of_the_documentation_close_agencies_to_each_other(place: Place) -> None:
    put(place, "hn_one", "1.csv", fires("A1"))
    put(place, "hn_two", "1.csv", fires("B1"))
    put(place, "hn_two", "2.csv", fires("B2"), "check")
    done = place.hub("run")
    assert done.code == FINE, done
    assert loaded() == {"A1": "hn_one", "B1": "hn_two"}
    mine, theirs = place.folder("hn_one", "out"), place.folder("hn_two", "out")
    (receipt,) = mine.glob("*.receipt.json")
    as_user(FIRST, lambda: json.loads(receipt.read_bytes()))
    assert list(theirs.glob("*.check.json"))
    for part in ("in", "check", "out"):
        assert refused(FIRST, lambda part=part: list(place.folder("hn_two", part).iterdir()))  # type: ignore[misc]
    assert refused(FIRST, lambda: (mine / "x").write_bytes(b"")), "answers are the hub's"
    for closed in (place.root / "home", place.exchange / ".hub", place.exchange):
        assert refused(FIRST, lambda closed=closed: list(closed.iterdir()))  # type: ignore[misc]
    checks = {each["name"]: each for each in json.loads(place.hub("doctor", "--json").out)}
    assert checks["rights"]["fine"], checks["rights"]
    assert checks["exchange"]["fine"], checks["exchange"]
    made = [path for path in (place.root / "home").rglob("*") if path.lstat().st_mode & 0o077 and not path.is_symlink()]
    assert not made, "all that a run writes is closed to other users"


def test_doctor_tells_where_rights_are_laxer(place: Place) -> None:
    place.folder("hn_two", "out").chmod(0o2777)
    (place.root / "home").chmod(0o755)
    (place.root / "home" / "logs").mkdir(mode=0o755)
    os.chown(place.root / "home" / "logs", HUB, HUB)
    place.exchange.chmod(0o777)
    checks = {each["name"]: each for each in json.loads(place.hub("doctor", "--json").out)}
    assert not checks["rights"]["fine"]
    assert f"chmod go-rw {place.root}/home && chmod go-rwx {place.root}/home/logs" in checks["rights"]["cure"]
    assert not checks["exchange"]["fine"]
    assert f"chmod o-rwx {place.folder('hn_two', 'out')}" in checks["exchange"]["cure"]
    assert f"chmod o-w {place.exchange}" in checks["exchange"]["cure"]
    put(place, "hn_one", "1.csv", fires("A1"))
    done = place.hub("run")
    assert done.code == FAULT
    assert "chmod o-w" in done.err, "where everybody may exchange the hub's own folder, nothing is taken"


def _claimed_link(place: Place) -> None:
    """Lay links where the hub has kept its claims before."""
    inbox = place.folder("hn_two", "in")
    for name, target in (("evil-1", place.folder("hn_one", "in")), ("evil-2", place.root / "elsewhere")):
        for at in (inbox / ".claimed", inbox / "claims", place.folder("hn_two", "check") / ".claimed"):
            at.mkdir(exist_ok=True)
            (at / name).symlink_to(target)
            (at / "20260101-000000-00000000").mkdir(exist_ok=True)
            chosen = at / "20260101-000000-00000000" / "x.csv"
            if not chosen.is_symlink():
                chosen.symlink_to(place.root / "elsewhere" / "private.csv")


def _files_that_are_links(place: Place) -> None:
    for part in ("in", "check"):
        folder = place.folder("hn_two", part)
        (folder / "theirs.csv").symlink_to(place.folder("hn_one", "in") / "1.csv")
        (folder / "private.csv").symlink_to(place.root / "elsewhere" / "private.csv")
        (folder / "private.csv.manifest.json").symlink_to(place.root / "elsewhere" / "private.csv")
        (folder / "x.csv.done").symlink_to(place.root / "elsewhere" / "private.csv")


def _named_by_a_manifest(place: Place) -> None:
    """Let a manifest name what lies elsewhere, by a path and by a link."""
    folder = place.folder("hn_two", "in")
    (folder / "link.csv").symlink_to(place.root / "elsewhere" / "private.csv")
    names = ["link.csv", "../../../hn_one/fires/in/1.csv", "../../../../elsewhere/private.csv", "/etc/hostname"]
    files = [{"name": name, "sha256": "0" * 64} for name in names]
    for at, listed in enumerate((files, files[:1])):
        said = {"riskhub_manifest": 1, "source": "hn_two/fires", "operation": "new", "files": listed}
        (folder / f"{at}.manifest.json").write_text(json.dumps(said))


def _not_files(place: Place) -> None:
    folder = place.folder("hn_two", "in")
    os.mkfifo(folder / "pipe.csv")
    os.mkfifo(folder / "pipe.csv.manifest.json")
    (folder / "folder.csv").mkdir()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.csv")


HARMLESS: dict[str, tuple[Callable[[Place], None], int]] = {
    "claims of its own making": (_claimed_link, FINE),
    "files that are links": (_files_that_are_links, FINDINGS),
    "a manifest that names what lies elsewhere": (_named_by_a_manifest, FINDINGS),
    "pipes, folders, sockets": (_not_files, FINDINGS),
}


def test_what_is_no_file_is_left_alone_and_told(lax: Place) -> None:
    """All at once, then one by one is not needed: each is told by its name."""
    put(lax, "hn_one", "1.csv", fires("A1"))
    for attack, _ in HARMLESS.values():
        as_user(SECOND, lambda attack=attack: attack(lax))  # type: ignore[misc]
    os.mknod(lax.folder("hn_two", "in") / "zero.csv", 0o666 | 0o020000, os.makedev(1, 5))
    put(lax, "hn_two", "good.csv", fires("B1"))
    done = lax.hub("run", "--source", "hn_two/fires")
    assert done.code == FINDINGS, done
    assert (lax.folder("hn_one", "in") / "1.csv").read_bytes() == fires("A1")
    assert loaded() == {"B1": "hn_two"}
    assert untouched(lax)
    told = {found["file"] for found in _notice(lax, "hn_two")["findings"]}
    assert told >= {"theirs.csv", "private.csv", "link.csv", "pipe.csv", "folder.csv", "socket.csv", "zero.csv"}
    for name in told:
        assert name in done.err
    assert lax.hub("run").code == FINDINGS
    assert loaded() == {"A1": "hn_one", "B1": "hn_two"}


def _notice(place: Place, agency: str, part: str = "in") -> dict[str, Any]:
    told: dict[str, Any] = json.loads((place.folder(agency, "out") / f"{part}.notice.json").read_bytes())
    return told


def test_a_notice_goes_when_nothing_is_left_to_tell(place: Place) -> None:
    link = place.folder("hn_two", "in") / "a.csv"
    as_user(SECOND, lambda: link.symlink_to("/etc/hostname"))
    assert place.hub("run").code == FINDINGS
    assert _notice(place, "hn_two")["findings"][0]["code"] == "NOT_A_FILE"
    as_user(SECOND, link.unlink)
    assert place.hub("run").code == FINE
    assert not list(place.folder("hn_two", "out").glob("*.notice.*"))


def test_links_at_the_names_of_answers_are_replaced_and_never_written_through(lax: Place) -> None:
    precious = lax.root / "elsewhere" / "private.csv"
    out = lax.folder("hn_two", "out")

    def lay() -> None:
        for name in ("in.notice.json", "in.notice.html", ".in.notice.json.tmp", "check.notice.json"):
            (out / name).symlink_to(precious)
        (lax.folder("hn_two", "in") / "a.csv").symlink_to(precious)
        chosen = lax.folder("hn_two", "in") / ".claimed" / "20260101-000000-00000000"
        chosen.mkdir(parents=True)
        (chosen / "x.csv").write_bytes(fires("B1"))
        (out / ".20260101-000000-00000000.receipt.json.tmp").symlink_to(precious)
        (out / "20260101-000000-00000000.receipt.json").symlink_to(precious)

    as_user(SECOND, lay)
    assert lax.hub("run").code == FINDINGS
    assert untouched(lax)
    assert not (out / "in.notice.json").is_symlink()
    assert loaded() == {}, "the id of a batch is never a partner's"


def test_a_link_at_the_name_of_a_receipt_is_replaced(lax: Place) -> None:
    """The id is known to the sender as soon as the technical receipt is there."""
    put(lax, "hn_two", "1.csv", fires("B1"))
    done = lax.hub_does("from pipeline.intake.receive import receive_ready; receive_ready('hn_two/fires')")
    assert done.code == 0, done.err
    out = lax.folder("hn_two", "out")
    (received,) = out.glob("*.received.json")
    batch = received.name.partition(".")[0]
    answers = [out / f"{batch}.receipt.{form}" for form in ("json", "html")]
    as_user(SECOND, lambda: [each.symlink_to(lax.root / "elsewhere" / "private.csv") for each in answers])
    assert lax.hub("run").code == FINE
    assert untouched(lax)
    assert not any(each.is_symlink() for each in answers)


def _hard_links_are_protected() -> bool:
    return Path("/proc/sys/fs/protected_hardlinks").read_text("ascii").strip() == "1"


def test_a_file_with_two_names_is_left_alone(lax: Place) -> None:
    """Where the system protects hard links nobody can make one to another's file; root does it here all the same."""
    theirs = lax.folder("hn_one", "in") / "1.csv"
    put(lax, "hn_one", "1.csv", fires("A1"))
    for name, target in (("theirs.csv", theirs), ("private.csv", lax.root / "elsewhere" / "private.csv")):
        os.link(target, lax.folder("hn_two", "in") / name)
    put(lax, "hn_two", "own.csv", fires("B1"))
    own = lax.folder("hn_two", "in")
    as_user(SECOND, lambda: os.link(own / "own.csv", own.parent / "a second name"))
    done = lax.hub("run", "--source", "hn_two/fires")
    assert done.code == FINDINGS
    assert loaded() == {}
    assert not list(lax.folder("hn_two", "out").iterdir()), "an SFTP server renames by a second name: not told at once"
    lax.hub("run", "--source", "hn_two/fires")
    assert {each["code"] for each in _notice(lax, "hn_two")["findings"]} == {"FILE_HAS_TWO_NAMES"}
    (own / "theirs.csv").unlink()
    (own / "private.csv").unlink()
    as_user(SECOND, (own.parent / "a second name").unlink)
    assert lax.hub("run").code == FINE
    assert loaded() == {"A1": "hn_one", "B1": "hn_two"}
    assert untouched(lax)
    if _hard_links_are_protected():
        assert refused(SECOND, lambda: os.link(lax.root / "elsewhere" / "private.csv", own / "tried.csv"))


@pytest.mark.parametrize("level", ["agency", "feed", "in", "check", "out"])
def test_a_folder_exchanged_for_a_link_is_refused_and_named(lax: Place, level: str) -> None:
    """Whichever level of its own tree a partner exchanges for a link to the other's: only its own source stops."""
    put(lax, "hn_one", "1.csv", fires("A1"))
    put(lax, "hn_two", "1.csv", fires("B1"))
    at = {"agency": ".", "feed": "fires"}.get(level, f"fires/{level}")
    mine, theirs = lax.exchange / "hn_two" / at, lax.exchange / "hn_one" / at
    before = files_of(lax.exchange / "hn_one")

    def exchange() -> None:
        mine.rename(mine.with_name(f"{mine.name}.away"))
        mine.symlink_to(theirs)

    if level == "agency":  # the exchange itself is not the partner's: as if the operator had done it
        exchange()
    else:
        as_user(SECOND, exchange)
    done = lax.hub("run", "--source", "hn_two/fires")
    assert done.code == FAULT
    assert "hn_two" in done.err
    assert "mount --bind" in done.err, "the cure"
    assert files_of(lax.exchange / "hn_one") == before
    both = lax.hub("run")
    assert both.code == FAULT
    assert loaded() == {"A1": "hn_one"}


@pytest.mark.parametrize("part", ["in", "check", "out"])
@pytest.mark.parametrize("what", ["a file", "closed"])
def test_a_folder_that_is_none_or_closed_stops_its_own_source(lax: Place, part: str, what: str) -> None:
    put(lax, "hn_one", "1.csv", fires("A1"))
    folder = lax.folder("hn_two", part)

    def spoil() -> None:
        if what == "closed":
            folder.chmod(0)
        else:
            folder.rmdir()
            folder.touch()

    as_user(SECOND, spoil)
    done = lax.hub("run")
    assert done.code == FAULT
    assert f"hn_two/fires/{part}" in done.err
    assert "hn_one" not in done.err.partition("To be fixed")[2]
    assert loaded() == {"A1": "hn_one"}
    checks = {each["name"]: each for each in json.loads(lax.hub("doctor", "--json").out)}
    assert f"hn_two/fires/{part}" in checks["exchange"]["says"]
    assert checks["exchange"]["cure"]


def test_files_that_the_hub_may_not_take_wait_and_are_told(place: Place) -> None:
    put(place, "hn_two", "closed.csv", fires("B1"))
    put(place, "hn_two", "open.csv", fires("B2"))
    closed = place.folder("hn_two", "in") / "closed.csv"
    as_user(SECOND, lambda: closed.chmod(0o600))
    assert place.hub("run").code == FINDINGS
    assert loaded() == {"B2": "hn_two"}
    assert [each["code"] for each in _notice(place, "hn_two")["findings"]] == ["FILE_CLOSED_TO_HUB"]
    as_user(SECOND, lambda: closed.chmod(0o640))
    assert place.hub("run").code == FINE
    assert loaded() == {"B1": "hn_two", "B2": "hn_two"}


def test_a_sticky_folder_lets_nothing_out_and_is_told(lax: Place) -> None:
    put(lax, "hn_one", "1.csv", fires("A1"))
    put(lax, "hn_two", "1.csv", fires("B1"))
    as_user(SECOND, lambda: lax.folder("hn_two", "in").chmod(0o3770))
    done = lax.hub("run")
    assert done.code == FINDINGS
    assert "1.csv" in done.err
    assert loaded() == {"A1": "hn_one"}
    checks = {each["name"]: each for each in json.loads(lax.hub("doctor", "--json").out)}
    assert checks["exchange"]["cure"].count("chmod -t ") == 1, "only the folder that is sticky"


def test_names_of_every_kind(place: Place) -> None:
    names = [
        b"new\nline.csv",
        b"\xff\xfe.csv",
        b"x" * 251 + b".csv",
        b"-rf.csv",
        b"..csv",
        b"a\\b.csv",
        b"\xe2\x80\xae.csv",
    ]
    inbox = os.fsencode(place.folder("hn_two", "in"))

    def write() -> None:
        for at, name in enumerate(names):
            Path(os.fsdecode(inbox + b"/" + name)).write_bytes(fires(f"B{at}"))

    as_user(SECOND, write)
    put(place, "hn_one", "1.csv", fires("A1"))
    place.hub("run")
    assert not list(place.folder("hn_two", "in").iterdir())
    states = ask("select state, count(*) as n from ledger.batch group by 1 order by 1")
    assert {row["state"] for row in states} == {"acknowledged", "rejected"}
    assert sum(row["n"] for row in states) == len(names) + 1
    assert loaded()["A1"] == "hn_one"
