"""The process that reads one delivery: `python -m connectors.child`, started by `connectors.reading` only.

Its job comes as JSON on standard input, its rows leave as an Arrow stream on standard output, and at last one JSON
object, the report, on the descriptor that the job names.  It reads the delivery, writes into its own empty folder
(members of an archive) and touches nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors import sandbox
from hub.errors import FixTheHub, RejectBatch

if TYPE_CHECKING:
    from hub.finding import Finding

UNPACKED = 10 << 30  # bytes that the members of an archive may have together
BUFFER = 1 << 20


def main() -> None:
    """Do the one job of this process, and report."""
    job = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "wb", BUFFER)
    os.dup2(2, 1)  # what a library prints must not stand among the rows
    sandbox.enter(
        memory=job["limits"]["memory"],
        seconds=job["limits"]["seconds"],
        file_bytes=UNPACKED,
        parent=job["parent"],
    )
    report: dict[str, Any] = {"findings": []}
    try:
        _do(job, out, report)
    except RejectBatch as verdict:
        report["rejected"] = [asdict(finding) for finding in verdict.findings]
    except FixTheHub as error:
        report["fix"] = [error.what, error.where, error.why, error.next_step]
    except MemoryError:
        report["limit"] = f"{job['limits']['memory'] >> 20} MiB"
    except BrokenPipeError:
        os._exit(0)  # nobody wants the rest
    except BaseException as error:  # noqa: BLE001 - a panic of a library is not an Exception, and must be reported
        traceback.print_exc()
        report["crash"] = type(error).__name__
    with contextlib.suppress(BrokenPipeError):
        out.close()
        os.write(job["report"], json.dumps(report).encode())
    os._exit(0)  # threads that read ahead are not waited for


def _do(job: dict[str, Any], out: Any, report: dict[str, Any]) -> None:
    # Imported inside the fence, and only what the job needs.
    from connectors.format import Format  # noqa: PLC0415
    from connectors.readers import Limits, Member, reader  # noqa: PLC0415

    fmt, limits = Format.of(job["format"]), Limits(**job["limits"])
    members = [Member(Path(job["path"]))]
    if fmt.archive:
        from connectors.readers.archive import unpack  # noqa: PLC0415

        members = unpack(members[0].path, Path.cwd(), fmt, UNPACKED)
    if job["task"] == "header":
        report["header"] = reader(fmt.kind).header(members, fmt, limits)
    else:
        _send(reader(fmt.kind).read(members, fmt, limits, _noting(report)), out, limits.cell_bytes, report)


def _noting(report: dict[str, Any]) -> Any:
    def note(finding: Finding) -> None:
        report["findings"].append(asdict(finding))

    return note


def _send(chunks: Any, out: Any, cell_bytes: int, report: dict[str, Any]) -> None:
    """Write the rows; a delivery without any is a finding."""
    import pyarrow as pa  # noqa: PLC0415

    from connectors.ahead import ahead  # noqa: PLC0415
    from connectors.rows import placed  # noqa: PLC0415
    from hub.finding import Finding  # noqa: PLC0415

    writer, rows = None, 0
    for batch in ahead(placed(chunks, cell_bytes)):
        writer = writer or pa.ipc.new_stream(out, batch.schema)
        if len(batch):
            writer.write_batch(batch)
        rows += len(batch)
    if writer:
        writer.close()
    if not rows:
        _noting(report)(Finding("NO_ROWS"))


if __name__ == "__main__":
    main()
