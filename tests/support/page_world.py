"""An exchange to look at: a dozen feeds that have delivered, with what can go wrong, for tests of pages that only read.

It is made once for each run; a test that changes something makes a warehouse of its own.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pytest

from hub.settings import settings
from pipeline.marts.refresh import refresh_marts
from pipeline.steps.runner import run
from stack.demo import drop_samples
from tests.support.exchange import drop
from warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a sender may put into a cell or a name, and what no page may hold as anything but text.
HOSTILE = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>{{7*7}}${7*7}"
NAME = "a<b>'\"&amp;.csv"  # a file name that HTML must not read
FIRE = "hn_fire/incidents"
COMPLAINTS = "hn_market/complaints"
HELD = "投诉<i>'&.csv"  # more rows than are agreed: it waits for a person
SILENT = "hn_market/signals"  # it was looked for, and nothing came
UNREADABLE = "broken.csv"  # it is rejected
AGREED = 5000  # rows of that feed at most


@dataclass(frozen=True)
class World:
    """Where it lies: the variables that name it."""

    variables: dict[str, str]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let the settings of this process name it."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.variables.items():
                patch.setenv(name, value)
            settings.cache_clear()
            yield
        settings.cache_clear()


class Found(NamedTuple):
    """What a search may name."""

    batch: str
    sha256: str


def delivered(name: str) -> Found:
    """Return the batch of the file of this name."""
    with connect() as conn:
        row = conn.execute(
            "select batch_id, sha256 from ledger.batch join ledger.delivery using (agency, delivery_id)"
            " where file_name = %s",
            [name],
        ).fetchone()
    assert row
    return Found(*row)


def fill(world: World) -> None:
    """Deliver the samples and stories of the demonstration, and files with hostile texts, and load them."""
    with world.entered():
        sources = {file.source for file in drop_samples()}
        drop(FIRE, NAME, hostile_fire())
        drop(COMPLAINTS, HELD, too_many_complaints())
        drop(FIRE, UNREADABLE, b"\x00\x01 no table")
        for source in sorted(sources | {FIRE, COMPLAINTS, SILENT}):
            run(source)
        with connect() as conn:  # they were looked for in the last weeks, and one has never delivered
            conn.execute("update ledger.poll_window set since = since - interval '40 days'")
        with connect() as conn:
            refresh_marts(conn)


def hostile_fire() -> bytes:
    """Return a file of the fire feed: one good row and one whose cells are hostile, as a careless partner's may be."""
    sample = _sample(FIRE).read_text("gb18030").splitlines()
    good = sample[1].split(",")
    bad = [HOSTILE.replace(",", ";").replace('"', "'")] * len(good)
    return "\r\n".join([sample[0], ",".join(good), ",".join(bad)]).encode("gb18030")


def too_many_complaints() -> bytes:
    """Return a file with one row more than is agreed; its first row is hostile, and persons stand in all of them."""
    sample = _sample(COMPLAINTS).read_text("gb18030").splitlines()
    head, usual = sample[0].split(","), sample[1].split(",")
    person = {"诉求人姓名": "王小明", "诉求人电话": "13876543210"}
    hostile = {"商品名称": HOSTILE.replace(",", ";").replace('"', "'")}
    rows = [sample[0]]
    for number in range(AGREED + 1):
        changed = {head[0]: f"TS9{number:05d}"} | person | ({} if number else hostile)
        rows.append(",".join(changed.get(name, text) for name, text in zip(head, usual, strict=True)))
    return "\r\n".join(rows).encode("gb18030")


def _sample(source: str) -> Path:
    return next(path for folder in settings().sources for path in (folder / source).glob("sample.*"))
