"""The help of every command stands in two languages, and the pages of docs/ show it as it is."""

from __future__ import annotations

import pytest
import typer

from cli.app import PANELS, app, commands
from cli.help import chinese, page, paragraphs, root
from cli.screen import FINE, WRONG, guarded
from hub.settings import PROJECT

PAGES = {"en": PROJECT / "docs" / "commands.md", "zh": PROJECT / "docs" / "commands.zh.md"}


def english() -> set[str]:
    made = typer.main.get_command(app)
    found = set(paragraphs(made.help)) | set(paragraphs(made.epilog))
    for each in (made, *(command for _, command in commands(made))):
        texts = [each.help, *(getattr(one, "help", "") for one in each.params)]
        found |= {part for text in texts for part in paragraphs(text)}
    return found | set(PANELS)


def test_every_sentence_of_the_help_is_translated() -> None:
    assert sorted(english() - chinese().keys()) == []
    assert sorted(chinese().keys() - english() - {"Show this message and exit."}) == [], "no command says this"


@pytest.mark.parametrize("language", PAGES)
def test_the_page_of_the_command_line_is_current(language: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGES[language].write_text(page(language), "utf-8")
    assert PAGES[language].read_text("utf-8") == page(language), "write it with --update"


def test_help_speaks_the_language_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["batch", "list", "--help", "--language", "zh"]) == FINE
    assert "仅限该数据源" in capsys.readouterr().out
    assert guarded(["--language=en", "batch", "list", "--help"]) == FINE
    assert "Only this source" in capsys.readouterr().out
    assert guarded(["--language", "fr", "finding", "list"]) == WRONG
    assert guarded(["finding", "list", "--language"]) == WRONG


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("batchs", "batches"),
        ("batch lst", "batch list"),
        ("batch get", "batch list"),
        ("lint", "source lint"),
        ("source expected", "source freshness"),
        ("codes gaps", "code --help"),
        ("conflicts", "conflict --help"),
        ("fetch", "source fetch"),
        ("migrate", "warehouse migrate"),
        ("start", "up"),
    ],
)
def test_a_mistyped_command_is_answered_by_the_nearest(
    typed: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(typed.split()) == WRONG
    assert f"`riskhub {meant}`" in capsys.readouterr().err


def test_without_arguments_the_help_is_shown_by_groups(capsys: pytest.CaptureFixture[str]) -> None:
    guarded([])
    said = "".join(capsys.readouterr())
    order = [said.index(title) for title in ("The hub", "Deliveries", "Questions", "Things", "Stable spellings")]
    assert order == sorted(order)


def test_every_command_that_prints_a_table_prints_json_too() -> None:
    writing = {  # print a line of what they did, and no table
        *("up", "down", "demo", "drop", "warehouse migrate", "hold approve", "hold reject", "code merge"),
        *("manifest make", "manifest sign", "manifest keygen", "analyst remove"),
    }
    for line, command in commands(root("en")):
        if not hasattr(command, "commands"):
            flags = {flag for each in command.params for flag in each.opts}
            assert ("--json" in flags) != (line in writing), line


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands_and_sources(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for line, wanted in (("riskhub ba", "batches"), ("riskhub source fr", "freshness")):
        assert wanted in _completed(shell, line, monkeypatch, capsys)
    assert "hn_fire/incidents" in _completed(shell, "riskhub run --source hn_fi", monkeypatch, capsys)


def _completed(shell: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("_RISKHUB_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    with pytest.raises(SystemExit):
        guarded([])
    return capsys.readouterr().out
