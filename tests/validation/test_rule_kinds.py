"""Every kind of rule and condition, on a record type of its own: the kernels and the reference break the same ones."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standards.schema import SCHEMAS, RecordType, record_types
from tests.support.records import RECEIVED
from tests.support.reference import records_of, verdict
from validation.records.check import check_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.slow

SAID = {"en": "x", "zh": "x"}


def about(kind: dict[str, Any]) -> dict[str, Any]:
    return {"label": SAID, "description": "X.", "description_zh": "X。", **kind}


TEXT = about({"type": "string", "maxLength": 9})
NUMBER = about({"type": "integer"})
VERDICT = about({"type": "string", "codelist": "verdict.csv", "open": False})
TEST = {"verdict": VERDICT, "sample": TEXT}
SAMPLE = {"no": TEXT, "size": NUMBER, "turn": NUMBER}
RULES: list[dict[str, Any]] = [
    {"when": {"field": "closed", "in": [True]}, "require": ["outcome", "number"]},
    {"when": {"field": "closed", "given": False}, "forbid": ["outcome"]},
    {
        "when": [{"field": "number", "in": [1, 2]}, {"field": "outcome", "not_in": ["a"]}],
        "any_of": ["least", "verdict"],
    },
    {"when": {"some": "test.verdict", "in": ["fail"]}, "not_in": ["verdict", ["pass"]]},
    {"when": {"some": "note.code", "given": True}, "in": ["outcome", ["a", "b"]]},
    {"bounds": ["number", 0, 2]},
    {"bounds": ["least", None, 1]},
    {"when": {"field": "verdict", "in": ["fail"]}, "some": ["test.verdict", ["fail"]]},
    {"when": {"field": "number", "in": [2]}, "some": ["note.code"]},
    {"when": {"field": "verdict", "in": ["pass"]}, "every": ["test.sample"]},
    {"when": {"field": "number", "in": [0]}, "every": ["test.verdict", ["pass", "pending"]]},
    {"refers": ["test.sample", "sample.no"]},
    {"count": ["test", "==", "number"], "where": {"field": "verdict", "in": ["fail"]}},
    {"sum": ["sample.size", "<=", "least"], "where": {"field": "no", "not_in": ["a"]}},
    {"require": ["outcome"], "when": {"field": "least", "given": True}},
    {"grade": ["fire_grade.csv", "grade", "dead", "hurt", "loss"]},
    {"parent": ["hazard_type_code", "hazard_class_code"]},
    {"parent": ["hazard_type_code", "hazard_group"]},
    {"parent": ["sampling_category_code", "product_class"]},
    {"part": ["registered", 3, 8, "region.csv"]},
    {"against": ["sample.size", "<=", "number"]},
    {"rising": ["sample.turn", "sample.size"]},
    {"part": ["registered", 3, 8, "region.csv"], "on_day": True},
    {"part": ["registered", 9, 9, "outcome"]},
    {"compare": ["number", "!=", "least"]},
    {"when": {"field": "registered", "starts": ["92", "93"]}, "require": ["closed"]},
    {"when": {"some": "test.sample", "starts": ["c"]}, "bounds": ["loss", 1, 9]},
    {"when": {"field": "urgent", "in": [False]}, "require": ["number"]},
]
SCHEMA = about(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "X",
        "kind": "event",
        "sensitivity": "internal",
        "share": "none",
        "type": "object",
        "properties": {
            "event_at": about({"type": "string", "format": "date-time"}),
            "event_date": about({"type": "string", "format": "date", "moment": "event_at"}),
            "closed": about({"type": "boolean"}),
            "urgent": about({"type": "boolean"}),
            "outcome": TEXT,
            "number": NUMBER,
            "registered": TEXT,
            "least": about({"type": "integer", "exclusiveMinimum": -1}),
            "verdict": VERDICT,
            "grade": about({"type": "string", "codelist": "fire_grade.csv", "open": False}),
            "dead": NUMBER,
            "hurt": NUMBER,
            "loss": about({"type": "number", "scale": 2}),
            "hazard_type_code": about({"type": "string", "codelist": "hazard_type.csv", "open": False}),
            "hazard_class_code": about({"type": "string", "codelist": "hazard_class.csv", "open": False}),
            "hazard_group": about({"type": "string", "codelist": "hazard_type.csv", "open": False}),
            "sampling_category_code": about({"type": "string", "codelist": "sampling_category.csv", "open": False}),
            "product_class": about({"type": "string", "codelist": "product_category.csv", "open": False}),
            "test": about(
                {"type": "array", "maxItems": 2, "items": {"type": "object", "properties": TEST}}
            ),
            "sample": about({"type": "array", "items": {"type": "object", "properties": SAMPLE}}),
            "note": about({"type": "array", "items": {"type": "string", "codelist": "sex.csv", "open": False}}),
        },
        "rules": [{"id": f"r{at}", "level": "error", "message": SAID, **rule} for at, rule in enumerate(RULES)],
    }
)  # fmt: skip
PLACES: dict[str, Sequence[tuple[str, pa.DataType]]] = {
    "": [("row", pa.int64())],
    **{child: [("row", pa.int64()), ("position", pa.int32())] for child in ("test", "sample", "note")},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("schemas").resolve()
    shutil.copytree(SCHEMAS / "blocks", folder / "blocks")
    (folder / "trial.schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    return folder


@pytest.fixture(scope="module")
def trial(folder: Path) -> RecordType:
    return record_types(folder)["trial"]


def tables_of(trial: RecordType, records: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Return records as `refine` makes them: each has its fields, and lists of items by their names."""
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in PLACES}
    for row, record in enumerate(records):
        at = datetime(2026, 3, 2, tzinfo=UTC)
        lines[""].append(
            {"row": row, "event_at": at, **{key: each for key, each in record.items() if key not in PLACES}}
        )
        for child in ("test", "sample", "note"):
            lines[child] += [{"row": row, "position": at, **item} for at, item in enumerate(record.get(child, []))]
    return {
        child: pa.table(
            {
                name: pa.array([line.get(name) for line in lines[child]], kind)
                for name, kind in [*places, *((each.name, each.arrow) for each in trial.tables[child].fields.values())]
            }
        )
        for child, places in PLACES.items()
    }


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


