"""The export: tables of the warehouse into a folder, as the login that asks may see them, as of one moment.

The same moment gives the same bytes, whatever has been loaded since: rows are sorted by their keys, files hold no time
of their own, and a moment is only taken once no transaction writes that began before it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import file_digest
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from hub.durable import durable_file, make_folder, write_durable
from hub.errors import RetryLater, WrongUsage
from hub.messages import error_of
from pipeline.exports.documents import documents
from pipeline.exports.formats import FORMATS
from pipeline.exports.labels import SUFFIX, Labels
from pipeline.exports.manifest import ExportedFile, ExportedTable, Manifest
from pipeline.exports.selection import MARTS, marts, table_of_mart, tables_of_type
from standards import standard
from warehouse.copy_out import describe, read_parts
from warehouse.dynamic_sql import compose
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from psycopg import Connection

    from pipeline.exports.formats import Format
    from pipeline.exports.selection import ExportTable

NO_YEAR = "__HIVE_DEFAULT_PARTITION__"  # what Hive, Arrow and DuckDB call the partition of null
SETTLING = 1.0  # seconds after which a transaction that writes has taken its first lock
PAUSE = 0.2  # seconds between two looks at the transactions that write
LONGEST_LOAD = 86_400  # seconds: no transaction that writes is older


@dataclass(frozen=True)
class ExportRequest:
    """What is to be exported.

    Args:
        folder: Where to; it is made, or must be empty.
        types: Record types; with neither types nor marts, all of them.
        marts: Marts, by their names in the schema `mart`.
        as_of: The moment as of which; None is now, and marts as they stand.
        form: parquet, csv or xlsx.
        labels: The language of the labels beside codes, en or zh; None is without labels.
    """

    folder: Path
    types: tuple[str, ...] = ()
    marts: tuple[str, ...] = ()
    as_of: datetime | None = None
    form: str = "parquet"
    labels: str | None = None


def write_export(conn: Connection[Any], request: ExportRequest, timeout: float) -> Manifest:
    """Write the tables, then what says which they are: `export.json`, `datapackage.json` and two READMEs.

    A folder without `export.json` is an export that did not end.

    Args:
        conn: A connection of the one who asks (`stack.analyst_query.analyst_connection`); its rights hold.
        request: What is asked for.
        timeout: Seconds to wait for transactions that write.

    Returns:
        What `export.json` holds.

    Raises:
        WrongUsage: There is no such type or mart, or the login may not read it; a table does not fit the format; the
            folder is not empty; the moment lies in the future.
        RetryLater: A transaction that may have begun before the moment goes on writing.
    """
    _check(request)
    at = _settled(conn, request.as_of, timeout)
    login = _begin(conn)
    form = FORMATS[request.form]
    types = [standard().types[name] for name in _types(request)]
    tables = [*_tables(conn, request, at)]
    readable = {each.name for each in tables if each.kind != MARTS}
    withheld = tuple(each.name for one in types for each in one.tables.values() if each.name not in readable)
    for each in types:
        if request.types and each.tables[""].name in withheld:
            raise error_of(WrongUsage, "export.no_right", name=each.name)
    _refuse_too_many(conn, tables, form)
    make_folder(request.folder)
    written = [_written(conn, table, request, form) for table in tables]
    conn.rollback()
    manifest = Manifest(at, login, request.form, request.labels or "", standard().version, written, withheld)
    for name, content in documents(manifest, form.media_type).items():  # export.json comes last
        make_folder((request.folder / name).parent)
        write_durable(request.folder / name, content)
    return manifest


def _check(request: ExportRequest) -> None:
    for name in request.types:
        if name not in standard().types:
            raise error_of(WrongUsage, "standard.no_type", name=name, known=", ".join(sorted(standard().types)))
    if request.folder.exists() and (not request.folder.is_dir() or any(request.folder.iterdir())):
        raise error_of(WrongUsage, "export.not_empty", where=str(request.folder))


def _begin(conn: Connection[Any]) -> str:
    """Begin the transaction whose statements all see one state; return the login that asks."""
    found = conn.execute(statement("export/snapshot")).fetchone()
    return str(found[1]) if found else ""


def _settled(conn: Connection[Any], requested: datetime | None, timeout: float) -> datetime:
    """Return the moment, once nobody writes any more who may have begun before it.

    The rows of a load bear the time at which its transaction began, and become visible when it ends.
    """
    found = conn.execute(statement("export/snapshot")).fetchone()
    conn.rollback()
    now = found[0] if found else None
    if now is None or (requested and requested > now):
        raise error_of(WrongUsage, "export.future", where=str(requested))
    at = requested or now
    age = (now - at).total_seconds()
    if age > LONGEST_LOAD:
        return at
    time.sleep(max(0.0, SETTLING - age))
    end = time.monotonic() + timeout
    waiting = _writers(conn)
    while waiting:
        if time.monotonic() > end:
            raise error_of(RetryLater, "export.writers", where=at.isoformat())
        time.sleep(PAUSE)
        waiting &= _writers(conn)
    return at


def _writers(conn: Connection[Any]) -> set[str]:
    found = {name for (name,) in conn.execute(statement("export/writers"))}
    conn.rollback()
    return found


def _types(request: ExportRequest) -> tuple[str, ...]:
    return request.types if request.types or request.marts else tuple(standard().types)


def _tables(conn: Connection[Any], request: ExportRequest, at: datetime) -> Iterator[ExportTable]:
    for name in _types(request):
        yield from tables_of_type(conn, standard().types[name], at)
    known = {each.mart: each for each in marts(conn)} if request.marts else {}
    for name in request.marts:
        if name not in known:
            raise error_of(WrongUsage, "export.no_mart", name=name, known=", ".join(known))
        yield table_of_mart(conn, known[name], request.as_of)


def _refuse_too_many(conn: Connection[Any], tables: Iterable[ExportTable], form: Format) -> None:
    if form.most_rows is None:
        return
    for table in tables:
        found = conn.execute(compose("export/count_rows", query=table.query)).fetchone()
        rows = int(found[0]) if found else 0
        if rows > form.most_rows:
            raise error_of(WrongUsage, "export.too_many", name=table.name, rows=rows, most=form.most_rows)


def _written(conn: Connection[Any], table: ExportTable, request: ExportRequest, form: Format) -> ExportedTable:
    """Write a table as files; one without rows is a file with its columns only."""
    labels = Labels(conn, table, request.labels) if request.labels else None
    described = describe(conn, table.query)
    parts = read_parts(conn, table.query, described)
    if labels:
        parts = (labels.add(part) for part in parts)
        described = labels.add(described.empty_table()).schema
    schema = _with_metadata(described, table)
    files: list[ExportedFile] = []
    for year, tables in groupby(_by_year(parts, form), lambda each: each[0]):
        files.append(_file(request.folder, _path(table, form, year), form, schema, (part for _, part in tables)))
    if not files:
        files.append(_file(request.folder, _path(table, form, NO_YEAR), form, schema, []))
    return ExportedTable(table, schema, tuple(files), table.query.as_string(conn))


def _by_year(parts: Iterable[pa.Table], form: Format) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows with their year, in order; parts that hold several years are cut."""
    for part in parts:
        rows = part.drop_columns(part.column_names[0])
        if not form.by_year:
            yield NO_YEAR, rows
            continue
        years = pc.run_end_encode(pc.year(part.column(0).combine_chunks()))
        begin = 0
        for end, year in zip(years.run_ends.to_pylist(), years.values.to_pylist(), strict=True):
            yield (NO_YEAR if year is None else str(year)), rows.slice(begin, end - begin)
            begin = end


