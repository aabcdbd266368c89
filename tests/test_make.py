"""What `make` says of a slip: what is wrong, and what to do next."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from hub.settings import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


PLAIN = os.environ | {"LC_ALL": "C"}  # bash complains of a language that the machine does not have


def make(*arguments: str, folder: Path = PROJECT) -> tuple[int, str]:
    """Return the exit code and the first two lines on the error channel."""
    ran = subprocess.run(["make", *arguments], cwd=folder, env=PLAIN, capture_output=True, text=True, check=False)
    return ran.returncode, "\n".join(ran.stderr.splitlines()[:2])


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("tests", "tests is a folder, not a target.\nnext: make test runs all tests; make alone lists the targets"),
        ("lints", "There is no target lints.\nnext: make alone lists the targets"),
    ],
)
def test_what_is_no_target_is_no_success(target: str, says: str) -> None:
    assert make(target) == (2, says)


def test_folders_of_tests_that_are_not_there_are_named(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "riskhub").symlink_to("/bin/true")
    subprocess.run(["make", "--touch", "venv"], cwd=tmp_path, check=True, capture_output=True)
    assert make("quick", "TESTS=tests/none", folder=tmp_path) == (
        2,
        "There are no tests tests/none.\nnext: name a folder or a file below tests/",
    )


def test_a_python_that_does_not_fit_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(PROJECT / ".ci" / "venv", tmp_path / ".ci" / "venv")
    ran = subprocess.run(
        [tmp_path / ".ci" / "venv", "stamp"],
        env=PLAIN | {"PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("PYTHON=/bin/false is not there, or is no Python 3.11, 3.12 or 3.13.\nnext: ")
    assert not (tmp_path / ".venv").exists()
