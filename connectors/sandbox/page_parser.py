"""Look into pages that a server has sent, in a child process that can be lost: as little of them as the next one needs.

The child is started for the first page and serves all pages of one fetch.  A page that it dies of, or does not get done
with in time, is a broken page; the next one has a new child.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from connectors.sandbox.client import ENVIRONMENT
from hub.settings import PROJECT, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

START = "import sys; sys.path.insert(0, sys.argv[1]); from connectors.sandbox.page_worker import main; main()"
SECONDS = 60.0  # for one page
ANSWER = 16 << 20  # bytes; a page of a listing has a thousand keys


@dataclass(frozen=True)
class Page:
    """What one page of a web service tells."""

    broken: bool = True
    count: int = 0  # of its records
    at: str | int | None = None  # what stands where the next page is told
    since: str | None = None  # the greatest value of its records at the place of `since:`
    ahead: int = 0  # records that name a time there which cannot be yet
    found: bool = True  # whether the place is there where records stand
    holds: tuple[str, ...] = ()  # the names that the document has
    fault: bool = False  # it says by itself that something went wrong
    total: int | None = None  # the records of all pages, as the server counts them
    told: str | None = None  # what stands where an empty answer says that it is one
    digest: str = ""  # of the records


class PageParser:
    """The child of one fetch."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the child; None before the first page, and after `close`."""
        return self._process.pid if self._process else None

    def page(
        self,
        body: bytes,
        form: Mapping[str, Any],
        at: str | None,
        since: Mapping[str, str] | None = None,
        **places: str | None,
    ) -> Page:
        """Return what a page tells; `form` is the mapping's `format:`, `at` the agreed place of the next page.

        `places` are `total` and `empty_at`, paths of what else is wanted.
        """
        told = self._asked({"task": "page", "form": dict(form), "at": at, "since": since, **places}, body)
        count, value, last, ahead = told.get("count"), told.get("at"), told.get("since"), told.get("ahead", 0)
        holds, total, said = told.get("holds"), told.get("total"), told.get("told")
        if not isinstance(count, int) or not isinstance(ahead, int) or not isinstance(value, str | int | None):
            return Page()
        return Page(
            broken=False,
            count=count,
            at=value,
            since=last if isinstance(last, str) else None,
            ahead=ahead,
            found=told.get("found") is True,
            holds=tuple(map(str, holds)) if isinstance(holds, list) else (),
            fault=told.get("fault") is True,
            total=total if isinstance(total, int) else None,
            told=said if isinstance(said, str) else None,
            digest=str(told.get("digest")),
        )

    def listing(self, body: bytes) -> tuple[list[tuple[str, int, str, str]], str] | None:
        """Return the objects (key, size, tag, time) of a page of a store's listing and the mark of the next page.

        None for what is no such page.
        """
        told = self._asked({"task": "listing"}, body)
        objects, following = told.get("objects"), told.get("next")
        if not isinstance(objects, list) or not isinstance(following, str) or not all(map(_is_object, objects)):
            return None
        return [(key, size, tag, changed) for key, size, tag, changed in objects], following

    def close(self) -> None:
        """End the child."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._process = None

    def _asked(self, job: dict[str, Any], body: bytes) -> dict[str, Any]:
        """Return the child's answer; an empty one when there is none that makes sense."""
        process = self._process = self._process or _started()
        late = threading.Timer(self.seconds, process.kill)
        late.daemon = True
        late.start()
        try:
            _give(process.stdin, json.dumps({**job, "bytes": len(body)}).encode() + b"\n", body)
            line = process.stdout.readline(ANSWER) if process.stdout else b""
            told = json.loads(line)
        except (OSError, ValueError, RecursionError):
            self.close()
            return {}
        finally:
            late.cancel()
        return told if isinstance(told, dict) else {}


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
    agreed = settings()
    limits = {"memory": agreed.read_memory, "seconds": agreed.read_seconds, "parent": os.getpid()}
    with contextlib.suppress(OSError):
        _give(process.stdin, json.dumps(limits).encode() + b"\n")
    return process


def _give(pipe: IO[bytes] | None, *parts: bytes) -> None:
    assert pipe is not None  # noqa: S101 - it was asked for
    for part in parts:
        pipe.write(part)
    pipe.flush()


def _is_object(told: Any) -> bool:
    kinds = [type(each) for each in told] if isinstance(told, list) else []
    return kinds == [str, int, str, str]