VERDICTS = maybe("pass", "fail", "pending")
RECORD = st.fixed_dictionaries(
    {
        "event_at": st.sampled_from([datetime(year, 6, 1, tzinfo=UTC) for year in (2006, 2020, 2025)]),
        "closed": st.none() | st.booleans(),
        "urgent": st.none() | st.booleans(),
        "outcome": maybe("a", "b", "c"),
        "number": maybe(0, 1, 2, 3),
        "least": maybe(-1, 0, 1, 2),
        "registered": maybe("91460100M", "91460100a", "91460003M", "91460999M", "9146", "93460100M"),
        "verdict": VERDICTS,
        "grade": maybe("ordinary", "major", "serious", "very_serious", "slight"),
        "dead": maybe(0, 2, 3, 30),
        "hurt": maybe(0, 9, 10, 50),
        "loss": maybe(Decimal(0), Decimal(10_000_000), Decimal(30_000_000), Decimal("99999999.99")),
        "hazard_type_code": maybe("lead", "pathogen", "virus", "choking", "no such"),
        "hazard_class_code": maybe("chemical", "biological", "physical"),
        "hazard_group": maybe("heavy_metal", "pathogen"),
        "sampling_category_code": maybe("toy", "grain"),
        "product_class": maybe("toy", "child", "food"),
        "test": st.lists(st.fixed_dictionaries({"verdict": VERDICTS, "sample": maybe("a", "b", "cd")}), max_size=3),
        "sample": st.lists(
            st.fixed_dictionaries({"no": maybe("a", "b"), "size": maybe(0, 1, 2), "turn": maybe(1, 2)}), max_size=3
        ),
        "note": st.lists(st.fixed_dictionaries({"code": st.sampled_from(["1", "2", "?"])}), max_size=2),
    }
)


