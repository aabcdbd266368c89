"""Parse the pages that a server has sent in a child process, as far as fetching the next one needs it.

The child is started for the first page and serves all pages of one fetch.  A page that crashes it, or that takes it too
long, is a broken page; the next page has a new child.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from connectors.sandbox.client import ENVIRONMENT
from connectors.sandbox.messages import StoredObject
from hub.settings import PROJECT, settings

if TYPE_CHECKING:
    from connectors.sandbox.messages import PageJob, SinceLookup
    from hub.json_types import JsonObject
    from hub.source_options import FormatOptions

START = "import sys; sys.path.insert(0, sys.argv[1]); from connectors.sandbox.page_worker import main; main()"
SECONDS = 60.0  # for one page
REPLY = 16 << 20  # bytes; a page of a listing has a thousand keys


@dataclass(frozen=True)
class Page:
    """What the child has found in one page of a web service.

    Attributes:
        broken: The page is not of the agreed kind, or could not be parsed within memory and time.
        count: Its records.
        next_value: What stands at the path of the next page: an address or a cursor.
        since_max: The greatest value of its records at the path of `since:`, as the server writes it.
        future: Records whose value there is a time that has not come yet.
        has_records: The path of the records exists, perhaps with none in it.
        names: The first member or element names of the document.
        fault: The document reports an error by itself.
        total: The records of all pages, as the server counts them.
        empty_value: What stands at the path that `empty.at` names.
        digest: SHA-256 of the records, hexadecimal.
    """

    broken: bool = True
    count: int = 0
    next_value: str | int | None = None
    since_max: str | None = None
    future: int = 0
    has_records: bool = True
    names: tuple[str, ...] = ()
    fault: bool = False
    total: int | None = None
    empty_value: str | None = None
    digest: str = ""


class ListingPage(NamedTuple):
    """One page of the listing of a store, and the token of the next one; "" after the last."""

    objects: list[StoredObject]
    next_token: str


class PageParser:
    """The child process of one fetch; `seconds` is the time for one page."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the child; None before the first page, and after `close`."""
        return self._process.pid if self._process else None

    def page(  # noqa: PLR0913 - the paths that are read in one page
        self,
        body: bytes,
        file_format: FormatOptions,
        next_path: str | None,
        since: SinceLookup | None = None,
        *,
        total_path: str | None = None,
        empty_path: str | None = None,
    ) -> Page:
        """Return what a page of a web service holds.  A page that cannot be parsed is a broken `Page`, never an error.

        Args:
            body: The page as it came.
            file_format: The mapping's `format:`, of kind json or xml, with the path of the records.
            next_path: The path of the next page's address or cursor.
            since: What is read from each record, by `Incremental.lookup`.
            total_path: The path of the server's count of all records.
            empty_path: The path of what `empty.at` names.
        """
        job: PageJob = {
            "task": "page",
            "format": file_format,
            "next_path": next_path,
            "since": since,
            "total_path": total_path,
            "empty_path": empty_path,
        }
        result = self._run(job, body)
        count, value, future = result.get("count"), result.get("next_value"), result.get("future", 0)
        if not isinstance(count, int) or not isinstance(future, int) or not isinstance(value, str | int | None):
            return Page()
        names, total = result.get("names"), result.get("total")
        last, empty = result.get("since_max"), result.get("empty_value")
        return Page(
            broken=False,
            count=count,
            next_value=value,
            since_max=last if isinstance(last, str) else None,
            future=future,
            has_records=result.get("has_records") is True,
            names=tuple(map(str, names)) if isinstance(names, list) else (),
            fault=result.get("fault") is True,
            total=total if isinstance(total, int) else None,
            empty_value=empty if isinstance(empty, str) else None,
            digest=str(result.get("digest")),
        )

    def listing(self, body: bytes) -> ListingPage | None:
        """Return a page of the listing of an S3 store (ListObjectsV2); None for what is no such page."""
        result = self._run({"task": "listing"}, body)
        objects, token = result.get("objects"), result.get("next_token")
        if not isinstance(objects, list) or not isinstance(token, str) or not all(map(_is_object, objects)):
            return None
        return ListingPage([StoredObject(*each) for each in objects], token)

    def close(self) -> None:
        """End the child; the next page has a new one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._process = None

    def _run(self, job: PageJob, body: bytes) -> JsonObject:
        """Return the child's answer; an empty one when it gives none, or no JSON object."""
        process = self._process = self._process or _started()
        timer = threading.Timer(self.seconds, process.kill)
        timer.daemon = True
        timer.start()
        try:
            _write(process.stdin, json.dumps({**job, "bytes": len(body)}).encode() + b"\n", body)
            line = process.stdout.readline(REPLY) if process.stdout else b""
            result = json.loads(line)
        except (OSError, ValueError, RecursionError):
            self.close()
            return {}
        finally:
            timer.cancel()
        return result if isinstance(result, dict) else {}


def _started() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", START, str(PROJECT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    configured = settings()
    limits = {"memory": configured.read_memory, "seconds": configured.read_seconds, "parent": os.getpid()}
    with contextlib.suppress(OSError):
        _write(process.stdin, json.dumps(limits).encode() + b"\n")
    return process


def _write(pipe: IO[bytes] | None, *parts: bytes) -> None:
    assert pipe is not None  # noqa: S101 - the process was started with it
    for part in parts:
        pipe.write(part)
    pipe.flush()


def _is_object(value: Any) -> bool:
    kinds = [type(each) for each in value] if isinstance(value, list) else []
    return kinds == [str, int, str, str]
