"""Any table that Python writes as csv comes back equal; any bytes at all are read or refused, never misplaced."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.support.csv_judge import require_rows_of_python
from tests.support.delivered import here

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
AWKWARD = st.text(st.sampled_from('",\r\n \ta1张\x00;'), max_size=6)
CELL = st.one_of(TEXT, AWKWARD)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=8))
SETTINGS = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery.csv"


@SETTINGS
@given(
    table=TABLES,
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ended=st.booleans(),
)
def test_written_by_python_comes_back_equal(
    path: Path, table: list[list[str]], end: str, quoting: int, *, ended: bool
) -> None:
    # What Python itself would not read back: it leaves a CR bare when lines end in LF.
    assume(quoting == csv.QUOTE_ALL or end == "\r\n" or not any("\r" in cell for row in table for cell in row))
    width = len(table[0]) if table else 1
    names = [f"列{place}" for place in range(width)]
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([names, *table])  # type: ignore[arg-type]
    content = text.getvalue() if ended else text.getvalue().removesuffix(end)
    path.write_bytes(content.encode())
    outcome = here(path, kind="csv")
    assert not outcome.verdict
    assert not outcome.faults
    assert [[row[name] for name in names] for row in outcome.cells] == table


@SETTINGS
@given(st.lists(st.sampled_from(['"', ",", "\n", "\r", "a", "张", '""', '","', '"\n']), max_size=40))
def test_any_text_is_cut_like_python_cuts_it_or_is_told(path: Path, pieces: list[str]) -> None:
    path.write_text("x,y\n" + "".join(pieces), "utf-8", newline="")
    outcome = here(path, kind="csv")
    if outcome.verdict:
        assert outcome.codes == ["TRUNCATED_FILE"]
        return
    require_rows_of_python(outcome, path.read_bytes().decode())


@SETTINGS
@given(st.binary(max_size=200), st.sampled_from(["utf-8", "gb18030", "big5", "cp1252", "utf-16"]))
def test_any_bytes_end_in_rows_or_a_verdict(path: Path, content: bytes, encoding: str) -> None:
    path.write_bytes(b"x,y\n" + content)
    outcome = here(path, kind="csv", encoding=encoding)
    try:
        text = path.read_bytes().decode(encoding)
    except UnicodeDecodeError:
        repaired = encoding == "gb18030" and outcome.codes == ["REPAIRED_EURO"]
        assert repaired or outcome.codes[0] in {"WRONG_ENCODING", "TRUNCATED_FILE"}
    else:
        assert not outcome.findings
        if outcome.verdict:
            assert outcome.codes[0] in {"WRONG_ENCODING", "TRUNCATED_FILE"}
        else:
            assert encoding != "utf-16", "it has no mark of the order of its bytes"
            require_rows_of_python(outcome, text)
    for row in outcome.rows:
        assert (row["x"] is None) == (row["@fault"] is not None)
