"""The fence: a reader that crashes, hangs, hogs or looks around harms one delivery, and is told as such."""

from __future__ import annotations

import gc
import os
import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

import connectors
from connectors import header, read
from connectors.readers import Limits
from connectors.readers.rows import PLACE_COLUMNS
from connectors.sandbox import client
from hub.errors import FixTheHub, RejectBatch, RetryLater
from tests.support.delivered import Outcome, delivered, worked

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = Limits(memory=700 << 20, seconds=20)
CSV = {"kind": "csv"}


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big.csv"
    path.write_text("a,b\n" + "张三丰,22222222222222222222\n" * 1_000_000, "utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text("a,b\n1,2\n")
    return path


def process_of(reading: connectors.Reading) -> int:
    return reading.pid


def server_process() -> int:
    pid = client.server_pid()
    assert pid is not None
    return pid


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def runs(pid: int) -> bool:
    """Whether a process is there and is more than an entry that nobody has collected."""
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("sign", [signal.SIGABRT, signal.SIGSEGV])
def test_crash_of_the_reader_is_a_finding(big: Path, sign: signal.Signals) -> None:
    reading = read(big, CSV)
    batches = iter(reading)
    next(batches)
    os.kill(process_of(reading), sign)
    with pytest.raises(RejectBatch) as verdict:
        list(batches)
    assert [(finding.code, finding.value) for finding in verdict.value.findings] == [("READER_CRASH", sign.name)]


def test_readers_are_forked_from_a_server_that_has_loaded_them(small: Path) -> None:
    """Else each delivery pays for the imports: a small file took twice as long."""
    with read(small, CSV) as reading:
        list(reading)
    assert "/pyarrow/_csv." in Path(f"/proc/{server_process()}/maps").read_text()


def test_reader_that_the_system_ends_is_over_its_limit(big: Path) -> None:
    reading = read(big, CSV)
    assert reading.schema.names == ["a", "b", *PLACE_COLUMNS.names]
    os.kill(process_of(reading), signal.SIGXCPU)
    with pytest.raises(RejectBatch, match="READER_LIMIT"):
        list(reading)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_reader_that_is_killed_from_outside_is_no_fault_of_the_file(big: Path, sign: signal.Signals) -> None:
    reading = read(big, CSV)
    assert reading.schema.names == ["a", "b", *PLACE_COLUMNS.names]
    os.kill(process_of(reading), sign)
    with pytest.raises(RetryLater) as fault:
        list(reading)
    assert fault.value.trouble == "killed"


@pytest.mark.slow
def test_memory_hog_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "hog.json"
    path.write_text("[" + "[[1,2,3]]," * 10_000_000 + "1]")
    outcome = delivered(path, SMALL, kind="json")
    assert [(finding.code, finding.value) for finding in outcome.verdict] == [("READER_LIMIT", "700 MiB")]


@pytest.mark.slow
def test_shared_texts_that_unfold_are_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    linked = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "xl/workbook.xml", f'<workbook {space} {linked}><sheets><sheet name="S" r:id="a"/></sheets></workbook>'
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{links}"><Relationship Id="a" Type="{kinds}/worksheet" Target="s.xml"/>'
            f'<Relationship Id="b" Type="{kinds}/sharedStrings" Target="t.xml"/></Relationships>',
        )
        book.writestr(
            "xl/s.xml", f'<worksheet {space}><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
        )
        with book.open("xl/t.xml", "w", force_zip64=True) as texts:
            texts.write(f"<sst {space}>".encode())
            for _ in range(150):
                texts.write(b"<si><t>" + b"A" * 5_000_000 + b"</t></si>")
            texts.write(b"</sst>")
    assert path.stat().st_size < 1_500_000
    assert delivered(path, SMALL, kind="xlsx").codes == ["READER_LIMIT"]


def test_time_is_limited(big: Path) -> None:
    reading = read(big, CSV, Limits(seconds=1))
    began = time.monotonic()

    def slowly() -> None:
        for _ in reading:
            time.sleep(1.2)

    with pytest.raises(RejectBatch) as verdict:
        slowly()
    assert [(finding.code, finding.value) for finding in verdict.value.findings] == [("READER_LIMIT", "1 s")]
    assert time.monotonic() - began < 60


