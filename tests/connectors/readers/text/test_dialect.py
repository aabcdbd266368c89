"""Another delimiter or quote than agreed is one finding, and a `sep=` line is no row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.delivered import here

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["编号", "时间", "地点", "数量"]
ROWS = [NAMES, ["1", "2026-05-01", "海口", "1,5"], ["2", "2026-05-02", "儋州", "2"]]


def table(sign: str, quote: str = "") -> str:
    return "\n".join(sign.join(f"{quote}{cell}{quote}" for cell in row) for row in ROWS) + "\n"


@pytest.mark.parametrize("found", [",", ";", "\t", "|", "，"])
@pytest.mark.parametrize("agreed", [",", ";", "\t", "|", "||"])
@pytest.mark.parametrize("header", [None, "find", {"row": 1}])
def test_another_delimiter_is_one_finding(tmp_path: Path, found: str, agreed: str, header: Any) -> None:
    path = tmp_path / "x.csv"
    path.write_text(table(found), "utf-8")
    outcome = here(path, kind="csv", delimiter=agreed, header=header, expected=NAMES)
    if found == agreed:
        assert "WRONG_DELIMITER" not in outcome.codes
        return
    (verdict,) = outcome.verdict
    shown = {"\t": "TAB"}
    assert (verdict.code, verdict.line) == ("WRONG_DELIMITER", 1)
    assert (verdict.value, verdict.expected) == (shown.get(found, found), shown.get(agreed, agreed))


def test_another_quote_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(table(";", "'"), "utf-8")
    (verdict,) = here(path, kind="csv", expected=NAMES).verdict
    assert (verdict.code, verdict.value, verdict.expected) == ("WRONG_DELIMITER", "; '", ', "')


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;;"])
@pytest.mark.parametrize("header", [None, "find", {"row": 1}, {"row": 2}])
def test_a_sep_line_is_no_row(tmp_path: Path, mark: str, line: str, header: Any) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{mark}{line}\n{table(';')}", "utf-8")
    outcome = here(path, kind="csv", delimiter=";", header=header, expected=NAMES)
    assert [cells["地点"] for cells in outcome.cells] == ["海口", "儋州"]
    assert [row["@line"] for row in outcome.rows] == [3, 4]
    assert outcome.codes == ["SEP_LINE"]
    assert here(path, kind="csv", expected=NAMES).codes == ["WRONG_DELIMITER"]


def test_a_header_that_is_partly_agreed_is_left_to_the_mapping(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("编号,a;b;时间;地点\n1,2\n", "utf-8")
    assert not here(path, kind="csv", expected=NAMES).verdict
