"""The exchange folder: complete files only, each claimed once, whatever they are called."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from connectors.filenames import is_unsafe, storage_name
from connectors.inbox import folder
from connectors.inbox.confined import Folder
from connectors.inbox.folder import Claim, release
from connectors.inbox.partner_folder import Inbox
from hub.durable import write_durable
from hub.errors import FixTheHub

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    path = tmp_path / "hn_fire" / "incidents" / "in"
    path.mkdir(parents=True)
    return path


def opened(inbox: Path) -> Inbox:
    """Open the folder as the hub does; it is closed when the test's process ends."""
    own = inbox.parents[2] / "own"
    own.mkdir(exist_ok=True)
    return Inbox(Folder.at(inbox), own)


def id_of(number: int | str) -> str:
    return f"20261123-060000-{number:>08}"


def ready(inbox: Path, complete: str, now: datetime, settled: float = folder.SETTLED) -> list[str]:
    return folder.ready(opened(inbox), complete, now, settled)


def claim(path: Path, batch: int | str = 1) -> Claim | None:
    return folder.claim(opened(path.parent), path.name, id_of(batch))


def claimed(inbox: Path) -> list[Claim]:
    return folder.claimed(opened(inbox))


def being_written(path: Path) -> bool:
    with Folder.at(path.parent) as place:
        return place.is_being_written(path.name)


def test_only_whole_regular_files(inbox: Path, tmp_path: Path) -> None:
    ignored = [
        ".hidden.csv", "~$lock.xlsx", "a.csv.part", "b.TMP", "c.csv.filepart", "a.csv.manifest.json", "a.csv.done",
    ]  # fmt: skip
    for name in [*ignored, "b.csv", "a.csv"]:
        (inbox / name).write_text("x")
    (inbox / "folder.csv").mkdir()
    (inbox / "link.csv").symlink_to(tmp_path / "elsewhere")
    (inbox / "gone.csv").symlink_to(inbox / "a.csv")
    os.mkfifo(inbox / "pipe.csv")
    assert (ready(inbox, "rename", NOW)) == ["a.csv", "b.csv"]
    with pytest.raises(FixTheHub, match="complete"):
        ready(inbox, "someday", NOW)


@pytest.mark.parametrize("complete", ["rename", "marker", "settle"])
def test_file_that_is_still_written_waits(inbox: Path, complete: str) -> None:
    path = inbox / "a.csv"
    (inbox / "a.csv.done").touch()
    late = NOW + timedelta(hours=1)
    with path.open("w") as file:
        file.write("a,b\n")
        file.flush()
        assert ready(inbox, complete, NOW, 0) == []
        assert ready(inbox, complete, late, 0) == []
        assert claim(path) is None
    assert (ready(inbox, complete, late, 0)) == ["a.csv"]


def test_writer_in_another_process(inbox: Path) -> None:
    path = inbox / "a.csv"
    code = f"f = open({str(path)!r}, 'w'); print('x', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        assert being_written(path)
        assert ready(inbox, "rename", NOW) == []
        writer.communicate(b"\n")
    assert not being_written(path)
    assert (ready(inbox, "rename", NOW)) == ["a.csv"]


def test_lease_does_not_hurt_a_writer_that_comes_meanwhile(inbox: Path) -> None:
    path = inbox / "a.csv"
    path.touch()
    code = f"for _ in range(3000): open({str(path)!r}, 'a').close()"
    with subprocess.Popen([sys.executable, "-c", code]) as writer:
        while writer.poll() is None:
            being_written(path)
    assert writer.returncode == 0


def test_file_that_changed_since_the_last_look_waits(inbox: Path) -> None:
    path = inbox / "a.csv"
    with path.open("w") as file:
        file.write("a")
        file.flush()
        assert ready(inbox, "rename", NOW) == []
        file.write("b")
    assert ready(inbox, "rename", NOW) == []
    assert (ready(inbox, "rename", NOW)) == ["a.csv"]


def test_marker_makes_a_file_ready_and_goes_with_it(inbox: Path) -> None:
    (inbox / "a.csv").write_text("x")
    (inbox / "b.csv").write_text("x")
    (inbox / "b.csv.done").touch()
    assert ready(inbox, "marker", NOW) == ["b.csv"]
    assert claim(inbox / "b.csv")
    assert not (inbox / "b.csv.done").exists()


def test_settled_means_unchanged_for_a_while_whatever_its_date_says(inbox: Path) -> None:
    path = inbox / "a.csv"
    path.write_text("x")
    os.utime(path, (0, 0))
    seconds = [timedelta(seconds=offset) for offset in (0, 20, 29, 30)]
    looks = [(ready(inbox, "settle", NOW + offset)) for offset in seconds]
    assert looks == [[], [], [], ["a.csv"]]
    path.write_text("xy")
    assert [(ready(inbox, "settle", NOW + timedelta(seconds=offset))) for offset in (31, 50, 61)] == [
        [],
        [],
        ["a.csv"],
    ]


def test_broken_notes_are_started_again(inbox: Path) -> None:
    (inbox / "a.csv").write_text("x")
    for notes in ("", "[]", "{"):
        (opened(inbox).own / folder.SCAN_FILE).write_text(notes)
        assert (ready(inbox, "rename", NOW)) == ["a.csv"]


