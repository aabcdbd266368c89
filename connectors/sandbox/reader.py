"""Reads a delivery: a child process parses it, and this process receives its rows and its report."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import re
import signal
import tempfile
import threading
import weakref
from typing import IO, TYPE_CHECKING, NamedTuple, Self

import pyarrow as pa

from connectors.readers import Limits
from connectors.readers.format import Format
from connectors.sandbox.client import ForkedProcess, forked
from connectors.sandbox.messages import DiskFault, HubFault
from hub import scratch
from hub.errors import FixTheHub, RejectBatch, RetryLater
from hub.finding import Finding
from hub.machine import KILLED, error_of_trouble, trouble_of
from hub.settings import environment_language, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from connectors.sandbox.messages import ReadJob, ReadReport
    from hub.scratch import Scratch
    from hub.source_options import FormatOptions

log = logging.getLogger(__name__)
PLACE = re.compile(r' *File "[^"]*", line [0-9]+|Fatal Python error: ')  # what else a library prints may quote a value
PIPE_BYTES = 1 << 20
OVER_LIMIT = (signal.SIGXCPU, signal.SIGXFSZ)
# No file makes the reader send itself one of these: a person did, or the system, which was short of memory.
FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


def read(path: Path, fmt: Format | FormatOptions, limits: Limits | None = None) -> Reading:
    """Start reading a delivery.

    Args:
        path: The delivery.
        fmt: Its format, as `Format` or as the mapping writes it.
        limits: Memory, time and size of a cell; those of the settings unless given.

    Raises:
        FixTheHub: No reader starts.
    """
    return Reading(_Child("read", path, fmt, limits))


def header(path: Path, fmt: Format | FormatOptions, limits: Limits | None = None) -> list[str]:
    """Return the column names of a delivery in the sender's order, reading no further than that needs.

    Raises:
        RejectBatch: The delivery cannot be read.
        FixTheHub: The format cannot be read here, or no reader starts.
        RetryLater: The disk failed, or the reader was killed.
    """
    child = _Child("header", path, fmt, limits)
    names: list[str] = child.report()["header"]
    return names


class FoundForm(NamedTuple):
    """The form of a file by its content.

    Attributes:
        form: The `format:` as a mapping writes it.
        readings: A pair (encoding, a piece of the text in it) for each encoding that the text may have; none when the
            encoding is certain.
    """

    form: FormatOptions
    readings: tuple[tuple[str, str], ...]


def found_form(path: Path) -> FoundForm:
    """Return the form that a file has by its content, out of an archive too.

    Raises:
        RejectBatch: The file cannot be read; with WRONG_FORMAT no reader reads it.
        FixTheHub: No reader starts.
        RetryLater: The disk failed, or the reader was killed.
    """
    report = _Child("form", path, Format(kind="any"), None).report()
    return FoundForm(report["form"], tuple((names, piece) for names, piece in report["readings"]))


class Reading:
    """The rows of one delivery, once: an iterable of record batches that keep the contract of `readers.rows`.

    Leaving the `with` block, or `close`, ends the child process; so does the end of this process.

    Attributes:
        findings: What else the reader reports about the file; complete when the rows are exhausted.

    Raises:
        RejectBatch: The delivery cannot be read.  Iterating and `schema` raise it, perhaps after some rows.
        FixTheHub: The format cannot be read here.
        RetryLater: The disk failed, or the reader was killed.
    """

    def __init__(self, child: _Child) -> None:
        self.findings: list[Finding] = []
        self._child = child
        self._rows = 0
        self._stream: pa.RecordBatchStreamReader | None = None

    @property
    def pid(self) -> int:
        """The id of the process that reads."""
        return self._child.pid

    @property
    def folder(self) -> str:
        """The temporary folder of the process that reads; it is removed with the process."""
        return self._child.folder

    @property
    def schema(self) -> pa.Schema:
        """The columns of all batches: the sender's, then the place columns."""
        return self._opened().schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches; the first iteration consumes them."""
        stream = self._opened()
        try:
            while True:
                try:
                    batch = stream.read_next_batch()
                except (StopIteration, pa.ArrowInvalid, OSError):
                    break  # the end, or a child that died while it wrote: its report decides
                self._rows += batch.num_rows
                yield batch
            self._settle()
        finally:
            self.close()

    def __enter__(self) -> Self:
        """Return this reading; the block ends its child process."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the child process."""
        self.close()

    def close(self) -> None:
        """End the child process; rows that were not taken are lost."""
        self._child.end()

    def _opened(self) -> pa.RecordBatchStreamReader:
        if self._stream is None:
            try:
                self._stream = pa.ipc.open_stream(self._child.rows)
            except (pa.ArrowInvalid, OSError):
                self._settle()
                raise
        return self._stream

    def _settle(self) -> None:
        report = self._child.report()
        if report["rows"] != self._rows:  # nothing may get lost between two processes either
            raise RejectBatch(Finding("READER_CRASH", value=f"{self._rows} / {report['rows']}"))
        self.findings = [Finding(**finding) for finding in report["findings"]]


