"""Map and judge a withdrawal: which records its keys name.  The steps are the ordinary ones; there are no records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from connectors.readers.format import Format
from connectors.sandbox.reader import read
from hub.errors import RejectBatch
from hub.finding import Finding
from mappings.engine import columns_of
from mappings.engine.run.key_only import NAMED, named_records
from pipeline.transform.batch_facts import DeliveryFacts
from pipeline.transform.map_batches import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from connectors.manifest import Manifest
    from mappings.engine import Source
    from pipeline.transform.staging import Work

FOLDER = "withdraw"
PLACES = "places"
KEY_PLACES = pa.schema([("row", pa.int64()), ("file", pa.string()), ("sheet", pa.string()), ("line", pa.int64())])


def write_keys(manifest: Manifest, path: Path | None, source: Source, work: Work) -> DeliveryFacts:
    """Write the keys of a withdrawal to the work store.

    Args:
        manifest: The manifest, which may hold the keys itself.
        path: The file with the keys, which needs the key columns only; None: the manifest holds them.
        source: The source.
        work: The work store of the batch.

    Returns:
        The facts of the delivery.

    Raises:
        RejectBatch: A fault of the whole file, or the mapping only checks by now.
    """
    if source.only_checks:  # its mapping was another one when the door looked
        raise RejectBatch(Finding("ONLY_CHECKED", value=manifest.operation))
    findings: list[Finding] = []
    found: dict[str, list[pa.Table]] = {}
    places: list[pa.Table] = []
    rows = 0
    batches = _inline(manifest.keys, source) if path is None else _read(path, source, findings)
    for batch in list(batches):
        rows = max(rows, int(batch.column("@row")[-1].as_py()) + 1) if batch.num_rows else rows
        if path is not None:
            places.append(places_of(batch))
        for name, table in named_records(batch, source).items():
            found.setdefault(name, []).append(table)
    for name in {route.record_type.name for route in source.routes}:
        work.write(FOLDER, name, pa.concat_tables([NAMED.empty_table(), *found.get(name, ())]))
    work.write(FOLDER, PLACES, pa.concat_tables([KEY_PLACES.empty_table(), *places]))
    return DeliveryFacts(parts=0, rows=rows, findings=findings)


def read_keys(work: Work, record_type: str) -> pa.Table:
    """Return row and record_uid of the records of one type that a withdrawal names."""
    return work.read(FOLDER, record_type)


def read_key_places(work: Work) -> pa.Table:
    """Return row, file, sheet and line of the keys of a withdrawal; none where the manifest holds the keys."""
    return work.read(FOLDER, PLACES)


def _read(path: Path, source: Source, findings: list[Finding]) -> Iterator[pa.RecordBatch]:
    form = Format.of(source.format, expected=source.routes[0].key)
    reading: AbstractContextManager[Any] = read(path, form)
    with reading as rows:
        there = set(columns_of(rows.schema))
        if not any(set(route.key) <= there for route in source.routes):
            missing = [name for name in source.key_columns if name not in there]
            raise RejectBatch(*(Finding("MISSING_COLUMN", column=name) for name in missing))
        yield from _keys_of(rows, source)
        findings += rows.findings


def _keys_of(rows: Iterable[pa.RecordBatch], source: Source) -> Iterator[pa.RecordBatch]:
    for batch in rows:
        names = [
            name for name in ("@row", "@file", "@sheet", "@line", *source.key_columns) if name in batch.schema.names
        ]
        yield batch.select(names)


def _inline(keys: tuple[tuple[str, ...], ...], source: Source) -> Iterator[pa.RecordBatch]:
    """Yield the keys of a manifest as rows, once for each key of the feed's routes that has as many parts."""
    for columns in dict.fromkeys(route.key for route in source.routes):
        fitting = [(row, key) for row, key in enumerate(keys) if len(key) == len(columns)]
        parts = zip(*(key for _, key in fitting), strict=True)
        arrays = [pa.array([row for row, _ in fitting], pa.int64()), *(pa.array(part, pa.string()) for part in parts)]
        if fitting:
            yield pa.record_batch(arrays, names=["@row", *columns])
