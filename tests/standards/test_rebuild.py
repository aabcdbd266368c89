"""Each list that can be rebuilt is what its public reference files give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from standards import standard
from standards.codelist import FOLDER
from standards.rebuild import __main__ as command
from standards.rebuild import missing, rebuildable, rebuilt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_only_lists_of_the_standard_are_rebuilt() -> None:
    assert set(rebuildable()) <= set(standard().codelists)


@pytest.mark.slow
@pytest.mark.parametrize("name", rebuildable())
def test_a_list_is_what_its_reference_files_give(name: str, shared: Callable[[str], Path]) -> None:
    data = shared("data").parent
    absent = missing(name, data)
    if absent:
        pytest.skip(f"{', '.join(absent)} is not in {data}: set RISKHUB_TEST_DATA to the folder of the public data")
    path = FOLDER / f"{name}.csv"
    assert rebuilt(name, data) == path.read_text("utf-8"), f"python -m standards.rebuild {name} --data DIR --check"


@pytest.mark.parametrize("name", rebuildable())
def test_without_its_files_a_list_is_not_rebuilt(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([name, "--data", str(tmp_path)]) == 2
    assert missing(name, tmp_path)[0] in capsys.readouterr().err
