"""Rules over a record and its children, and products: the kernels and the reference see the same ones broken."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards import RecordType, Rule, standard
from tests.support.records import RECEIVED
from tests.support.reference import records_of, verdict
from tests.support.reference_rules import broken_across, flat_fields
from validation.records.check import check_records
from validation.records.cross_table import judge_across
from validation.records.table_check import TableCheck

DECLARATION = standard().types["customs_declaration"]
ROW: dict[str, pa.DataType] = {"row": pa.int64()}
PLACE = ROW | {"position": pa.int32()}
AT = datetime(2026, 3, 2, tzinfo=UTC)
SOME = [
    None,
    *map(Decimal, ("0", "0.0001", "1", "1.01", "1.0101", "1.02", "2", "3", "3.03", "3.0301", "99999999999999.9999")),
]
AMOUNT = st.sampled_from(SOME)
LINE = st.fixed_dictionaries(
    {
        "row": st.integers(0, 2),
        "g_no": st.sampled_from([None, 1, 2, 3]),
        "hs_code": st.just("850440"),
        "unit_code": st.just("KGM"),
    }
    | dict.fromkeys(("net_mass_kg", "quantity", "price_amount", "total_price_amount"), AMOUNT)
)


def tables_of(records: list[dict[str, Any]], lines: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Return declarations 0, 1, 2 ... with their lines; a line names its record by `row`."""
    plain = {"source_record_no": "1", "event_at": AT, "ie_flag_code": "I"}
    main = [{"row": row, **plain, **record} for row, record in enumerate(records)]
    ordered = sorted((line for line in lines if line["row"] < len(records)), key=lambda line: line["row"])
    first = {line["row"]: at for at, line in reversed(list(enumerate(ordered)))}
    goods = [{"position": at - first[line["row"]], **line} for at, line in enumerate(ordered)]
    return {
        "": _table(main, "", ROW),
        "goods": _table(goods, "goods", PLACE),
    }


def _table(
    lines: list[dict[str, Any]], child: str, places: dict[str, pa.DataType], record_type: RecordType = DECLARATION
) -> pa.Table:
    fields = places | {name: each.arrow for name, each in record_type.tables[child].fields.items()}
    return pa.table({name: pa.array([line.get(name) for line in lines], kind) for name, kind in fields.items()})


RECORD = st.fixed_dictionaries(
    {"net_mass_kg": AMOUNT, "gross_mass_kg": AMOUNT, "package_count": st.sampled_from([None, 0, 1, 2])}
)
DRAWN = st.builds(tables_of, st.lists(RECORD, min_size=1, max_size=3), st.lists(LINE, max_size=7))


@pytest.mark.slow
@given(DRAWN)
def test_same_verdict_where_the_rules_bite(drawn: dict[str, pa.Table]) -> None:
    found = check_records(drawn, DECLARATION, received_at=RECEIVED).to_pylist()
    for row, record in records_of(drawn, DECLARATION).items():
        ours = {(line["field"], line["code"]) for line in found if line["row"] == row}
        assert ours == verdict(record, DECLARATION, RECEIVED)


@given(
    DRAWN,
    st.sampled_from(["unique", "sum", "count"]),
    st.sampled_from(["==", "<=", "<", ">=", ">"]),
    st.sampled_from([0, 0.01, 0.5]),
)
def test_same_verdict_of_every_kind(drawn: dict[str, pa.Table], kind: str, op: str, tolerance: float) -> None:
    words, names = {
        "unique": (["goods.g_no", "goods.price_amount"], ("g_no", "price_amount")),
        "sum": (["goods.net_mass_kg", op, "net_mass_kg"], ("net_mass_kg", "net_mass_kg")),
        "count": (["goods", op, "package_count"], ("package_count",)),
    }[kind]
    rule = Rule("x", "error", kind, names, {}, "" if kind == "unique" else op, child="goods", tolerance=tolerance)
    records, children = TableCheck(drawn[""], "", None), TableCheck(drawn["goods"], "goods", None)
    judge_across(rule, DECLARATION, records, {"goods": children})
    ours = {
        (line["row"], line["field"])
        for side in (records, children)
        for each in side.findings
        for line in each.to_pylist()
    }
    written = {kind: words, "tolerance": tolerance}
    theirs = {
        (row, path)
        for row, record in records_of(drawn, DECLARATION).items()
        for path in broken_across(written, record, flat_fields(record))
    }
    assert ours == theirs


