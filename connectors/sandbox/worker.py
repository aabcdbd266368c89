"""The process that reads one delivery; `server` forks it for `reader`.

Its job comes as JSON on standard input, and its rows leave as an Arrow stream on standard output.  In the end one JSON
object, the report, leaves on a descriptor of its own.  It reads the delivery, writes into its own empty folder (members
of an archive) and touches nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from connectors.labels import plain
from connectors.readers import MAX_UNPACKED_BYTES
from connectors.sandbox import limits as sandbox
from connectors.sandbox.messages import DiskFault, HubFault
from hub.errors import FixTheHub, RejectBatch, described
from hub.messages import sentence
from hub.personal import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.readers import Note
    from connectors.readers.rows import Chunk
    from connectors.sandbox.messages import ReadJob, ReadReport
    from hub.finding import Finding, FindingFields

# Faults of this machine, not of the file.
TEMPORARY = (
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
    """Do the one job of this process, write its report, and exit.

    Args:
        report_to: The descriptor for the report.
        parent: The process id of the server.
    """
    job = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "wb", BUFFER)
    os.dup2(2, 1)  # what a library prints must not stand among the rows
    with os.fdopen(report_to, "wb") as pipe:
        pipe.write(b"\n")  # whatever happens from here on, the reader did start
        pipe.flush()
        report = _run(job, out, parent)
        with contextlib.suppress(BrokenPipeError):
            out.close()
            pipe.write(json.dumps(report).encode())
            pipe.flush()
        sys.stderr.flush()
        os._exit(0)  # threads that read ahead are not waited for


def _run(job: ReadJob, out: IO[bytes], parent: int) -> ReadReport:
    """Do the job and return the report."""
    limits = job["limits"]
    os.environ["RISKHUB_LANG"] = job["language"]  # of errors: the server has no environment of the hub's
    report: ReadReport = {"findings": [], "rows": 0}
    try:
        sandbox.enter(memory=limits["memory"], seconds=limits["seconds"], file_bytes=MAX_UNPACKED_BYTES, parent=parent)
        _do(job, out, report)
    except RejectBatch as verdict:
        report["rejected"] = [_finding_to_dict(finding) for finding in verdict.findings]
    except FixTheHub as error:
        report["fix"] = HubFault(error.what, error.where, error.why, error.next_step)
    except ImportError as error:
        report["fix"] = HubFault(
            sentence("reader.incomplete"),
            job["format"]["kind"],
            quoted(str(error)),
            sentence("reader.incomplete.next"),
        )
    except MemoryError:
        report["limit"] = f"{limits['memory'] >> 20} MiB"
    except BaseException as error:  # noqa: BLE001 - a panic of a library is no Exception
        if isinstance(error, OSError) and error.errno in TEMPORARY:
            report["retry"] = DiskFault(error.strerror or type(error).__name__, job["path"], error.errno)
        else:
            sys.stderr.write(f"{described(error)}\n")
            report["crash"] = type(error).__name__
    return report


def _do(job: ReadJob, out: IO[bytes], report: ReadReport) -> None:
    # Imported under the limits, and only what the job needs.
    from connectors.readers import Limits, Member, reader  # noqa: PLC0415
    from connectors.readers.format import Format  # noqa: PLC0415
    from connectors.readers.joined import joined_header, read_joined  # noqa: PLC0415
    from connectors.readers.row_key import header_with_row_key, with_row_key  # noqa: PLC0415

    fmt, limits = Format.of(job["format"]), Limits(**job["limits"])
    members = [Member(Path(job["path"]))]
    if job["task"] == "form":
        from connectors.readers.any import detect_format  # noqa: PLC0415

        report["form"], guess = detect_format(members[0].path)
        report["readings"] = list(guess.readings) if guess and not guess.certain else []
        return
    if fmt.archive:
        from connectors.readers.archive.zip import unpack  # noqa: PLC0415

        members = unpack(members[0].path, Path.cwd(), fmt, MAX_UNPACKED_BYTES)
    if job["task"] == "header":
        names = (joined_header if fmt.join else reader(fmt.kind).header)(members, fmt, limits)
        report["header"] = header_with_row_key(names, fmt.row_key) if fmt.row_key else names
    else:
        chunks = (read_joined if fmt.join else reader(fmt.kind).read)(members, fmt, limits, _noting(report))
        chunks = with_row_key(chunks, fmt.row_key, fmt.row_key_from, fmt.missing) if fmt.row_key else chunks
        _write_rows(chunks, out, limits.cell_bytes, report)


def _finding_to_dict(finding: Finding) -> FindingFields:
    """Return a finding as a dict for the report; what it quotes of the file has no control characters."""
    fields = {name: plain(each) if isinstance(each, str) else each for name, each in asdict(finding).items()}
    return cast("FindingFields", fields)


def _noting(report: ReadReport) -> Note:
    def note(finding: Finding) -> None:
        report["findings"].append(_finding_to_dict(finding))

    return note


def _write_rows(chunks: Iterator[Chunk], out: IO[bytes], cell_bytes: int, report: ReadReport) -> None:
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
