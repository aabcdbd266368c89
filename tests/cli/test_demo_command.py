"""What `riskhub demo` shows while its files are under way, and of the rows in the end."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from cli import hub
from cli.screen import FINE, guarded
from hub.batch import COUNTS
from hub.i18n import say
from stack import control
from stack.demo import DemoFile

if TYPE_CHECKING:
    from collections.abc import Iterator


def batch(state: str, **counts: int) -> Any:
    return {"state": state, **dict.fromkeys(COUNTS, 0), **counts}


def poll(files: list[DemoFile]) -> Iterator[list[DemoFile]]:
    """Let the first two files arrive one after the other; the third never does."""
    yield files
    files[0].batch = batch("acknowledged", read=2, new=2)
    yield files
    files[1].batch = batch("duplicate")
    yield files


def demo(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, files: list[DemoFile] | None = None) -> list[str]:
    """Run the command beside a hub that is none; return the lines on a wide screen, or in a file."""
    file = io.StringIO()
    out = Console(file=file, force_terminal=terminal, width=120, highlight=False, color_system=None)
    here = "http://127.0.0.1:1"
    logins = [{"login": "duty", "role": "user", "password": "q"}]
    airflow = {"login": "admin", "password": "p", "address": here, "pages": f"{here}/riskhub/", "logins": logins}
    steps = SimpleNamespace(
        up=lambda step: step("migrate.nothing"),
        down=lambda *_, **__: None,
        status=lambda: {"airflow": airflow},
        logins_text=control.logins_text,
    )
    files = files or [DemoFile("a/new", "1.csv"), DemoFile("a/again", "2.csv"), DemoFile("a/waits", "3.csv")]
    for name, value in {
        "out": out,
        "stack": steps,
        "drop_samples": lambda: files,
        "poll": poll,
        "query_results": list,
        "psql": lambda: ["psql"],
    }.items():
        monkeypatch.setattr(hub, name, value)
    assert guarded(["demo"]) == FINE
    return file.getvalue().splitlines()


@pytest.mark.usefixtures("home")
def test_files_under_way_are_shown_where_the_rest_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_screen = "\n".join(demo(monkeypatch, terminal=True))
    assert all(name in on_screen for name in ("1.csv", "2.csv", "3.csv"))
    in_file = demo(monkeypatch, terminal=False)
    assert not any("✓" in line for line in in_file), "the table moves, and a file does not"
    assert not "".join(capsys.readouterr())


@pytest.mark.usefixtures("home")
def test_each_state_is_told_once_and_rows_are_accounted_for(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line.split(maxsplit=2) for line in demo(monkeypatch, terminal=False) if line.startswith("  a/")]
    waits, done, again = (say(key, "en") for key in ("demo.waits", "state.acknowledged", "state.duplicate"))
    new, repeated, late = (["a/new", "1.csv"], ["a/again", "2.csv"], ["a/waits", "3.csv"])
    assert lines[:5] == [[*new, waits], [*repeated, waits], [*late, waits], [*new, done], [*repeated, again]]
    (*of_file, rows), duplicate = lines[5:]
    assert of_file == new
    assert "2" in rows
    assert duplicate == [*repeated, again], "of a file without a batch there is nothing to say"


@pytest.mark.usefixtures("home")
def test_two_files_of_one_source_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [DemoFile("a/f", "1.csv"), DemoFile("a/g", "2.csv"), DemoFile("a/f", "3.csv")]
    lines = [line.split(maxsplit=2) for line in demo(monkeypatch, terminal=False, files=files)]
    told = [line[1:] for line in lines if len(line) > 2 and line[0] == "a/f" and "=" not in line[2]]
    waits, done = (say(key, "en") for key in ("demo.waits", "state.acknowledged"))
    assert told == [["1.csv", waits], ["3.csv", waits], ["1.csv", done]], (
        "a state is told once, of the file that it is of"
    )
