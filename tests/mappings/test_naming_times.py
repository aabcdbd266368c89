"""Findings of the standard about moments quote them in the zone in which the sender's cells are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from hub.finding import FINDINGS
from mappings.engine import as_read, named
from tests.support.folders import FIRE, source_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_moment_is_told_as_the_cell_has_it(tmp_path: Path) -> None:
    body = FIRE + "  alarm_at: {column: alarm, datetime: ['%Y-%m-%d %H:%M:%S%z']}\n"
    (route,) = source_of(tmp_path, body).routes
    values = ["2062-11-02T20:13:00Z", "2062-11-02T16:00:00Z", "2062-11-02T20:13:00Z", "as written", None]
    fields = ["event_at", "event_at", "alarm_at", "event_at", "event_at"]
    size = len(values)
    findings = pa.table(
        [range(size), ["DATE_OUT_OF_RANGE"] * size, [None] * size, fields, values, [None] * size, [None] * size],
        schema=FINDINGS,
    )
    told = named(as_read(findings), route)
    assert told["value"].to_pylist() == [
        "2062-11-03 04:13:00",
        "2062-11-03",
        "2062-11-02T20:13:00Z",
        "as written",
        None,
    ]
    assert told["column"].to_pylist()[:3] == ["at", "at", "alarm"]
