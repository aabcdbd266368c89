"""SQLite and GeoPackage: one plain table, and nothing that its schema would like to run."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.delivered import delivered, here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = "create table t (id, 值); insert into t values ('R1', 1.5), (2, null), (9007199254740993, x'00ff');"


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    def write(script: str) -> Path:
        path = tmp_path / "a b?#.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as database:
            database.executescript(script)
            database.commit()
        return path

    return write


def test_bytes_that_spell_a_text_are_that_text_and_others_no_number(made: Callable[..., Path]) -> None:
    script = "create table t (a); insert into t values (x'3132'), (x'e6b5b7'), (x'0500000000000000'), (x'1234');"
    assert [row["a"] for row in delivered(made(script), kind="sqlite").rows] == [
        "12",
        "海",
        "0x0500000000000000",
        "0x1234",
    ]


def test_values_are_told_as_they_are_stored(made: Callable[..., Path]) -> None:
    path = made(PLAIN)
    before = path.read_bytes()
    outcome = delivered(path, kind="sqlite")
    assert [(row["@line"], row["id"], row["值"]) for row in outcome.rows] == [
        (1, "R1", "1.5"),
        (2, "2", None),
        (3, "9007199254740993", "0x00ff"),
    ]
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_real_that_cannot_hold_the_number(made: Callable[..., Path]) -> None:
    path = made(
        "create table t (id real, b text); insert into t values (110105194912310020, 'x'), (5, cast(x'ff' as text))"
    )
    assert here(path, kind="sqlite").faults == [(1, "PRECISION_LOST"), (2, "CONTROL_CHARACTER")]
    assert here(path, kind="sqlite", expected=["b"]).faults == [(2, "CONTROL_CHARACTER")]
    assert len(here(path, kind="sqlite", expected=["b"], optional=["id"]).faults) == 2


@pytest.mark.parametrize("checkpoint", [True, False])
def test_newest_rows_that_lie_beside_the_file(tmp_path: Path, checkpoint: bool) -> None:  # noqa: FBT001
    path, sent = tmp_path / "used.db", tmp_path / "sent.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("pragma journal_mode = wal; create table t (id); insert into t values (1)")
        if checkpoint:
            database.execute("pragma wal_checkpoint(truncate)")
        database.execute("insert into t values (2)")
        sent.write_bytes(path.read_bytes())  # while its owner has it open, as an export job finds it
    outcome = here(sent, kind="sqlite")
    assert outcome.cells == ([{"id": "1"}] if checkpoint else [])
    assert outcome.codes == (["NOT_CHECKPOINTED"] if checkpoint else ["TABLE_MISSING", "NOT_CHECKPOINTED"])
    assert not here(_closed(path, tmp_path / "vacuumed.db"), kind="sqlite").findings


def _closed(path: Path, to: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"vacuum into '{to}'")
    return to


@pytest.mark.parametrize(
    ("script", "agreed", "code"),
    [
        (PLAIN + "create table u (x);", {}, "TABLE_MISSING"),
        (PLAIN, {"table": "T2"}, "TABLE_MISSING"),
        ("create view v as select 1 as a;", {"table": "v"}, "TABLE_MISSING"),
        (PLAIN + "create view v as select randomblob(1000000000);", {"table": "v"}, "TABLE_MISSING"),
        ("create virtual table f using fts5(x);", {"table": "f"}, "TABLE_MISSING"),
        ("create table g (a, b as (hex(zeroblob(100000000)))); insert into g values (1);", {}, "BAD_DOCUMENT"),
        ("create table z (a);", {"table": 'z"; drop table z; --'}, "TABLE_MISSING"),
    ],
)
def test_what_is_not_read(made: Callable[..., Path], script: str, agreed: dict[str, str], code: str) -> None:
    assert delivered(made(script), kind="sqlite", **agreed).codes == [code]


def test_broken_database(made: Callable[..., Path]) -> None:
    path = made(PLAIN + "insert into t select id, 值 from t, (select 1 union select 2);" * 8)
    data = path.read_bytes()
    for content in (data[: len(data) // 2], data[:100], b"SQLite format 3\0"):
        path.write_bytes(content)
        assert here(path, kind="sqlite").codes == ["TRUNCATED_FILE"]
    path.write_bytes(data[:4096] + b"\xff" * 50 + data[4146:])
    assert here(path, kind="sqlite").codes == ["BAD_DOCUMENT"]
    path.write_bytes(b"a,b\n1,2\n")
    assert here(path, kind="sqlite").codes == ["WRONG_FORMAT"]


GPKG = """
create table gpkg_contents (table_name, data_type);
create table gpkg_geometry_columns (table_name, column_name);
insert into gpkg_contents values ('fires', 'features');
insert into gpkg_geometry_columns values ('fires', 'geom');
create table fires (fid integer primary key, geom blob, name);
create table rtree_fires_geom_node (a, b);
"""


def test_points_of_a_geopackage(made: Callable[..., Path]) -> None:
    point = b"GP\0\1" + struct.pack("<i", 4326) + struct.pack("<BIdd", 1, 1, 110.35, 20.02)
    box = b"GP\0\3" + struct.pack("<i", 4326) + struct.pack("<dddd", 0, 1, 0, 1) + struct.pack("<BIdd", 1, 1, 1, -2)
    empty = b"GP\0\x11" + struct.pack("<i", 4326) + b"\1"
    values = ", ".join(f"({at}, x'{each.hex()}', x'0102')" for at, each in enumerate((point, box, empty), 1))
    outcome = delivered(made(GPKG + f"insert into fires values {values};"), kind="gpkg")
    assert [row["geom"] for row in outcome.cells] == ["POINT (110.35 20.02)", "POINT (1 -2)", ""]
    assert outcome.cells[0]["name"] == "0x0102"
    assert here(made(PLAIN), kind="gpkg").codes == ["BAD_DOCUMENT"]
