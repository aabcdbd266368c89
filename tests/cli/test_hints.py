"""Every `riskhub ...` that an error, a finding, a cure or a page advises is a command that its reader can give."""

from __future__ import annotations

import ast
import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
import typer
import yaml

from cli import app
from cli.screen import FINE, WRONG, guarded
from hub.settings import PROJECT
from tests.support.code_tree import PRODUCTION, syntax_tree
from tests.support.exchange import submit
from tests.support.small_source import SMALL, SmallSource, fires

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPAN = re.compile(r"`(riskhub [a-z-][^`]*)`")
MADE = re.compile(r"(?<=\$\(BIN\)/)riskhub [a-z ]+")
PLAIN = re.compile(r"(?<![\w/`.-])(riskhub (?:[a-z][a-z-]*)(?: [\w./{}<>=*|\"'-]+)*)", re.ASCII)
CHINESE = {"单位/专题": "AGENCY/FEED", "文件": "FILE", "类型": "TYPE"}
NUMBERS = ("--line", "--last", "--limit", "--port", "--rows", "--seed", "--seconds")


def written() -> Iterator[tuple[str, str, bool]]:
    """Yield where a command is advised, the text, and whether it stands in a code block."""
    yield from in_catalogues()
    for path in PRODUCTION:
        for line, text in in_code(syntax_tree(path)):
            yield f"{path}:{line}", text, False
    for path in sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), PROJECT / "standards" / "README.md"]):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield f"{path.name}:{number}", line, line.startswith("    riskhub ")
    for number, line in enumerate((PROJECT / "Makefile").read_text("utf-8").splitlines(), 1):
        yield f"Makefile:{number}", " ".join(f"`{each.strip()}`" for each in MADE.findall(line)), False


def in_catalogues() -> Iterator[tuple[str, str, bool]]:
    texts = sorted(path.relative_to(PROJECT).as_posix() for path in (PROJECT / "hub" / "text").glob("*.yml"))
    for name in (*texts, "validation/findings.yml"):
        for key, entry in yaml.safe_load((PROJECT / name).read_text("utf-8")).items():
            for text in re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", repr(entry)):
                yield f"{name}:{key}", "".join(text), False


def in_code(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of the cures that code gives, and of the commands that docstrings quote."""
    for node in ast.walk(module):
        if isinstance(node, ast.keyword) and node.arg in {"next_step", "cure"}:
            yield node.lineno, _text(node.value)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (said := ast.get_docstring(node)):
            yield getattr(node, "lineno", 1), " ".join(f"`{each}`" for each in SPAN.findall(said.replace("\n", " ")))


def _text(node: ast.expr) -> str:
    """Return a string or f-string of the code, with a filler for what is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "FILE" for each in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def advised() -> list[tuple[str, str]]:
    found = []
    for place, text, block in written():
        ascii_only = text.replace("\\", "")
        for word, filler in CHINESE.items():
            ascii_only = re.sub(f" {word} ?", f" {filler} ", ascii_only)
        if block:
            found.append((place, re.split(r"\s{2,}|\s#|；|, then", ascii_only.strip())[0]))
            continue
        spans = SPAN.findall(ascii_only)
        plain = [each for each in PLAIN.findall(SPAN.sub("", ascii_only)) if each.split()[1] != "into"]  # English
        found += [(place, each) for each in [*spans, *plain]]
    return sorted(set(found))


def filled(command: str, file: Path) -> list[str]:
    """Return the words of a command as somebody would give it: optional parts left out, placeholders filled."""
    text = re.sub(r"\[[^\]]*\]|\s\.\.\.|\s…", "", command)
    text = re.sub(r"\{\w+\}|<\w+>", "FILE", text).rstrip(".,;:").partition(" > ")[0]  # what is behind is the shell's
    words = shlex.split(text)[1:]
    given = [word.partition("|")[0] for word in words]
    for at, word in enumerate(given):
        if re.fullmatch(r"AGENCY/FEED|A/F", word) or (at and given[at - 1] == "--source"):
            given[at] = "hn_fire/incidents"
        elif re.fullmatch(r"[A-Z][A-Z.]*(\.csv)?|[A-Z]+\.[a-z.]+", word) or (at and given[at - 1] == "--from"):
            given[at] = str(file)
        if at and given[at - 1] in NUMBERS:
            given[at] = "7"
    return given


def parse(words: list[str]) -> None:
    """Parse a command as the command line does, without doing it."""
    here: Any = typer.main.get_command(app)
    rest = [word for word in words if word != "--debug"]
    path = []
    if rest[0].startswith("--"):  # an option of all commands
        assert rest[0] in {name for each in here.params for name in each.opts}, f"there is no option {rest[0]}"
        return
    while hasattr(here, "commands"):
        assert rest, f"{path} is a group of commands"
        assert rest[0] in here.commands, f"there is no command {rest[0]}"
        path.append(rest[0])
        here, rest = here.commands[rest[0]], rest[1:]
    if rest:  # a command that is only named has no arguments
        here.make_context(" ".join(path), rest)


@pytest.mark.parametrize(("place", "command"), advised(), ids=lambda each: each[:60])
def test_what_is_advised_can_be_given(place: str, command: str, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("a\n1\n")
    refused = ""
    try:
        parse(filled(command, file))
    except typer.exceptions.TyperException as wrong:
        refused = f"{type(wrong).__name__}: {wrong}"
    assert not refused, f"{place}: `{command}`"


def test_hints_are_found() -> None:
    assert len(advised()) > 50


def commands_in(text: str) -> list[str]:
    return [each.rstrip(".,;:") for each in SPAN.findall(text.replace("\n", " "))]


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (["trace", "fire_incident", "NOSUCH"], 2),
        (["receipt", "20260101-000000-00000000"], 1),
        (["sql", "-c", "select * from quarantine.row"], 1),
        (["hold", "approve", "20260101-000000-00000000"], 1),
    ],
)
def test_what_a_refusal_advises_is_answered(  # noqa: PLR0913, PLR0917 - fixtures
    words: list[str],
    answers: int,
    warehouse: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each advice of a refusal is followed: as it stands, with the batch that there is."""
    assert warehouse
    monkeypatch.setenv("RISKHUB_SOURCES", str(tmp_path / "sources"))
    assert SmallSource(tmp_path / "sources").folder
    batch = submit(SMALL, "1.csv", fires("F1", "F2,not a day"))["batch"]
    capsys.readouterr()
    assert guarded(words) == WRONG
    advice = commands_in(capsys.readouterr().err)
    ended: list[int] = []
    for command in advice:
        given = [batch if word == "BATCH" else word for word in shlex.split(command)[1:]]
        ended.append(guarded(given))
        assert "".join(capsys.readouterr())
    assert ended == [FINE] * answers