@pytest.mark.parametrize(
    ("record", "lines", "want"),
    [
        ({"net_mass_kg": 3}, [{"net_mass_kg": 1}, {"net_mass_kg": 2}], []),
        ({"net_mass_kg": 3}, [{"net_mass_kg": 2}] * 2, [("net_mass_kg", "UNLIKELY_VALUES", "lines_over_net_mass")]),
        ({"net_mass_kg": 3}, [{"net_mass_kg": 9}, {"net_mass_kg": None}], []),
        ({}, [{"g_no": 1}, {"g_no": 1}], [("goods.1.g_no", "BROKEN_RULE", "item_number_twice")]),
        ({}, [{"quantity": 3, "price_amount": 2, "total_price_amount": Decimal("6.06")}], []),
        ({}, [{"quantity": 3, "price_amount": 2, "total_price_amount": 7}], [
            ("goods.0.quantity", "UNLIKELY_VALUES", "line_value_miscalculated"),
        ]),
    ],
)  # fmt: skip
def test_the_declarations_own_rules(
    record: dict[str, Any], lines: list[dict[str, Any]], want: list[tuple[str, ...]]
) -> None:
    goods = [
        {"row": 0, "g_no": at, "hs_code": "850440", "unit_code": "KGM", "currency_code": "CNY", **line}
        for at, line in enumerate(lines, 1)
    ]
    found = check_records(tables_of([record], goods), DECLARATION, received_at=RECEIVED)
    assert [(line["field"], line["code"], line["expected"]) for line in found.to_pylist()] == want


@pytest.mark.slow
def test_the_property_sees_every_rule() -> None:
    seen: set[str] = set()

    @given(DRAWN)
    def collect(drawn: dict[str, pa.Table]) -> None:
        seen.update(check_records(drawn, DECLARATION, received_at=RECEIVED)["expected"].drop_null().to_pylist())

    collect()
    assert seen >= {"line_value_miscalculated", "item_number_twice", "lines_over_net_mass", "net_over_gross"}


SAMPLING = standard().types["market_sampling"]
VERDICTS = st.sampled_from([None, "pass", "fail", "pending"])


@given(st.lists(VERDICTS, min_size=1, max_size=3), st.lists(st.tuples(st.integers(0, 2), VERDICTS), max_size=6))
def test_same_verdict_on_codes_that_deny_each_other(verdicts: list[str], items: list[tuple[int, str]]) -> None:
    lines = sorted((row, at, verdict) for at, (row, verdict) in enumerate(items) if row < len(verdicts))
    plain = {"source_record_no": "1", "event_at": AT, "sample_no": "1"}
    main = [{"row": row, **plain, "verdict_code": code} for row, code in enumerate(verdicts)]
    children = [{"row": row, "position": at, "item_text": "x", "verdict_code": code} for row, at, code in lines]
    drawn = {"": _table(main, "", ROW, SAMPLING), "test_item": _table(children, "test_item", PLACE, SAMPLING)}
    found = check_records(drawn, SAMPLING, received_at=RECEIVED).to_pylist()
    for row, record in records_of(drawn, SAMPLING).items():
        ours = {(line["field"], line["code"]) for line in found if line["row"] == row}
        assert ours == verdict(record, SAMPLING, RECEIVED)
        bad = verdicts[row] == "pass" and any(at == row and code == "fail" for at, code in items)
        assert (("verdict_code", "UNLIKELY_VALUES") in ours) == bad


def test_what_stands_in_a_text_does_not_join_it_to_the_next() -> None:
    rule = Rule("x", "error", "unique", ("name", "brand"), {}, child="goods")
    goods = [{"row": 0, "name": "a\x1fb", "brand": "c"}, {"row": 0, "name": "a", "brand": "b\x1fc"}]
    children = TableCheck(tables_of([{}], goods)["goods"], "goods", None)
    judge_across(rule, DECLARATION, children, {"goods": children})
    assert not children.findings


def test_each_record_has_its_own_numbers() -> None:
    goods = [{"row": row, "g_no": 1, "hs_code": "850440"} for row in (0, 1)]
    assert check_records(tables_of([{}, {}], goods), DECLARATION, received_at=RECEIVED).num_rows == 0
