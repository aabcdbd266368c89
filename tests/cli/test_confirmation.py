"""A command that changes much asks a person first; without an answer nothing is changed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cli.screen import FINE, WRONG, guarded
from tests.support.exchange import ask, submit
from tests.support.small_source import CAUSES, SMALL, SmallSource, fires

pytestmark = pytest.mark.usefixtures("warehouse")


def typed(answer: str, *command: str) -> tuple[int, str]:
    """Run a command before a terminal at which somebody types an answer; return its exit code and what is shown."""
    keyboard, terminal = pty.openpty()
    with closing(os.fdopen(keyboard, "r+b", buffering=0)) as person, closing(os.fdopen(terminal, "r+b", buffering=0)):
        person.write(answer.encode())
        done = subprocess.run(
            [Path(sys.executable).with_name("riskhub"), *command],
            stdin=terminal,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout + done.stderr


def readings() -> int:
    return len(ask("select from ledger.batch"))


@pytest.fixture
def improved(small: SmallSource) -> str:
    """Give the source whose mapping reads now what it did not when a file came."""
    submit(SMALL, "1.csv", fires("F1", "F2,2026-05-01 10:00,雷击"))
    small.translate({**CAUSES, "雷击": "lightning"})
    return SMALL


def test_nothing_is_read_again_unless_somebody_says_so(improved: str) -> None:
    for answer in ("\n", "n\n", "\x04"):
        code, shown = typed(answer, "replay", "--source", improved)
        assert code != FINE, shown
        assert "[y/N]" in shown
        assert readings() == 1
    code, shown = typed("y\n", "replay", "--source", improved)
    assert code == FINE, shown
    assert readings() == 2


def test_without_a_terminal_the_answer_is_an_option(improved: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["replay", "--source", improved]) == WRONG
    assert "--yes" in capsys.readouterr().err
    assert readings() == 1
    assert guarded(["replay", "--source", improved, "--yes"]) == FINE
    assert readings() == 2
