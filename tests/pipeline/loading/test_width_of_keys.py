"""A number in full and in half width is one number: one record, however its rows come, and its sender is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.exchange import ask, counts, receipt, submit
from tests.support.partners.base import send
from tests.support.small_source import SMALL, SmallSource, fires

pytestmark = pytest.mark.usefixtures("warehouse", "small")
AT = "2026-05-01 10:00"
FULL, HALF = "Ｆ－１／２", "F-1/2"


def row(number: str, note: str) -> str:
    return f"{number},{AT},短路,{note}"


def findings(batch: dict[str, Any]) -> dict[str, Any]:
    return {each["code"]: each for each in receipt(batch)["findings"]}


def held() -> list[tuple[str, str]]:
    found = ask("select source_record_no as no, narrative from core.fire_incident order by 1")
    return [(each["no"], each["narrative"]) for each in found]


@pytest.mark.parametrize("numbers", [(HALF, FULL), (FULL, HALF)])
def test_in_one_delivery_they_are_one_record(numbers: tuple[str, str]) -> None:
    same = submit(SMALL, "1.csv", fires(*(row(number, "a") for number in numbers)))
    assert counts(same) == {"read": 2, "new": 1, "duplicate": 1}
    said = findings(same)["REPAIRED_WIDTH"]
    assert (said["column"], said["line"], said["value"]) == ("no", 2 + numbers.index(FULL), FULL)
    assert "the same number of a record" in said["message"]
    other = submit(SMALL, "2.csv", fires(*(row(number, note) for number, note in zip(numbers, "bc", strict=True))))
    assert counts(other) == {"read": 2, "changed": 2}
    repeated = findings(other)["KEY_REPEATED"]
    read = HALF if numbers[0] == FULL else None
    assert (repeated["value"], repeated["read"], repeated["line"], repeated["expected"]) == (numbers[0], read, 2, "3")
    assert held() == [(HALF, "c")]


@pytest.mark.parametrize("numbers", [(HALF, FULL), (FULL, HALF)])
def test_in_two_deliveries_they_are_one_record(numbers: tuple[str, str]) -> None:
    first, second = numbers
    submit(SMALL, "1.csv", fires(row(first, "a")))
    assert counts(submit(SMALL, "2.csv", fires(row(second, "a"), row("F9", "x")))) == {
        "read": 2,
        "new": 1,
        "unchanged": 1,
    }
    changed = submit(SMALL, "3.csv", fires(row(second, "b")))
    assert counts(changed) == {"read": 1, "changed": 1}
    assert ("REPAIRED_WIDTH" in findings(changed)) == (second == FULL)
    assert held() == [(HALF, "b"), ("F9", "x")]


def test_a_withdrawal_in_the_other_width_ends_the_record() -> None:
    submit(SMALL, "1.csv", fires(row(HALF, "a"), row("F9", "x")))
    (batch,) = send({}, "withdraw", keys=[[FULL]])
    assert counts(batch) == {"read": 1, "changed": 1}
    assert held() == [("F9", "x")]


def test_a_row_in_quarantine_is_corrected_in_the_other_width() -> None:
    submit(SMALL, "1.csv", fires(f"{FULL},2026-02-30 10:00"))
    submit(SMALL, "2.csv", fires(row(HALF, "a")))
    assert [each["state"] for each in ask("select state from quarantine.row")] == ["corrected"]


def test_an_append_feed_takes_the_number_once(small: SmallSource) -> None:
    small.map("mode: upsert", "mode: append")
    submit(SMALL, "1.csv", fires(row(HALF, "a")))
    batch = submit(SMALL, "2.csv", fires(row(FULL, "b")))
    assert (counts(batch), findings(batch)["KEY_TAKEN"]["read"]) == ({"read": 1, "quarantined": 1}, HALF)
