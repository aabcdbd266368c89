"""Documents are under test: what they name exists, and what exists is named."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
import typer
import yaml

from cli import app
from hub.settings import PROJECT
from tests.support.code_tree import PRODUCTION

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = sorted(path.relative_to(PROJECT).as_posix() for path in (PROJECT / "hub" / "text").glob("*.yml"))
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
GENERATED = (
    "commands.md",
    "commands.zh.md",
    "findings.md",
    "findings.zh.md",
    "cookbook.md",
    "cookbook.zh.md",
)  # as long as what they show
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_command_is_documented() -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    missing = [name for name in sorted(COMMANDS) if f"riskhub {name}" not in text and f"`{name}" not in text]
    assert not missing, f"say in docs/ what these commands do: {missing}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_pages_name_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (page.parent / target).exists(), f"{page.name} links to {target}"
    for command in re.findall(r"riskhub ([a-z]+)", text):
        assert command in COMMANDS, f"{page.name} speaks of `riskhub {command}`"
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`?make ([a-z]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page.name} speaks of `make {target}`"
    assert len(text.splitlines()) <= 500 or page.name in GENERATED


def test_every_command_has_help() -> None:
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        assert command.help, f"riskhub {name} has no help"


def test_both_languages_say_everything() -> None:
    for catalogue in (*CATALOGUE, "validation/findings.yml"):
        entries = yaml.safe_load((PROJECT / catalogue).read_text("utf-8"))
        for key, entry in entries.items():
            parts = [entry] if "en" in entry else [entry[name] for name in ("title", "message", "cure")]
            for part in parts:
                assert set(part) == {"en", "zh"}, f"{catalogue}: {key}"
                places = [set(re.findall(r"{(\w+)}", part[language])) for language in ("en", "zh")]
                assert places[0] == places[1], f"{catalogue}: {key} fills different places in its two languages"


def test_sentences_that_the_code_says_exist() -> None:
    known = {key for file in CATALOGUE for key in yaml.safe_load((PROJECT / file).read_text("utf-8"))}
    for path in PRODUCTION:
        for key in re.findall(
            r'\b(?:sentence|error_of)\(\s*(?:\w+,\s*)?"([a-z0-9_.]+)"', (PROJECT / path).read_text("utf-8")
        ):
            assert key in known, f"{path.name} says {key}, which hub/text/ does not have"


def test_the_journey_names_functions_that_exist() -> None:
    page = (PROJECT / "docs" / "code.md").read_text("utf-8")
    table = page[page.index("| step | function |") : page.index("## What holds it together")]
    named = [name for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", table) if not name.endswith(".py")]
    assert len(named) > 12
    for name in named:
        module, _, last = name.rpartition(".")
        tried = [module, f"pipeline.{module}", name]
        found = [each for each in tried if find_spec(each.partition(".")[0]) and _loads(each)]
        assert found, f"docs/code.md names {name}"
        assert found[0] == name or hasattr(import_module(found[0]), last), f"docs/code.md names {name}"


def _loads(name: str) -> bool:
    try:
        import_module(name)
    except ModuleNotFoundError:
        return False
    return True
