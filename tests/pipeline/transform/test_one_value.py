"""One value is that row's trouble: whatever stands in a cell of a file that can be read, the other rows go in."""

from __future__ import annotations

import csv
import io
import json
import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.check import check_file
from pipeline.transform import isolate
from tests.support.exchange import codes, submit
from tests.support.small_source import SMALL, SmallSource, fires
from tests.support.trouble import fails_on

if TYPE_CHECKING:
    from pathlib import Path

FORM = "format: {kind: csv, encoding: utf-8}"
NUMBERS = """\
  area_m2: {column: area, decimal: 2, times: "10000", thousands: ","}
  loss_cny: {column: loss, unit: CNY, from: 万元}
  death_count: {column: dead, integer: true}
  alarm_at: {column: alarm, datetime: [iso, excel, "%Y年%m月%d日"], tz: America/New_York}
  narrative: note
"""
GOOD = {"at": "2026-05-01 10:00", "cause": "短路", "note": "n", "area": "1", "loss": "1", "dead": "0"}
GOOD |= {"alarm": "2026-05-01 10:00:00"}
COLUMNS = ["no", *GOOD]
LONG = [sign + "9" * size for size in (15, 16, 18, 19, 20, 39, 77) for sign in ("", "-")]
ODD = [
    *LONG, "9" * 14 + "." + "9" * 30, "1e400", "1e-400", "9e13", "NaN", "-inf", "٣", "½",
    "0000-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T23:59:59.999999999-12:00", "1677-01-01",
    "2263-01-01", "99999-01-01", "-4713-01-01", "2958465.999999", "0.0000001", "24:00",
    "\x00", "a\x00b", "x" * 3_000, "x" * 100_000, "\U0001f600" * 800, "\\u0000", "{}", "\x85", "\u2028", "\uffff",
]  # fmt: skip
SHAPES: list[Any] = [
    [], {}, [[]], [{}], [None], None, True, 10**40, 1.5, 1e300, [1, 2], {"a": 1}, {"a": {"b": [1]}}, [{"a": 1}, "x"],
    {"a\x00b": 1}, "\ud800", "\x00", float("nan"), {" a": 1, "a": 2},
]  # fmt: skip


def agree(small: SmallSource, form: str) -> None:
    """Map numbers and times too, of files of another form."""
    small.map("  narrative: note\n", NUMBERS)
    path = small.folder / "mapping.yml"
    path.write_text(path.read_text("utf-8").replace(FORM, f"format: {form}"), "utf-8")


def each_in_each(values: list[Any]) -> list[dict[str, Any]]:
    """Return a row for each value in each column, and good rows among them."""
    rows = [{"no": f"N{at}{name}", **GOOD} | {name: value} for at, value in enumerate(values) for name in COLUMNS]
    return [*rows, *({"no": f"G{at}", **GOOD} for at in range(20))]


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.mark.usefixtures("warehouse")
def test_odd_values_in_every_column_are_loaded_or_kept_out_one_by_one(small: SmallSource) -> None:
    agree(small, "{kind: csv, encoding: utf-8}")
    batch = submit(SMALL, "1.csv", as_csv(each_in_each(ODD)))
    assert batch["state"] == "acknowledged"
    assert batch["read"] == batch["new"] + batch["quarantined"] + batch["skipped"]
    assert (batch["new"], batch["quarantined"], batch["skipped"]) == (109, 255, 0)
    assert not {"HUB_FAULT", "ROW_FAILED", "READER_CRASH"} & set(codes(batch))


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_shapes_in_every_column_are_loaded_or_kept_out_one_by_one(small: SmallSource, kind: str) -> None:
    agree(small, f"{{kind: {kind}, encoding: utf-8}}")
    rows = each_in_each(SHAPES)
    content = json.dumps(rows) if kind == "json" else "\n".join(map(json.dumps, rows))
    batch = submit(SMALL, f"1.{kind}", content.encode())
    assert batch["state"] == "acknowledged"
    assert (batch["new"], batch["quarantined"], batch["skipped"]) == (40, 132, 0)
    assert batch["read"] == len(rows)
    assert not {"HUB_FAULT", "ROW_FAILED", "READER_CRASH"} & set(codes(batch))


def records(*causes: Any) -> bytes:
    made = [{"no": f"F{at}", "at": "2026-05-01 10:00", "cause": each, "note": "x"} for at, each in enumerate(causes)]
    return json.dumps(made).encode()


@pytest.mark.parametrize("odd", [["短路", "抽烟"], [], {"why": "短路"}, [{"why": "短路"}], [None]])
def test_a_list_or_an_object_costs_its_row_only(small: SmallSource, tmp_path: Path, odd: Any) -> None:
    small.map(FORM, "format: {kind: json, encoding: utf-8}")
    (path := tmp_path / "1.json").write_bytes(records("短路", odd, "抽烟"))
    verdict = check_file(path, SMALL)
    assert (verdict.counts.read, verdict.counts.new, verdict.counts.quarantined) == (3, 2, 1)
    (finding,) = (each for each in verdict.findings if each["code"] == "NOT_ONE_VALUE")
    assert (finding["line"], finding["column"], finding["count"]) == (2, "cause", 1)


