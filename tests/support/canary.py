"""Fifty invented persons, and a scanner that finds them wherever a hub has written anything."""

from __future__ import annotations

import gzip
import io
import random
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow.parquet as pq
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SURNAMES, GIVEN = "欧龚邝岑覃蒙", "瑾瑜璟珩珞琬琰瑛璐瓒"
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
END = -1  # no byte


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist, with numbers that could."""

    name: str
    resident: str
    mobile: str
    passport: str
    plate: str
    mail: str

    @property
    def values(self) -> tuple[str, ...]:
        """Everything by which this person can be recognised."""
        return (self.name, self.resident, self.mobile, self.passport, self.plate, self.mail)


def persons(count: int = 50, seed: int = 7) -> list[Person]:
    """Return invented persons with right check digits, the same each time."""
    made = random.Random(seed)
    return [_person(made, at) for at in range(count)]


def _person(made: random.Random, at: int) -> Person:
    body = f"4601{made.randint(5, 8):02}19{made.randint(50, 99)}{made.randint(1, 12):02}{made.randint(1, 28):02}{at:03}"
    check = CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11]
    name = f"{SURNAMES[at % len(SURNAMES)]}{GIVEN[at % len(GIVEN)]}{GIVEN[(at // len(GIVEN)) % len(GIVEN)]}"
    return Person(
        name,
        body + check,
        f"139{made.randint(1000, 9999)}{at:04}",
        f"E{made.randint(3, 9)}{made.randint(1000000, 9999999)}",
        f"琼A{made.choice('BCDEF')}{made.randint(1000, 9999)}",
        f"person{at}.{made.randint(100, 999)}@example.com",
    )


def found_in(blob: bytes, wanted: Iterable[str]) -> list[str]:
    """Return which of the values stand in bytes, in any of the encodings, or in what is packed there."""
    pattern, values = _any_of(tuple(wanted))
    return sorted({values[match] for each in (blob, *_unpacked(blob)) for match in pattern.findall(each)})


@cache
def _any_of(wanted: tuple[str, ...]) -> tuple[re.Pattern[bytes], dict[bytes, str]]:
    """Return a pattern of all values in all encodings, and the value of each form.

    Three hundred values in four encodings are a thousand searches through everything.  The pattern branches where
    values part, so that a text is read once.
    """
    values = {value.encode(encoding): value for value in wanted for encoding in ENCODINGS}
    branches: dict[int, Any] = {}
    for form in values:
        branch = branches
        for byte in form:
            branch = branch.setdefault(byte, {})
        branch[END] = {}
    return re.compile(_branching(branches)), values


def _branching(branches: dict[int, Any]) -> bytes:
    if END in branches:
        return b""
    parts = [re.escape(bytes([byte])) + _branching(after) for byte, after in branches.items()]
    return b"(?:" + b"|".join(parts) + b")" if len(parts) > 1 else b"".join(parts)


def _unpacked(blob: bytes) -> Iterator[bytes]:
    if blob.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(blob)) as package:
            for name in package.namelist():
                yield name.encode()
                yield package.read(name)
    elif blob.startswith(b"PAR1"):
        yield str(pq.read_table(io.BytesIO(blob)).to_pylist()).encode()
    elif blob.startswith(b"\x1f\x8b"):
        yield gzip.decompress(blob)


def in_files(
    folder: Path, wanted: list[str], spared: tuple[str, ...] = ("raw", "in", "check")
) -> list[tuple[str, str]]:
    """Return (file, value) for each value in a name or the bytes of a file below `folder`.

    Spared are the raw store, and the folders that hold what a partner has put there and nobody has taken yet.
    """
    hits = []
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if set(spared) & set(place.parts):
            continue
        hits += [(str(place), value) for value in wanted if value in path.name]
        if path.is_file() and not path.is_symlink():
            hits += [(str(place), value) for value in found_in(path.read_bytes(), wanted)]
    return hits


def in_database(url: str, wanted: list[str]) -> list[tuple[str, str]]:
    """Return (table.column, value) for each value in any column of any table; packed bytes are looked into."""
    hits = []
    with psycopg.connect(url, autocommit=True) as conn:
        tables = conn.execute(
            "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
            " and table_schema not in ('pg_catalog', 'information_schema')"  # that the login may not read: not named
        ).fetchall()
        for schema, table in tables:
            rows = conn.execute(sql.SQL("select * from {}.{}").format(sql.Identifier(schema), sql.Identifier(table)))
            names = [column.name for column in rows.description or ()]
            for name, values in zip(names, zip(*rows.fetchall(), strict=True), strict=False):  # no row: no column
                packed = [bytes(value) for value in values if isinstance(value, bytes | memoryview)]
                texts = str([value for value in values if not isinstance(value, bytes | memoryview)]).encode()
                found = [each for blob in (texts, *packed) for each in found_in(blob, wanted)]
                hits += [(f"{schema}.{table}.{name}", each) for each in found]
    return hits
