"""`riskhub account`: from a link to a disabled account, in words and as JSON, in both languages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.screen import FINE, WRONG, guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    Told = Callable[..., str]

pytestmark = pytest.mark.usefixtures("warehouse")
ADD = ("account", "add", "hn_fire", "--login", "li.hua")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Told:
    """Return a function that runs a command and returns what it prints."""

    def run_one(*arguments: str, ends: int = FINE) -> str:
        assert guarded([*arguments]) == ends
        printed = capsys.readouterr()
        return printed.out + printed.err

    return run_one


def test_an_account_is_made_listed_and_disabled(run: Told) -> None:
    assert "http://127.0.0.1:8090/password/" in run(*ADD, "--role", "admin")
    (line,) = json.loads(run("account", "list", "--agency", "hn_fire", "--json"))
    assert (line["login"], line["role"], line["state"], line["sessions"]) == ("li.hua", "admin", "invited", 0)
    assert "li.hua" in run("account", "list", "--language", "zh")
    assert json.loads(run("account", "sessions", "end", "li.hua", "--json")) == {"login": "li.hua", "sessions": 0}
    assert "停用" in run("account", "disable", "li.hua", "--language", "zh")
    first, second = (json.loads(run("account", "link", "li.hua", "--json"))["link"] for _ in range(2))
    assert first != second
    assert json.loads(run("account", "list", "--json"))[0]["state"] == "invited"


@pytest.mark.parametrize(
    "wrong",
    [
        ("account", "add", "nobody", "--login", "li.hua"),
        ("account", "add", "hn_fire", "--login", "Li Hua"),
        (*ADD, "--role", "king"),
        ("account", "link", "nobody"),
        ("account", "disable", "nobody"),
        ("account", "sessions", "end", "nobody"),
    ],
)
def test_what_cannot_be_is_refused_with_the_next_step(run: Told, wrong: tuple[str, ...]) -> None:
    assert "next" in run(*wrong, ends=WRONG)


def test_a_login_is_taken_once(run: Told) -> None:
    run(*ADD)
    assert "already" in run(*ADD, ends=WRONG)