def _path(table: ExportTable, form: Format, year: str) -> str:
    if not form.by_year:
        return f"{table.kind}/{table.name}.{form.suffix}"
    partition = f"mart={table.name}" if table.kind == MARTS else f"record_type={table.record_type}"
    items = f"/items={table.child}" if table.child else ""
    return f"{table.kind}/{partition}{items}/year={year}/part-0.{form.suffix}"


def _file(folder: Path, path: str, form: Format, schema: pa.Schema, parts: Iterable[pa.Table]) -> ExportedFile:
    place = folder / path
    make_folder(place.parent)
    rows = 0

    def counted() -> Iterator[pa.Table]:
        nonlocal rows
        for part in parts:
            rows += part.num_rows
            yield part.cast(schema)

    with durable_file(place) as file:
        form.write(file, schema, counted())
    with place.open("rb") as written:
        return ExportedFile(path, rows, place.stat().st_size, file_digest(written, "sha256").hexdigest())


def _with_metadata(described: pa.Schema, table: ExportTable) -> pa.Schema:
    """Return the columns of the files, without the day of the record, each with what the standard says of it."""
    known = {each.name: each.metadata for each in table.columns}
    fields = [
        each.with_metadata(known.get(each.name) or {"label_of": each.name.removesuffix(SUFFIX)})
        for each in list(described)[1:]
    ]
    about = {"record_type": table.record_type, "about": table.about, "standard": standard().version}
    return pa.schema(fields, {name: value for name, value in about.items() if value})