def test_claim_survives_and_is_released(inbox: Path) -> None:
    (inbox / "报告.csv").write_text("x")
    one = claim(inbox / "报告.csv", 1)
    assert one == Claim(id_of(1), opened(inbox).claims / id_of(1) / "报告.csv", "报告.csv")
    assert ready(inbox, "rename", NOW) == []
    (inbox / "报告.csv").write_text("y")  # the same name again is another delivery
    two = claim(inbox / "报告.csv", 2)
    assert two is not None
    assert claimed(inbox) == [one, two]
    assert [each.path.read_text() for each in claimed(inbox)] == ["x", "y"]
    release(one)
    release(two)
    release(two)
    assert claimed(inbox) == []
    assert not list(opened(inbox).claims.iterdir())


def _try(path: Path, batch: str, start: object, won: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    if claim(path, batch):
        won.put(batch)  # type: ignore[attr-defined]


def test_only_one_of_many_claims_wins(inbox: Path) -> None:
    context = multiprocessing.get_context("fork")
    for turn in range(5):
        path = inbox / f"{turn}.csv"
        path.write_text("x")
        start, won = context.Event(), context.SimpleQueue()
        racers = [context.Process(target=_try, args=(path, f"{turn}{n}", start, won)) for n in range(6)]
        for racer in racers:
            racer.start()
        start.set()
        for racer in racers:
            racer.join()
        winner = won.get()
        assert won.empty()
        assert [each.batch for each in claimed(inbox) if each.name == path.name] == [id_of(winner)]


def test_link_put_in_place_of_the_file_is_not_followed(inbox: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    (inbox / "a.csv").symlink_to(secret)
    assert claim(inbox / "a.csv") is None
    assert secret.read_text() == "x"
    assert claimed(inbox) == []


HOSTILE = [
    (b"new\nline.csv", "new\\x0aline.csv"),
    (b"\xff\xfebad.csv", "\\xff\\xfebad.csv"),
    ("\u202egpj.csv".encode(), "\\u202egpj.csv"),
    (b"tab\t.csv", "tab\\x09.csv"),
    (b"..\\..\\x.csv", "..\\..\\x.csv"),
    (b"a..b.csv", "a..b.csv"),
    ("zero\u200bwidth.csv".encode(), "zero\\u200bwidth.csv"),
]


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_unsafe_name_is_claimed_under_a_safe_one_and_told(inbox: Path, name: bytes, shown: str) -> None:
    path = inbox / os.fsdecode(name)
    path.write_text("x")
    assert ready(inbox, "rename", NOW) == [path.name]
    taken = claim(path)
    assert taken is not None
    assert taken.path.read_text() == "x"
    assert not is_unsafe(taken.path.name)
    assert [(finding.code, finding.value) for finding in taken.findings] == [("UNSAFE_NAME", shown)]
    assert taken.name.isprintable()
    assert claimed(inbox) == [taken]
    release(taken)
    assert claimed(inbox) == []


@pytest.mark.parametrize(
    "name",
    [
        "报告（终稿）.csv",
        "UPPER.CSV",
        "o'neil.csv",
        "-rf.csv",
        "$(touch x).csv",
        "{{ds}}.csv",
        "%s%n.csv",
        "e\u0301.csv",
    ],
)
def test_odd_but_harmless_names(inbox: Path, name: str) -> None:
    (inbox / name).write_text("x")
    assert ready(inbox, "rename", NOW) == [name]
    taken = claim(inbox / name)
    assert taken is not None
    assert not taken.findings
    assert taken.path.name == unicodedata.normalize("NFC", name)


def test_twins_are_both_claimed_and_the_second_is_told(inbox: Path) -> None:
    (inbox / "é.csv").write_text("nfc")
    (inbox / "e\u0301.csv").write_text("nfd")
    taken = [claim(inbox / name, place) for place, name in enumerate(ready(inbox, "rename", NOW))]
    assert [each.path.read_text() for each in taken if each] == ["nfd", "nfc"]
    assert [len(each.findings) for each in taken if each] == [1, 0]


def test_longest_names(inbox: Path) -> None:
    name = "a" * 251 + ".csv"
    (inbox / name).write_text("x")
    taken = claim(inbox / name)
    assert taken is not None
    assert taken.path.suffix == ".csv"
    assert storage_name("险" * 80 + ".csv") != storage_name("险" * 81 + ".csv")


def test_generated_names(shared: Callable[[str], Path], inbox: Path) -> None:
    lines = shared("hostile/generated/samples/expected.tsv").read_bytes().splitlines()
    cases = [line.split(b"\t") for line in lines if line.startswith(b"name_")]
    assert len(cases) == 20
    for _, name, *_ in cases:
        plain = name.replace(b"\\n", b"\n").replace(b"\\t", b"\t")
        (inbox / os.fsdecode(plain)).write_text("x")
    found = ready(inbox, "rename", NOW)
    taken = [claim(inbox / name, place) for place, name in enumerate(found)]
    assert len(taken) == 17  # all but the hidden, the lock and the unfinished one
    told = {each.name for each in taken if each and each.findings}
    assert told == {"new\\x0aline.csv", "\\xff\\xfebad.csv", "\\u202egpj.csv", "a,b\\x09c.csv", "e\u0301.csv"}


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_durable(path, b"1")
    with pytest.raises(IsADirectoryError):
        write_durable(tmp_path, b"2")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("x", b"1")]


def test_a_folder_is_idle_only_with_nothing_in_it_claimed_or_left(inbox: Path) -> None:
    looked_at = opened(inbox)
    assert looked_at.is_idle
    for path in (inbox / "a.csv", inbox / ".hidden", looked_at.own / "left.json", looked_at.claims / id_of(1)):
        path.parent.mkdir(exist_ok=True)
        path.touch()
        assert not opened(inbox).is_idle, path
        path.unlink()
    assert opened(inbox).is_idle