class _Child:
    """One process that reads one delivery."""

    def __init__(self, task: str, path: Path, fmt: Format | FormatOptions, limits: Limits | None) -> None:
        file_format = fmt if isinstance(fmt, Format) else Format.of(fmt)
        self.limits = limits or _configured_limits()
        self.timed_out = threading.Event()
        with contextlib.ExitStack() as cleanup:
            folder = scratch.make("read")
            cleanup.callback(folder.remove)
            self.folder = folder.path
            self._printed: IO[bytes] = cleanup.enter_context(tempfile.TemporaryFile())
            (job, job_end), (self.rows, rows), (self._report, report) = (_pipe(cleanup) for _ in range(3))
            with job, rows, report:
                self._process = forked(folder.path, job, rows, self._printed, report)
            cleanup.pop_all()
        self._clock = threading.Timer(self.limits.seconds, _time_out, (self.timed_out, self._process))
        self._clock.daemon = True
        self._clock.start()
        files = (job_end, self.rows, self._report, self._printed)
        self.pid = self._process.pid
        self.end = weakref.finalize(self, _end, self._process, self._clock, files, folder)
        with contextlib.suppress(OSError):  # a larger pipe saves wake-ups; the system may refuse it
            fcntl.fcntl(self.rows, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        request: ReadJob = {
            "task": task,
            "path": os.fspath(path.absolute()),
            "format": file_format.as_dict(),
            "limits": {
                "cell_bytes": self.limits.cell_bytes,
                "memory": self.limits.memory,
                "seconds": self.limits.seconds,
            },
            "language": environment_language(),
        }
        with contextlib.suppress(BrokenPipeError), job_end:
            job_end.write(json.dumps(request).encode())

    def report(self) -> ReadReport:
        """Wait for the end of the child and return its report.

        Raises:
            RejectBatch: The child rejects the delivery, exceeds a limit (READER_LIMIT) or crashes (READER_CRASH).
            FixTheHub: The format cannot be read here, or the reader does not start.
            RetryLater: The disk failed, the delivery is gone, or the child was killed from outside.
        """
        written = self._report.read()
        code = self._process.wait()
        self._printed.seek(0)
        printed = self._printed.read(10_000).decode("utf-8", "replace")
        timed_out = self.timed_out.is_set()
        self.end()
        if places := [line for line in printed.splitlines() if PLACE.match(line)]:
            log.info("the reader ended here:\n%s", "\n".join(places))
        if code is None:
            raise error_of_trouble(KILLED, "the reader and its server")
        report: ReadReport = json.loads(written) if written.strip() and not code else {}
        if timed_out or "limit" in report or -code in OVER_LIMIT:
            limit = report.get("limit") or f"{self.limits.seconds} s"
            raise RejectBatch(Finding("READER_LIMIT", value=limit))
        if -code in FROM_OUTSIDE:
            raise error_of_trouble(KILLED, signal.Signals(-code).name)
        if "crash" in report or not report:
            name = report.get("crash") or (signal.Signals(-code).name if code < 0 else f"exit {code}")
            raise RejectBatch(Finding("READER_CRASH", value=name))
        if "rejected" in report:
            raise RejectBatch(*(Finding(**finding) for finding in report["rejected"]))
        if "fix" in report:
            fix = HubFault(*report["fix"])
            raise FixTheHub(fix.what, where=fix.where, why=fix.why, next_step=fix.next_step)
        if "retry" in report:
            disk = DiskFault(*report["retry"])
            raise RetryLater(disk.what, where=disk.where, trouble=trouble_of(OSError(disk.number, disk.what)))
        return report


def _configured_limits() -> Limits:
    configured = settings()
    return Limits(cell_bytes=configured.cell_bytes, memory=configured.read_memory, seconds=configured.read_seconds)


def _pipe(cleanup: contextlib.ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Return the reading and the writing end of a new pipe; both are closed if the start fails."""
    ends = os.pipe()
    return cleanup.enter_context(os.fdopen(ends[0], "rb")), cleanup.enter_context(os.fdopen(ends[1], "wb"))


def _time_out(timed_out: threading.Event, process: ForkedProcess) -> None:
    timed_out.set()
    process.kill()


def _end(process: ForkedProcess, clock: threading.Timer, files: Iterable[IO[bytes]], folder: Scratch) -> None:
    """End the child and remove what it left; also called when the reading is garbage-collected."""
    clock.cancel()
    process.kill()
    process.wait()
    for each in files:
        with contextlib.suppress(BrokenPipeError):
            each.close()
    folder.remove()
