"""A, then a corrected B, then the bytes of A again: whose values hold is said, and how to have those of A back."""

from __future__ import annotations

import pytest

from tests.support.exchange import counts, notes_in_core, receipt, submit
from tests.support.partners.base import send
from tests.support.small_source import SMALL, fires

pytestmark = pytest.mark.usefixtures("warehouse", "small")
A = fires("F1,2026-05-01 10:00,短路,first", "F2,2026-05-01 10:00,短路,x")
B = fires("F1,2026-05-01 10:00,短路,corrected")


def test_the_later_file_holds_and_is_named() -> None:
    first, second = submit(SMALL, "a.csv", A), submit(SMALL, "b.csv", B)
    again = submit(SMALL, "a.csv", A)
    assert again["state"] == "duplicate"
    (finding,) = receipt(again)["findings"]
    assert (finding["code"], finding["value"], finding["count"]) == ("DUPLICATE_CORRECTED", first["batch"], 1)
    assert finding["expected"].startswith("b.csv (")
    assert second["batch"] in finding["expected"]
    assert notes_in_core() == {"F1": "corrected", "F2": "x"}


@pytest.mark.parametrize("way", ["correct", "sequence"])
def test_what_the_finding_advises_brings_the_earlier_values_back(way: str) -> None:
    submit(SMALL, "a.csv", A)
    later = submit(SMALL, "b.csv", B)
    said = {"operation": "correct", "corrects": later["batch"]} if way == "correct" else {"sequence": 1}
    (back,) = send({"a.csv": A}, **said)
    assert counts(back) == {"read": 2, "changed": 1, "unchanged": 1}, back
    assert notes_in_core() == {"F1": "first", "F2": "x"}


def test_without_a_correction_there_is_nothing_to_do() -> None:
    submit(SMALL, "a.csv", A)
    submit(SMALL, "c.csv", fires("F9,2026-05-01 10:00,短路,other"))
    (finding,) = receipt(submit(SMALL, "a.csv", A))["findings"]
    assert finding["code"] == "DUPLICATE_FILE"
