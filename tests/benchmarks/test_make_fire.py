"""The invented fire reports: what is meant to be good gives no finding, what is meant to be bad gives one."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import mappings
from benchmarks.make_fire import BLOCK, COLUMNS, make_fire
from connectors.sandbox.reader import read
from mappings.engine import check_header, read_source
from pipeline.authoring.golden import RECEIVED_AT
from pipeline.transform.map_batches import judged, refined_batches
from validation.catalogue import levels

FOLDER = Path(mappings.__file__).parent / "sources" / "hn_fire" / "incidents"


def ingest(path: Path) -> tuple[int, pa.Table, pa.Table]:
    """Return the rows read, the records and the findings."""
    source = read_source(FOLDER)
    (route,) = source.routes
    records, findings, rows = [], [], 0
    for batch, refined in refined_batches(read(path, source.format), source):
        assert not check_header(batch.schema.names, source)
        rows += batch.num_rows
        tables = refined.tables[route.name]
        records.append(tables[""])
        findings.append(judged(tables, refined.findings[route.name], route, RECEIVED_AT))
    return rows, pa.concat_tables(records), pa.concat_tables(findings)


def test_good_rows_give_no_finding(tmp_path: Path) -> None:
    make_fire(tmp_path / "fire.csv", 5_000)
    rows, records, findings = ingest(tmp_path / "fire.csv")
    assert rows == 5_000
    assert findings.to_pylist() == []
    assert len(pc.unique(records["record_uid"])) == 5_000
    assert len(pc.unique(records["cause_code"])) >= 20
    assert len(pc.unique(records["region_code"])) >= 20


def test_bad_rows_are_as_many_as_asked_for(tmp_path: Path) -> None:
    make_fire(tmp_path / "fire.csv", 5_000, bad=0.1)
    _, _, findings = ingest(tmp_path / "fire.csv")
    bad = pc.unique(findings.filter(pc.equal(levels(findings["code"]), "error"))["row"])
    assert len(bad) == pytest.approx(500, rel=0.2)
    assert {"MISSING_VALUE", "UNKNOWN_REGION", "BAD_DATE", "UNKNOWN_CODE", "BAD_NUMBER"} == set(
        findings["code"].to_pylist()
    )


def test_blocks_join_without_a_seam(tmp_path: Path) -> None:
    make_fire(tmp_path / "fire.csv", BLOCK + 1)
    lines = (tmp_path / "fire.csv").read_text("gb18030").splitlines()
    assert len(lines) == BLOCK + 2
    assert {line.count(",") for line in lines} == {len(COLUMNS) - 1}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_fire(tmp_path / name, 100, seed=seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()
