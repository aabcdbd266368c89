"""The thresholds of risk levels are those of the matrix in the PRISM toolkit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from standards.thresholds import thresholds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHEET = "HIDE scores for PRISM"


def test_thresholds_are_those_of_the_toolkit(shared: Callable[[str], Path]) -> None:
    path = shared("data/reference/opss/prism-toolkit-risk-triage.xlsx")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET).to_python()
    top = next(at for at, row in enumerate(rows) if "Prob" in row)
    first = rows[top].index("Prob") + 1  # the columns of the severity levels 1 to 4, behind the probability
    matrix = rows[top + 1 : top + 9]
    for severity in range(1, 5):
        least: dict[str, int] = {}
        for row in matrix:  # from the least probability on
            grade = str(row[first + severity - 1]).split()[0].lower()
            least.setdefault(grade, round(float(row[first - 1]) * 1_000_000))
        table = thresholds()[f"prism_level_{severity}"].table
        held = dict(zip(table["grade"].to_pylist(), table["probability_per_million"].to_pylist(), strict=True))
        assert held == least