def test_every_kind_has_the_same_verdict_as_the_reference(trial: RecordType, folder: Path) -> None:
    seen: set[str] = set()

    @settings(max_examples=700, suppress_health_check=list(HealthCheck))
    @given(st.lists(RECORD, min_size=1, max_size=4))
    def holds(records: list[dict[str, Any]]) -> None:
        drawn = tables_of(trial, records)
        found = check_records(drawn, trial, received_at=RECEIVED).to_pylist()
        for row, record in records_of(drawn, trial).items():
            ours = {(line["field"], line["code"]) for line in found if line["row"] == row}
            assert ours == verdict(record, trial, RECEIVED, folder), record
        seen.update(line["expected"] for line in found if line["code"] == "BROKEN_RULE")

    holds()
    assert seen == {f"r{at}" for at in range(len(RULES))}


CASES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"closed": True}, [("closed", "r0")]),
    ({"urgent": False}, [("urgent", "r27")]),  # a field that says no is given
    ({"closed": True, "outcome": "a", "number": 3, "least": 0}, [("number", "r5")]),
    ({"outcome": "a"}, [("outcome", "r1")]),
    ({"number": 1, "outcome": "b", "closed": False}, [("least", "r2")]),
    ({"verdict": "pass", "test": [{"verdict": "fail", "sample": "a"}], "sample": [{"no": "a"}]}, [("verdict", "r3")]),
    ({"verdict": "fail"}, [("test", "r7")]),
    ({"verdict": "pass", "test": [{"verdict": "pass"}]}, [("test.0.sample", "r9")]),
    ({"test": [{"sample": "a"}, {"sample": "b"}], "sample": [{"no": "b"}]}, [("test.0.sample", "r11")]),
    ({"test": [{"sample": "a"}]}, [("test.0.sample", "r11")]),
    ({"number": 2, "note": [{"code": "1"}], "test": [{"verdict": "pass"}]}, [("number", "r12")]),
    ({"least": 1, "outcome": "b", "closed": False, "sample": [{"no": "b", "size": 2}, {"no": "a", "size": 9}]}, [
        ("least", "r13"),
    ]),
    ({"dead": 12, "hurt": 0, "loss": 0, "grade": "ordinary"}, [("grade", "r15")]),
    ({"dead": 0, "hurt": 0, "loss": 25_000, "grade": "major"}, []),  # since 2025 the households count too
    ({"hazard_type_code": "lead", "hazard_class_code": "physical"}, [("hazard_type_code", "r16")]),
    ({"hazard_type_code": "lead", "hazard_class_code": "chemical", "hazard_group": "heavy_metal"}, []),
    ({"hazard_type_code": "lead", "hazard_group": "pathogen"}, [("hazard_type_code", "r17")]),
    ({"hazard_type_code": "choking", "hazard_group": "pathogen"}, [("hazard_type_code", "r17")]),
    ({"sampling_category_code": "toy", "product_class": "child"}, []),  # toy of the other list lies between
    ({"sampling_category_code": "toy", "product_class": "food"}, [("sampling_category_code", "r18")]),
    ({"number": 1, "sample": [{"size": 1}, {"size": 2}]}, [("sample.1.size", "r20")]),
    ({"sample": [{"turn": 2, "size": 1}, {"turn": 1, "size": 2}, {"turn": 3, "size": 1}]}, [("sample.0.size", "r21")]),
    ({"sample": [{"turn": 1, "size": 2}, {"turn": 1, "size": 1}, {"size": 0}, {"turn": 3}]}, []),
    ({"registered": "91460999M"}, [("registered", "r19"), ("registered", "r22")]),
    ({"registered": "91460100M"}, []),
    ({"registered": "91460003M"}, [("registered", "r22")]),  # a code that has ended is a code, but not on this day
    ({"registered": "9146"}, [("registered", "r19"), ("registered", "r22")]),
    ({"registered": "91460100a", "outcome": "b", "closed": False}, [("registered", "r23")]),
    ({"registered": "91460100a", "outcome": "a", "closed": False}, []),
    ({"registered": "93460100M"}, [("registered", "r25")]),
    ({"registered": "93460100M", "closed": False}, []),
    ({"registered": "92460100M", "closed": False}, []),
    ({"registered": "192460100M"}, [("registered", "r19"), ("registered", "r22")]),  # it begins otherwise
    ({"test": [{"sample": "cd"}], "loss": Decimal(0), "sample": [{"no": "cd"}]}, [("loss", "r26")]),
    ({"test": [{"sample": "dc"}], "loss": Decimal(0), "sample": [{"no": "dc"}]}, []),
]  # fmt: skip


