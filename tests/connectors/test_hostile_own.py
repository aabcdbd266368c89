"""The traps of `test_hostile.py` on files of our own, for a clone without the public corpora: the same verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.delivered import delivered, here
from tests.support.hostile.files import content
from tests.support.hostile.texts import every_json, judge
from tests.support.hostile.verdicts import CASES, CRASHES, judge_any, judged_as

if TYPE_CHECKING:
    from pathlib import Path

LARGE = {"xlsx_1m_empty_rows", "zip_65k_entries", "xml_attrs_50k", "csv_10mb_field", "zip_ratio_20mb"}


def named(name: str) -> Any:
    """Return a case by its name; a large one takes more than a moment."""
    return pytest.param(name, marks=[pytest.mark.slow] if name.rpartition(".")[0] in LARGE else [])


def file_of(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(content(name.rpartition(".")[0]))
    return path


AGREED = {name: (agreed, expected) for name, agreed, expected in CASES}


@pytest.mark.parametrize("name", [named(name) for name in AGREED])
def test_a_trap_of_our_own(tmp_path: Path, name: str) -> None:
    agreed, expected = AGREED[name]
    assert judged_as(file_of(tmp_path, name), agreed) == expected


@pytest.mark.parametrize("name", [named(name) for name in AGREED])
def test_a_trap_at_the_door_for_unknown_files(tmp_path: Path, name: str) -> None:
    path = file_of(tmp_path, name)
    outcome = (here if name.endswith((".csv", ".json")) else delivered)(path, kind="any")
    assert not CRASHES & {*outcome.codes}
    judge_any(outcome, path)


def test_every_rule_of_the_json_grammar_kept_and_broken(tmp_path: Path) -> None:
    cases, path = every_json(), tmp_path / "1.json"
    assert min(sum(cases.values()), len(cases) - sum(cases.values())) > 40
    wrong = []
    for text, good in cases.items():
        assert judge(text) == good, f"the case itself is wrong: {text}"
        path.write_text(text, "utf-8", newline="")
        outcome = here(path, kind="json")
        if bool(outcome.verdict or outcome.faults) == good or (good and len(outcome.cells) != 1):
            wrong.append((text, outcome.codes))
    assert not wrong
