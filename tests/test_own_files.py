"""What `test_real_files.py` asks of the public files, asked of large files of our own: nothing is lost on the way.

Each file is the sample of a source, again and again, so that `expected.json`, which people have read, says what must
come of it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from mappings.engine import read_source
from pipeline.authoring.golden import EXPECTED, RECEIVED_AT, sample_of
from tests.support.source_files import CUSTOMS, FIRE, NEISS, RASFF, RECALLS, SOURCES, Outcome, ingest

if TYPE_CHECKING:
    from pathlib import Path

TIMES = 300


def often(sample: Path) -> bytes:
    """Return a file with the rows of a sample many times; its header stands once."""
    content = sample.read_bytes()
    if sample.suffix == ".json":
        document = json.loads(content)
        document["success"]["results"] *= TIMES
        return json.dumps(document, ensure_ascii=False).encode()
    header, end, rows = content.partition(b"\n")
    return header + end + (rows.rstrip(b"\r\n") + end) * TIMES


@pytest.mark.parametrize("name", [FIRE, CUSTOMS, RASFF, NEISS, RECALLS])
def test_every_row_of_a_large_file_is_accounted_for(name: str, tmp_path: Path) -> None:
    source = read_source(SOURCES / name)
    expected = json.loads((source.folder / EXPECTED).read_text("utf-8"))
    sample = sample_of(source.folder)
    path = tmp_path / sample.name
    path.write_bytes(often(sample))
    records = expected["tables"][""]
    outcome = Outcome()
    ingest(path, source, outcome, frozenset(each["source_record_no"] for each in records), RECEIVED_AT)
    once = [expected["rows"], *(len(part) for part in (records, expected["quarantined"], expected["skipped"]))]
    assert outcome.counts() == tuple(count * TIMES for count in once)
    told = Counter((each["code"], each.get("field")) for each in expected["findings"])
    assert outcome.findings == {each: count * TIMES for each, count in told.items()}
    assert outcome.told == [each["code"] for each in expected["file"]]
    for each in records:
        found = outcome.values[each["source_record_no"]]
        plain = {field: value for field, value in each.items() if field != "row" and isinstance(value, str)}
        assert {field: found[field] for field in plain} == plain