def test_workbook_that_aborts_another_reader(shared: Callable[[str], Path]) -> None:
    """One cell in the last column of the last row: a grid of 17 billion cells for a reader that wants one."""
    began = time.monotonic()
    outcome = delivered(shared("hostile/generated/samples/xlsx_last_cell.xlsx"), SMALL, kind="xlsx")
    assert outcome.faults == [(1_048_576, "WRONG_CELL_COUNT")]
    assert time.monotonic() - began < 60


def test_child_knows_nothing_of_the_hub(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKHUB_DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(client, "_server", None)  # a new one, which could take it over
    reading = read(big, CSV)
    assert reading.schema
    assert "NoNewPrivs:\t1" in Path(f"/proc/{process_of(reading)}/status").read_text(), "nothing gives it more rights"
    assert os.getsid(server_process()) == server_process(), "what ends the terminal's session ends no reading"
    told = Path(f"/proc/{process_of(reading)}/environ").read_bytes()
    assert b"secret" not in told
    assert b"RISKHUB" not in told
    folder = os.readlink(f"/proc/{process_of(reading)}/cwd")  # noqa: PTH115
    assert folder.startswith(tempfile.gettempdir())
    assert not os.listdir(folder)  # noqa: PTH208
    reading.close()
    assert not Path(folder).exists()


def test_child_dies_with_its_parent(big: Path, tmp_path: Path) -> None:
    code = f"""
        import os, pathlib, time
        import connectors
        reading = connectors.read(pathlib.Path({str(big)!r}), {{"kind": "csv"}})
        next(iter(reading))
        print(reading.pid, flush=True)
        os.kill(os.getpid(), 9)
    """
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    pid = int(said.stdout)
    until = time.monotonic() + 30
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not runs(pid), "the child outlives its parent"


def test_reading_that_nobody_finishes_leaves_nothing(big: Path, small: Path) -> None:
    delivered(small, kind="csv")  # the server is there, and stays
    before = children()
    reading = read(big, CSV)
    folder = Path(reading.folder)
    batches = iter(reading)
    next(batches)
    assert folder.exists()
    del reading, batches
    gc.collect()
    with read(big, CSV) as other:
        assert other.schema
    assert children() <= before
    assert not folder.exists()


def test_many_readings_leak_no_descriptors(small: Path) -> None:
    delivered(small, kind="csv")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        delivered(small, kind="csv")
        header(small, CSV)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_start_is_quick(small: Path) -> None:
    def cost() -> float:
        before = worked()
        assert len(delivered(small, kind="csv").rows) == 1
        return worked() - before

    cost()
    assert min(cost() for _ in range(5)) < 0.1  # processor seconds: other work on the machine counts not


def test_server_that_has_gone_is_started_again(big: Path, small: Path) -> None:
    with read(big, CSV) as reading:
        batches = iter(reading)
        next(batches)
        os.kill(server_process(), signal.SIGKILL)
        with pytest.raises(RetryLater, match="killed from outside") as fault:  # the moment's fault, not the file's
            list(batches)
    assert fault.value.trouble == "killed"
    assert len(delivered(small, kind="csv").rows) == 1


def test_child_holds_no_descriptor_but_its_own(big: Path) -> None:
    with read(big, CSV) as first, read(big, CSV) as second:
        assert first.schema == second.schema
        held = {os.readlink(each) for each in Path(f"/proc/{process_of(second)}/fd").iterdir()}  # noqa: PTH115
        others = {os.readlink(each) for each in Path(f"/proc/{process_of(first)}/fd").iterdir()}  # noqa: PTH115
    assert not [each for each in held if each.startswith(("socket", "anon"))]
    assert held & others == {str(big)}


def test_process_that_is_forked_has_a_server_of_its_own(small: Path) -> None:
    delivered(small, kind="csv")
    ours, (end, told) = server_process(), os.pipe()
    pid = os.fork()
    if not pid:
        try:
            rows = sum(batch.num_rows for batch in read(small, CSV))
            os.write(told, f"{rows} {server_process()}".encode())
        finally:
            os._exit(0)
    os.close(told)
    os.waitpid(pid, 0)
    rows, theirs = os.read(end, 100).split()
    os.close(end)
    assert int(rows) == 1
    assert int(theirs) != ours
    assert runs(ours)
    assert len(delivered(small, kind="csv").rows) == 1


@pytest.mark.slow
def test_memory_is_flat(big: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = sum(batch.num_rows for batch in read(big, CSV, Limits(memory=1 << 30)))
    assert rows == 1_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB; the file has 30 MB


@pytest.mark.parametrize(
    ("agreed", "names"),
    [
        ({"kind": "csv"}, ["a", "#2", "b"]),
        ({"kind": "csv", "header": {"row": 3}}, ["x"]),
        ({"kind": "csv", "header": "find", "expected": ["x"]}, ["x"]),
    ],
)
def test_header_alone(tmp_path: Path, agreed: dict[str, Any], names: list[str]) -> None:
    path = tmp_path / "h.csv"
    path.write_text("a,,b\n1,2,3\nx\n" + "1,2,3\n" * 1_000_000)
    began = time.monotonic()
    assert header(path, agreed) == names
    assert time.monotonic() - began < 60


def test_header_of_what_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_bytes(b"")
    with pytest.raises(RejectBatch, match="EMPTY_FILE"):
        header(path, CSV)


def test_header_only_file_has_columns_and_says_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_text("a,b\n")
    reading = read(path, CSV)
    assert reading.schema.names == ["a", "b", *PLACE_COLUMNS.names]
    assert list(reading) == []
    assert [finding.code for finding in reading.findings] == ["NO_ROWS"]


def test_verdict_comes_from_the_schema_too(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_text("a,a\n")
    with pytest.raises(RejectBatch, match="DUPLICATE_COLUMN"):
        _ = read(path, CSV).schema


def test_batches_keep_the_contract(big: Path) -> None:
    outcome = Outcome(batches=list(read(big, CSV)))
    assert all(
        batch.schema.field(field.name).type == field.type for batch in outcome.batches for field in PLACE_COLUMNS
    )
    assert max(batch.num_rows for batch in outcome.batches) > 50_000


@pytest.mark.parametrize(
    "agreed",
    [
        {"kind": "parquett"},
        {"kind": "csv", "delimeter": ";"},
        {"kind": "csv", "delimiter": ""},
        {"kind": "csv", "delimiter": [",", ";;"]},
        {"kind": "csv", "delimiter": '"'},
        {"kind": "csv", "header": "none"},
        {"kind": "csv", "columns": ["a"]},
        {"kind": "csv", "archive": ["zip", "zip", "zip"]},
        {"kind": "fixed"},
        {"kind": "fixed", "columns": [{"name": "a", "start": 1, "width": 3}, {"name": "b", "start": 2, "width": 3}]},
        {"kind": "tagged", "record": "X", "tags": {}},
        {"kind": "csv", "quote": "“"},
        {"kind": "csv", "header": "first"},
        {"kind": "csv", "header": {"row": 0}},
        {"kind": "csv", "header": "find"},
        {"kind": "csv", "archive": "rar"},
    ],
)
def test_format_that_no_reader_knows(small: Path, agreed: dict[str, Any]) -> None:
    with pytest.raises(FixTheHub, match="format"):
        read(small, agreed)


def test_delivery_that_is_gone_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(RetryLater, match=r"gone\.csv"):
        list(read(tmp_path / "gone.csv", CSV))


def test_reader_that_does_not_start_is_no_fault_of_the_sender(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setattr(client, "_server", None)
    with pytest.raises(FixTheHub, match="does not start"):
        list(read(small, CSV))


def test_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff\xfe\n.csv")
    path.write_text("a\n1\n")
    assert delivered(path, kind="csv").cells == [{"a": "1"}]
