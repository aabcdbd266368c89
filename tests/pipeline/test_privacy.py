"""Personal values never leave the raw store: not into Parquet, the warehouse, receipts, logs or messages."""

from __future__ import annotations

import csv
import io
import logging
import zipfile
from typing import TYPE_CHECKING

import pytest
import yaml

from hub.settings import settings
from pipeline.intake.receive import receive_ready
from pipeline.steps.runner import step
from tests.support.exchange import ask, drop, sample, submit
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

HOSPITAL = "hn_hospital/injuries"
pytestmark = pytest.mark.usefixtures("warehouse")


def canaries() -> set[str]:
    """Return every personal value of the sample that is long enough to be recognised."""
    mapping = yaml.safe_load((settings().sources[0] / HOSPITAL / "mapping.yml").read_text("utf-8"))
    columns = set(mapping["personal"]) | {
        rule["column"] for rule in mapping["fields"].values() if isinstance(rule, dict) and "token" in rule
    }
    _, content = sample(HOSPITAL)
    rows = csv.DictReader(io.StringIO(content.decode("gb18030")))
    found = {row[name].strip() for row in rows for name in columns if row.get(name)}
    return {value for value in found if len(value) >= 3}


def everywhere(home: Path) -> bytes:
    """Return all bytes that the hub has written, but for the raw store and the partner's own folder `in`."""
    files = [path for path in home.rglob("*") if path.is_file() and "raw" not in path.parts and "in" not in path.parts]
    with connect() as conn:
        tables = conn.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in ('core', 'history', 'quarantine', 'ledger', 'code')"
        ).fetchall()
        dumps = []
        for (table,) in tables:
            with conn.cursor().copy(f"copy {table} to stdout".encode()) as copy:
                dumps.append(b"".join(bytes(block) for block in copy))
    receipts = [bytes(row["body"]) for row in ask("select body from ledger.receipt")]
    written = [*dumps, *receipts, *(path.read_bytes() for path in files)]
    packages = [zipfile.ZipFile(io.BytesIO(each)) for each in written if each.startswith(b"PK")]
    members = [package.read(name) for package in packages for name in package.namelist()]
    return b"\n".join([*written, *members])


def test_no_personal_value_is_written(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    values = canaries()
    assert len(values) > 30
    drop(HOSPITAL, *sample(HOSPITAL))
    ids = receive_ready(HOSPITAL)
    for verb in ("map", "validate"):
        step(verb, ids)
        written = everywhere(home)
        assert not [value for value in values if value.encode() in written], f"after {verb}"
    for verb in ("load", "acknowledge"):
        step(verb, ids)
    written = everywhere(home)
    leaked = [value for value in values for form in ("utf-8", "gb18030") if value.encode(form) in written]
    assert not leaked
    assert not [value for value in values if value in caplog.text]


def test_the_same_person_has_the_same_token_and_a_token_tells_nothing() -> None:
    submit(HOSPITAL, *sample(HOSPITAL))
    tokens = [
        row["person_token"] for row in ask("select person_token from core.injury_case where person_token is not null")
    ]
    assert tokens
    assert all(len(token) >= 32 for token in tokens)
    assert len(set(tokens)) > 1
