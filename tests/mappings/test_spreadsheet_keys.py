"""Keys that spreadsheets and web pages have touched: one key for each that the sender means, or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.spreadsheet_text import lost_digits
from mappings.engine.run.key_only import named_records, repaired_key, without_lost
from mappings.engine.text.repair import repaired
from tests.support.folders import FIRE, refine, rows_of, source_of

if TYPE_CHECKING:
    from pathlib import Path

    from mappings.engine import Source


@pytest.fixture
def fires(tmp_path: Path) -> Source:
    return source_of(tmp_path, FIRE + "  narrative: text\n  address_text: place\n")


def outcome(source: Source, *keys: str, text: str = "") -> tuple[list[Any], list[Any], set[str]]:
    """Return the uids and incident numbers of rows with these keys, and the codes of the findings."""
    size = len(keys)
    made = refine(
        rows_of({"no": list(keys), "at": ["2026-03-02"] * size, "text": [text] * size, "place": [""] * size}), source
    )
    table = made.tables[""]
    return table["record_uid"].to_pylist(), table["incident_no"].to_pylist(), set(made.findings["code"].to_pylist())


@pytest.mark.parametrize(
    ("written", "finding"),
    [
        ('="0012"', "REPAIRED_GUARD"),
        ('=T("0012")', "REPAIRED_GUARD"),
        ("'0012", "REPAIRED_GUARD"),
        ('"0012"', "REPAIRED_GUARD"),
        ("0012\t", "REPAIRED_BLANKS"),
        ("\ufeff0012", "REPAIRED_BLANKS"),
        ("00\u200b12", "REPAIRED_INVISIBLE"),
        ("00\u00ad12", "REPAIRED_INVISIBLE"),
        ("\u202a0012\u202c", "REPAIRED_INVISIBLE"),
        ("0012\ufe0f", "REPAIRED_INVISIBLE"),
        ("00\U000e002012", "REPAIRED_INVISIBLE"),
        ("００１２", "REPAIRED_WIDTH"),
    ],
)
def test_a_disguised_key_is_the_plain_one_and_said(fires: Source, written: str, finding: str) -> None:
    uids, numbers, said = outcome(fires, "0012", written)
    assert uids[0] == uids[1]
    assert numbers == ["0012", "0012"]
    assert said == {finding}


@pytest.mark.parametrize(
    "written",
    [
        "4.601E+11",
        "4,601E+11",
        "4.601e+11",
        "4.601E11",
        "4E+17",
        "＝4.6E+09"[1:],
        "460100202600000000",
        "4601002026000000",
    ],
)
def test_a_number_that_lost_digits_is_no_key(fires: Source, written: str) -> None:
    uids, _, said = outcome(fires, written, written)
    assert uids == [None, None]
    assert said == {"PRECISION_LOST"}
    named = named_records(rows_of({"no": [written], "at": ["2026-03-02"]}), fires)
    assert named["fire_incident"].num_rows == 0


@pytest.mark.parametrize("written", ["3-Feb", "Mar-01", "2月3日", "12-Dec"])
def test_a_code_that_became_a_date_is_no_key(fires: Source, written: str) -> None:
    uids, _, said = outcome(fires, written)
    assert uids == [None]
    assert said == {"CODE_MADE_A_DATE"}


@pytest.mark.parametrize(
    "written",
    ["1E05", "3E4", "E+11", "MAR-01", "2-3", "2026-02-03", "O'0012", "460100202612345000x", "123456789012000"],
)
def test_what_may_be_meant_so_stays(fires: Source, written: str) -> None:
    uids, numbers, said = outcome(fires, written)
    assert uids[0]
    assert numbers == [written]
    assert said == set()


def test_one_long_number_in_many_may_end_on_zeros(fires: Source) -> None:
    sound = [f"4601002026000{at:05d}" for at in range(1, 9)]
    uids, _, said = outcome(fires, *sound, "460100202600010000")
    assert None not in uids
    assert said == set()


def test_prose_keeps_its_own_signs(fires: Source) -> None:
    for text in ('他说"好"', "'twas dark", "👩\u200d🚒 came", "3-Feb", "4.601E+11"):
        made = refine(rows_of({"no": ["1"], "at": ["2026-03-02"], "text": [text], "place": [""]}), fires)
        assert made.tables[""]["narrative"].to_pylist() == [text]
        assert made.findings.num_rows == 0
    made = refine(rows_of({"no": ["1"], "at": ["2026-03-02"], "text": ['="0012"'], "place": ["'12号"]}), fires)
    assert (made.tables[""]["narrative"][0].as_py(), made.tables[""]["address_text"][0].as_py()) == ("0012", "12号")


def test_zeros_that_the_rule_puts_back_count_in_the_key_too(tmp_path: Path) -> None:
    source = source_of(tmp_path, FIRE.replace("incident_no: no", "incident_no: {column: no, pad: 6}"))
    made = refine(rows_of({"no": ["12", "000012"], "at": ["2026-03-02"] * 2}), source)
    assert len(set(made.tables[""]["record_uid"].to_pylist())) == 1


PLAIN = st.text(st.characters(codec="ascii", min_codepoint=48, max_codepoint=122, categories=["L", "N"]), min_size=1)


@given(st.lists(PLAIN, min_size=2, max_size=8, unique=True))
def test_distinct_plain_keys_stay_distinct_or_are_no_keys(keys: list[str]) -> None:
    done = repaired(pa.array(keys), halve=True, code=True)
    found = [each for each in without_lost(done, done.text).to_pylist() if each is not None]
    assert len(found) == len(set(found))


HIDDEN = st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\ufe0f\u061c\u180e")


@given(st.from_regex("[A-Z0-9]{2,10}", fullmatch=True), HIDDEN, st.integers(0, 10))
def test_a_key_with_something_invisible_is_the_key_without_it(key: str, hidden: str, at: int) -> None:
    done = repaired(pa.array([key[:at] + hidden + key[at:]]), halve=True, code=True)
    assert done.text.to_pylist() == [key]
    assert {code for code, _ in done.findings()} & {"REPAIRED_INVISIBLE", "REPAIRED_BLANKS"}


@given(st.integers(10**15, 10**22))
def test_a_number_rounded_by_a_spreadsheet_is_seen(number: int) -> None:
    shown = str(int(float(f"{number:.14e}")))
    rounded = shown[:15] + "0" * (len(shown) - 15)
    assert lost_digits(pa.array([rounded]), code=True).to_pylist() == [True]
    assert lost_digits(pa.array([f"{number:.5E}"]), code=True).to_pylist() == [True]


def test_a_column_of_days_in_the_key_is_no_code(tmp_path: Path) -> None:
    source = source_of(tmp_path)
    route = source.routes[0]
    done, text = repaired_key(pa.array(["3-Feb"]), source, "at", route)
    assert without_lost(done, text).to_pylist() == ["3-Feb"]
