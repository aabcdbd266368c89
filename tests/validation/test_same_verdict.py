"""The kernels and `jsonschema` give the same verdict on every record of every type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standards import standard
from tests.support.records import RECEIVED, tables
from tests.support.reference import records_of, verdict
from validation.records.check import check_records

if TYPE_CHECKING:
    import pyarrow as pa

pytestmark = pytest.mark.slow

TYPES = sorted(standard().types)


@pytest.mark.parametrize("name", TYPES)
def test_same_verdict(name: str) -> None:
    record_type = standard().types[name]

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(tables(record_type))
    def holds(drawn: dict[str, pa.Table]) -> None:
        found = check_records(drawn, record_type, received_at=RECEIVED)
        for row, record in records_of(drawn, record_type).items():
            ours = {(line["field"], line["code"]) for line in found.to_pylist() if line["row"] == row}
            assert _by_item(ours, drawn, row) == verdict(record, record_type, RECEIVED)

    holds()


def _by_item(found: set[tuple[str, str]], drawn: dict[str, pa.Table], row: int) -> set[tuple[str, str]]:
    """Return the findings with the items numbered as in a JSON list: positions may have gaps."""
    named = set()
    for field, code in found:
        child, _, rest = field.partition(".")
        if child in drawn and child and rest:  # without one it is about the list as a whole
            position, _, rest = rest.partition(".")
            places = sorted(line["position"] for line in drawn[child].to_pylist() if line["row"] == row)
            named.add((f"{child}.{places.index(int(position))}.{rest}", code))
        else:
            named.add((field, code))
    return named


def test_the_property_sees_every_kind_of_finding() -> None:
    seen: set[str] = set()

    @settings(max_examples=150, suppress_health_check=list(HealthCheck), database=None)
    @given(st.sampled_from(TYPES).flatmap(lambda name: st.tuples(st.just(name), tables(standard().types[name]))))
    def collect(drawn: tuple[str, dict[str, Any]]) -> None:
        found = check_records(drawn[1], standard().types[drawn[0]], received_at=RECEIVED)
        seen.update(found["code"].to_pylist())

    collect()
    assert seen >= {
        "MISSING_VALUE", "UNKNOWN_CODE", "CODE_NOT_IN_FORCE", "OUT_OF_RANGE", "WRONG_PATTERN", "TEXT_TOO_LONG",
        "BAD_IDENTIFIER", "DATE_OUT_OF_RANGE", "BROKEN_RULE", "UNLIKELY_VALUES",
    }  # fmt: skip
