"""What the process that reads one delivery does; `server` forks it, `reader` asks for it.

Its job comes as JSON on standard input, its rows leave as an Arrow stream on standard output, and at last one JSON
object, the report, on a descriptor of its own.  It reads the delivery, writes into its own empty folder (members of an
archive) and touches nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from connectors.labels import plain
from connectors.readers import MAX_UNPACKED_BYTES
from connectors.sandbox import limits as sandbox
from hub.errors import FixTheHub, RejectBatch, described
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Note
    from connectors.readers.rows import Chunk
    from hub.finding import Finding

# Faults of this machine, not of the file.
OF_THE_MOMENT = (
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.ENFILE,
    errno.ESTALE,
    errno.EPIPE,
)
BUFFER = 1 << 20


def main(report_to: int, parent: int) -> None:
    """Do the one job of this process, and report on the descriptor; `parent` is the process that has forked it."""
    job = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "wb", BUFFER)
    os.dup2(2, 1)  # what a library prints must not stand among the rows
    with os.fdopen(report_to, "wb") as told:
        told.write(b"\n")  # whatever happens from here on, the reader did start
        told.flush()
        report = _reported(job, out, parent)
        with contextlib.suppress(BrokenPipeError):
            out.close()
            told.write(json.dumps(report).encode())
            told.flush()
        sys.stderr.flush()
        os._exit(0)  # threads that read ahead are not waited for


def _reported(job: dict[str, Any], out: IO[bytes], parent: int) -> dict[str, Any]:
    """Do the job and return what came of it."""
    limits = job["limits"]
    report: dict[str, Any] = {"findings": [], "rows": 0}
    try:
        sandbox.enter(memory=limits["memory"], seconds=limits["seconds"], file_bytes=MAX_UNPACKED_BYTES, parent=parent)
        _do(job, out, report)
    except RejectBatch as verdict:
        report["rejected"] = [_told(finding) for finding in verdict.findings]
    except FixTheHub as error:
        report["fix"] = [error.what, error.where, error.why, error.next_step]
    except ImportError as error:
        report["fix"] = [
            "A part of the reader is not installed.",
            job["format"]["kind"],
            quoted(str(error)),
            "Install riskhub again.",
        ]
    except MemoryError:
        report["limit"] = f"{limits['memory'] >> 20} MiB"
    except BaseException as error:  # noqa: BLE001 - a panic of a library is not an Exception, and must be reported
        if isinstance(error, OSError) and error.errno in OF_THE_MOMENT:
            report["retry"] = [error.strerror or type(error).__name__, job["path"], error.errno]
        else:
            sys.stderr.write(f"{described(error)}\n")
            report["crash"] = type(error).__name__
    return report


def _do(job: dict[str, Any], out: IO[bytes], report: dict[str, Any]) -> None:
    # Imported inside the fence, and only what the job needs.
    from connectors.readers import Limits, Member, reader  # noqa: PLC0415
    from connectors.readers.format import Format  # noqa: PLC0415

    fmt, limits = Format.of(job["format"]), Limits(**job["limits"])
    members = [Member(Path(job["path"]))]
    if job["task"] == "form":
        from connectors.readers.any import detect_format  # noqa: PLC0415

        report["form"], guess = detect_format(members[0].path)
        report["readings"] = guess.readings if guess and not guess.certain else ()
        return
    if fmt.archive:
        from connectors.readers.archive.zip import unpack  # noqa: PLC0415

        members = unpack(members[0].path, Path.cwd(), fmt, MAX_UNPACKED_BYTES)
    if job["task"] == "header":
        report["header"] = reader(fmt.kind).header(members, fmt, limits)
    else:
        _send(reader(fmt.kind).read(members, fmt, limits, _noting(report)), out, limits.cell_bytes, report)


def _told(finding: Finding) -> dict[str, Any]:
    """Return a finding as the report carries it; what it quotes of the file has no control characters."""
    return {name: plain(each) if isinstance(each, str) else each for name, each in asdict(finding).items()}


def _noting(report: dict[str, Any]) -> Note:
    def note(finding: Finding) -> None:
        report["findings"].append(_told(finding))

    return note


def _send(chunks: Iterator[Chunk], out: IO[bytes], cell_bytes: int, report: dict[str, Any]) -> None:
    """Write the rows; a delivery without any is a finding."""
    import pyarrow as pa  # noqa: PLC0415

    from connectors.prefetch import prefetch  # noqa: PLC0415
    from connectors.readers.rows import with_places  # noqa: PLC0415
    from hub.finding import Finding  # noqa: PLC0415

    writer = None
    for batch in prefetch(with_places(chunks, cell_bytes)):
        writer = writer or pa.ipc.new_stream(out, batch.schema)
        if len(batch):
            writer.write_batch(batch)
        report["rows"] += len(batch)
    if writer:
        writer.close()
    if not report["rows"]:
        _noting(report)(Finding("NO_ROWS"))
