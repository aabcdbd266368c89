import pyarrow as pa
import pytest

from mappings.functions.neiss_age_years import neiss_age_years


@pytest.mark.parametrize(
    ("age", "years"),
    [
        ("2", "2"),
        ("9", "9"),
        ("10", "10"),
        ("99", "99"),
        ("100", "100"),
        ("119", "119"),
        ("120", "120"),
        ("201", "0"),
        ("211", "0"),
        ("212", "1"),
        ("223", "1"),
    ],
)
def test_completed_years(age: str, years: str) -> None:
    assert neiss_age_years(pa.array([age])).to_pylist() == [years]


@pytest.mark.parametrize("age", ["1", "121", "199", "200", "224", "0", "-3", "14.5", "14 ", "fourteen", ""])
def test_what_the_manual_does_not_know_is_no_age(age: str) -> None:
    assert neiss_age_years(pa.array([age])).to_pylist() == [None]


def test_null_stays_null_and_no_rows_are_no_rows() -> None:
    assert neiss_age_years(pa.array(["31", None, "207"])).to_pylist() == ["31", None, "0"]
    assert neiss_age_years(pa.array([], pa.string())).to_pylist() == []
