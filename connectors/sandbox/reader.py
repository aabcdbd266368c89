"""Read a delivery: a child process parses it, this side receives its rows and its verdict."""

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
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any, Self

import pyarrow as pa

from connectors.readers import Limits
from connectors.readers.format import Format
from connectors.sandbox.client import ForkedProcess, forked
from hub import scratch
from hub.errors import FixTheHub, RejectBatch, RetryLater
from hub.finding import Finding
from hub.machine import KILLED, in_words, trouble_of
from hub.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from hub.scratch import Scratch

log = logging.getLogger(__name__)
PLACE = re.compile(r' *File "[^"]*", line [0-9]+|Fatal Python error: ')  # what else a library prints may quote a value
PIPE_BYTES = 1 << 20
OVER_LIMIT = (signal.SIGXCPU, signal.SIGXFSZ)
# Nothing in a file makes the reader send itself one of these: a person has, or the system, which was short of memory.
FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


def read(path: Path, fmt: Format | Mapping[str, Any], limits: Limits | None = None) -> Reading:
    """Start reading a delivery.  `limits` are those of the settings unless given."""
    return Reading(_Child("read", path, fmt, limits))


def header(path: Path, fmt: Format | Mapping[str, Any], limits: Limits | None = None) -> list[str]:
    """Return the column names of a delivery, in the sender's order, reading no further than that takes.

    Raises what iterating over `read(...)` raises.
    """
    child = _Child("header", path, fmt, limits)
    names: list[str] = child.report()["header"]
    return names


def found_form(path: Path) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """Return the `format:` that a file has by its content, out of an archive too, as a mapping writes it.

    The second is empty when the encoding is certain, else each encoding that the text may have with a piece of it as it
    reads then.  Raises what iterating over `read(...)` raises: WRONG_FORMAT for what no reader reads.
    """
    report = _Child("form", path, Format(kind="any"), None).report()
    return report["form"], tuple((names, piece) for names, piece in report["readings"])


class Reading:
    """The rows of one delivery, once: an iterable of record batches that keep the contract of `readers.rows`.

    Iterating (and `schema`) raises RejectBatch when the delivery cannot be read, perhaps after rows were given out.
    `findings` holds what else is to be said about the file, complete when the rows are exhausted.  Leaving the `with`
    block, or `close`, ends the child process; so does the end of this one.
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
        """The temporary folder of the process that reads; it goes with the reading."""
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
                    break  # the end, or a child that died while it wrote: its report tells which
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

    def __init__(self, task: str, path: Path, fmt: Format | Mapping[str, Any], limits: Limits | None) -> None:
        agreed = fmt if isinstance(fmt, Format) else Format.of(fmt)
        self.limits = limits or _agreed_limits()
        self.late = threading.Event()
        with contextlib.ExitStack() as undone:
            folder = scratch.make("read")
            undone.callback(folder.remove)
            self.folder = folder.path
            self._said: IO[bytes] = undone.enter_context(tempfile.TemporaryFile())
            (job, give), (self.rows, rows), (self._report, report) = (_pipe(undone) for _ in range(3))
            with job, rows, report:
                self._process = forked(folder.path, job, rows, self._said, report)
            undone.pop_all()
        self._clock = threading.Timer(self.limits.seconds, _too_late, (self.late, self._process))
        self._clock.daemon = True
        self._clock.start()
        files = (give, self.rows, self._report, self._said)
        self.pid = self._process.pid
        self.end = weakref.finalize(self, _end, self._process, self._clock, files, folder)
        with contextlib.suppress(OSError):  # a larger pipe saves wake-ups; the system may refuse it
            fcntl.fcntl(self.rows, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        asked = {
            "task": task,
            "path": os.fspath(path.absolute()),
            "format": agreed.as_dict(),
            "limits": asdict(self.limits),
        }
        with contextlib.suppress(BrokenPipeError), give:
            give.write(json.dumps(asked).encode())

    def report(self) -> dict[str, Any]:
        """Wait for the end and return what the child reports.

        Raises RejectBatch (its own verdict; READER_LIMIT; READER_CRASH), FixTheHub (the format cannot be read, or the
        reader does not start) and RetryLater (the disk failed, or the delivery is gone).
        """
        told = self._report.read()
        code = self._process.wait()
        self._said.seek(0)
        said = self._said.read(10_000).decode("utf-8", "replace")
        late = self.late.is_set()
        self.end()
        if places := [line for line in said.splitlines() if PLACE.match(line)]:
            log.info("the reader ended here:\n%s", "\n".join(places))
        if code is None:
            raise in_words(KILLED, "the reader and its server")
        report: dict[str, Any] = json.loads(told) if told.strip() and not code else {}
        if late or "limit" in report or -code in OVER_LIMIT:
            limit = report.get("limit") or f"{self.limits.seconds} s"
            raise RejectBatch(Finding("READER_LIMIT", value=limit))
        if -code in FROM_OUTSIDE:
            raise in_words(KILLED, signal.Signals(-code).name)
        if "crash" in report or not report:
            name = report.get("crash") or (signal.Signals(-code).name if code < 0 else f"exit {code}")
            raise RejectBatch(Finding("READER_CRASH", value=name))
        if "rejected" in report:
            raise RejectBatch(*(Finding(**finding) for finding in report["rejected"]))
        if "fix" in report:
            what, where, why, next_step = report["fix"]
            raise FixTheHub(what, where=where, why=why, next_step=next_step)
        if "retry" in report:
            what, where, number = report["retry"]
            raise RetryLater(what, where=where, trouble=trouble_of(OSError(number, what)))
        return report


def _agreed_limits() -> Limits:
    agreed = settings()
    return Limits(cell_bytes=agreed.cell_bytes, memory=agreed.read_memory, seconds=agreed.read_seconds)


def _pipe(undone: contextlib.ExitStack) -> tuple[IO[bytes], IO[bytes]]:
    """Return the two ends of a new pipe, what is read from and what is written to, closed if the start fails."""
    ends = os.pipe()
    return undone.enter_context(os.fdopen(ends[0], "rb")), undone.enter_context(os.fdopen(ends[1], "wb"))


def _too_late(late: threading.Event, process: ForkedProcess) -> None:
    late.set()
    process.kill()


def _end(process: ForkedProcess, clock: threading.Timer, files: Iterable[IO[bytes]], folder: Scratch) -> None:
    """End the child and remove what it left; also called when a reading is forgotten."""
    clock.cancel()
    process.kill()
    process.wait()
    for each in files:
        with contextlib.suppress(BrokenPipeError):
            each.close()
    folder.remove()
