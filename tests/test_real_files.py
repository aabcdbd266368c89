"""The real public files, each read whole: every row is accounted for, and the values are those of the file."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hub.errors import RejectBatch
from mappings.engine import read_source
from tests.support.books import packed
from tests.support.real_files import real_files
from tests.support.source_files import RECEIVED, SOURCES, Outcome, ingest

if TYPE_CHECKING:
    from collections.abc import Callable

REAL = {each.source: each for each in real_files()}


def whole(name: str, shared: Callable[[str], Path]) -> Outcome:
    """Return what becomes of all real files of a source together, with the values of the records that are known."""
    found: list[Path] = []
    for each in REAL[name].paths:
        folder, _, last = each.rpartition("/")
        found += sorted(shared(folder).glob(last)) if "*" in last else [shared(each)]
    return ingested(name, tuple(found))


@cache
def ingested(name: str, paths: tuple[Path, ...]) -> Outcome:
    real, source, outcome = REAL[name], read_source(SOURCES / name), Outcome()
    received = datetime.fromisoformat(f"{real.received}T00:00:00+00:00") if real.received else RECEIVED
    if real.packed:
        with tempfile.TemporaryDirectory() as folder:
            whole_delivery = Path(folder) / "delivery.zip"
            whole_delivery.write_bytes(packed({path.name: path.read_bytes() for path in paths}))
            ingest(whole_delivery, source, outcome, frozenset(real.values), received)
        return outcome
    for path in paths:
        if path.name == real.cut:
            with tempfile.TemporaryDirectory() as folder:
                ingest(whole_records(path, Path(folder)), source, outcome, frozenset(real.values), received)
        else:
            ingest(path, source, outcome, frozenset(real.values), received)
    return outcome


def whole_records(path: Path, folder: Path) -> Path:
    """Return a copy of a file of lines in a folder, without the last record, which has no end."""
    found = folder / path.name
    found.write_bytes(path.read_bytes().rpartition(b"\n")[0] + b"\n")
    return found


each_source = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow, pytest.mark.xdist_group(name)] if real.slow else [])
        for name, real in REAL.items()
    ],
)


@each_source
def test_every_row_of_the_real_file_is_accounted_for(name: str, shared: Callable[[str], Path]) -> None:
    real, outcome = REAL[name], whole(name, shared)
    assert outcome.counts() == real.counts
    assert outcome.read == outcome.good + outcome.quarantined + outcome.skipped
    assert outcome.children == real.children
    assert outcome.findings == real.findings
    assert outcome.told == real.told


@each_source
def test_values_are_those_of_the_real_file(name: str, shared: Callable[[str], Path]) -> None:
    expected = {
        number: {column(path): value for path, value in values.items()} for number, values in REAL[name].values.items()
    }
    assert sum(map(len, expected.values())) >= 12
    found = whole(name, shared).values
    told = {number: {path: record.get(path) for path in expected[number]} for number, record in found.items()}
    assert told == expected


@pytest.mark.parametrize("name", [name for name, real in REAL.items() if real.cut])
def test_a_real_file_that_is_cut_off_is_refused(name: str, shared: Callable[[str], Path]) -> None:
    (path,) = (shared(each) for each in REAL[name].paths if each.endswith(REAL[name].cut))
    with pytest.raises(RejectBatch) as refused:
        ingest(path, read_source(SOURCES / name), Outcome(), frozenset())
    assert [each.code for each in refused.value.findings] == ["TRUNCATED_FILE"]


@pytest.mark.parametrize("message", ["311", "312", "411", "412", "511", "512", "514", "712"])
def test_a_document_that_no_record_type_fits_is_refused_by_its_name(
    message: str, shared: Callable[[str], Path]
) -> None:
    path = shared(f"data2/customs_cbec/gacc_202205_import_samples/CEB{message}Message.xml")
    with pytest.raises(RejectBatch) as refused:
        ingest(path, read_source(SOURCES / "hn_customs/cbec_inventories"), Outcome(), frozenset())
    (finding,) = refused.value.findings
    assert (finding.code, finding.expected) == ("WRONG_FORMAT", "XML: CEB621Message/Inventory")
    assert f"CEB{message}Message" in str(finding.value)


def column(path: str) -> str:
    """Return `product_name` for `product.name`; `product.0.name` is an item of a child and stays."""
    head, _, rest = path.partition(".")
    return path if rest[:1].isdigit() else path.replace(".", "_") if rest else head