@pytest.mark.parametrize(("record", "want"), CASES)
def test_what_breaks_a_rule_and_where(trial: RecordType, record: dict[str, Any], want: list[tuple[str, str]]) -> None:
    found = check_records(tables_of(trial, [record]), trial, received_at=RECEIVED)
    assert [(line["field"], line["expected"]) for line in found.to_pylist() if line["code"] == "BROKEN_RULE"] == want


@pytest.mark.parametrize(
    ("day", "figures", "grade", "broken"),
    [
        ("2024-01-01", {"dead": 0, "hurt": 0, "loss": 25_000}, "major", True),
        ("2024-01-01", {"dead": 12, "hurt": 60, "loss": 80_000_000}, "ordinary", True),
        ("2024-01-01", {"dead": 12, "hurt": 60, "loss": 80_000_000}, "serious", False),
        ("2025-04-30", {"dead": 0, "hurt": 0, "loss": 10_000_000}, "major", False),
        ("2025-05-01", {"dead": 0, "hurt": 0, "loss": 30_000_000}, "ordinary", True),
        ("2025-05-01", {"dead": 0, "hurt": 0, "loss": 10_000_000}, "ordinary", False),
        ("2024-01-01", {"dead": 0}, "major", False),  # the injured, or the loss, may make it so
        ("2024-01-01", {"dead": 3}, "ordinary", True),
        ("2006-01-01", {"dead": 30}, "ordinary", False),  # the hub has no thresholds for that day
    ],
)
def test_a_grade_follows_the_thresholds_of_its_day(
    trial: RecordType,
    day: str,
    figures: dict[str, int],
    grade: str,
    broken: bool,  # noqa: FBT001 - a case
) -> None:
    record = {"event_at": datetime.fromisoformat(f"{day}T04:00:00+00:00"), "grade": grade, **figures}
    found = check_records(tables_of(trial, [record]), trial, received_at=RECEIVED)
    assert ("r15" in found["expected"].to_pylist()) == broken


def test_a_list_has_no_more_items_than_its_schema_lets_it(trial: RecordType) -> None:
    records = [{"test": [{}] * 3}, {"test": [{}] * 2}]
    found = check_records(tables_of(trial, records), trial, received_at=RECEIVED).to_pylist()
    assert [(line["row"], line["field"], line["code"], line["value"], line["expected"]) for line in found] == [
        (0, "test", "OUT_OF_RANGE", "3", "0 ... 2")
    ]


def test_a_list_of_codes_is_a_table_with_one_column(trial: RecordType) -> None:
    table = trial.tables["note"]
    assert (table.name, table.plain, list(table.fields)) == ("trial_note", True, ["code"])
    assert trial.field("note.0.code").codelist == "sex"
    found = check_records(tables_of(trial, [{"note": [{"code": "1"}, {"code": "?"}]}]), trial, received_at=RECEIVED)
    assert ("note.1.code", "UNKNOWN_CODE") in {(line["field"], line["code"]) for line in found.to_pylist()}
