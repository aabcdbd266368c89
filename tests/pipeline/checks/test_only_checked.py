"""`generic/any`: whatever is dropped is answered with what it is, and nothing of it is ever loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hub.settings import settings
from pipeline.checks.check import check_file
from tests.support.exchange import codes, counts, submit
from tests.support.partners.base import send
from tests.support.small_source import SmallSource
from warehouse.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

ANY = "generic/any"
TABLE = "姓名;身份证号\n张三;110105194912310026\n李四;x;y\n".encode("gb18030")


def test_a_dropped_file_is_answered_and_not_loaded(warehouse: object) -> None:
    del warehouse
    batch = submit(ANY, "unknown.dat", TABLE)
    assert batch["state"] == "acknowledged"
    assert counts(batch) == {"read": 2, "skipped": 2}
    with connect() as conn:
        kept = conn.execute("SELECT count(*) FROM quarantine.row").fetchone()
    assert kept == (0,)
    receipts = sorted((settings().exchange / ANY / "out").glob("*.receipt.json"))
    told = json.loads(receipts[-1].read_text("utf-8"))
    assert [each["code"] for each in told["findings"]] == ["WRONG_CELL_COUNT", "ENCODING_GUESSED", "FORMAT_FOUND"]
    assert "110105194912310026" not in receipts[-1].read_text("utf-8")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.csv": b"no\nF1\n"}, {"operation": "withdraw"}),
        ({}, {"operation": "withdraw", "keys": [["F1"]]}),
        ({}, {"operation": "withdraw", "withdraws": 1}),
        ({"a.csv": b"no\nF1\n"}, {"operation": "correct", "corrects": 1}),
    ],
)
@pytest.mark.usefixtures("warehouse")
def test_nothing_is_withdrawn_where_nothing_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], said: dict[str, Any]
) -> None:
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    settings.cache_clear()
    SmallSource(tmp_path / "sources").only_check()
    (batch,) = send(files, **said)
    assert (batch["state"], codes(batch)) == ("rejected", {"ONLY_CHECKED": 1})


def test_a_hostile_file_is_answered(warehouse: object) -> None:
    del warehouse
    batch = submit(ANY, "x.csv", b"Rar!\x1a\x07\x00")
    assert batch["state"] == "rejected"


def test_check_needs_no_warehouse(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(TABLE)
    verdict = check_file(path, ANY)
    assert (verdict.counts.read, verdict.counts.skipped, verdict.counts.new) == (2, 2, 0)
    assert {each["code"] for each in verdict.findings} == {"ENCODING_GUESSED", "FORMAT_FOUND", "WRONG_CELL_COUNT"}