def test_a_text_beside_an_element_is_still_a_value(small: SmallSource, tmp_path: Path) -> None:
    small.map(FORM, "format: {kind: xml, records: a/r}")
    rows = "".join(
        f"<r><no>F{at}</no><at>2026-05-01 10:00</at><cause>短路</cause><note>{note}</note></r>"
        for at, note in enumerate(["x", "a<b>c</b>d"])
    )
    (path := tmp_path / "1.xml").write_text(f"<a>{rows}</a>", "utf-8")
    verdict = check_file(path, SMALL)
    assert verdict.counts.new == 2


def column_of(kind: str) -> pa.Array:
    values: dict[str, pa.Array] = {
        "uint64": pa.array([2**64 - 1], pa.uint64()),
        "decimal256": pa.array([Decimal("9" * 60)], pa.decimal256(76, 10)),
        "text of another size": pa.array(["x"], pa.large_string()),
        "dictionary": pa.array(["x"]).dictionary_encode(),
        "beyond the year 9999": pa.array([2**60], pa.timestamp("us", "America/New_York")),
        "nanoseconds": pa.array([2**63 - 1], pa.timestamp("ns")),
        "before Christ": pa.array([-(2**63)], pa.timestamp("us", "UTC")),
        "day": pa.array([2**31 - 1], pa.date32()),
        "duration": pa.array([2**63 - 1], pa.duration("ns")),
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        "struct": pa.array([{"a": 1}]),
        "list": pa.array([[1, 2]]),
        "list of structs": pa.array([[{"a": {"b": [1]}}]]),
        "not a number": pa.array([float("nan")]),
        "infinite": pa.array([float("-inf")]),
        "half": pa.array([1.5], pa.float16()),
        "bytes": pa.array([b"\xff\x00"]),
        "nothing": pa.nulls(1),
        "uuid": pa.array([bytes(16)], pa.uuid()),
        "bool8": pa.array([1], pa.bool8()),
        "json": pa.array(["{}"], pa.json_()),
    }
    return values[kind]


KINDS = [
    "uint64", "decimal256", "text of another size", "dictionary", "beyond the year 9999", "nanoseconds",
    "before Christ", "day", "duration", "map", "struct", "list", "list of structs", "not a number", "infinite", "half",
    "bytes", "nothing", "uuid", "bool8", "json",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_of_a_column_gets_a_verdict_by_rows(small: SmallSource, tmp_path: Path, kind: str) -> None:
    agree(small, "{kind: parquet}")
    odd = column_of(kind)
    for name in ("note", "alarm"):
        cells: dict[str, Any] = {each: pa.array([value]) for each, value in {"no": "F1", **GOOD}.items()}
        pq.write_table(pa.table(cells | {name: odd}), path := tmp_path / f"{name}.parquet")
        verdict = check_file(path, SMALL)
        found = {each["code"] for each in verdict.findings}
        assert verdict.counts.read == 1, (name, verdict.findings)
        assert not found & {"ROW_FAILED", "MISSING_COLUMN"}, (name, found)


# ---- the net below all of it ----------------------------------------------------------------------------------------


def test_a_row_that_we_fall_over_is_found(
    small: SmallSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails_on("110105194912310021", monkeypatch)
    names = [f"F{at}" for at in range(300)]
    names[7], names[250] = "110105194912310021", "x110105194912310021"
    (path := tmp_path / "1.csv").write_bytes(fires(*names))
    with caplog.at_level(logging.DEBUG):
        verdict = check_file(path, SMALL)
    assert (verdict.counts.new, verdict.counts.quarantined) == (298, 2)
    (finding,) = verdict.findings
    assert (finding["code"], finding["count"], [each["line"] for each in finding["samples"]]) == (
        "ROW_FAILED", 2, [9, 252],
    )  # fmt: skip
    assert "ArrowInvalid" in caplog.text
    assert "110105194912310021" not in caplog.text
    assert small.folder.is_dir()


def test_a_record_that_a_check_falls_over_is_found(
    small: SmallSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.transform import map_batches  # noqa: PLC0415

    judged = map_batches.check_records

    def broken(tables: dict[str, pa.Table], *given: Any, **more: Any) -> pa.Table:
        if "F2" in tables[""]["source_record_no"].to_pylist():
            raise OverflowError
        return judged(tables, *given, **more)

    monkeypatch.setattr(map_batches, "check_records", broken)
    (path := tmp_path / "1.csv").write_bytes(fires("F1", "F2", "F3"))
    verdict = check_file(path, SMALL)
    assert (verdict.counts.new, verdict.counts.quarantined) == (2, 1)
    assert [each["code"] for each in verdict.findings] == ["ROW_FAILED"]
    assert small.folder.is_dir()


@given(st.integers(1, 200), st.sets(st.integers(0, 199), max_size=12))
def test_halving_finds_the_rows_that_fail_and_no_others(size: int, bad: set[int]) -> None:
    def work(first: int, last: int) -> None:
        if any(first <= each < last for each in bad):
            raise ValueError

    assert isolate.failing(size, work) == sorted(each for each in bad if each < size)


def test_work_that_always_fails_ends() -> None:
    tried: list[int] = []

    def work(first: int, _: int) -> None:
        tried.append(first)
        raise ValueError

    assert isolate.failing(100_000, work) == list(range(100_000))
    assert len(tried) <= isolate.TRIES


def test_counts_add_up(small: SmallSource, tmp_path: Path) -> None:
    small.map(FORM, "format: {kind: json, encoding: utf-8}")
    (path := tmp_path / "1.json").write_bytes(records(*SHAPES))
    verdict = check_file(path, SMALL)
    assert verdict.counts.read == len(SHAPES) == verdict.counts.new + verdict.counts.quarantined
